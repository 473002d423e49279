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
 * Creates pods for `durationMs` while `happens` runs, which must end before. A scheduling gate keeps the pods from being
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
      let endMs = Infinity;
      const startedMs = performance.now();
      const timed = happens(namespace).then(() => (endMs = performance.now() - startedMs));
      const [pods] = await Promise.all([createPods(api, context, namespace, durationMs), timed]);
      hold(endMs <= durationMs, () => `what happens to the webhook took ${endMs} ms, longer than the stream of pods`);
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
  durationMs: number,
): Promise<CreatedPod[]> {
  const startedMs = performance.now();
  const count = Math.round((durationMs / 1000) * creationRate);
  const spec = { schedulingGates: [{ name: 'proof.test/never' }] };
  const create = async (index: number): Promise<CreatedPod> => {
    const atMs = (index * 1000) / creationRate;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, startedMs + atMs - performance.now())));
    const name = `pod-${index}`;
    const pod = podOf({ namespace, name, image: images.alpine, spec });
    const { status, body, elapsedMs } = await api.post(`/api/v1/namespaces/${namespace}/pods`, pod);
    hold(status === 201, () => `creation of ${name}: ${status} ${JSON.stringify(body)}`);
    const { labels = {} } = (body as { metadata: { labels?: Record<string, string> } }).metadata;
    return { name, isInjected: labels['alpine-resolver.io/injected'] === 'true', atMs, elapsedMs };
  };
  return Promise.all(Array.from({ length: count }, (_, index) => create(index)));
}

function resultOf(pods: readonly CreatedPod[]): StreamResult {
  const missed = pods.filter(({ isInjected }) => !isInjected);
  const slowestMs = Math.max(...pods.map(({ elapsedMs }) => elapsedMs));
  const figures = `${pods.length - missed.length} of ${pods.length} injected, slowest creation ${(slowestMs / 1000).toFixed(2)} s`;
  return { pods, missed, figures };
}
