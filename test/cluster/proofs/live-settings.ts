/** Annotations: changed on a running pod, and refused or ignored where they are wrong. */
import type { Kubectl } from '../kubectl.ts';
import { until } from '../../support/machine/steps.ts';
import { inNamespace, lookUp, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn } from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';

const prefix = 'alpine-resolver.io';

/** Exists as it is and under the node's search domain, with different addresses: its one dot decides which comes first. */
const ambiguousName = 'both.example.test';
const underSearchDomain = '203.0.113.54';
const asItIs = '203.0.113.20';

const live: Proof = {
  number: '5.1',
  name: 'kubectl annotate changes ndots and the nameserver of a running pod, without a restart',
  async prove(context) {
    await ensureProduct(context);
    const { kubectl, names, print } = context;
    return inPodNamespace(context, 'proof-live', async (namespace) => {
      const addressesOf = async (name: string) => {
        const [lookup] = await lookUp(kubectl, namespace, 'pod', [name], ['-4']);
        return lookup?.addresses.join(' ') ?? '';
      };
      const found = await addressesOf(ambiguousName);
      hold(found === underSearchDomain, () => `${ambiguousName} with ndots 5: ${found}`);
      const figures: string[] = [];
      const change = async (annotation: string, isInForce: () => Promise<boolean>) => {
        const startedMs = performance.now();
        await kubectl.run(['annotate', `--namespace=${namespace}`, '--overwrite', 'pod/pod', annotation]);
        await until(`effect of ${annotation}`, 90_000, async () => ((await isInForce()) ? true : undefined));
        const elapsed = `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
        print(`${annotation}: in force after ${elapsed}`);
        figures.push(elapsed);
      };
      await change(`${prefix}/ndots=1`, async () => (await addressesOf(ambiguousName)) === asItIs);
      hold(
        (await addressesOf('kubernetes.default')) !== '',
        () => 'kubernetes.default before the change of nameserver',
      );
      await change(
        `${prefix}/nameservers=${names.outsideNameserver}`,
        async () => (await addressesOf('kubernetes.default')) === '',
      );
      hold((await addressesOf('intranet')) === '203.0.113.50', () => 'the other nameserver is not asked');
      await change(`${prefix}/nameservers-`, async () => (await addressesOf('kubernetes.default')) !== '');
      await holdNoRestart(kubectl, namespace);
      return `in force after ${figures.join(', ')}`;
    });
  },
};

const refused: Proof = {
  number: '5.2',
  name: 'a wrong value is refused at creation, with what is accepted',
  async prove(context) {
    await ensureProduct(context);
    const { kubectl, images } = context;
    return inNamespace(kubectl, 'proof-refused', optedIn, async (namespace) => {
      const annotations = { [`${prefix}/ndots`]: '99' };
      const pod = podOf({ namespace, name: 'pod', image: images.alpine, annotations });
      const answer = await kubectl.try(['create', '--filename=-'], { input: JSON.stringify(pod) });
      hold(answer.code !== 0, () => 'the pod was created');
      const isClear = [`${prefix}/ndots`, '"99"', '0 to 15'].every((part) => answer.stderr.includes(part));
      hold(isClear, () => answer.stderr);
      return answer.stderr.trim().replace(/^.*denied the request: /, '');
    });
  },
};

const ignored: Proof = {
  number: '5.3',
  name: 'a wrong value on a running pod is ignored, with a line in the log',
  async prove(context) {
    await ensureProduct(context);
    const { kubectl } = context;
    return inPodNamespace(context, 'proof-ignored', async (namespace) => {
      await kubectl.run(['annotate', `--namespace=${namespace}`, 'pod/pod', `${prefix}/ndots=many`]);
      const line = await until('a line in the log of the sidecar', 90_000, async () => {
        const log = await kubectl.run(['logs', `--namespace=${namespace}`, 'pod', '--container=alpine-resolver']);
        return log.stdout.split('\n').find((text) => text.includes('"annotation-fault"'));
      });
      const { message } = JSON.parse(line) as { message: string };
      hold(message.includes(`${prefix}/ndots`) && message.includes('many'), () => line);
      const [lookup] = await lookUp(kubectl, namespace, 'pod', [ambiguousName], ['-4']);
      hold(lookup?.addresses.join(' ') === underSearchDomain, () => JSON.stringify(lookup));
      await holdNoRestart(kubectl, namespace);
      return message;
    });
  },
};

export const liveProofs: readonly Proof[] = [live, refused, ignored];

function inPodNamespace<Result>(
  { kubectl, images, names }: ProofContext,
  name: string,
  work: (namespace: string) => Promise<Result>,
): Promise<Result> {
  return inNamespace(kubectl, name, optedIn, async (namespace) => {
    await kubectl.apply(podOf({ namespace, name: 'pod', image: images.alpine, spec: names.dns(namespace) }));
    await waitReady(kubectl, namespace, 'pod');
    return work(namespace);
  });
}

async function holdNoRestart(kubectl: Kubectl, namespace: string): Promise<void> {
  const path = '{.status.containerStatuses[0].restartCount}{.status.initContainerStatuses[0].restartCount}';
  const restarts = await kubectl.run(['get', `--namespace=${namespace}`, 'pod/pod', `--output=jsonpath=${path}`]);
  hold(restarts.stdout === '00', () => `restarts: ${restarts.stdout}`);
}
