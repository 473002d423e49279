/** A kustomization over the product's own that takes images from elsewhere, as the README shows it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { imageRepository } from '../../../shared/values/names.ts';
import { clusterCacheFolder, manifestsFolder } from '../../support/machine/paths.ts';

/** Gives the folder. */
export function writeOverlay(
  name: string,
  images: { webhook?: string; sidecar?: string },
  more: object = {},
): Promise<string> {
  return writeFiles(name, (base) => ({
    'kustomization.yaml': {
      resources: [base],
      images: Object.entries(images).map(([part, image]) => ({
        name: `${imageRepository}/${part}`,
        ...splitImage(image),
      })),
      ...more,
    },
  }));
}

/** Gives the folder of an overlay whose files name the product's own manifests by a relative path. */
export async function writeFiles(
  name: string,
  filesOn: (base: string) => Readonly<Record<string, object>>,
): Promise<string> {
  const folder = join(clusterCacheFolder, 'overlays', name);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(filesOn(relative(folder, manifestsFolder))))
    await writeFile(join(folder, file), JSON.stringify(content));
  return folder;
}

/** The colon of a port stands before a slash, that of a tag does not. */
function splitImage(image: string): { newName: string; newTag?: string } {
  const [, newName = image, newTag] = /^(.+?)(?::([^:/]+))?$/.exec(image) ?? [];
  return { newName, ...(newTag !== undefined && { newTag }) };
}
