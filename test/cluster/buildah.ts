/** Builds images into archives in the cache folder. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBuildah, offlineBuild } from '../support/machine/buildah.ts';
import { imagesFolder, logsFolder } from '../support/machine/paths.ts';

export interface ImageSource {
  /** Full name with registry and tag. */
  readonly name: string;
  readonly context: string;
  /** Path of the Dockerfile. */
  readonly dockerfile: string;
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** Option that gives the build a folder of this machine. */
  readonly volume?: string;
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
      ...offlineBuild,
      `--tag=${image.name}`,
      ...buildArguments,
      ...(image.volume === undefined ? [] : [image.volume]),
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

async function buildah(args: readonly string[], logFile: string): Promise<void> {
  await createBuildah(join(imagesFolder, 'storage'), logFile)(args);
}
