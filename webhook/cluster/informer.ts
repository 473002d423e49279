/** Keeps a copy of objects of the cluster by list and watch. */
import { ListWatch, Watch, type KubernetesListObject, type KubernetesObject } from '@kubernetes/client-node';
import type { Log } from '../../shared/report/log.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { ClusterClient } from './client.ts';

/** A copy of some objects of the cluster that follows their changes. They are plain JSON, from lists and watches alike. */
export interface Informer {
  get(name: string, namespace?: string): JsonObject | undefined;
  list(namespace?: string): readonly JsonObject[];
  /** The first list has arrived. */
  readonly hasSynced: boolean;
  stop(): void;
}

export interface InformerOptions {
  readonly client: ClusterClient;
  /** Of the list, and of its watch. */
  readonly path: string;
  readonly fieldSelector?: string;
  /** After a change, and after the first list. */
  changed?(): void;
  readonly log: Log;
}

/** The library's informer stops at the first fault; ours begins again. */
const restartMs = 3000;

export function startInformer({ client, path, fieldSelector, changed, log }: InformerOptions): Informer {
  let hasSynced = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const list = async (): Promise<KubernetesListObject<KubernetesObject>> => {
    const found = await client.readJson(path, fieldSelector === undefined ? {} : { fieldSelector });
    // The cache is filled after this returns.
    setImmediate(() => {
      hasSynced = true;
      changed?.();
    });
    // Of lists and objects the library reads what is called the same in JSON: metadata, items, names, versions.
    return found as unknown as KubernetesListObject<KubernetesObject>;
  };
  const watch = new Watch(client.kubeConfig);
  const cache = new ListWatch<KubernetesObject>(path, watch, list, false, undefined, fieldSelector);
  const start = (): void => {
    cache.start().catch(restart);
  };
  const restart = (error: unknown): void => {
    if (isStopped) return;
    log.warn('watch-failed', { path, error });
    clearTimeout(timer);
    timer = setTimeout(start, restartMs);
    timer.unref();
  };
  cache.on('error', restart);
  if (changed) cache.on('change', changed);
  start();
  return {
    get: (name, namespace) => cache.get(name, namespace) as JsonObject | undefined,
    list: (namespace) => cache.list(namespace) as readonly unknown[] as readonly JsonObject[],
    get hasSynced() {
      return hasSynced;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      void cache.stop();
    },
  };
}
