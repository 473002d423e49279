/** The product in the cluster: its installation, and what its webhook says of itself. */
import type { Kubectl } from '../kubectl.ts';
import { runInMachine } from '../machine/namespaces.ts';
import { until } from '../../support/machine/steps.ts';
import type { ProofContext } from './proof.ts';

export const productNamespace = 'alpine-resolver';
export const webhookConfiguration = 'mutatingwebhookconfiguration/alpine-resolver';
const deployment = 'deployment/alpine-resolver';
const inProduct = `--namespace=${productNamespace}`;
const webhookPods = '--selector=app.kubernetes.io/component=webhook';

/** Labels of a namespace that opted in. */
export const optedIn = { 'alpine-resolver.io/inject': 'enabled' };
/** Labels of a pod that opted out. */
export const optedOut = { 'alpine-resolver.io/inject': 'disabled' };

/** Where the product runs. */
type Place = Pick<ProofContext, 'kubectl' | 'cluster'>;

/** As a user would. Gives what kubectl said. */
export async function installProduct(context: ProofContext): Promise<string> {
  const { kubectl, manifests } = context;
  const applied = await kubectl.run(['apply', '--kustomize', manifests]);
  await waitForRollout(context);
  return applied.stdout;
}

/** The replicas before the change are gone too: while they drain they answer as before it. */
export async function waitForRollout(context: Place): Promise<void> {
  const { kubectl } = context;
  await kubectl.run(['rollout', 'status', deployment, inProduct, '--timeout=90s']);
  await until('end of the earlier replicas', 60_000, async () => {
    const { items } = await kubectl.get<PodList>(['pods', inProduct, webhookPods]);
    return items.some(isEnding) ? undefined : true;
  });
  await waitForService(context);
}

/**
 * kube-proxy leads nobody to the replicas before it knows of the first of them, however ready they are. What it knows
 * can be seen from the node alone.
 */
async function waitForService({ kubectl, cluster }: Place): Promise<void> {
  if (cluster === undefined) return;
  const path = '--output=jsonpath={.spec.clusterIP} {.spec.ports[0].port}';
  const { stdout } = await kubectl.run(['get', 'service/alpine-resolver', inProduct, path]);
  const [address, port] = stdout.split(' ');
  await until('a way from the node to the Service', 10_000, async () => {
    await runInMachine(cluster.machine, 'timeout', ['1', 'bash', '-c', `true < /dev/tcp/${address}/${port}`]);
    return true;
  });
}

export async function removeProduct({ kubectl, manifests }: ProofContext): Promise<void> {
  const removal = { fromMs: Date.now(), toMs: Infinity };
  removals.push(removal);
  await kubectl.run(['delete', '--kustomize', manifests, '--ignore-not-found', '--timeout=90s']);
  removal.toMs = Date.now();
}

/** With its replicas. What was patched into it would stay: `apply` takes away only what it brought. */
export async function deleteDeployment(kubectl: Kubectl): Promise<void> {
  await kubectl.run(['delete', deployment, inProduct, '--cascade=foreground', '--timeout=60s']);
}

/** When the product was being removed: its permissions go before its replicas end, and these go on asking. */
export const removals: { fromMs: number; toMs: number }[] = [];

/** For proofs that are run alone: installs the product where it is missing. */
export async function ensureProduct(context: ProofContext): Promise<void> {
  const { kubectl } = context;
  const found = await kubectl.try(['get', deployment, inProduct, '--output=jsonpath={.status.readyReplicas}']);
  if (found.code !== 0 || found.stdout !== '2') await installProduct(context);
}

export interface Replica {
  readonly name: string;
  readonly uid: string;
  readonly address: string;
  readonly ready: boolean;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
    readonly status: {
      readonly podIP?: string;
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  }[];
}

function isEnding({ metadata }: PodList['items'][number]): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** The pods of the webhook that are not about to end. */
export async function replicasOf(kubectl: Kubectl): Promise<Replica[]> {
  const { items } = await kubectl.get<PodList>(['pods', inProduct, webhookPods]);
  return items
    .filter((pod) => !isEnding(pod))
    .map(({ metadata: { name, uid }, status: { podIP = '', conditions = [] } }) => ({
      name,
      uid,
      address: podIP,
      ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    }));
}

export async function scaleProduct(context: Place, replicas: number): Promise<void> {
  const { kubectl } = context;
  await kubectl.run(['scale', deployment, inProduct, `--replicas=${replicas}`]);
  if (replicas > 0) return waitForRollout(context);
  // Those that drain still answer.
  await kubectl.run(['wait', 'pods', inProduct, webhookPods, '--for=delete', '--timeout=60s']);
}

/** Reviews so far by `verdict/reason`, of all replicas together. A replica that ended takes its own along. */
export async function countReviews(kubectl: Kubectl): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const text of await metricsTexts(kubectl)) {
    for (const [, verdict, reason, value] of text.matchAll(
      /^alpine_resolver_webhook_reviews_total\{verdict="([^"]*)",reason="([^"]*)"\} (\d+)$/gm,
    )) {
      const key = `${verdict}/${reason}`;
      counts.set(key, (counts.get(key) ?? 0) + Number(value));
    }
  }
  return counts;
}

/** The sum of a metric without labels over all replicas. */
export async function metricOf(kubectl: Kubectl, metric: string): Promise<number> {
  const values = (await metricsTexts(kubectl)).map((text) => new RegExp(`^${metric} (.*)$`, 'm').exec(text)?.[1]);
  return values.reduce((total, value) => total + Number(value), 0);
}

async function metricsTexts(kubectl: Kubectl): Promise<string[]> {
  const texts: string[] = [];
  for (const { name } of await replicasOf(kubectl)) {
    texts.push(await kubectl.raw(`/api/v1/namespaces/${productNamespace}/pods/${name}:8080/proxy/metrics`));
  }
  return texts;
}

export interface ReviewLine {
  readonly namespace: string;
  readonly pod?: string;
  readonly verdict: string;
  readonly reason: string;
  readonly detail?: string;
  readonly warnings?: readonly string[];
}

/** The log lines of all reviews in a namespace. */
export async function reviewsIn(kubectl: Kubectl, namespace: string): Promise<ReviewLine[]> {
  const lines = await logOf(kubectl);
  return lines.filter((line) => line['event'] === 'review' && line['namespace'] === namespace) as never;
}

/** All that the replicas logged. */
export async function logOf(kubectl: Kubectl): Promise<Readonly<Record<string, unknown>>[]> {
  const selector = '--selector=app.kubernetes.io/component=webhook';
  const answer = await kubectl.run(['logs', inProduct, selector, '--container=webhook', '--tail=-1']);
  return answer.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

interface EventList {
  readonly items: readonly {
    readonly reason: string;
    readonly type: string;
    readonly message: string;
    readonly count?: number;
    readonly involvedObject: { readonly kind: string; readonly name: string };
    readonly source?: { readonly component?: string };
  }[];
}

/** Events of the product on an object. */
export async function eventsOn(kubectl: Kubectl, namespace: string, kind: string, name: string) {
  const { items } = await kubectl.get<EventList>([
    'events',
    `--namespace=${namespace}`,
    `--field-selector=involvedObject.kind=${kind},involvedObject.name=${name}`,
  ]);
  return items.filter(({ source }) => source?.component === 'alpine-resolver');
}
