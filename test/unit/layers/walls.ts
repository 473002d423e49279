import { readSourceFacts, type Import, type SourceFacts } from './source-facts.ts';

/**
 * The walls between the folders (docs/architecture.md): who may import whom, and which files are pure. The first layer
 * whose pattern matches a file is its layer.
 */

interface Layer {
  readonly files: RegExp;
  /** Files of the project that may be imported. */
  readonly project: RegExp;
  /** Packages and built-in modules that may be imported. */
  readonly packages: RegExp;
}

const none = /^$/;

const layers: readonly Layer[] = [
  { files: /^shared\//, project: /^shared\//, packages: none },
  { files: /^sidecar\/wire\//, project: /^(shared|sidecar\/wire)\//, packages: /^dns-packet$/ },
  // sidecar/ports.ts holds the types of the seam between the pipeline and its edges.
  { files: /^sidecar\/decide\//, project: /^(shared\/|sidecar\/(wire|decide)\/|sidecar\/ports\.ts$)/, packages: none },
  {
    files: /^sidecar\/io\//,
    // Of the pipeline, io knows the seam alone.
    project: /^(shared\/|sidecar\/(wire|decide|io)\/|sidecar\/ports\.ts$)/,
    packages: /^node:/,
  },
  // The composition root, and what it composes: the only files that know both pipeline and io.
  { files: /^sidecar\/(main|sidecar)\.ts$/, project: /^(shared|sidecar)\//, packages: /^node:/ },
  // The pipeline is given its sockets, clock and chance, so that scenarios can run it in simulated time.
  {
    files: /^sidecar\/[^/]+$/,
    project: /^(shared\/|sidecar\/(wire|decide)\/|sidecar\/(?!(main|sidecar)\.ts)[^/]+$)/,
    packages: none,
  },
  { files: /^sidecar\//, project: /^(shared|sidecar)\/(?!main\.ts)/, packages: /^(node:|dns-packet$)/ },
  {
    files: /^webhook\//,
    project: /^(shared\/|webhook\/(?!main\.ts)|sidecar\/(wire|decide)\/)/,
    packages: /^(node:|express$|selfsigned$|@kubernetes\/client-node$)/,
  },
  {
    files: /^cli\/report\//,
    project: /^(cli\/(report|terminal|models)\/|shared\/names\.ts$|webhook\/json\.ts$)/,
    packages: /^(node:net|node:util|yaml)$/,
  },
  // The second opinion: written apart from the programs.
  { files: /^cli\/models\//, project: /^cli\/models\//, packages: /^node:net$/ },
  { files: /^cli\/network\//, project: /^cli\/(network|models)\//, packages: /^node:/ },
  { files: /^cli\/terminal\//, project: /^(shared|cli\/terminal)\//, packages: /^node:/ },
  {
    files: /^cli\/manifests\//,
    project: /^(cli\/(manifests|terminal)\/|webhook\/json\.ts$)/,
    packages: /^(node:|yaml$)/,
  },
  {
    files: /^cli\//,
    project: /^(shared|cli|sidecar|webhook)\/(?!main\.ts)/,
    packages: /^(node:|dns-packet$|yaml$|selfsigned$|express$)/,
  },
];

/** Only these may import a package: what it costs is paid in one place. */
const packageHomes: readonly { name: string; home: RegExp }[] = [
  { name: '@kubernetes/client-node', home: /^webhook\/cluster\// },
  { name: 'selfsigned', home: /^webhook\/certificates\// },
  { name: 'express', home: /^webhook\// },
  { name: 'yaml', home: /^cli\// },
];

/** These files, and all that they import, know no clock, no chance, no environment, no files and no sockets. */
const pureRoots = /^(sidecar\/(wire|decide)\/.*|webhook\/(facts|decide|pod-changes|patch)\.ts)$/;

const impureNames = [
  ...['process', 'globalThis', 'global', 'require', 'module', '__dirname', '__filename', 'console', 'fetch'],
  ...['Date', 'performance', 'Math.random', 'crypto', 'Temporal'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
  'Buffer',
] as const;

/** `process` (environment, arguments, signals) is read by the composition roots alone. */
const processReaders = /^(sidecar|webhook)\/main\.ts$|^cli\/(main\.ts$|terminal\/|demo\/)/;

/** One sentence per breach. Files: path from the root of the project → text. */
export function wallBreaches(files: ReadonlyMap<string, string>): string[] {
  const facts = new Map([...files].map(([path, text]) => [path, readSourceFacts(path, text)]));
  const breaches: string[] = [];
  for (const [path, fact] of facts) {
    breaches.push(...layerBreaches(path, fact));
    if (fact.names.has('process') && !processReaders.test(path)) breaches.push(`${path} reads process`);
  }
  for (const path of facts.keys()) if (pureRoots.test(path)) breaches.push(...purityBreaches(path, facts));
  return [...new Set(breaches)];
}

function layerBreaches(path: string, { imports }: SourceFacts): string[] {
  const layer = layers.find(({ files }) => files.test(path));
  if (!layer) return [`${path} belongs to no layer`];
  const forbidden = imports.filter(({ target }) => {
    if (isProjectFile(target)) return !layer.project.test(target);
    const home = packageHomes.find(({ name }) => name === target)?.home;
    return !layer.packages.test(target) || (home !== undefined && !home.test(path));
  });
  return forbidden.map(({ target }) => `${path} imports ${target}`);
}

function purityBreaches(root: string, facts: ReadonlyMap<string, SourceFacts>): string[] {
  const breaches: string[] = [];
  const reached = new Set([root]);
  // A set that grows while it is walked: each file once, whatever the cycles.
  for (const path of reached) {
    const fact = facts.get(path);
    if (!fact) continue;
    const via = path === root ? root : `${root} reaches ${path}, which`;
    breaches.push(...impureNames.filter((name) => fact.names.has(name)).map((name) => `${via} uses ${name}`));
    const atRunTime = fact.imports.filter((imported: Import) => !imported.typeOnly);
    for (const { target } of atRunTime) {
      if (isProjectFile(target)) reached.add(target);
      else if (target.startsWith('node:') || !isPurePackage(target)) breaches.push(`${via} imports ${target}`);
    }
  }
  return breaches;
}

/** dns-packet is a codec without input or output. */
function isPurePackage(name: string): boolean {
  return name === 'dns-packet';
}

function isProjectFile(target: string): boolean {
  return target.endsWith('.ts');
}
