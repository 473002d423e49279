/** What the commands know of a cluster: it is read, and nothing else. */
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';

export interface ClusterReader {
  /** Of the kubeconfig. */
  readonly context: string;
  /** That of the context, where no other one is asked for. */
  readonly namespace: string;
  readonly kubectl: KubectlTarget;
  /** undefined: there is none. Rejects with a `ClusterError`, as all of them do. */
  get(path: string): Promise<JsonObject | undefined>;
  /** All pages of a list, one after the other: what is not kept of one is not held while the next is read. */
  list(path: string, selection?: ListSelection): AsyncIterable<JsonObject>;
  /** Through the API server, of a pod: its metrics, within a bound. */
  text(path: string): Promise<string>;
  /** What the API server would make of the object, without keeping it (dryRun=All). */
  dryRun(path: string, object: JsonObject): Promise<JsonObject>;
  /** A connection to a port of the pod, on its loopback. */
  forward(namespace: string, pod: string, port: number): Promise<Duplex>;
}

/** How kubectl is told of the same cluster. */
export interface KubectlTarget {
  /** undefined: no kubeconfig names one, and kubectl finds the cluster by itself, as in a pod. */
  readonly context: string | undefined;
  /** undefined: that of the environment. */
  readonly kubeconfig: string | undefined;
}

export interface ListSelection {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export type ClusterFault =
  /** There is no cluster to speak to, or it does not answer. */
  | 'unreachable'
  /** It does not know who asks. */
  | 'unauthorized'
  /** A right is missing. */
  | 'forbidden'
  /** It answers, and not as it should. */
  | 'failed';

/** The cluster, or one of its parts, cannot be read. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code: ClusterFault;

  constructor(code: ClusterFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What may be read, or why it is not known. */
export type Known<Value> =
  | { readonly isKnown: true; readonly value: Value }
  | { readonly isKnown: false; readonly why: string };

/** A missing right makes a fact unknown; without a cluster nothing is known. */
export async function unlessForbidden<Value>(reading: Promise<Value>): Promise<Known<Value>> {
  try {
    return { isKnown: true, value: await reading };
  } catch (error) {
    if (error instanceof ClusterError && ['forbidden', 'failed'].includes(error.code))
      return { isKnown: false, why: error.message };
    throw error;
  }
}

export async function collected<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Ends where it is stopped, with what came before. */
export async function* untilStopped<Value>(
  values: AsyncIterable<Value>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Value> {
  const iterator = values[Symbol.asyncIterator]();
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal?.aborted === true) resolve('stopped');
    signal?.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  for (;;) {
    const next = await Promise.race([iterator.next(), stopped]);
    if (next === 'stopped' || next.done === true) return;
    yield next.value;
  }
}
