/** A kustomization over the product's own that takes images from elsewhere, as the README shows it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cacheFolder, manifestsFolder } from '../paths.ts';

/** Gives the folder. */
export async function writeOverlay(name: string, images: { webhook?: string; sidecar?: string }): Promise<string> {
  const folder = join(cacheFolder, 'overlays', name);
  await mkdir(folder, { recursive: true });
  const deployment = { kind: 'Deployment', name: 'alpine-resolver' };
  const kustomization = {
    resources: [relative(folder, manifestsFolder)],
    images: Object.entries(images).map(([part, image]) => ({ name: `alpine-resolver/${part}`, ...splitImage(image) })),
    replacements: [
      {
        source: { ...deployment, fieldPath: 'spec.template.spec.initContainers.[name=sidecar-image].image' },
        targets: [
          {
            select: deployment,
            fieldPaths: ['spec.template.spec.containers.[name=webhook].env.[name=WEBHOOK_SIDECAR_IMAGE].value'],
          },
        ],
      },
    ],
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return folder;
}

/** The colon of a port stands before a slash, that of a tag does not. */
function splitImage(image: string): { newName: string; newTag?: string } {
  const [, newName = image, newTag] = /^(.+?)(?::([^:/]+))?$/.exec(image) ?? [];
  return { newName, ...(newTag !== undefined && { newTag }) };
}
