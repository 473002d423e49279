/** The product's own images, built from its Dockerfiles on a Node runtime that needs no registry. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from './buildah.ts';
import { run } from '../support/machine/command.ts';
import { buildNodeWithNpm, imageNames } from './images.ts';
import { logsFolder, projectFolder } from '../support/machine/paths.ts';
import { step } from '../support/machine/steps.ts';
import { imageRepository } from '../../shared/values/names.ts';
import { npmCacheVolume } from '../support/machine/buildah.ts';

export const productParts = ['webhook', 'sidecar'] as const;

/** As the manifests name it. */
export async function productImageName(part: (typeof productParts)[number]): Promise<string> {
  const text = await readFile(join(projectFolder, 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return `${imageRepository}/${part}:${version}`;
}

export function productDockerfilesExist(): boolean {
  return productParts.every((part) => existsSync(join(projectFolder, `Dockerfile.${part}`)));
}

/** Gives the archives. */
export async function buildProductImages(): Promise<string[]> {
  await step('bundles of the product', () =>
    run('npm', ['run', 'build'], {
      cwd: projectFolder,
      logFile: join(logsFolder, 'product-build.log'),
    }),
  );
  return step('images of the product', async () => {
    const archives: string[] = [];
    await buildNodeWithNpm();
    const volume = await npmCacheVolume();
    for (const part of productParts) {
      const dockerfile = join(projectFolder, `Dockerfile.${part}`);
      archives.push(
        await buildImage({
          name: await productImageName(part),
          context: projectFolder,
          dockerfile,
          buildArguments: { BUILD_IMAGE: imageNames.nodeWithNpm, RUNTIME_IMAGE: imageNames.node },
          volume,
          fingerprint: await fingerprintOf(dockerfile),
        }),
      );
    }
    return archives;
  });
}

async function fingerprintOf(dockerfile: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(dockerfile));
  const folder = join(projectFolder, 'dist');
  for (const name of (await readdir(folder)).toSorted()) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) hash.update(name).update(await readFile(path));
  }
  return hash.digest('hex');
}
