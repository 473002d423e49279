/** Pods that are created one after the other at a steady rate, while something happens to the webhook. */
import { type Api, withApi } from './api.ts';
import { inNamespace, podOf } from './pods.ts';
import { optedIn } from './product.ts';
import { type ProofContext, hold } from './proof.ts';

/** Pods each second. */
export const creationRate = 5;

export interface CreatedPod {
  readonly name: string;
  readonly isInjected: boolean;
  /** Since the beginning of the stream. */
  readonly atMs: number;
  readonly elapsedMs: number;
}

export interface StreamResult {
  readonly pods: readonly CreatedPod[];
  readonly missed: readonly CreatedPod[];
  /** For the table. */
  readonly figures: string;
}

/**
 * Creates pods for `durationMs`, and longer when `happens` takes longer. A scheduling gate keeps the pods from being
 * started: what counts is their creation. `look` sees the namespace before it is deleted.
 */
export function streamPods(
  context: ProofContext,
  name: string,
  { durationMs, prepare, happens, look }: StreamOptions,
): Promise<StreamResult> {
  return inNamespace(context.kubectl, name, optedIn, (namespace) =>
    withApi(context.kubectl, async (api) => {
      await prepare?.(namespace);
      let isOver = false;
      const events = happens(namespace).finally(() => (isOver = true));
      const stream = createPods(api, context, namespace, (atMs) => atMs >= durationMs && isOver);
      const [pods] = await Promise.all([stream, events]);
      const result = resultOf(pods);
      await look?.(namespace, result);
      return result;
    }),
  );
}

export interface StreamOptions {
  readonly durationMs: number;
  prepare?(namespace: string): Promise<void>;
  happens(namespace: string): Promise<void>;
  look?(namespace: string, result: StreamResult): Promise<void>;
}

async function createPods(
  api: Api,
  { images }: ProofContext,
  namespace: string,
  isEnough: (atMs: number) => boolean,
): Promise<CreatedPod[]> {
  const startedMs = performance.now();
  const spec = { schedulingGates: [{ name: 'proof.test/never' }] };
  const create = async (index: number, atMs: number): Promise<CreatedPod> => {
    const name = `pod-${index}`;
    const pod = podOf({ namespace, name, image: images.alpine, spec });
    const { status, body, elapsedMs } = await api.post(`/api/v1/namespaces/${namespace}/pods`, pod);
    hold(status === 201, () => `creation of ${name}: ${status} ${JSON.stringify(body)}`);
    const { labels = {} } = (body as { metadata: { labels?: Record<string, string> } }).metadata;
    return { name, isInjected: labels['alpine-resolver.io/injected'] === 'true', atMs, elapsedMs };
  };
  const created: Promise<CreatedPod>[] = [];
  for (let index = 0; ; index++) {
    const atMs = (index * 1000) / creationRate;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, startedMs + atMs - performance.now())));
    if (isEnough(atMs)) return Promise.all(created);
    created.push(create(index, atMs));
  }
}

function resultOf(pods: readonly CreatedPod[]): StreamResult {
  const missed = pods.filter(({ isInjected }) => !isInjected);
  const slowestMs = Math.max(...pods.map(({ elapsedMs }) => elapsedMs));
  const figures = `${pods.length - missed.length} of ${pods.length} injected, slowest creation ${(slowestMs / 1000).toFixed(2)} s`;
  return { pods, missed, figures };
}
