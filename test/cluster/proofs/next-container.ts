/**
 * How long the other containers of a pod wait for the sidecar, and whether it is worth it: with the startup probe of the product, with
 * a hook in its place that waits inside the container, and with nothing that waits. Beside it, that who starts then is answered at once.
 */
import { annotations, projectName } from '../../../shared/values/names.ts';
import { until } from '../../support/machine/steps.ts';
import type { Kubectl } from '../kubectl.ts';
import { runContainerd } from '../machine/containers.ts';
import { runInMachine, statField, type Machine } from '../machine/namespaces.ts';
import { inNamespace, parseLookups, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn, optedOut } from './product.ts';
import { type Proof, hold, ownClusterOf } from './proof.ts';
import { searchedName } from './workloads.ts';

type Kind = 'probe' | 'hook' | 'neither';
const kinds: readonly Kind[] = ['probe', 'hook', 'neither'];

const nextContainer: Proof = {
  number: '3.6',
  name: 'the next container starts when the sidecar answers: its first query has a reply',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images, names, print } = context;
    const { machine } = ownClusterOf(context);
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-next', optedIn, async (namespace) => {
      const given = (name: Kind) =>
        podOf({
          namespace,
          name,
          // glibc is told at once that nobody listens, and here does not ask again; musl would, two seconds later.
          image: images.glibc,
          annotations: { [annotations.inject]: 'always' },
          spec: names.dns(namespace),
          container: { env: [{ name: 'RES_OPTIONS', value: 'attempts:1' }] },
          probe: ['repeat', '60000', searchedName],
        });
      const figures: string[] = [];
      // One after the other: what is measured is one pod, not a machine that starts three.
      for (const kind of kinds) {
        await kubectl.apply(kind === 'probe' ? given(kind) : withoutProbe(await injected(kubectl, given(kind)), kind));
        await waitReady(kubectl, namespace, kind);
        const { sidecarMs, appMs } = await startsOf(kubectl, machine, namespace, kind);
        const outcome = await firstOutcome(kubectl, namespace, kind);
        figures.push(`${kind} ${((appMs - sidecarMs) / 1000).toFixed(2)} s`);
        print(`${figures.at(-1)}, first lookup ${outcome}`);
        hold(kind !== 'probe' || outcome === 'OK', () => `the first lookup: ${outcome}`);
      }
      return figures.join(', ');
    });
  },
};

export const nextContainerProofs: readonly Proof[] = [nextContainer];

interface Pod {
  readonly metadata: { readonly labels?: object };
  readonly spec: { readonly initContainers: readonly [object] };
}

/** What the webhook makes of it. */
async function injected(kubectl: Kubectl, pod: object): Promise<Pod> {
  const input = JSON.stringify(pod);
  const answer = await kubectl.run(['create', '--dry-run=server', '--output=json', '--filename=-'], { input });
  return JSON.parse(answer.stdout) as Pod;
}

function withoutProbe({ metadata, spec, ...pod }: Pod, kind: Kind): object {
  const [sidecar] = spec.initContainers;
  const waitsInside = { postStart: { exec: { command: ['node', '-e', waitForListener] } } };
  const entry = { ...sidecar, startupProbe: undefined, ...(kind === 'hook' && { lifecycle: waitsInside }) };
  return {
    ...pod,
    metadata: { ...metadata, labels: { ...metadata.labels, ...optedOut } },
    spec: { ...spec, initContainers: [entry] },
  };
}

const waitForListener = `
const { connect } = require('node:net');
(function ask() {
  connect(53, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => setTimeout(ask, 5));
})();`;

/** When the process of each container began, in milliseconds of one clock that counts in tens of them. */
async function startsOf(
  kubectl: Kubectl,
  machine: Machine,
  namespace: string,
  pod: Kind,
): Promise<{ sidecarMs: number; appMs: number }> {
  const path = (list: string, name: string) => `{.status.${list}[?(@.name=="${name}")].containerID}`;
  const output = `--output=jsonpath=${path('initContainerStatuses', projectName)} ${path('containerStatuses', 'app')}`;
  const { stdout: ids } = await kubectl.run(['get', `--namespace=${namespace}`, `pod/${pod}`, output]);
  const { stdout: tasks } = await runContainerd(machine, ['tasks', 'list']);
  const startMs = async (id = ''): Promise<number> => {
    const found = new RegExp(String.raw`^${id.replace('containerd://', '')}\s+(\d+)`, 'm').exec(tasks);
    hold(found !== null, () => `no task ${id} among ${tasks}`);
    const { stdout: stat } = await runInMachine(machine, 'cat', [`/proc/${found[1]}/stat`]);
    // When it started, in ticks of 10 ms.
    return Number(statField(stat, 22)) * 10;
  };
  const [sidecar, app] = ids.split(' ');
  return { sidecarMs: await startMs(sidecar), appMs: await startMs(app) };
}

async function firstOutcome(kubectl: Kubectl, namespace: string, pod: Kind): Promise<string> {
  const log = await until(`the first lookup of ${pod}`, 30_000, async () => {
    const answer = await kubectl.run(['logs', `--namespace=${namespace}`, pod, '--container=app']);
    return answer.stdout.startsWith('{') ? answer.stdout : undefined;
  });
  const [lookup] = parseLookups(log);
  return lookup?.outcome ?? log;
}
