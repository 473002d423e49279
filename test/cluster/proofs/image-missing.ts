/** The image that is injected: one that cannot be pulled, one from elsewhere, and two that disagree. */
import { runContainerd } from '../machine/containers.ts';
import { until } from '../../support/machine/steps.ts';
import { inProductNamespace } from './authority.ts';
import { writeOverlay } from './overlay.ts';
import { inNamespace, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn, productNamespace, replicasOf, scaleProduct, waitForRollout } from './product.ts';
import { type Proof, type ProofContext, hold, ownClusterOf } from './proof.ts';

const missing: Proof = {
  number: '7.3',
  name: 'a sidecar image that cannot be pulled: the webhook does not become Ready, pods start unchanged',
  async prove(context) {
    const { kubectl, images, manifests } = context;
    await ensureProduct(context);
    const overlay = await writeOverlay('image-missing', {
      webhook: images.webhook,
      sidecar: 'registry.invalid/alpine-resolver/sidecar:none',
    });
    return inNamespace(kubectl, 'proof-image-missing', optedIn, async (namespace) => {
      const created = (name: string) => imagesOfNewPod(context, namespace, name);
      try {
        await kubectl.run(['apply', '--kustomize', overlay]);
        await waitForPullFailure();
        hold(!(await created('during-update')).includes('registry.invalid'), () => 'a pod got the missing image');
        // As on a new cluster: no replica of before.
        await scaleProduct(context, 0);
        await kubectl.run(['apply', '--kustomize', overlay]);
        await waitForPullFailure();
        const ready = (await replicasOf(kubectl)).filter((replica) => replica.ready);
        hold(ready.length === 0, () => `Ready: ${ready.map(({ name }) => name).join()}`);
        const found = await created('without');
        hold(found === '', () => `the pod has ${found}`);
      } finally {
        await kubectl.run(['apply', '--kustomize', manifests]);
        await waitForRollout(context);
      }
      hold((await created('afterwards')) !== '', () => 'a pod was not injected with the right image');
    });

    async function waitForPullFailure(): Promise<void> {
      const path = '--output=jsonpath={.items[*].status.initContainerStatuses[*].state.waiting.reason}';
      await until('failure to pull', 60_000, async () => {
        const answer = await kubectl.run(['get', 'pods', inProductNamespace, path]);
        return /ErrImagePull|ImagePullBackOff/.test(answer.stdout) ? true : undefined;
      });
    }
  },
};

const elsewhere: Proof = {
  number: '7.4',
  name: 'an overlay names the sidecar image once: that one is injected; a variable with another keeps the webhook unready',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images, manifests } = context;
    const { machine } = ownClusterOf(context);
    await ensureProduct(context);
    const sidecar = 'mirror.invalid:5000/team/sidecar:copy';
    await runContainerd(machine, ['images', 'tag', '--force', images.sidecar, sidecar]);
    const overlay = await writeOverlay('image-elsewhere', { sidecar });
    return inNamespace(kubectl, 'proof-image-elsewhere', optedIn, async (namespace) => {
      const imagesOf = (name: string) => imagesOfNewPod(context, namespace, name);
      try {
        await kubectl.run(['apply', '--kustomize', overlay]);
        await waitForRollout(context);
        const found = await imagesOf('elsewhere');
        hold(found === sidecar, () => `the pod has ${found}`);
        // No replica of before, which would answer in its place.
        await scaleProduct(context, 0);
        const variable = { name: 'WEBHOOK_SIDECAR_IMAGE', value: images.sidecar };
        await kubectl.run([
          'apply',
          '--kustomize',
          await writeOverlay('image-disputed', { sidecar }, envPatch(variable)),
        ]);
        await until('the webhook says which two images disagree', 60_000, async () => {
          const [replica] = await replicasOf(kubectl);
          if (replica === undefined) return undefined;
          const { stdout } = await kubectl.try(['logs', inProductNamespace, replica.name, '--container=webhook']);
          const said = stdout.split('\n').filter((line) => line.includes('"sidecar-image-unknown"'));
          return said.some((line) => line.includes(sidecar) && line.includes(variable.value)) ? true : undefined;
        });
        const ready = (await replicasOf(kubectl)).filter((replica) => replica.ready);
        hold(ready.length === 0, () => `Ready: ${ready.map(({ name }) => name).join()}`);
        const disputed = await imagesOf('disputed');
        hold(disputed === '', () => `a pod got ${disputed}`);
      } finally {
        await kubectl.run(['apply', '--kustomize', manifests]);
        await waitForRollout(context);
      }
    });
  },
};

export const imageProofs: readonly Proof[] = [missing, elsewhere];

/** Creates a pod, waits until it is ready, and gives the images of its init containers. */
async function imagesOfNewPod(
  { kubectl, images, names }: ProofContext,
  namespace: string,
  name: string,
): Promise<string> {
  await kubectl.apply(podOf({ namespace, name, image: images.alpine, spec: names.dns(namespace) }));
  await waitReady(kubectl, namespace, name);
  const path = '--output=jsonpath={.spec.initContainers[*].image}';
  return (await kubectl.run(['get', `--namespace=${namespace}`, `pod/${name}`, path])).stdout;
}

/** A patch of the webhook's container. */
function envPatch(variable: { readonly name: string; readonly value: string }): object {
  const container = { name: 'webhook', env: [variable] };
  const patch = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: productNamespace, namespace: productNamespace },
    spec: { template: { spec: { containers: [container] } } },
  };
  return { patches: [{ patch: JSON.stringify(patch) }] };
}
