/**
 * Bundles each program into one CommonJS file: it takes 10 MB less memory than the same code as an ES
 * module. `npm run build -- sidecar` builds one of them.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, stop, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { licenceTexts, packagesIn } from './build/packages.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

export interface Bundle {
  readonly name: string;
  readonly entry: string;
  /** The only packages that may be inside; undefined = any. */
  readonly packages?: readonly string[];
  readonly executable?: true;
}

const discoveryEntry = 'sidecar/discovery/discovery.ts';

export const bundles: readonly Bundle[] = [
  // Every pod pays for what is in here.
  { name: 'sidecar', entry: 'sidecar/main.ts', packages: ['dns-packet', '@leichtgewicht/ip-codec'] },
  // What only Docker hosts need: the sidecar's bundle looks for it beside itself.
  { name: 'discovery', entry: discoveryEntry, packages: ['dns-packet', '@leichtgewicht/ip-codec'] },
  { name: 'webhook', entry: 'webhook/main.ts' },
  // What the sidecar's image starts.
  { name: 'start', entry: 'sidecar/start/main.ts', packages: [] },
  { name: 'cli', entry: 'cli/main.ts', executable: true },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !bundles.some((bundle) => bundle.name === name));
  if (unknown.length > 0) throw new Error(`unknown bundle: ${unknown.join(', ')}`);
  const failures = await buildAll(
    bundles.filter(({ name }) => names.length === 0 || names.includes(name)),
    console.log,
  );
  for (const failure of failures) console.log(failure);
  if (failures.length > 0) process.exitCode = 1;
}

/** A line for each bundle that was not built; `report` gets one for each that was. */
export async function buildAll(wanted = bundles, report: (line: string) => void = () => {}): Promise<string[]> {
  const failures: string[] = [];
  mkdirSync(resolve(root, 'dist'), { recursive: true });
  for (const bundle of wanted) {
    try {
      report(await buildBundle(bundle));
    } catch (error) {
      failures.push(`dist/${bundle.name}.cjs FAILED: ${(error as Error).message}`);
    }
  }
  await stop();
  return failures;
}

async function buildBundle(bundle: Bundle): Promise<string> {
  const started = performance.now();
  const { metafile, outputFiles } = await build({ ...bundleOptions(bundle), write: false });
  const foreign = foreignPackages(bundle, metafile);
  if (foreign.length > 0) throw new Error(`dist/${bundle.name}.cjs must not contain ${foreign.join(', ')}`);
  for (const { path, contents, text } of outputFiles) {
    const written = keepsNames(bundle) && path.endsWith('.cjs') ? withNamesOfClasses(text) : contents;
    // Renamed into place, so that a program that is starting never reads half a file.
    writeFileSync(`${path}.${process.pid}`, written, { mode: bundle.executable ? 0o755 : 0o644 });
    renameSync(`${path}.${process.pid}`, path);
  }
  writeFileSync(resolve(root, `dist/${bundle.name}.licences.txt`), licenceTexts(packagesIn(metafile), root));
  const bytes = readFileSync(resolve(root, `dist/${bundle.name}.cjs`));
  const sizes = `${kilobytes(bytes.length).padStart(9)}, ${kilobytes(gzipSync(bytes).length).padStart(8)} compressed`;
  return `dist/${bundle.name}.cjs`.padEnd(18) + `${sizes}, ${Math.round(performance.now() - started)} ms`;
}

/**
 * Packages find classes by name, those with which selfsigned writes certificates among them. The sidecar's bundles have
 * nothing that does, and are 9 kB smaller without the names.
 */
function keepsNames({ name }: Bundle): boolean {
  return name === 'webhook' || name === 'cli';
}

/**
 * esbuild keeps the names of all functions, those too that are made anew for each call, which then costs several times as
 * much. Arrow functions and methods, which have no prototype and whose names nobody asks for, go without. What does it
 * stands at the end of the bundle, and its name is padded to the length of esbuild's helper: the source map stays true.
 */
export function withNamesOfClasses(text: string): string {
  const helper = /=\((\w+),(\w+)\)=>[\w$]+\(\1,"name",\{value:\2,configurable:!0\}\)/;
  if (!helper.test(text)) throw new Error('what esbuild keeps names with has another form now');
  const instead =
    'function keepNameOfClass(target,value){return"prototype"in target?Object.defineProperty(target,"name",{value,configurable:!0}):target}\n';
  return text.replace(helper, ({ length }) => '=keepNameOfClass'.padEnd(length)) + instead;
}

export function bundleOptions(bundle: Bundle) {
  const { name, entry, executable } = bundle;
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: resolve(root, `dist/${name}.cjs`),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // What is loaded later is required: `import()` of node:http would load all of its HTTP client, 13 MB.
    supported: { 'dynamic-import': false },
    minify: true,
    keepNames: keepsNames(bundle),
    ...(name === 'sidecar' ? { plugins: [discoveryApart()] } : {}),
    sourcemap: 'external',
    // The licences of what is inside stand in a file beside the bundle.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: { ALPINE_RESOLVER_VERSION: JSON.stringify(packageVersion()) },
    ...(executable ? { banner: { js: '#!/usr/bin/env node' } } : {}),
  } as const satisfies BuildOptions;
}

/** The sidecar asks for discovery by the name of its bundle. */
function discoveryApart(): Plugin {
  return {
    name: 'discovery apart',
    setup({ onResolve }) {
      onResolve({ filter: /\/discovery\/discovery\.ts$/ }, () => ({ path: './discovery.cjs', external: true }));
    },
  };
}

/** Packages in a bundle that are not on its list. */
export function foreignPackages({ packages }: Bundle, metafile: Metafile): string[] {
  const inside = packagesIn(metafile).map(({ name }) => name);
  return packages ? [...new Set(inside)].filter((name) => !packages.includes(name)) : [];
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

function kilobytes(size: number): string {
  return `${(size / 1000).toFixed(1)} kB`;
}
