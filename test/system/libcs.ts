/**
 * The real C libraries that the system tests resolve with: the machine's glibc and glibc 2.41, and
 * musl of five ages. All are fetched once into `.cache/libcs` (a second call costs milliseconds). Each
 * runs the same program, probe.c.
 *
 * glibc 2.41 and musl 1.2.2, 1.2.3, 1.2.5, 1.2.6 are Debian's packages, unpacked; a dynamic program
 * runs on any of them when their loader starts it. musl 1.2.4 is in no Debian release: the PyPI package
 * ziglang 0.11.0 brings its source and a compiler, and links the probe with it statically.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, madeOnce, shortHash } from './cache.ts';
import { runCommand } from './command.ts';
import { installedCommands, unpackedPackages } from './debian.ts';

export const LIBC_NAMES = [
  'glibc',
  'glibc-2.41',
  'musl-1.2.2',
  'musl-1.2.3',
  'musl-1.2.4',
  'musl-1.2.5',
  'musl-1.2.6',
] as const;

export type LibcName = (typeof LIBC_NAMES)[number];

export interface Libc {
  name: LibcName;
  version: string;
  /** The command that starts the probe on this C library. */
  probe: readonly string[];
}

export interface Libcs {
  available: Partial<Record<LibcName, Libc>>;
  /** Why a C library cannot run here. */
  missing: Partial<Record<LibcName, string>>;
}

const SOURCE = join(import.meta.dirname, 'probe.c');
const ZIG = '0.11.0';

const SUITES: Partial<Record<LibcName, string>> = {
  'glibc-2.41': 'trixie',
  'musl-1.2.2': 'bullseye',
  'musl-1.2.3': 'bookworm',
  'musl-1.2.5': 'trixie',
  'musl-1.2.6': 'sid',
};

/** Command or file → the Debian package that brings it. */
const TOOLS = {
  gcc: 'gcc',
  'musl-gcc': 'musl-tools',
  '/usr/include/resolv.h': 'libc6-dev',
  python3: 'python3',
  pip3: 'python3-pip',
};

export async function provideLibcs(names: readonly LibcName[] = LIBC_NAMES): Promise<Libcs> {
  const libcs: Libcs = { available: {}, missing: {} };
  const found = new Map<LibcName, Libc>();
  const lacking = await installedCommands(TOOLS);
  await Promise.all(
    names.map(async (name) => {
      try {
        const without = lacking.filter((tool) => needs(name).includes(tool));
        if (without.length > 0) throw new Error(`not installed and not installable here: ${without.join(', ')}`);
        found.set(name, await provideLibc(name));
      } catch (error) {
        libcs.missing[name] = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  // In the order of the list, not of arrival.
  for (const name of names) {
    const libc = found.get(name);
    if (libc !== undefined) libcs.available[name] = libc;
  }
  return libcs;
}

function needs(name: LibcName): string[] {
  if (name === 'musl-1.2.4') return ['python3', 'pip3'];
  return name.startsWith('musl') ? ['gcc', 'musl-gcc'] : ['gcc', '/usr/include/resolv.h'];
}

async function provideLibc(name: LibcName): Promise<Libc> {
  const probe = await startOf(name);
  const wanted = name.split('-')[1];
  const version = await versionOf(name, probe);
  if (wanted !== undefined && version !== wanted)
    throw new Error(`${SUITES[name] ?? 'the package'} brings version ${version}, not ${wanted}`);
  return { name, version, probe };
}

async function startOf(name: LibcName): Promise<string[]> {
  if (name === 'glibc') return [await compiledProbe('gcc', ['gcc'], ['-lresolv'])];
  if (name === 'musl-1.2.4') return [await zigProbe()];
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`no source of ${name}`);
  if (name === 'glibc-2.41') {
    const { folder } = await unpackedPackages(suite, ['libc6']);
    const loader = onlyFile(folder, 'usr/lib/*/ld-linux-*.so.*');
    const probe = await compiledProbe('gcc', ['gcc'], ['-lresolv']);
    return [loader, '--library-path', join(loader, '..'), probe];
  }
  const { folder } = await unpackedPackages(suite, ['musl']);
  const libc = onlyFile(folder, '{usr/lib,lib}/*-linux-musl/libc.so');
  return [libc, await compiledProbe('musl', ['musl-gcc'], [])];
}

/** A dynamic musl program cannot tell its version; the library does, when it is run by itself. */
async function versionOf(name: LibcName, probe: readonly string[]): Promise<string> {
  const [program = '', ...args] = probe;
  if (name.startsWith('musl') && args.length > 0) {
    const usage = await runCommand('sh', ['-c', '"$0" 2>&1 || true', program]);
    return /Version (\S+)/.exec(usage)?.[1] ?? usage;
  }
  const { results } = JSON.parse(await runCommand(program, [...args, 'version']));
  return results[0].version;
}

async function compiledProbe(
  name: string,
  compiler: readonly string[],
  libraries: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const key = shortHash(readFileSync(SOURCE, 'utf8'), ...compiler.slice(1), ...libraries);
  const folder = await madeOnce(`probe-${name}-${key}`, async (draft) => {
    const [command = '', ...args] = compiler;
    const output = join(draft, 'probe');
    await runCommand(command, [...args, '-O1', '-o', output, SOURCE, ...libraries], { env });
  });
  return join(folder, 'probe');
}

async function zigProbe(): Promise<string> {
  const folder = await madeOnce(`zig-${ZIG}`, async (draft) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile'];
    await runCommand('python3', [...pip, '--target', draft, `ziglang==${ZIG}`]);
  });
  const target = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-musl`;
  const work = join(CACHE, `zig-${ZIG}`, 'work');
  return compiledProbe(
    'musl-1.2.4',
    [join(folder, 'ziglang', 'zig'), 'cc', '-target', target, '-static', '-DSTATIC_MUSL'],
    [],
    { ZIG_GLOBAL_CACHE_DIR: work, ZIG_LOCAL_CACHE_DIR: work },
  );
}

function onlyFile(folder: string, pattern: string): string {
  const [file] = globSync(pattern, { cwd: folder });
  if (file === undefined) throw new Error(`the package has no ${pattern}`);
  return join(folder, file);
}
