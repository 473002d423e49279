/** Keeps labels and annotations of all namespaces at hand. */
import type { Log } from '../../shared/report/log.ts';
import { stringAt, type JsonObject } from '../kubernetes/json.ts';
import { isOptedIn, optedInNamespace, type Namespace } from '../kubernetes/namespace.ts';
import { annotationsOf, labelsOf } from '../kubernetes/pod.ts';
import { unlessRefused, type ClusterClient } from './client.ts';
import { startInformer } from './informer.ts';

/** Labels and annotations of all namespaces. */
export interface Namespaces {
  find(name: string): Promise<Namespace>;
  readonly hasSynced: boolean;
  stop(): void;
}

/**
 * A pod's creation does not wait longer for the annotations of its namespace: then the defaults inject it. That the
 * review arrived says that the namespace has opted in.
 */
const maxWaitMs = 1000;

export function watchNamespaces(client: ClusterClient, log: Log): Namespaces {
  const path = '/api/v1/namespaces';
  const informer = startInformer({ client, path, log });
  /** The namespace may be younger than what the watch has brought. */
  const fetchOne = async (name: string): Promise<Namespace> => {
    try {
      const found = await withinTime(
        unlessRefused(client.readJson(`${path}/${encodeURIComponent(name)}`), 404),
        maxWaitMs,
      );
      return found ? toNamespace(found) : optedInNamespace(name);
    } catch (error) {
      log.warn('namespace-unknown', { namespace: name, error });
      return optedInNamespace(name);
    }
  };
  return {
    find: async (name) => {
      const known = informer.get(name);
      const copy = known && toNamespace(known);
      // The API server calls for namespaces that have opted in: a copy that says otherwise is of before that.
      return copy && isOptedIn(copy) ? copy : await fetchOne(name);
    },
    get hasSynced() {
      return informer.hasSynced;
    },
    stop: () => informer.stop(),
  };
}

function toNamespace(object: JsonObject): Namespace {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  return { name, labels: labelsOf(object), annotations: annotationsOf(object) };
}

async function withinTime<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
