/** Builds images with buildah and its vfs storage driver, which works wherever root does, into archives in the cache folder. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { imagesFolder, logsFolder, projectFolder } from './paths.ts';

export interface ImageSource {
  /** Full name with registry and tag. */
  readonly name: string;
  readonly context: string;
  /** Path of the Dockerfile. */
  readonly dockerfile: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** What the image depends on; the same fingerprint means that the archive of an earlier run is used. */
  readonly fingerprint: string;
}

/** Gives the path of a docker-archive. */
export async function buildImage(image: ImageSource): Promise<string> {
  const fileName = image.name.replaceAll(/[^\w.-]/g, '_');
  const archive = join(imagesFolder, `${fileName}.tar`);
  const stamp = join(imagesFolder, `${fileName}.fingerprint`);
  if (existsSync(archive) && (await readFile(stamp, 'utf8').catch(() => '')) === image.fingerprint) {
    return archive;
  }
  await mkdir(imagesFolder, { recursive: true });
  const logFile = join(logsFolder, `image-${fileName}.log`);
  const buildArguments = Object.entries(image.buildArguments ?? {}).map(
    ([name, value]) => `--build-arg=${name}=${value}`,
  );
  await buildah(
    [
      'build',
      '--layers=false',
      '--pull=never',
      '--isolation=chroot',
      `--tag=${image.name}`,
      ...buildArguments,
      `--file=${image.dockerfile}`,
      image.context,
    ],
    logFile,
  );
  await rm(`${archive}.part`, { force: true });
  await buildah(['push', '--disable-compression', image.name, `docker-archive:${archive}.part:${image.name}`], logFile);
  // The image that had this name before has none now; the vfs driver keeps a whole copy of each.
  await buildah(['rmi', '--prune', '--force'], logFile);
  await rename(`${archive}.part`, archive);
  await writeFile(stamp, image.fingerprint);
  return archive;
}

/**
 * buildah keeps caches under /var/lib/containers and /var/tmp whatever its storage options say:
 * in a mount namespace of its own they are memory that is gone when it ends.
 */
async function buildah(args: readonly string[], logFile: string): Promise<void> {
  const storage = join(imagesFolder, 'storage');
  const script = `set -eu
project=$1; shift
case "$project/" in /var/*) mount --bind "$project" /mnt;; esac
mount -t tmpfs tmpfs /var
mkdir -p /var/lib /var/tmp /var/cache
case "$project/" in /var/*) mkdir -p "$project"; mount --move /mnt "$project";; esac
exec buildah "$@"
`;
  await run(
    'unshare',
    [
      '--mount',
      'sh',
      '-c',
      script,
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
    { logFile, env: { TMPDIR: '/var/tmp', HOME: '/var/tmp', BUILDAH_FORMAT: 'docker' } },
  );
}
