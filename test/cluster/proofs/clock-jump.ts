/** Renewal by the wall clock: replicas whose clock is behind, and then is right again. */
import { imageEnvironment } from '../../support/machine/image-environment.ts';
import { until } from '../../support/machine/steps.ts';
import {
  forgetAuthority,
  inProductNamespace,
  publishedAuthorities,
  servedCertificate,
  storedAuthority,
} from './authority.ts';
import { streamPods } from './pod-stream.ts';
import {
  deleteDeployment,
  ensureProduct,
  eventsOn,
  installProduct,
  productNamespace,
  replicasOf,
  scaleProduct,
} from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';
import { deploymentOf } from './workload-objects.ts';

/** Certificates of an hour that were made so long ago are past two thirds of their life, and still valid. */
const behindMinutes = 40;
/** The replicas must be ready, and have injected something, before the jump. */
const jumpAfterMs = 25_000;

/** Loaded before the program. What it signs and remembers is of the past, as after a suspended machine. */
const clock = `const started = Date.now();
const now = Date.now;
Date.now = () => now() - (now() - started < ${jumpAfterMs} ? ${behindMinutes * 60_000} : 0);
`;

const renewed: Proof = {
  number: '8.4',
  name: 'CA and certificates are replaced when the clock says so, without a restart and without a missed pod',
  async prove(context) {
    const { kubectl, print } = context;
    await ensureProduct(context);
    await kubectl.apply(clockFile);
    try {
      await withoutShared(context, { spec: { template: { spec: podChange } } });
      const startedMs = performance.now();
      const names = (await replicasOf(kubectl)).map(({ name }) => name);
      const before = await storedAuthority(kubectl);
      const { missed, figures } = await streamPods(context, 'proof-clock', {
        durationMs: 0,
        prepare: (namespace) => createRepeated(context, namespace),
        happens: async (namespace) => {
          await until('a bundle with the old and the new CA', 75_000, async () => {
            const published = await publishedAuthorities(kubectl);
            return published.includes(before) && published.length === 2 ? true : undefined;
          });
          print(`new CA published beside the old one after ${sinceText(startedMs)}`);
          await until('certificates of the new CA at every replica', 20_000, async () => {
            const stored = await storedAuthority(kubectl);
            const served = await Promise.all(names.map((name) => servedCertificate(kubectl, name)));
            return stored !== before && served.every(({ issuer }) => issuer === stored) ? true : undefined;
          });
          print(`all replicas serve certificates of the new CA after ${sinceText(startedMs)}`);
          await repeat(context, namespace);
        },
      });
      hold(missed.length === 0, () => figures);
      const after = (await replicasOf(kubectl)).map(({ name }) => name);
      hold(after.toSorted().join() === names.toSorted().join(), () => `replicas: ${after.join()}`);
      return figures;
    } finally {
      await deleteDeployment(kubectl);
      await kubectl.run(['delete', 'configmap/proof-clock', inProductNamespace]);
      await forgetAuthority(kubectl);
      await installProduct(context);
    }
  },
};

const clockFile = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'proof-clock', namespace: productNamespace },
  data: { 'clock.cjs': clock },
};

const podChange = {
  volumes: [{ name: 'clock', configMap: { name: 'proof-clock' } }],
  containers: [
    {
      name: 'webhook',
      env: [
        { name: 'NODE_OPTIONS', value: `${imageEnvironment('webhook')['NODE_OPTIONS']} --require=/clock/clock.cjs` },
        { name: 'WEBHOOK_CA_LIFETIME_HOURS', value: '1' },
        { name: 'WEBHOOK_LEAF_LIFETIME_HOURS', value: '1' },
      ],
      volumeMounts: [{ name: 'clock', mountPath: '/clock', readOnly: true }],
    },
  ],
};

const repeated = 'repeated';
const podsEachTime = 6;

export const clockProofs: readonly Proof[] = [renewed];

/** Changes the Deployment while it has no replica, and takes away the CA that the last ones shared. */
async function withoutShared(context: ProofContext, change: object): Promise<void> {
  const { kubectl } = context;
  await scaleProduct(context, 0);
  await forgetAuthority(kubectl);
  const patch = `--patch=${JSON.stringify(change)}`;
  await kubectl.run(['patch', 'deployment/alpine-resolver', inProductNamespace, patch]);
  await scaleProduct(context, 2);
}

/** An owner that gets events of its first pods before the jump. A gate keeps its pods from being started. */
async function createRepeated({ kubectl, images }: ProofContext, namespace: string): Promise<void> {
  const spec = { schedulingGates: [{ name: 'proof.test/never' }] };
  const options = { namespace, name: repeated, replicas: podsEachTime, image: images.alpine, spec };
  await kubectl.apply(deploymentOf(options));
}

/** More of its pods, more than ten minutes later by the replicas' clock: the event is counted up. */
async function repeat({ kubectl }: ProofContext, namespace: string): Promise<void> {
  const replicas = `--replicas=${2 * podsEachTime}`;
  await kubectl.run(['scale', `deployment/${repeated}`, `--namespace=${namespace}`, replicas]);
  await until('an event that was counted up', 10_000, async () => {
    const events = await eventsOn(kubectl, namespace, 'Deployment', repeated);
    return events.some(({ count = 0 }) => count > 1) ? true : undefined;
  });
}

function sinceText(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}
