/** Resources: quality of service, quotas, LimitRanges, resources of whole pods. */
import type { Kubectl } from '../kubectl.ts';
import { inNamespace, lookUp, type PodOptions, podOf, waitReady } from './pods.ts';
import { ensureProduct, eventsOn, optedIn, reviewsIn } from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';
import { searchedName } from './workloads.ts';

interface Pod {
  readonly spec: {
    readonly initContainers?: readonly { readonly name: string; readonly resources?: Resources }[];
  };
  readonly status: { readonly qosClass: string };
}

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

const amounts = { cpu: '50m', memory: '32Mi' };
const guaranteed: Resources = { requests: amounts, limits: amounts };
const burstable: Resources = { requests: { cpu: '20m', memory: '16Mi' }, limits: amounts };

interface Case {
  readonly number: string;
  readonly name: string;
  readonly namespace: string;
  /** A ResourceQuota or a LimitRange. */
  readonly object?: { readonly kind: string; readonly spec: object };
  readonly pod?: Pick<PodOptions, 'container' | 'spec'>;
  /** Gives what is wrong with the pod. */
  check(pod: Pod, sidecar: Resources | undefined): string | undefined;
}

const cases: readonly Case[] = [
  {
    number: '4.3',
    name: 'a Guaranteed pod stays Guaranteed',
    namespace: 'proof-guaranteed',
    pod: { container: { resources: guaranteed } },
    check: ({ status }) => (status.qosClass === 'Guaranteed' ? undefined : status.qosClass),
  },
  {
    number: '4.4',
    name: 'a namespace with a ResourceQuota that has room',
    namespace: 'proof-quota',
    object: {
      kind: 'ResourceQuota',
      spec: { hard: { 'requests.cpu': '1', 'requests.memory': '1Gi', 'limits.cpu': '2', 'limits.memory': '1Gi' } },
    },
    pod: { container: { resources: burstable } },
    check: (_pod, sidecar) => (sidecar?.limits === undefined ? 'the sidecar has no limits' : undefined),
  },
  {
    number: '4.5',
    name: 'a LimitRange: the sidecar is clamped to it',
    namespace: 'proof-limit-range',
    object: {
      kind: 'LimitRange',
      spec: { limits: [{ type: 'Container', min: { cpu: '20m' }, max: { cpu: '100m', memory: '128Mi' } }] },
    },
    pod: { container: { resources: burstable } },
    check: (_pod, sidecar) =>
      sidecar?.requests?.['cpu'] === '20m' && sidecar.limits?.['cpu'] === '100m' && sidecar.limits['memory'] === '128Mi'
        ? undefined
        : JSON.stringify(sidecar),
  },
  {
    number: '4.6',
    name: 'a pod with resources of the whole pod: the sidecar has none of its own',
    namespace: 'proof-pod-resources',
    pod: { spec: { resources: { requests: amounts, limits: { cpu: '500m', memory: '256Mi' } } } },
    check: (_pod, sidecar) => (Object.keys(sidecar ?? {}).length === 0 ? undefined : JSON.stringify(sidecar)),
  },
];

const injectedCases: readonly Proof[] = cases.map((entry) => ({
  number: entry.number,
  name: entry.name,
  async prove(context) {
    await ensureProduct(context);
    return inNamespace(context.kubectl, entry.namespace, optedIn, async (namespace) => {
      const pod = await startedPod(context, namespace, entry);
      const sidecar = pod.spec.initContainers?.find(({ name }) => name === 'alpine-resolver');
      hold(sidecar !== undefined, () => 'the pod was not injected');
      const wrong = entry.check(pod, sidecar.resources);
      hold(wrong === undefined, () => wrong ?? '');
      const [lookup] = await lookUp(context.kubectl, namespace, 'pod', [searchedName]);
      hold(lookup?.outcome === 'OK', () => JSON.stringify(lookup));
      return `${pod.status.qosClass}, sidecar ${formatResources(sidecar.resources)}`;
    });
  },
}));

const impossible: Proof = {
  number: '4.7',
  name: 'a LimitRange that the sidecar cannot meet: the pod starts unchanged, and an event says why',
  async prove(context) {
    const { kubectl } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-limit-range-impossible', optedIn, async (namespace) => {
      const pod = await startedPod(context, namespace, {
        object: { kind: 'LimitRange', spec: { limits: [{ type: 'Container', max: { memory: '40Mi' } }] } },
        pod: { container: { resources: burstable } },
      });
      hold(pod.spec.initContainers === undefined, () => 'the pod was injected');
      const [review] = await reviewsIn(kubectl, namespace);
      hold(review?.reason === 'limit-range', () => `log: ${JSON.stringify(review)}`);
      const [event] = await eventsOn(kubectl, namespace, 'Pod', 'pod');
      hold(event?.message.startsWith('limit-range: ') === true, () => `event: ${JSON.stringify(event)}`);
      return event.message.slice(0, 110);
    });
  },
};

export const resourceProofs: readonly Proof[] = [...injectedCases, impossible];

async function startedPod(
  { kubectl, images, names }: ProofContext,
  namespace: string,
  { object, pod }: Pick<Case, 'object' | 'pod'>,
): Promise<Pod> {
  if (object !== undefined) {
    await kubectl.apply({
      apiVersion: 'v1',
      kind: object.kind,
      metadata: { name: 'proof', namespace },
      spec: object.spec,
    });
    if (object.kind === 'LimitRange') await waitForLimitRange(kubectl, namespace);
  }
  const spec = { ...names.dns(namespace), ...pod?.spec };
  await kubectl.apply(podOf({ namespace, name: 'pod', image: images.alpine, ...pod, spec }));
  await waitReady(kubectl, namespace, 'pod');
  return kubectl.get<Pod>([`--namespace=${namespace}`, 'pod/pod']);
}

/** API server and webhook learn of it by watches of their own, a moment later; users do not create both at once. */
async function waitForLimitRange(kubectl: Kubectl, namespace: string): Promise<void> {
  await kubectl.run(['get', `--namespace=${namespace}`, 'limitrange/proof']);
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function formatResources(resources: Resources | undefined): string {
  if (resources?.limits === undefined) return 'without any';
  const { requests = {}, limits } = resources;
  return `${requests['cpu']}/${requests['memory']} to ${limits['cpu']}/${limits['memory']}`;
}
