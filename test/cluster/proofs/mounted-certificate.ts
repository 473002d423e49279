/** A certificate that is mounted, as by cert-manager, instead of the shared CA. */
import { generate } from 'selfsigned';
import { until } from '../../support/machine/steps.ts';
import { inProductNamespace, publishedAuthorities, servedCertificate } from './authority.ts';
import { inNamespace, podOf } from './pods.ts';
import {
  deleteDeployment,
  ensureProduct,
  installProduct,
  optedIn,
  productNamespace,
  replicasOf,
  waitForRollout,
} from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';

const secretName = 'proof-certificate';
const serviceName = 'alpine-resolver.alpine-resolver.svc';

const mounted: Proof = {
  number: '8.3',
  name: 'a mounted certificate works; a renewed one is served without a restart',
  async prove(context) {
    const { kubectl, images } = context;
    await ensureProduct(context);
    const authority = await makeAuthority();
    await writeSecret(context, authority, await makeLeaf(authority));
    try {
      await kubectl.run([
        'patch',
        'deployment/alpine-resolver',
        inProductNamespace,
        `--patch=${JSON.stringify({ spec: { template: { spec: podChange } } })}`,
      ]);
      await waitForRollout(context);
      const published = await publishedAuthorities(kubectl);
      hold(published.includes('CN=proof CA'), () => `published: ${published.join()}`);
      const before = await servedByAll(context);
      hold(
        before.every(({ issuer }) => issuer === 'CN=proof CA'),
        () => JSON.stringify(before),
      );
      await inNamespace(kubectl, 'proof-mounted', optedIn, async (namespace) => {
        await holdInjected(context, podOf({ namespace, name: 'first', image: images.alpine }));
        const names = (await replicasOf(kubectl)).map(({ name }) => name);
        await writeSecret(context, authority, await makeLeaf(authority));
        // The kubelet brings a changed Secret within a minute, and at once to a pod that changes itself.
        await kubectl.run(['annotate', 'pods', '--all', inProductNamespace, '--overwrite', `proof=${Date.now()}`]);
        const startedMs = performance.now();
        await until('the renewed certificate', 100_000, async () => {
          const now = await servedByAll(context);
          return now.every(({ fingerprint }) => before.every((old) => old.fingerprint !== fingerprint))
            ? true
            : undefined;
        });
        const elapsedMs = performance.now() - startedMs;
        hold(
          (await replicasOf(kubectl)).every(({ name }) => names.includes(name)),
          () => 'the replicas are others',
        );
        await holdInjected(context, podOf({ namespace, name: 'second', image: images.alpine }));
        context.print(`the renewed certificate is served after ${(elapsedMs / 1000).toFixed(1)} s`);
      });
    } finally {
      await deleteDeployment(kubectl);
      await kubectl.run(['delete', `secret/${secretName}`, inProductNamespace]);
      await installProduct(context);
    }
  },
};

const podChange = {
  volumes: [{ name: 'certificate', secret: { secretName } }],
  containers: [
    {
      name: 'webhook',
      env: Object.entries({ CERT: 'tls.crt', KEY: 'tls.key', CA: 'ca.crt' }).map(([part, file]) => ({
        name: `WEBHOOK_TLS_${part}_FILE`,
        value: `/certificate/${file}`,
      })),
      volumeMounts: [{ name: 'certificate', mountPath: '/certificate', readOnly: true }],
    },
  ],
};

interface Pair {
  readonly cert: string;
  readonly key: string;
}

const algorithm = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export const mountedProofs: readonly Proof[] = [mounted];

async function servedByAll({ kubectl }: ProofContext) {
  const replicas = await replicasOf(kubectl);
  return Promise.all(replicas.map(({ name }) => servedCertificate(kubectl, name)));
}

async function holdInjected({ kubectl }: ProofContext, pod: object): Promise<void> {
  const created = await kubectl.run(['create', '--filename=-', '--output=json'], { input: JSON.stringify(pod) });
  hold(created.stdout.includes('RESOLVER_ANNOTATIONS_FILE'), () => 'the pod was not injected');
}

async function makeAuthority(): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: 'proof CA' }], {
    ...algorithm,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

async function makeLeaf(ca: Pair): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: 'alpine-resolver' }], {
    ...algorithm,
    ca,
    extensions: [
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: serviceName }] },
    ],
  });
  return { cert: made.cert, key: made.private };
}

async function writeSecret({ kubectl }: ProofContext, authority: Pair, leaf: Pair): Promise<void> {
  await kubectl.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace: productNamespace },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': leaf.cert, 'tls.key': leaf.key, 'ca.crt': authority.cert },
  });
}
