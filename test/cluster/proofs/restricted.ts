/** A namespace with the strictest Pod Security level. */
import { callsFor } from './audit.ts';
import { inNamespace, lookUp, onlyPodOf, waitRollout } from './pods.ts';
import { countReviews, ensureProduct, optedIn, optedOut } from './product.ts';
import { type Proof, type ProofContext, hold } from './proof.ts';
import { deploymentOf } from './workload-objects.ts';
import { searchedName } from './workloads.ts';

export const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** What a user has to write for it. */
export const restrictedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  },
};

export const restrictedSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 65534,
  seccompProfile: { type: 'RuntimeDefault' },
};

const restrictedPod: Proof = {
  number: '4.1',
  name: 'Pod Security restricted: injected, one CREATE is one call, and the sidecar holds no token',
  async prove(context) {
    await ensureProduct(context);
    return inNamespace(context.kubectl, 'proof-restricted', { ...optedIn, ...restricted }, async (namespace) => {
      const before = await countReviews(context.kubectl);
      await startPod(context, namespace, 'app', {});
      const { pod } = await onlyPodOf(context.kubectl, namespace, 'app');
      const [lookup] = await lookUp(context.kubectl, namespace, pod, [searchedName]);
      hold(lookup?.outcome === 'OK', () => JSON.stringify(lookup));
      await holdNoToken(context, namespace, pod);
      const after = await countReviews(context.kubectl);
      const reviews = sum(after) - sum(before);
      hold(reviews === 1, () => `${reviews} reviews for one pod`);
      if (context.cluster === undefined) return undefined;
      const calls = await callsFor(namespace);
      hold(calls.get(pod) === 1, () => `calls by the audit log: ${JSON.stringify([...calls])}`);
      return undefined;
    });
  },
};

/** Beside our configuration nothing stands where the token would be; the application keeps its own. */
async function holdNoToken({ kubectl }: ProofContext, namespace: string, pod: string): Promise<void> {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const script = `console.log(require('node:fs').readdirSync('${folder}').filter((name) => name[0] !== '.').join(' '))`;
  const held = await kubectl.exec(namespace, pod, ['node', '-e', script], 'alpine-resolver');
  hold(held.stdout.trim() === 'annotations resolv.conf', () => `the sidecar sees ${held.stdout}${held.stderr}`);
  const ofApp = await kubectl.exec(namespace, pod, ['ls', folder], 'app');
  hold(ofApp.stdout.includes('token'), () => `the application sees ${ofApp.stdout}${ofApp.stderr}`);
}

const optedOutPod: Proof = {
  number: '4.2',
  name: 'a pod that opted out by label is unchanged and causes no call',
  async prove(context) {
    await ensureProduct(context);
    return inNamespace(context.kubectl, 'proof-opted-out', { ...optedIn, ...restricted }, async (namespace) => {
      const before = await countReviews(context.kubectl);
      await startPod(context, namespace, 'app', optedOut);
      const { pod } = await onlyPodOf(context.kubectl, namespace, 'app');
      const names = await context.kubectl.run([
        'get',
        `--namespace=${namespace}`,
        `pod/${pod}`,
        '--output=jsonpath={.spec.initContainers}{.spec.dnsPolicy}',
      ]);
      hold(['ClusterFirst', 'None'].includes(names.stdout), () => `the pod has ${names.stdout}`);
      const after = await countReviews(context.kubectl);
      hold(sum(after) === sum(before), () => `${sum(after) - sum(before)} reviews`);
      if (context.cluster === undefined) return;
      const calls = await callsFor(namespace);
      hold(calls.get(pod) === 0, () => `calls by the audit log: ${JSON.stringify([...calls])}`);
    });
  },
};

async function startPod(
  { kubectl, images, names }: ProofContext,
  namespace: string,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const spec = { ...names.dns(namespace), securityContext: restrictedSecurityContext };
  await kubectl.apply(
    deploymentOf({ namespace, name, labels, image: images.alpine, container: restrictedContainer, spec }),
  );
  await waitRollout(kubectl, namespace, `deployment/${name}`);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

export const restrictedProofs: readonly Proof[] = [restrictedPod, optedOutPod];
