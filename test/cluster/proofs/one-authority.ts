/** One CA for all replicas, and its publication. */
import { until } from '../../support/machine/steps.ts';
import { withApi } from './api.ts';
import { readAudit } from './audit.ts';
import { clearBundle, forgetAuthority, publishedAuthorities, servedCertificate, storedAuthority } from './authority.ts';
import { ensureProduct, installProduct, logOf, removeProduct, replicasOf, scaleProduct } from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';

/** After the first round it is enough to take away what the replicas share. */
const rounds = 3;

const together: Proof = {
  number: '8.1',
  name: 'two replicas started at the same moment on an empty namespace agree on one CA',
  async prove(context) {
    const { kubectl, print } = context;
    for (let round = 0; round < rounds; round++) {
      const startedMs = Date.now();
      if (round === 0) {
        await removeProduct(context);
        await installProduct(context);
      } else {
        await scaleProduct(context, 0);
        await forgetAuthority(kubectl);
        await scaleProduct(context, 2);
      }
      await holdOneAuthority(context, startedMs, print);
    }
    return `${rounds} times`;
  },
};

const cleared: Proof = {
  number: '8.2',
  name: 'a cleared caBundle is back within 5 s',
  async prove(context) {
    const { kubectl } = context;
    await ensureProduct(context);
    const before = await publishedAuthorities(kubectl);
    return withApi(kubectl, async (api) => {
      const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/alpine-resolver';
      await clearBundle(kubectl);
      const startedMs = performance.now();
      await until(
        'the caBundle',
        5000,
        async () => (JSON.stringify((await api.get(path)).body).includes('"caBundle"') ? true : undefined),
        10,
      );
      const elapsedMs = performance.now() - startedMs;
      const after = await publishedAuthorities(kubectl);
      hold(after.join() === before.join(), () => `${before.join()} became ${after.join()}`);
      return `back after ${elapsedMs.toFixed(0)} ms`;
    });
  },
};

export const authorityProofs: readonly Proof[] = [together, cleared];

async function holdOneAuthority(
  { kubectl, cluster }: ProofContext,
  sinceMs: number,
  print: (text: string) => void,
): Promise<void> {
  const stored = await storedAuthority(kubectl);
  const replicas = await replicasOf(kubectl);
  hold(replicas.length === 2 && replicas.every(({ ready }) => ready), () => JSON.stringify(replicas));
  for (const { name } of replicas) {
    const { issuer } = await servedCertificate(kubectl, name);
    hold(issuer === stored, () => `${name} serves a certificate of ${issuer}, the Secret holds ${stored}`);
  }
  const published = await publishedAuthorities(kubectl);
  hold(published.join() === stored, () => `published: ${published.join(' and ')}`);
  const created = (await logOf(kubectl)).filter(({ event }) => event === 'ca-created');
  hold(created.length === 1, () => `CAs made: ${created.length}`);
  if (cluster === undefined) return;
  const creations = (await readAudit()).filter(
    ({ verb, objectRef, requestReceivedTimestamp }) =>
      verb === 'create' && objectRef?.resource === 'secrets' && Date.parse(requestReceivedTimestamp) >= sinceMs,
  );
  print(`${stored}: creations tried ${creations.map(({ responseStatus }) => responseStatus?.code).join(', ')}`);
}
