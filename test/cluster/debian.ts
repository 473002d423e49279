/**
 * Debian packages of other releases, unpacked into the cache folder without touching the machine's own packages:
 * the real musl of a given age, and sources to compile with it.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../support/machine/command.ts';
import { debianFolder, logsFolder } from '../support/machine/paths.ts';

export interface Musl {
  readonly version: string;
  /** Folder with the unpacked packages `musl` and `musl-dev`. */
  readonly root: string;
  readonly loader: string;
  readonly include: string;
  readonly lib: string;
}

/** trixie has musl 1.2.5, as Alpine 3.20 to 3.22. What plays Alpine is any release of that generation. */
const muslSuite = 'trixie';
/** The first that reads a reply as a whole. */
const firstMusl = [1, 2, 5] as const;
const busyboxSuite = 'trixie';

/** As the kernel and musl's loader call the machine's architecture. */
export const machineName = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

const aptFolder = join(debianFolder, 'apt');
const aptConfiguration = join(aptFolder, 'apt.conf');

export async function fetchMusl(): Promise<Musl> {
  const root = join(debianFolder, `musl-${muslSuite}`);
  if (!existsSync(root)) {
    await prepareApt();
    const part = await emptyFolder(`${root}.part`);
    await apt(part, ['download', `musl/${muslSuite}`, `musl-dev/${muslSuite}`]);
    for (const name of await readdir(part)) {
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', join(part, name), part]);
    }
    await rename(part, root);
  }
  const archive = (await readdir(root)).find((name) => /^musl_.*\.deb$/.test(name)) ?? '';
  const version = /^musl_(\d+\.\d+\.\d+)/.exec(archive)?.[1] ?? '';
  if (isOlder(version, firstMusl)) {
    throw new Error(`Debian ${muslSuite} gives ${archive || 'no musl'}, ${firstMusl.join('.')} or later is needed`);
  }
  const lib = join(root, 'usr/lib', `${machineName}-linux-musl`);
  return {
    version,
    root,
    lib,
    include: join(root, 'usr/include', `${machineName}-linux-musl`),
    loader: join(lib, 'libc.so'),
  };
}

/** Folder with BusyBox's sources, as Debian got them from upstream. */
export async function fetchBusyboxSource(): Promise<string> {
  const target = join(debianFolder, 'busybox-source');
  if (existsSync(target)) return target;
  await prepareApt();
  const part = await emptyFolder(`${target}.part`);
  await apt(part, ['source', '--download-only', `busybox/${busyboxSuite}`]);
  const archive = (await readdir(part)).find((name) => name.includes('.orig.tar.'));
  if (archive === undefined) throw new Error('the source package of busybox has no .orig.tar');
  await run('tar', ['-xf', join(part, archive), '-C', part, '--strip-components=1']);
  await rename(part, target);
  return target;
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const index = than.findIndex((part, at) => parts[at] !== part);
  return index >= 0 && (parts[index] ?? -1) < (than[index] ?? 0);
}

async function emptyFolder(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  return path;
}

async function apt(cwd: string, args: readonly string[]): Promise<void> {
  try {
    await run('apt-get', args, {
      cwd,
      env: { APT_CONFIG: aptConfiguration },
      logFile: join(logsFolder, 'apt.log'),
    });
  } catch (error) {
    // The lists may be older than the mirror: the next run fetches them again.
    await rm(join(aptFolder, 'ready'), { force: true });
    throw error;
  }
}

/** An apt state of its own: other releases' package lists, no change to the machine's. */
async function prepareApt(): Promise<void> {
  if (existsSync(join(aptFolder, 'ready'))) return;
  await emptyFolder(aptFolder);
  for (const name of ['etc', 'etc/parts', 'etc/preferences', 'state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(aptFolder, name), { recursive: true });
  }
  const mirror = await debianMirror();
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const suites = new Set([muslSuite, busyboxSuite]);
  await writeFile(
    join(aptFolder, 'etc/sources.list'),
    [...suites]
      .flatMap((suite) => ['deb', 'deb-src'].map((kind) => `${kind} [signed-by=${keyring}] ${mirror} ${suite} main\n`))
      .join(''),
  );
  await writeFile(join(aptFolder, 'state/status'), '');
  await writeFile(
    aptConfiguration,
    `Dir::Etc "${aptFolder}/etc";
Dir::Etc::sourcelist "${aptFolder}/etc/sources.list";
Dir::Etc::sourceparts "${aptFolder}/etc/parts";
Dir::Etc::parts "${aptFolder}/etc/parts";
Dir::Etc::preferencesparts "${aptFolder}/etc/preferences";
Dir::State "${aptFolder}/state";
Dir::State::status "${aptFolder}/state/status";
Dir::Cache "${aptFolder}/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
`,
  );
  await apt(aptFolder, ['update']);
  await writeFile(join(aptFolder, 'ready'), '');
}

/** The mirror that the machine itself uses, so that a local one is used where there is one. */
async function debianMirror(): Promise<string> {
  const targets = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const found = targets.stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri.trim()));
  return found?.trim() ?? 'http://deb.debian.org/debian';
}
