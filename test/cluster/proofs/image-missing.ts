/** An image of the sidecar that cannot be pulled. */
import { until } from '../steps.ts';
import { inProductNamespace } from './authority.ts';
import { writeOverlay } from './overlay.ts';
import { inNamespace, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn, replicasOf, scaleProduct, waitForRollout } from './product.ts';
import { type Proof, hold } from './proof.ts';

const missing: Proof = {
  number: '7.3',
  name: 'a sidecar image that cannot be pulled: the webhook does not become Ready, pods start unchanged',
  async prove(context) {
    const { kubectl, images, names, manifests } = context;
    await ensureProduct(context);
    const overlay = await writeOverlay('image-missing', {
      webhook: images.webhook,
      sidecar: 'registry.invalid/alpine-resolver/sidecar:none',
    });
    return inNamespace(kubectl, 'proof-image-missing', optedIn, async (namespace) => {
      const created = async (name: string) => {
        await kubectl.apply(podOf({ namespace, name, image: images.alpine, spec: names.dns(namespace) }));
        await waitReady(kubectl, namespace, name);
        const path = '--output=jsonpath={.spec.initContainers[*].image}';
        return (await kubectl.run(['get', `--namespace=${namespace}`, `pod/${name}`, path])).stdout;
      };
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

export const imageProofs: readonly Proof[] = [missing];
