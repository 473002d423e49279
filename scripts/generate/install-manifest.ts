/** Generates manifests/install.yaml from the kustomization. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isSeq, parse, parseAllDocuments, type Document } from 'yaml';
import { imageRepository } from '../../shared/values/names.ts';

/**
 * manifests/install.yaml: what `kubectl kustomize manifests` gives, in the order of the list of resources, with their
 * comments. Of kustomize, only what our kustomization.yaml uses is understood; anything else is an error. A test compares
 * the result with kubectl's.
 */
export function installManifest(): string {
  const { resources, images } = readKustomization();
  const documents = resources.flatMap(
    (file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')) as Document[],
  );
  for (const document of documents) setImages(document, images);
  const texts = documents.map((document) => {
    // The separators are ours to write.
    if (document.directives) document.directives.docStart = null;
    return document.toString({ flowCollectionPadding: false, lineWidth: 0 }).trim();
  });
  return `${header}${texts.join('\n---\n')}\n`;
}

const folder = join(import.meta.dirname, '../../manifests');

const header = `# Generated from kustomization.yaml by \`npm run generate\`; do not edit.
# With your registry in the place of ${imageRepository.split('/')[0]}:
# sed 's#${imageRepository.split('/')[0]}/#REGISTRY/#' manifests/install.yaml | kubectl apply -f -
`;

interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newName?: string; readonly newTag: string }[];
}

function readKustomization(): Kustomization {
  const value = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Record<string, unknown>;
  const known = ['apiVersion', 'kind', 'resources', 'images'];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`kustomization.yaml: ${unknown.join(', ')} is not understood here`);
  return value as unknown as Kustomization;
}

function setImages(document: Document, images: Kustomization['images']): void {
  for (const list of ['initContainers', 'containers']) {
    const containers = document.getIn(['spec', 'template', 'spec', list]);
    if (!isSeq(containers)) continue;
    for (const container of containers.items) {
      if (!isMap(container)) continue;
      const image = images.find(({ name }) => name === container.get('image'));
      if (image) container.set('image', `${image.newName ?? image.name}:${image.newTag}`);
    }
  }
}
