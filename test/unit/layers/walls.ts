/**
 * The walls between the folders (docs/architecture.md): who may import whom, and which files are pure. A folder imports
 * only from those that its room names, all of them below it, and from itself.
 */
import { readSourceFacts, resolveImport, type Import, type SourceFacts } from './source-facts.ts';

export interface Room {
  /** Rooms that may be imported, beside the room itself. */
  readonly below: readonly string[];
  /** Packages and built-in modules that may be imported. */
  readonly packages: RegExp;
}

const none = /^$/;
const builtIn = /^node:/;

const pureShared = ['shared/resolv-conf', 'shared/values'];
const shared = ['shared/program', 'shared/report', 'shared/settings', ...pureShared];

/** Below `sidecar/decide`, from the top. */
const decideRooms = ['lookup', 'query', 'configuration', 'hosts', 'reply', 'cache', 'search'].map(
  (name) => `sidecar/decide/${name}`,
);
/** What `decide` uses of shared/ without a clock or a file: tables of settings and reasons among them. */
const decideShared = ['shared/report', 'shared/settings', ...pureShared];

/** Below `webhook/injection`, from the top. */
const injectionRooms = [
  ...['', '/patch', '/changes', '/facts', '/dns', '/resources'].map((name) => `webhook/injection${name}`),
  'webhook/kubernetes',
];

export const rooms: Readonly<Record<string, Room>> = {
  'shared/values': { below: [], packages: none },
  'shared/resolv-conf': { below: ['shared/values'], packages: none },
  'shared/settings': { below: pureShared, packages: none },
  'shared/report': { below: ['shared/values'], packages: none },
  // Of HTTP the types alone: who has no listener does not load it.
  'shared/program': { below: ['shared/report', 'shared/settings', ...pureShared], packages: /^node:http$/ },

  'sidecar/wire': { below: ['shared/values'], packages: /^dns-packet$/ },
  ...ordered(decideRooms, ['sidecar/wire', ...decideShared], none),
  'sidecar/ports': { below: [...decideRooms, 'sidecar/wire', 'shared/report', ...pureShared], packages: none },
  // What follows gets its sockets, clock and chance from outside, so that scenarios can run it in simulated time.
  'sidecar/cache': { below: ['sidecar/ports', ...decideRooms, 'sidecar/wire', ...decideShared], packages: none },
  'sidecar/search': {
    below: ['sidecar/cache', 'sidecar/ports', ...decideRooms, 'sidecar/wire', ...decideShared],
    packages: none,
  },
  'sidecar/lookups': {
    below: ['sidecar/search', 'sidecar/cache', 'sidecar/ports', ...decideRooms, 'sidecar/wire', ...decideShared],
    packages: none,
  },
  'sidecar/pipeline.ts': {
    below: [
      'sidecar/lookups',
      'sidecar/search',
      'sidecar/cache',
      'sidecar/ports',
      ...decideRooms,
      'sidecar/wire',
      ...decideShared,
    ],
    packages: none,
  },
  // Stands in the place of what the pipeline gets from outside, and plays one of its own.
  'sidecar/trace': {
    below: ['sidecar/pipeline.ts', 'sidecar/ports', ...decideRooms, 'sidecar/wire', 'shared/report', ...pureShared],
    packages: none,
  },
  // Of the lookups and searches io knows nothing but the seam.
  'sidecar/io': { below: ['sidecar/ports', ...decideRooms, 'sidecar/wire', ...shared], packages: builtIn },
  // A bundle of its own, from here on.
  'sidecar/discovery/services': { below: ['sidecar/wire', 'shared/values'], packages: none },
  'sidecar/discovery/api': {
    below: ['sidecar/discovery/services', 'sidecar/wire', 'shared/report', 'shared/values'],
    packages: none,
  },
  'sidecar/discovery/names': {
    below: ['sidecar/discovery/services', 'sidecar/ports', ...decideRooms, 'sidecar/wire', ...decideShared],
    packages: none,
  },
  // Reads and follows what it is given; the sockets are of the room below.
  'sidecar/discovery/containers': {
    below: ['sidecar/discovery/services', 'sidecar/wire', 'shared/report', 'shared/values'],
    packages: none,
  },
  'sidecar/discovery/docker': {
    below: ['sidecar/discovery/containers', ...shared],
    packages: builtIn,
  },
  // Texts alone.
  'sidecar/discovery/page': { below: ['sidecar/discovery/api'], packages: none },
  'sidecar/discovery/http': {
    below: [
      ...['sidecar/discovery/page', 'sidecar/discovery/api', 'sidecar/discovery/services'],
      ...['sidecar/ports', 'sidecar/wire', 'shared/program', 'shared/report', 'shared/values'],
    ],
    packages: /^(node:|dns-packet$)/,
  },
  'sidecar/discovery': {
    below: [
      'sidecar/discovery/docker',
      'sidecar/discovery/containers',
      'sidecar/discovery/http',
      'sidecar/discovery/names',
      'sidecar/discovery/api',
      'sidecar/discovery/services',
      'sidecar/ports',
      ...decideRooms,
      'sidecar/wire',
      ...shared,
    ],
    packages: builtIn,
  },
  // The composition root, and what it composes: the only files that know both pipeline and io.
  'sidecar/sidecar.ts': {
    below: ['sidecar/pipeline.ts', 'sidecar/io', 'sidecar/trace', 'sidecar/ports', ...decideRooms, ...shared],
    packages: builtIn,
  },
  // Starts the bundle of all that: a program of its own.
  'sidecar/start': { below: [], packages: builtIn },
  'sidecar/main.ts': {
    below: ['sidecar/sidecar.ts', 'sidecar/discovery', ...decideRooms, ...shared],
    packages: builtIn,
  },

  ...ordered(injectionRooms, shared, none),
  'webhook/review': { below: [...injectionRooms, ...shared], packages: builtIn },
  'webhook/certificates': { below: [...injectionRooms, ...shared], packages: /^(node:|selfsigned$)/ },
  'webhook/http': {
    below: ['webhook/review', 'webhook/certificates', ...injectionRooms, ...shared],
    packages: /^(node:|express$)/,
  },
  'webhook/cluster': {
    below: ['webhook/review', 'webhook/certificates', ...injectionRooms, ...shared],
    packages: /^(node:|@kubernetes\/client-node$)/,
  },
  'webhook/webhook.ts': {
    below: [
      ...['webhook/http', 'webhook/cluster', 'webhook/review', 'webhook/certificates'],
      ...[...injectionRooms, ...shared],
    ],
    packages: builtIn,
  },
  'webhook/main.ts': { below: ['webhook/webhook.ts', ...shared], packages: builtIn },

  // The second opinion: written apart from the programs.
  'cli/models': { below: [], packages: /^node:net$/ },
  'cli/network': { below: ['cli/models'], packages: builtIn },
  'cli/simulation': {
    below: [
      'cli/terminal',
      'cli/models',
      'sidecar/trace',
      'sidecar/pipeline.ts',
      'sidecar/ports',
      ...decideRooms,
      'sidecar/wire',
      ...shared,
    ],
    packages: /^(node:net|yaml)$/,
  },
  'cli/terminal': { below: shared, packages: builtIn },
  'cli/manifests': { below: ['cli/terminal', 'webhook/kubernetes', 'shared/values'], packages: /^(node:|yaml$)/ },
  'cli/report': {
    below: ['cli/terminal', 'cli/models', 'webhook/kubernetes', 'shared/report', 'shared/values'],
    packages: /^(node:net|node:util|yaml)$/,
  },
  'cli/demo': {
    below: [
      ...['cli/report', 'cli/manifests', 'cli/network', 'cli/terminal', 'cli/models'],
      ...[...injectionRooms, ...decideRooms, 'sidecar/wire', ...shared],
    ],
    packages: /^(node:|dns-packet$|yaml$|selfsigned$|express$)/,
  },
  'cli/inject': {
    below: ['cli/report', 'cli/manifests', 'cli/terminal', 'webhook/review', ...injectionRooms, ...shared],
    packages: /^yaml$/,
  },
  // Read, and nothing else; only it knows the client.
  'cli/cluster': {
    below: ['cli/inject', 'cli/terminal', ...injectionRooms, ...shared],
    packages: /^(node:|@kubernetes\/client-node$)/,
  },
  'cli/explain': {
    below: [
      ...[
        'cli/cluster',
        'cli/inject',
        'cli/report',
        'cli/manifests',
        'cli/simulation',
        'cli/network',
        'cli/terminal',
        'cli/models',
      ],
      ...[...injectionRooms, ...decideRooms, ...shared],
    ],
    packages: /^(node:|yaml$)/,
  },
  'cli/check': {
    below: [
      ...['cli/explain', 'cli/cluster', 'cli/inject', 'cli/report', 'cli/manifests', 'cli/simulation'],
      ...['cli/terminal', 'cli/models', 'webhook/review', ...injectionRooms, ...shared],
    ],
    packages: /^node:crypto$/,
  },
  'cli/status': {
    below: [
      ...['cli/explain', 'cli/cluster', 'cli/report', 'cli/manifests', 'cli/terminal'],
      ...['webhook/review', ...injectionRooms, ...shared],
    ],
    packages: builtIn,
  },
  'cli/version': {
    below: ['cli/cluster', 'cli/report', 'cli/terminal', ...injectionRooms, ...shared],
    packages: none,
  },
  'cli/reference': { below: ['cli/report', 'cli/terminal', 'shared/report', 'shared/values'], packages: none },
  // Descriptions alone.
  'cli/commands.ts': {
    below: [
      ...['cli/check', 'cli/demo', 'cli/explain', 'cli/inject', 'cli/reference', 'cli/status'],
      ...['cli/terminal', 'cli/version'],
    ],
    packages: none,
  },
  'cli/main.ts': {
    below: [
      ...[
        'cli/check',
        'cli/cluster',
        'cli/commands.ts',
        'cli/demo',
        'cli/explain',
        'cli/inject',
        'cli/reference',
        'cli/report',
        'cli/status',
        'cli/terminal',
        'cli/version',
      ],
      ...shared,
    ],
    packages: builtIn,
  },
};

/** Rooms of which each may import those behind it, and all of `below`. */
function ordered(names: readonly string[], below: readonly string[], packages: RegExp): Record<string, Room> {
  return Object.fromEntries(
    names.map((name, index) => [name, { below: [...names.slice(index + 1), ...below], packages }]),
  );
}

/** A file of its own room, or its folder's. */
function roomOf(path: string): string | undefined {
  if (path in rooms) return path;
  const folder = path.slice(0, path.lastIndexOf('/'));
  return folder in rooms ? folder : undefined;
}

/** These files, and all that they import, know no clock, no chance, no environment, no files and no sockets. */
const pureRoots =
  /^(sidecar\/(wire|decide|ports|discovery\/(services|names|api))\/|webhook\/(injection|kubernetes)\/|shared\/(resolv-conf|values)\/)/;

const impureNames = [
  ...['process', 'globalThis', 'global', 'require', 'module', '__dirname', '__filename', 'console', 'fetch'],
  ...['Date', 'performance', 'Math.random', 'crypto', 'Temporal'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
  'Buffer',
] as const;

/** `process` (environment, arguments, signals) is read by the composition roots alone. */
const processReaders = /^(sidecar|sidecar\/start|webhook)\/main\.ts$|^cli\/(main\.ts$|terminal\/|demo\/)/;

/** One sentence for each import of one suite of tests by another: what several share lies in `test/support`. */
export function suiteBreaches(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    const allowed = new Set([suiteOf(path), 'test/support']);
    const isForeign = (target: string) => /^(test|bench)\//.test(target) && !allowed.has(suiteOf(target));
    // Most files hold no text that could be such an import, and need not be parsed.
    const texts = [...text.matchAll(/['"](\.\.?\/[^'"\n]*)['"]/g)].map(([, specifier = '']) => specifier);
    if (!texts.some((specifier) => isForeign(resolveImport(path, specifier)))) return [];
    const targets = readSourceFacts(path, text).imports.map(({ target }) => target);
    return targets.filter(isForeign).map((target) => `${path} imports ${target}`);
  });
}

function suiteOf(path: string): string {
  const [top = '', suite = ''] = path.split('/');
  return top === 'bench' ? top : `${top}/${suite}`;
}

/** Of each file, by its path from the root of the project. Files: path → text. */
export function factsOf(files: ReadonlyMap<string, string>): FactsOfFiles {
  return new Map([...files].map(([path, text]) => [path, readSourceFacts(path, text)]));
}

export type FactsOfFiles = ReadonlyMap<string, SourceFacts>;

/** Files that are imported by what they import, over others too; an import of types counts. */
export function importCircles(facts: FactsOfFiles): string[] {
  const importsOf = new Map([...facts].map(([path, { imports }]) => [path, imports.map(({ target }) => target)]));
  return [...facts.keys()].filter((path) => {
    const reached = new Set(importsOf.get(path));
    // A set that grows while it is read.
    for (const other of reached) for (const target of importsOf.get(other) ?? []) reached.add(target);
    return reached.has(path);
  });
}

/** One sentence per breach. */
export function wallBreaches(facts: FactsOfFiles): string[] {
  const breaches: string[] = [];
  for (const [path, fact] of facts) {
    breaches.push(...roomBreaches(path, fact));
    if (pureRoots.test(path)) breaches.push(...fact.state.map((name) => `${path} keeps ${name} between calls`));
    if (fact.names.has('process') && !processReaders.test(path)) breaches.push(`${path} reads process`);
  }
  for (const path of facts.keys()) if (pureRoots.test(path)) breaches.push(...purityBreaches(path, facts));
  return [...new Set(breaches)];
}

function roomBreaches(path: string, { imports }: SourceFacts): string[] {
  const name = roomOf(path);
  const room = name === undefined ? undefined : rooms[name];
  if (name === undefined || !room) return [`${path} belongs to no room`];
  const forbidden = imports.filter(({ target }) => {
    if (isProjectFile(target)) return ![name, ...room.below].includes(roomOf(target) ?? '');
    return !room.packages.test(target);
  });
  return forbidden.map(({ target }) => `${path} imports ${target}`);
}

function purityBreaches(root: string, facts: FactsOfFiles): string[] {
  const breaches: string[] = [];
  const reached = new Set([root]);
  // A set that grows while it is read: each file once, whatever the cycles.
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
