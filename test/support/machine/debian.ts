/**
 * Debian packages and sources that are only unpacked, of any release. They come through an apt state of our own, one per
 * release, so that the machine's package lists stay as they are and a release that has left the mirror harms no other.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madeOnce } from './made-once.ts';
import { CommandError, runCommand } from './command.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Unpacks packages of one Debian release and returns the folder and the packages' versions. `withLibraries`: the shared
 * libraries of their programs, too, whatever this machine has: another release of one may be installed.
 */
export async function unpackedPackages(
  suite: string,
  names: readonly string[],
  { withLibraries = false } = {},
): Promise<{ folder: string; versions: Record<string, string> }> {
  const folder = await madeOnce(
    `debian-${suite}-${names.join('-')}${withLibraries ? '-libraries' : ''}`,
    async (draft) => {
      const state = join(draft, 'apt');
      const env = { APT_CONFIG: await privateState(state, suite) };
      await runCommand('apt-get', ['-qq', 'update'], { env });
      const wanted = withLibraries ? [...new Set([...names, ...(await libraryPackages(names, env))])] : names;
      await runCommand('apt-get', ['-qq', 'download', ...wanted], { env, cwd: state });
      const versions: Record<string, string> = {};
      for (const file of (await readdir(state)).filter((name) => name.endsWith('.deb'))) {
        const shown = await runCommand('dpkg-deb', ['-f', join(state, file), 'Package', 'Version']);
        const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(shown)?.[1] ?? '';
        versions[field('Package')] = field('Version');
        await runCommand('dpkg-deb', ['-x', join(state, file), join(draft, 'root')]);
      }
      await rm(state, { recursive: true });
      await writeFile(join(draft, 'versions.json'), JSON.stringify(versions));
    },
  );
  const versions = JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8'));
  return { folder: join(folder, 'root'), versions };
}

/** The packages of shared libraries that these need, but for the C library's, which belongs to the machine's loader. */
async function libraryPackages(names: readonly string[], env: Record<string, string>): Promise<string[]> {
  const plan = await runCommand('apt-get', ['-s', 'install', '--no-install-recommends', ...names], { env });
  const needed = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
  return needed.filter((name) => /^lib|-libs$/.test(name) && !/^libc6|^libc-|-perl$/.test(name));
}

/** Unpacks the original sources of a Debian package, without Debian's changes, into `folder`. */
export async function unpackedSource(suite: string, name: string, folder: string): Promise<void> {
  const state = join(folder, 'apt');
  const env = { APT_CONFIG: await privateState(state, suite, 'deb-src') };
  await runCommand('apt-get', ['-qq', 'update'], { env });
  await runCommand('apt-get', ['-qq', 'source', '--download-only', name], { env, cwd: state });
  const archive = (await readdir(state)).find((file) => /\.orig\.tar\.[a-z0-9]+$/.test(file));
  if (archive === undefined) throw new Error(`the source package of ${name} has no .orig.tar`);
  await runCommand('tar', ['-xf', join(state, archive), '-C', folder, '--strip-components=1']);
  await rm(state, { recursive: true });
}

/** Whether apt said that the suite has left the mirror, or that it has no such package; a mirror out of reach is neither. */
export function isNotInSuite(error: unknown): boolean {
  return error instanceof CommandError && /does not have a Release file|Unable to locate package/.test(error.message);
}

/** An apt configuration that reads and writes below `state` only; returns the file for APT_CONFIG. */
async function privateState(state: string, suite: string, kind: 'deb' | 'deb-src' = 'deb'): Promise<string> {
  const mirror = await machineMirror();
  for (const folder of ['lists/partial', 'cache/archives/partial', 'etc'])
    await mkdir(join(state, folder), { recursive: true });
  await writeFile(join(state, 'status'), '');
  await writeFile(join(state, 'sources.list'), `${kind} [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  const file = join(state, 'apt.conf');
  const settings: Record<string, string> = {
    'Dir::Etc': join(state, 'etc'),
    'Dir::Etc::sourcelist': join(state, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::parts': '/etc/apt/apt.conf.d',
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': join(state, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Check-Valid-Until': 'false',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";\n`);
  await writeFile(file, lines.join(''));
  return file;
}

/** The mirror from which this machine takes its own release. */
async function machineMirror(): Promise<string> {
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = '$(CODENAME) $(COMPONENT) $(REPO_URI)';
  const targets = await runCommand('apt-get', ['indextargets', '--format', format]);
  for (const line of targets.split('\n')) {
    const [target, component, uri] = line.split(' ');
    if (target === codename && component === 'main' && uri) return uri;
  }
  throw new Error(`apt knows no source of ${codename ?? 'this release'} with component main`);
}
