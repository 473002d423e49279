import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, parse, parseAllDocuments, type Document, type Node } from 'yaml';

/**
 * manifests/install.yaml: what `kubectl kustomize manifests` gives, in the order of the list of resources, with their
 * comments. Of kustomize, only what our kustomization.yaml uses is understood; anything else is an error. A test compares
 * the result with kubectl's.
 */
export function installManifest(): string {
  const { resources, images, replacements } = readKustomization();
  const documents = resources.flatMap(
    (file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')) as Document[],
  );
  for (const document of documents) setImages(document, images);
  for (const { source, targets } of replacements) {
    const value = fieldOf(select(documents, source), source.fieldPath);
    for (const target of targets)
      for (const path of target.fieldPaths) setField(select(documents, target.select), path, value);
  }
  const texts = documents.map((document) => {
    // The separators are ours to write.
    if (document.directives) document.directives.docStart = null;
    return document.toString({ flowCollectionPadding: false, lineWidth: 0 }).trim();
  });
  return `${header}${texts.join('\n---\n')}\n`;
}

const folder = join(import.meta.dirname, '../../manifests');

const header = `# Generated from kustomization.yaml by \`npm run generate\`; do not edit.
# kubectl apply -f manifests/install.yaml
`;

interface Selector {
  readonly kind: string;
  readonly name: string;
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newName?: string; readonly newTag: string }[];
  readonly replacements: readonly {
    readonly source: Selector & { readonly fieldPath: string };
    readonly targets: readonly { readonly select: Selector; readonly fieldPaths: readonly string[] }[];
  }[];
}

function readKustomization(): Kustomization {
  const value = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Record<string, unknown>;
  const known = ['apiVersion', 'kind', 'resources', 'images', 'replacements'];
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

function select(documents: readonly Document[], { kind, name }: Selector): Document {
  const found = documents.find(
    (document) => document.get('kind') === kind && document.getIn(['metadata', 'name']) === name,
  );
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

function fieldOf(document: Document, fieldPath: string): string {
  const node = nodeAt(document, fieldPath);
  if (!isScalar(node)) throw new Error(`${fieldPath} is no field`);
  return String(node.value);
}

function setField(document: Document, fieldPath: string, value: string): void {
  const node = nodeAt(document, fieldPath);
  if (!isScalar(node)) throw new Error(`${fieldPath} is no field`);
  node.value = value;
}

/** `spec.containers.[name=webhook].image`: members, and entries of lists by one of theirs. */
function nodeAt(document: Document, fieldPath: string): Node {
  let node: unknown = document.contents;
  for (const step of fieldPath.split('.')) {
    const entry = /^\[(\w+)=([^\]]+)\]$/.exec(step);
    if (entry && isSeq(node)) node = node.items.find((item) => isMap(item) && item.get(entry[1]) === entry[2]);
    else if (isMap(node)) node = node.get(step, true);
    else throw new Error(`${fieldPath}: there is no ${step}`);
  }
  if (node === undefined) throw new Error(`${fieldPath} leads nowhere`);
  return node as Node;
}
