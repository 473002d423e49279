/** Pods for the proofs, as short as a user would write them, and what they answer. */
import { projectName } from '../../../shared/values/names.ts';
import { gatherNamespaceLogs } from '../failure-logs.ts';
import type { Kubectl } from '../kubectl.ts';
import { until } from '../../support/machine/steps.ts';
import { ProofFailure } from './proof.ts';

export interface Lookup {
  readonly name: string;
  /** OK, or the error code of the C library without its prefix: NONAME, NODATA, AGAIN, FAIL. */
  readonly outcome: string;
  readonly addresses: readonly string[];
  readonly canonicalName?: string;
  readonly elapsedMs: number;
  /** Time of day, where the probe prints it. */
  readonly timeMs?: number;
}

export interface PodOptions {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Arguments of the probe program; it waits for its end by default. */
  readonly probe?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further keys of the pod's specification. */
  readonly spec?: object;
  /** Further keys of the container. */
  readonly container?: object;
}

export function podOf(options: PodOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: options.name,
      namespace: options.namespace,
      labels: { app: options.name, ...options.labels },
      annotations: options.annotations,
    },
    spec: podSpecOf(options),
  };
}

/** The same as a template of a Deployment, Job and so on. */
export function podSpecOf(options: Omit<PodOptions, 'namespace' | 'name'>): object {
  return {
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name: 'app',
        image: options.image,
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/probe', ...(options.probe ?? ['wait'])],
        ...options.container,
      },
    ],
    ...options.spec,
  };
}

export async function waitReady(kubectl: Kubectl, namespace: string, ...pods: readonly string[]): Promise<void> {
  await kubectl.run([
    'wait',
    `--namespace=${namespace}`,
    '--for=condition=Ready',
    '--timeout=60s',
    ...pods.map((pod) => `pod/${pod}`),
  ]);
}

/** Waits until every pod of the workloads is there and Ready. */
export async function waitRollout(kubectl: Kubectl, namespace: string, ...workloads: readonly string[]): Promise<void> {
  for (const workload of workloads) {
    await kubectl.run(['rollout', 'status', workload, `--namespace=${namespace}`, '--timeout=60s']);
  }
}

export interface PodName {
  readonly namespace: string;
  readonly pod: string;
  /** Empty where it does not matter. */
  readonly address: string;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly status: { readonly podIP?: string };
  }[];
}

/** The pods with this label `app` that are not about to end. */
export async function podsOf(kubectl: Kubectl, namespace: string, app: string): Promise<PodName[]> {
  const { items } = await kubectl.get<PodList>(['pods', `--namespace=${namespace}`, `--selector=app=${app}`]);
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => ({ namespace, pod: metadata.name, address: status.podIP ?? '' }));
}

export async function onlyPodOf(kubectl: Kubectl, namespace: string, app: string): Promise<PodName> {
  const [pod, ...others] = await podsOf(kubectl, namespace, app);
  if (pod === undefined || others.length > 0) {
    throw new ProofFailure(`${app} has ${pod === undefined ? 0 : others.length + 1} pods, one was expected`);
  }
  return pod;
}

/** Looks names up in a container, by its own C library. */
export async function lookUp(
  kubectl: Kubectl,
  namespace: string,
  pod: string,
  names: readonly string[],
  flags: readonly string[] = ['-c'],
): Promise<Lookup[]> {
  const answer = await kubectl.exec(namespace, pod, ['/bin/probe', 'lookup', ...flags, ...names], 'app');
  if (answer.code !== 0) throw new ProofFailure(`probe in ${pod}: ${answer.stderr}`);
  return parseLookups(answer.stdout);
}

export function parseLookups(text: string): Lookup[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Lookup);
}

/** Runs `work` in a new namespace that is deleted afterwards, without waiting for its end. */
export async function inNamespace<Result>(
  kubectl: Kubectl,
  name: string,
  labels: Readonly<Record<string, string>>,
  work: (namespace: string) => Promise<Result>,
): Promise<Result> {
  await kubectl.run(['delete', 'namespace', name, '--ignore-not-found']);
  await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  // Made by a controller a moment later; without it a bare pod is refused.
  await until(`service account of namespace ${name}`, 10_000, async () => {
    await kubectl.run(['get', 'serviceaccount/default', `--namespace=${name}`]);
    return true;
  });
  try {
    return await work(name);
  } catch (error) {
    // What follows removes them: the namespace now, the product in the end.
    for (const namespace of [name, projectName]) await gatherNamespaceLogs(kubectl, namespace);
    throw error;
  } finally {
    await kubectl.run(['delete', 'namespace', name, '--wait=false']);
  }
}
