/** What happens to pods while they live and when they end. */
import type { Kubectl } from '../kubectl.ts';
import { runContainerd } from '../machine/containers.ts';
import { until } from '../../support/machine/steps.ts';
import { inNamespace, type Lookup, lookUp, parseLookups, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn } from './product.ts';
import { type Proof, hold, ownClusterOf } from './proof.ts';
import { searchedName } from './workloads.ts';

const debugging: Proof = {
  number: '3.3',
  name: 'ephemeral containers resolve (kubectl debug), and so does a copy (--copy-to)',
  async prove(context) {
    const { kubectl, images, names } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-debug', optedIn, async (namespace) => {
      await kubectl.apply(podOf({ namespace, name: 'pod', image: images.alpine, spec: names.dns(namespace) }));
      await waitReady(kubectl, namespace, 'pod');
      const debug = (...args: string[]) =>
        kubectl.run([
          'debug',
          `--namespace=${namespace}`,
          'pod',
          '--profile=general',
          `--image=${images.alpine}`,
          ...args,
        ]);
      await debug('--container=helper', '--', '/bin/probe', 'lookup', searchedName);
      const log = await until('log of the ephemeral container', 20_000, async () => {
        const answer = await kubectl.try(['logs', `--namespace=${namespace}`, 'pod', '--container=helper']);
        return answer.stdout.startsWith('{') ? answer.stdout : undefined;
      });
      hold(parseLookups(log)[0]?.outcome === 'OK', () => `in the ephemeral container: ${log}`);
      await debug('--copy-to=copy', '--container=helper', '--', '/bin/probe', 'wait');
      await waitReady(kubectl, namespace, 'copy');
      const [lookup] = await lookUp(kubectl, namespace, 'copy', [searchedName]);
      hold(lookup?.outcome === 'OK', () => `in the copy: ${JSON.stringify(lookup)}`);
      const mark = await kubectl.run([
        'get',
        `--namespace=${namespace}`,
        'pod/copy',
        '--output=jsonpath={.metadata.labels.alpine-resolver\\.io/injected} {.spec.initContainers[*].name}',
      ]);
      hold(mark.stdout === 'true alpine-resolver', () => `label and init containers of the copy: ${mark.stdout}`);
    });
  },
};

const killed: Proof = {
  number: '3.4',
  name: 'a killed sidecar is started again, and lookups resume',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images, names } = context;
    const { machine } = ownClusterOf(context);
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-killed', optedIn, async (namespace) => {
      const probe = ['repeat', '100', searchedName];
      await kubectl.apply(podOf({ namespace, name: 'pod', image: images.alpine, spec: names.dns(namespace), probe }));
      await waitReady(kubectl, namespace, 'pod');
      const status = (path: string) => sidecarStatus(kubectl, namespace, path);
      const id = (await status('containerID')).replace('containerd://', '');
      const killedMs = Date.now();
      await runContainerd(machine, ['tasks', 'kill', '--signal=SIGKILL', id]);
      await until('restart of the sidecar', 30_000, async () =>
        (await status('restartCount')) === '1' && (await status('ready')) === 'true' ? true : undefined,
      );
      const restartedMs = Date.now();
      const lookups = await until('lookups afterwards', 20_000, async () => {
        const log = await kubectl.run(['logs', `--namespace=${namespace}`, 'pod', '--container=app']);
        const found = parseLookups(log.stdout);
        return (found.at(-1)?.timeMs ?? 0) > restartedMs + 3000 ? found : undefined;
      });
      const after = lookups.filter(({ timeMs = 0 }) => timeMs > killedMs);
      const failed = after.filter(({ outcome }) => outcome !== 'OK');
      hold(after.at(-1)?.outcome === 'OK', () => `the last lookup: ${JSON.stringify(after.at(-1))}`);
      hold(failed.length === 0, () => `${failed.length} lookups failed: ${JSON.stringify(failed.slice(0, 3))}`);
      const longestMs = Math.max(...after.map(({ elapsedMs }) => elapsedMs));
      return `no lookup failed; the longest took ${(longestMs / 1000).toFixed(1)} s`;
    });
  },
};

/** Less than the grace period of the proofs' pods. */
const terminationSeconds = 4;

const deleted: Proof = {
  number: '3.5',
  name: 'an application still resolves while its pod terminates, and the sidecar does not outlast it',
  async prove(context) {
    const { kubectl, images, names } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-deleted', optedIn, async (namespace) => {
      const probe = ['wait', String(terminationSeconds), searchedName];
      await kubectl.apply(podOf({ namespace, name: 'pod', image: images.alpine, spec: names.dns(namespace), probe }));
      await waitReady(kubectl, namespace, 'pod');
      const follow = kubectl.start(['logs', `--namespace=${namespace}`, 'pod', '--container=app', '--follow']);
      let text = '';
      follow.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await kubectl.run(['delete', `--namespace=${namespace}`, 'pod/pod', '--timeout=30s']);
      const goneMs = Date.now();
      follow.kill();
      const lookups: Lookup[] = parseLookups(text);
      hold(lookups.length >= terminationSeconds * 4, () => `only ${lookups.length} lookups: ${text}`);
      hold(
        lookups.every(({ outcome }) => outcome === 'OK'),
        () => text,
      );
      const lastMs = lookups.at(-1)?.timeMs ?? 0;
      const lingeredMs = goneMs - lastMs;
      hold(lingeredMs < 5000, () => `the pod was there for ${lingeredMs} ms after its application`);
      return `${lookups.length} lookups; the pod was gone ${(lingeredMs / 1000).toFixed(1)} s after the last`;
    });
  },
};

export const podLifeProofs: readonly Proof[] = [debugging, killed, deleted];

async function sidecarStatus(kubectl: Kubectl, namespace: string, path: string): Promise<string> {
  const output = `--output=jsonpath={.status.initContainerStatuses[0].${path}}`;
  return (await kubectl.run(['get', `--namespace=${namespace}`, 'pod/pod', output])).stdout;
}
