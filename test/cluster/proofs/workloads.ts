/** Every kind of object that makes pods. */
import type { Kubectl } from '../kubectl.ts';
import { until } from '../../support/machine/steps.ts';
import { inNamespace, parseLookups, type PodOptions, podOf } from './pods.ts';
import { ensureProduct, eventsOn, optedIn } from './product.ts';
import { type Proof, hold } from './proof.ts';
import { cronJobOf, daemonSetOf, deploymentOf, jobOf, statefulSetOf } from './workload-objects.ts';

/** musl alone never finds it: it has as many dots as `ndots` asks for, and exists under a search domain. */
export const searchedName = 'one.two.three.four.five.six';

/** What the events shall be on, and where the lookup is to be seen. */
const workloads = [
  { kind: 'Deployment', of: deploymentOf },
  { kind: 'StatefulSet', of: statefulSetOf },
  { kind: 'DaemonSet', of: daemonSetOf },
  { kind: 'Job', of: jobOf },
  { kind: 'CronJob', of: cronJobOf },
  { kind: 'Pod', of: podWithInitContainer },
] as const;

const everyKind: Proof = {
  number: '3.1',
  name: 'Deployment, StatefulSet, DaemonSet, Job, CronJob, bare pod, init container: injected from the first lookup, event on the owner',
  async prove(context) {
    const { kubectl, images, names, print } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-workloads', optedIn, async (namespace) => {
      const optionsOf = (kind: string): PodOptions => ({
        namespace,
        name: kind.toLowerCase(),
        image: images.alpine,
        spec: names.dns(namespace),
        container: {
          command: kind.endsWith('Job')
            ? ['/bin/probe', 'lookup', searchedName]
            : ['/bin/sh', '-c', `/bin/probe lookup ${searchedName}; exec /bin/probe wait`],
        },
      });
      await kubectl.apply(...workloads.map(({ kind, of }) => of(optionsOf(kind))));
      const startedMs = performance.now();
      for (const { kind } of workloads) {
        const containers = kind === 'Pod' ? ['app', 'prepare'] : ['app'];
        for (const container of containers) {
          const elapsedMs = await firstLookup(kubectl, { namespace, app: kind.toLowerCase(), container });
          print(`${kind}, container ${container}: first lookup answered after ${elapsedMs.toFixed(0)} ms`);
        }
        await until(`event on the ${kind}`, 5000, async () => {
          const events = await eventsOn(kubectl, namespace, kind, kind.toLowerCase());
          return events.some(({ reason }) => reason === 'Injected') ? true : undefined;
        });
      }
      return `${workloads.length} kinds in ${((performance.now() - startedMs) / 1000).toFixed(0)} s (a CronJob waits for the full minute)`;
    });
  },
};

/** An init container that looks a name up before the application does. */
function podWithInitContainer(options: PodOptions): object {
  const prepare = {
    name: 'prepare',
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/probe', 'lookup', searchedName],
  };
  return podOf({ ...options, spec: { ...options.spec, initContainers: [prepare] } });
}

interface Container {
  readonly namespace: string;
  readonly app: string;
  readonly container: string;
}

/** Gives how long it took. */
async function firstLookup(kubectl: Kubectl, { namespace, app, container }: Container): Promise<number> {
  const log = await until(`lookup in ${app}`, 75_000, async () => {
    const selector = `--selector=app=${app},alpine-resolver.io/injected=true`;
    const answer = await kubectl.try([
      'logs',
      `--namespace=${namespace}`,
      selector,
      `--container=${container}`,
      '--tail=-1',
    ]);
    return answer.stdout.startsWith('{') ? answer.stdout : undefined;
  });
  const [lookup] = parseLookups(log);
  hold(lookup?.outcome === 'OK' && lookup.elapsedMs < 1000, () => `${app}: ${log}`);
  return lookup.elapsedMs;
}

export const workloadProofs: readonly Proof[] = [everyKind];
