/** Pods that are left alone, and where one can read why. */
import { until } from '../../support/machine/steps.ts';
import { inNamespace, onlyPodOf, waitRollout } from './pods.ts';
import { countReviews, ensureProduct, eventsOn, optedIn, reviewsIn } from './product.ts';
import { type Proof, hold } from './proof.ts';
import { deploymentOf } from './workload-objects.ts';

const untouched: Proof = {
  number: '4.9',
  name: 'hostNetwork, not Alpine, annotated never: unchanged, with the reason in event, log and metric',
  async prove(context) {
    const { kubectl, images, print } = context;
    await ensureProduct(context);
    const pods = [
      { reason: 'host-network', image: images.alpine, spec: { hostNetwork: true } },
      { reason: 'not-alpine', image: images.glibc },
      { reason: 'opted-out', image: images.alpine, annotations: { 'alpine-resolver.io/inject': 'never' } },
    ];
    return inNamespace(kubectl, 'proof-untouched', optedIn, async (namespace) => {
      const before = await countReviews(kubectl);
      await kubectl.apply(...pods.map(({ reason, ...pod }) => deploymentOf({ namespace, name: reason, ...pod })));
      await waitRollout(kubectl, namespace, ...pods.map(({ reason }) => `deployment/${reason}`));
      const after = await countReviews(kubectl);
      const reviews = await reviewsIn(kubectl, namespace);
      for (const { reason } of pods) {
        const { pod } = await onlyPodOf(kubectl, namespace, reason);
        const found = await kubectl.run(['get', `--namespace=${namespace}`, `pod/${pod}`, '--output=json']);
        hold(isUntouched(JSON.parse(found.stdout) as TouchedPod), () => `${reason}: the pod is ${found.stdout}`);
        const counted = (after.get(`skip/${reason}`) ?? 0) - (before.get(`skip/${reason}`) ?? 0);
        hold(counted === 1, () => `${reason}: counted ${counted} times`);
        const line = reviews.find((review) => review.reason === reason);
        hold(line?.verdict === 'skip', () => `${reason}: log ${JSON.stringify(reviews)}`);
        const event = await until(`event for ${reason}`, 5000, async () => {
          const events = await eventsOn(kubectl, namespace, 'Deployment', reason);
          return events.find(({ message }) => message.startsWith(`${reason}: `));
        });
        print(`event on the Deployment: ${event.type} ${event.reason} ${event.message}`);
      }
      return pods.map(({ reason }) => reason).join(', ');
    });
  },
};

interface TouchedPod {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

export const untouchedProofs: readonly Proof[] = [untouched];

/** Nothing of what injection adds or rewrites, wherever it stands. */
function isUntouched({ metadata: { labels = {}, annotations = {} }, spec }: TouchedPod): boolean {
  const own = Object.keys({ ...labels, ...annotations }).filter((key) => key.startsWith('alpine-resolver.io/'));
  return (
    own.every((key) => key === 'alpine-resolver.io/inject') &&
    spec.initContainers === undefined &&
    spec.dnsConfig === undefined &&
    spec.dnsPolicy === 'ClusterFirst' &&
    !/sysctl|ALPINE_NO_RESOLVER|alpine-resolver-config|RESOLVER_/.test(JSON.stringify(spec))
  );
}
