import { ListWatch, Watch, type KubernetesListObject, type KubernetesObject } from '@kubernetes/client-node';
import type { Log } from '../../shared/log.ts';
import type { ClusterClient } from './client.ts';

/** A copy of some objects of the cluster that follows their changes. */
export interface Informer<Kind extends KubernetesObject> {
  get(name: string, namespace?: string): Kind | undefined;
  list(namespace?: string): readonly Kind[];
  /** The first list has arrived. */
  readonly hasSynced: boolean;
  stop(): void;
}

export interface InformerOptions<Kind extends KubernetesObject> {
  readonly client: ClusterClient;
  /** Path of the list, the same as `list` calls. */
  readonly path: string;
  /** Must select what `list` selects. */
  readonly fieldSelector?: string;
  list(): Promise<KubernetesListObject<Kind>>;
  /** After a change, and after the first list. */
  changed?(): void;
  readonly log: Log;
}

/** The library's informer stops at the first fault; ours begins again. */
const restartMs = 3000;

export function startInformer<Kind extends KubernetesObject>(options: InformerOptions<Kind>): Informer<Kind> {
  const { client, path, fieldSelector, list, changed, log } = options;
  let hasSynced = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const listAndNote = async (): Promise<KubernetesListObject<Kind>> => {
    const found = await list();
    // The cache is filled after this returns.
    setImmediate(() => {
      hasSynced = true;
      changed?.();
    });
    return found;
  };
  const watch = new Watch(client.kubeConfig);
  const cache = new ListWatch<Kind>(path, watch, listAndNote, false, undefined, fieldSelector);
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
    get: (name, namespace) => cache.get(name, namespace),
    list: (namespace) => cache.list(namespace),
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
