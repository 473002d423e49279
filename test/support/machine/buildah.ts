/** buildah with its vfs storage driver, which works wherever root does. */
import { type CommandResult, run } from './command.ts';
import { projectFolder } from './paths.ts';

/** Runs one buildah command on a storage of its own. */
export type Buildah = (args: readonly string[]) => Promise<CommandResult>;

/** `storage`: folder of images and containers; it may be deleted while nothing runs. */
export function createBuildah(storage: string, logFile?: string): Buildah {
  return (args) =>
    run(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        privateCaches,
        'sh',
        projectFolder,
        '--root',
        storage,
        '--runroot',
        '/var/tmp/run',
        '--storage-driver',
        'vfs',
        ...args,
      ],
      {
        env: { TMPDIR: '/var/tmp', HOME: '/var/tmp', BUILDAH_FORMAT: 'docker' },
        ...(logFile === undefined ? {} : { logFile }),
      },
    );
}

/**
 * buildah keeps caches under /var/lib/containers and /var/tmp whatever its storage options say:
 * in a mount namespace of its own they are memory that is gone when it ends.
 */
const privateCaches = `set -eu
project=$1; shift
case "$project/" in /var/*) mount --bind "$project" /mnt;; esac
mount -t tmpfs tmpfs /var
mkdir -p /var/lib /var/tmp /var/cache
case "$project/" in /var/*) mkdir -p "$project"; mount --move /mnt "$project";; esac
exec buildah "$@"
`;

/** Options of `buildah build` that ask no registry for anything. */
export const offlineBuild = ['build', '--layers=false', '--pull=never', '--isolation=chroot'] as const;

/** Lets `npm ci` in a build take packages from the cache of the user's own npm. */
export async function npmCacheVolume(): Promise<string> {
  const { stdout } = await run('npm', ['config', 'get', 'cache'], { cwd: projectFolder });
  return `--volume=${stdout.trim()}:/root/.npm`;
}
