/** The end of the product. */
import { inNamespace, lookUp, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn, productNamespace, removeProduct } from './product.ts';
import { type Proof, hold } from './proof.ts';
import { searchedName } from './workloads.ts';

const kinds = [
  'clusterroles',
  'clusterrolebindings',
  'mutatingwebhookconfigurations',
  'roles',
  'rolebindings',
  'serviceaccounts',
  'services',
  'deployments',
  'secrets',
  'poddisruptionbudgets',
  'networkpolicies',
  'namespaces',
];

const removed: Proof = {
  number: '9',
  name: 'kubectl delete -k manifests/: everything is gone, and injected pods go on resolving',
  async prove(context) {
    const { kubectl, images, names } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-removed', optedIn, async (namespace) => {
      const outcome = async (pod: string) => (await lookUp(kubectl, namespace, pod, [searchedName]))[0]?.outcome;
      await kubectl.apply(podOf({ namespace, name: 'running', image: images.alpine, spec: names.dns(namespace) }));
      await waitReady(kubectl, namespace, 'running');
      hold((await outcome('running')) === 'OK', () => 'the pod does not resolve');
      const startedMs = performance.now();
      await removeProduct(context);
      const elapsedMs = performance.now() - startedMs;
      const selector = '--selector=app.kubernetes.io/name=alpine-resolver';
      const left = await kubectl.run(['get', kinds.join(), '--all-namespaces', selector, '--output=name']);
      hold(left.stdout === '', () => `left: ${left.stdout}`);
      const space = await kubectl.try(['get', `namespace/${productNamespace}`]);
      hold(space.stderr.includes('NotFound'), () => `the namespace: ${space.stdout}`);
      hold((await outcome('running')) === 'OK', () => 'the pod does not resolve any more');
      await kubectl.apply(podOf({ namespace, name: 'later', image: images.alpine, spec: names.dns(namespace) }));
      await waitReady(kubectl, namespace, 'later');
      const path = '--output=jsonpath={.spec.initContainers}';
      const later = await kubectl.run(['get', `--namespace=${namespace}`, 'pod/later', path]);
      hold(later.stdout === '', () => `a pod created afterwards has ${later.stdout}`);
      return `gone after ${(elapsedMs / 1000).toFixed(1)} s`;
    });
  },
};

export const removalProofs: readonly Proof[] = [removed];
