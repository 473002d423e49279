/** Pods out of the manifests that a user gives: pods themselves, and templates of whatever makes pods. */
import { readFileSync } from 'node:fs';
import { LineCounter, parseAllDocuments } from 'yaml';
import { isObject, objectAt, stringAt, valueAt, type Json, type JsonObject } from '../../webhook/json.ts';
import { UsageError } from '../usage-error.ts';

export interface ManifestPod {
  /** `Deployment shop/storefront` */
  readonly title: string;
  readonly namespace: string;
  readonly pod: JsonObject;
}

const DEFAULT_NAMESPACE = 'default';

/** Where the pod template stands; it is a pod without apiVersion and kind. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

export function readManifestFile(file: string): ManifestPod[] {
  return readManifest(readTextFile(file), file);
}

export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${errorText(error)}`);
  }
}

/** YAML, several documents, or JSON. */
export function readManifest(text: string, file: string): ManifestPod[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter });
  const objects: JsonObject[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      throw new UsageError(`${file}:${line}:${col}: ${error.message.split('\n')[0]?.replace(/ at line.*$/, '')}`);
    }
    const value = document.toJS() as Json;
    if (value === null) continue;
    if (!isObject(value)) throw new UsageError(`${file}: a document is no Kubernetes object`);
    objects.push(...itemsOf(value));
  }
  const pods = objects.flatMap(podOf);
  if (pods.length > 0) return pods;
  const kinds = [...new Set(objects.map((object) => stringAt(object, 'kind') ?? 'an object without kind'))];
  throw new UsageError(
    `${file} has no Pod and nothing with a pod template; it has ${kinds.length > 0 ? kinds.join(', ') : 'nothing'}`,
  );
}

function itemsOf(object: JsonObject): JsonObject[] {
  const items = object['items'];
  return Array.isArray(items) && stringAt(object, 'kind')?.endsWith('List') ? items.filter(isObject) : [object];
}

function podOf(object: JsonObject): ManifestPod[] {
  const kind = stringAt(object, 'kind') ?? '';
  const name = stringAt(object, 'metadata', 'name') ?? stringAt(object, 'metadata', 'generateName') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace') ?? DEFAULT_NAMESPACE;
  const title = `${kind} ${namespace}/${name}`;
  if (kind === 'Pod') return [{ title, namespace, pod: object }];
  const path = TEMPLATES[kind];
  const template = path === undefined ? undefined : valueAt(object, ...path);
  if (!isObject(template)) return [];
  const metadata = { generateName: `${name}-`, namespace, ...objectAt(template, 'metadata') };
  return [{ title, namespace, pod: { apiVersion: 'v1', kind: 'Pod', ...template, metadata } }];
}

function errorText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}
