/**
 * The real C libraries that the system tests resolve with: the machine's glibc and glibc 2.41, and
 * musl of five ages. All are fetched once into `.cache/libcs` (a second call costs milliseconds). Each
 * runs the same program, probe.c.
 *
 * glibc 2.41 and musl 1.2.2, 1.2.3, 1.2.5, 1.2.6 are Debian's packages, unpacked; a dynamic program
 * runs on any of them when their loader starts it. Where no suite has a version any more, another member of
 * its generation plays it, and the run says so. musl 1.2.4 is in no Debian release: the PyPI package
 * ziglang 0.11.0 brings its source and a compiler, and links the probe with it statically.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libcsFolder, madeOnce, shortHash } from '../machine/made-once.ts';
import { runCommand } from '../machine/command.ts';
import { machineName } from '../machine/paths.ts';
import { installedCommands } from '../machine/debian-install.ts';
import { isNotInSuite, unpackedPackages } from '../machine/debian.ts';
import { lostGeneration, MovedOnError, standInFor, standInRemark } from './stand-ins.ts';

export const libcNames = [
  'glibc',
  'glibc-2.41',
  'musl-1.2.2',
  'musl-1.2.3',
  'musl-1.2.4',
  'musl-1.2.5',
  'musl-1.2.6',
] as const;

export type LibcName = (typeof libcNames)[number];

export interface Libc {
  name: LibcName;
  /** What it says of itself. */
  version: string;
  /** Where it is from, with the package's own version: Debian carries corrections of later versions. */
  origin: string;
  /** The command that starts the probe on this C library. */
  probe: readonly string[];
}

export interface Libcs {
  available: Partial<Record<LibcName, Libc>>;
  /** Why a C library cannot run here. */
  missing: Partial<Record<LibcName, string>>;
  /** Which C library plays another one, and why; said by each process that asks for them. */
  remarks: readonly string[];
}

const source = join(import.meta.dirname, 'probe.c');
const zig = '0.11.0';

/** The Debian suites that may have it, in this order. */
const suites: Partial<Record<LibcName, readonly string[]>> = {
  'glibc-2.41': ['trixie'],
  'musl-1.2.2': ['bullseye'],
  'musl-1.2.3': ['bookworm'],
  'musl-1.2.5': ['trixie'],
  'musl-1.2.6': ['forky', 'sid'],
};

/** Command or file → the Debian package that brings it. */
const tools = {
  gcc: 'gcc',
  'musl-gcc': 'musl-tools',
  '/usr/include/resolv.h': 'libc6-dev',
  python3: 'python3',
  pip3: 'python3-pip',
};

export async function provideLibcs(names: readonly LibcName[] = libcNames): Promise<Libcs> {
  const found = new Map<LibcName, Libc>();
  const missing: Libcs['missing'] = {};
  const movedOn = new Map<LibcName, string>();
  const lacking = await installedCommands(tools);
  const provide = async (name: LibcName): Promise<void> => {
    try {
      const without = lacking.filter((tool) => needs(name).includes(tool));
      if (without.length > 0) throw new Error(`not installed and not installable here: ${without.join(', ')}`);
      found.set(name, await provideLibc(name));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof MovedOnError) movedOn.set(name, reason);
      else missing[name] = reason;
    }
  };
  await Promise.all(names.map(provide));
  const remarks: string[] = [];
  for (const name of names.filter((wanted) => movedOn.has(wanted))) {
    const reason = movedOn.get(name) ?? '';
    // The others of its generation may not have been asked for.
    await Promise.all(libcNames.filter((other) => standInFor(name, [other]) && !found.has(other)).map(provide));
    const standIn = standInFor(
      name,
      [...found.keys()].filter((other) => !movedOn.has(other)),
    );
    const player = standIn && found.get(standIn);
    if (player === undefined) missing[name] = lostGeneration(name, reason);
    else {
      found.set(name, { ...player, name });
      remarks.push(standInRemark(name, player.name, reason));
    }
  }
  for (const remark of remarks) console.log(remark);
  // In the order of the list, not of arrival, and nothing that was not asked for.
  const libcs: Libcs = { available: {}, missing: {}, remarks };
  for (const name of names) {
    const libc = found.get(name);
    const reason = missing[name];
    if (libc !== undefined) libcs.available[name] = libc;
    if (reason !== undefined) libcs.missing[name] = reason;
  }
  return libcs;
}

/** All of these, for suites that are nothing without one of them. Undefined: what is missing was said. */
export async function provideEachLibc(names: readonly LibcName[]): Promise<Libcs['available'] | undefined> {
  const { available, missing } = await provideLibcs(names);
  for (const [name, reason] of Object.entries(missing)) console.error(`NOT HERE: ${name}: ${reason}`);
  return Object.keys(missing).length > 0 ? undefined : available;
}

/** A C library with its version and its origin, as one line. */
export function describeLibc({ name, version, origin }: Libc): string {
  return `${name}: ${version}, ${origin}`;
}

function needs(name: LibcName): string[] {
  if (name === 'musl-1.2.4') return ['python3', 'pip3'];
  return name.startsWith('musl') ? ['gcc', 'musl-gcc'] : ['gcc', '/usr/include/resolv.h'];
}

async function provideLibc(name: LibcName): Promise<Libc> {
  if (name === 'glibc') {
    const probe = [await compiledProbe('gcc', ['gcc'], ['-lresolv'])];
    return { name, version: await versionOf(name, probe), origin: await machineOrigin(), probe };
  }
  if (name === 'musl-1.2.4') {
    const probe = [await zigProbe()];
    return { name, version: wantedVersion(name, await versionOf(name, probe)), origin: `ziglang ${zig}`, probe };
  }
  const found: string[] = [];
  for (const suite of suites[name] ?? []) {
    try {
      const { probe, origin } = await startOf(name, suite);
      const version = await versionOf(name, probe);
      if (version === versionIn(name)) return { name, version, origin, probe };
      found.push(`Debian ${suite} has ${version}`);
    } catch (error) {
      if (!isNotInSuite(error)) throw error;
      found.push(`Debian ${suite} has it no more`);
    }
  }
  throw new MovedOnError(found.join(', '));
}

function versionIn(name: LibcName): string | undefined {
  return name.split('-')[1];
}

function wantedVersion(name: LibcName, version: string): string {
  if (version === versionIn(name)) return version;
  throw new Error(`the package brings version ${version}, not ${versionIn(name)}`);
}

async function machineOrigin(): Promise<string> {
  const shown = await runCommand('dpkg-query', ['--show', '--showformat', '${Version}', 'libc6']).catch(() => '');
  return shown === '' ? "the machine's own" : `the machine's own, Debian's ${shown.trim()}`;
}

async function startOf(name: LibcName, suite: string): Promise<{ probe: string[]; origin: string }> {
  const packageName = name.startsWith('musl') ? 'musl' : 'libc6';
  const { folder, versions } = await unpackedPackages(suite, [packageName]);
  const origin = `Debian's ${versions[packageName]} of ${suite}`;
  if (packageName === 'libc6') {
    const loader = onlyFile(folder, 'usr/lib/*/ld-linux-*.so.*');
    const probe = await compiledProbe('gcc', ['gcc'], ['-lresolv']);
    return { probe: [loader, '--library-path', join(loader, '..'), probe], origin };
  }
  const libc = onlyFile(folder, '{usr/lib,lib}/*-linux-musl/libc.so');
  return { probe: [libc, await compiledProbe('musl', ['musl-gcc'], [])], origin };
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
  const key = shortHash(readFileSync(source, 'utf8'), ...compiler.slice(1), ...libraries);
  const folder = await madeOnce(`probe-${name}-${key}`, async (draft) => {
    const [command = '', ...args] = compiler;
    const output = join(draft, 'probe');
    await runCommand(command, [...args, '-O1', '-o', output, source, ...libraries], { env });
  });
  return join(folder, 'probe');
}

async function zigProbe(): Promise<string> {
  const folder = await madeOnce(`zig-${zig}`, async (draft) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile'];
    await runCommand('python3', [...pip, '--target', draft, `ziglang==${zig}`]);
  });
  const target = `${machineName}-linux-musl`;
  const work = join(libcsFolder, `zig-${zig}`, 'work');
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
