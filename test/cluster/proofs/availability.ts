/** Pods that are created while the webhook is away, is replaced, or changes its certificate. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../support/machine/command.ts';
import type { Kubectl } from '../kubectl.ts';
import { runContainerd } from '../machine/containers.ts';
import { projectFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import { withApi } from './api.ts';
import {
  forceRotation,
  inProductNamespace,
  publishedAuthorities,
  servedCertificate,
  storedAuthority,
} from './authority.ts';
import { type CreatedPod, streamPods } from './pod-stream.ts';
import { inNamespace, podOf, waitReady } from './pods.ts';
import { ensureProduct, optedIn, replicasOf, scaleProduct, waitForRollout } from './product.ts';
import { type Proof, type ProofContext, hold, ownClusterOf } from './proof.ts';

/** The webhook configuration's own. */
const timeoutMs = 5000;

const away: Proof = {
  number: '6.1',
  name: 'webhook scaled to zero: pods start unchanged without delay; scaled up: injected again',
  async prove(context) {
    const { kubectl, images, names, cluster } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-away', optedIn, (namespace) =>
      withApi(kubectl, async (api) => {
        const create = async (name: string) => {
          const pod = podOf({ namespace, name, image: images.alpine, spec: names.dns(namespace) });
          const { status, body, elapsedMs } = await api.post(`/api/v1/namespaces/${namespace}/pods`, pod);
          hold(status === 201, () => JSON.stringify(body));
          return { isInjected: JSON.stringify(body).includes('RESOLVER_ANNOTATIONS_FILE'), elapsedMs };
        };
        const { without, slowestMs } = await withoutWebhook(context, async () => {
          const created = [await create('without-0'), await create('without-1'), await create('without-2')];
          await waitReady(kubectl, namespace, 'without-0', 'without-1', 'without-2');
          return { without: created, slowestMs: Math.max(...created.map(({ elapsedMs }) => elapsedMs)) };
        });
        hold(!without.some(({ isInjected }) => isInjected), () => 'a pod was injected');
        hold(slowestMs <= timeoutMs, () => `a creation took ${slowestMs} ms`);
        const late: string[] = [];
        // On an existing cluster it cannot be seen when the node leads to a new replica; here that was waited for.
        const lateUntilMs = performance.now() + (cluster === undefined ? 5000 : 0);
        while (!(await create(`again-${late.length}`)).isInjected) {
          late.push(`again-${late.length}`);
          hold(performance.now() < lateUntilMs, () => 'a pod was not injected after the return of the webhook');
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        for (const name of ['then-0', 'then-1', 'then-2']) {
          hold((await create(name)).isInjected, () => `${name} was not injected, after one that was`);
        }
        await waitReady(kubectl, namespace, `again-${late.length}`, 'then-0', 'then-1', 'then-2');
        const listed = await listMissed(kubectl, namespace);
        const missed = [...late, 'without-0', 'without-1', 'without-2'].toSorted();
        hold(
          listed.join() === missed.join(),
          () => `missed ${missed.join()}; the README's query lists ${listed.join()}`,
        );
        return `slowest creation without webhook ${(slowestMs / 1000).toFixed(2)} s; ${late.length} missed after its return`;
      }),
    );
  },
};

const replaced: Proof = {
  number: '6.2',
  name: 'rolling update and a deleted replica while pods are created at 5/s for a minute: all are injected',
  async prove(context) {
    await ensureProduct(context);
    const { missed, figures } = await streamPods(context, 'proof-replaced', {
      durationMs: 60_000,
      happens: async () => {
        await restartAll(context);
        await deleteOne(context);
      },
    });
    hold(missed.length === 0, () => `${figures}; missed ${describe(missed)}`);
    return figures;
  },
};

const rotated: Proof = {
  number: '6.3',
  name: 'the same while the CA is rotated: all are injected',
  async prove(context) {
    const { kubectl, print } = context;
    await ensureProduct(context);
    const before = await storedAuthority(kubectl);
    const { missed, figures } = await streamPods(context, 'proof-rotated', {
      durationMs: 60_000,
      happens: async () => {
        const startedMs = performance.now();
        await forceRotation(kubectl);
        await until('a bundle with the old and the new CA', 10_000, async () => {
          const published = await publishedAuthorities(kubectl);
          return published.includes(before) && published.length === 2 ? true : undefined;
        });
        print(`old and new CA published after ${sinceText(startedMs)}`);
        // New replicas come while the old ones still wait to sign with the new CA.
        await restartAll(context);
        await until('certificates of the new CA at every replica', 30_000, () => servedByStored(kubectl));
        print(`all replicas serve certificates of the new CA after ${sinceText(startedMs)}`);
        await deleteOne(context);
      },
    });
    hold((await storedAuthority(kubectl)) !== before, () => 'the CA in the Secret is the old one');
    hold(missed.length === 0, () => `${figures}; missed ${describe(missed)}`);
    return figures;
  },
};

const killed: Proof = {
  number: '6.4',
  name: "replicas ended by SIGKILL: misses are counted, and the README's query finds each",
  ownCluster: true,
  async prove(context) {
    const { kubectl, print } = context;
    const { machine } = ownClusterOf(context);
    await ensureProduct(context);
    // A container that ended before is started again only after a while.
    await restartAll(context);
    const failedOpenBefore = await countFailedOpen(kubectl);
    const { missed, figures } = await streamPods(context, 'proof-killed-webhook', {
      durationMs: 30_000,
      happens: async () => {
        // The API server keeps a connection to one of them and may not notice the end of the other.
        for (const { name } of await replicasOf(kubectl)) {
          const path = '--output=jsonpath={.status.containerStatuses[0].containerID}';
          const id = await kubectl.run(['get', `pod/${name}`, inProductNamespace, path]);
          await runContainerd(machine, ['tasks', 'kill', '--signal=SIGKILL', id.stdout.replace('containerd://', '')]);
          await waitRestarted(kubectl, name, id.stdout);
        }
      },
      look: async (namespace, result) => {
        const listed = await listMissed(kubectl, namespace);
        const names = result.missed.map(({ name }) => name).toSorted();
        hold(listed.join() === names.join(), () => `missed ${names.join()}, listed ${listed.join()}`);
      },
    });
    const failedOpen = (await countFailedOpen(kubectl)) - failedOpenBefore;
    hold(failedOpen === missed.length, () => `missed ${missed.length}, but the API server counted ${failedOpen}`);
    print(`missed: ${missed.length === 0 ? 'none' : describe(missed)}`);
    return `${figures}; ${missed.length} missed and listed`;
  },
};

export const availabilityProofs: readonly Proof[] = [away, replaced, rotated, killed];

async function withoutWebhook<Result>(context: ProofContext, work: () => Promise<Result>): Promise<Result> {
  await scaleProduct(context, 0);
  try {
    return await work();
  } finally {
    await scaleProduct(context, 2);
  }
}

async function servedByStored(kubectl: Kubectl): Promise<true | undefined> {
  const stored = await storedAuthority(kubectl);
  for (const { name } of await replicasOf(kubectl)) {
    if ((await servedCertificate(kubectl, name)).issuer !== stored) return undefined;
  }
  return true;
}

/** As the README says: the API server's own count of calls that failed and were let pass. */
async function countFailedOpen(kubectl: Kubectl): Promise<number> {
  const lines = (await kubectl.raw('/metrics')).split('\n');
  return lines
    .filter(
      (line) => line.startsWith('apiserver_admission_webhook_fail_open_count{') && line.includes('alpine-resolver'),
    )
    .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
}

async function waitRestarted(kubectl: Kubectl, name: string, oldContainer: string): Promise<void> {
  await until(`restart of ${name}`, 30_000, async () => {
    const path = '--output=jsonpath={.status.containerStatuses[0].containerID} {.status.containerStatuses[0].ready}';
    const answer = await kubectl.run(['get', `pod/${name}`, inProductNamespace, path]);
    const [container, ready] = answer.stdout.split(' ');
    return container !== oldContainer && ready === 'true' ? true : undefined;
  });
}

/** Runs the command that the README gives, as it stands there. Gives the pods of one namespace that it lists. */
async function listMissed(kubectl: Kubectl, namespace: string): Promise<string[]> {
  const readme = await readFile(join(projectFolder, 'README.md'), 'utf8');
  const command = /\*\*Which pods were missed\?\*\*[^]*?```sh\n([^]*?)```/.exec(readme)?.[1];
  hold(command !== undefined, () => 'the README has no command under "Which pods were missed?"');
  const [program, ...args] = kubectl.command;
  const wrapper = 'set -euo pipefail\nprogram=("$@")\nkubectl() { "${program[@]}" "$@"; }\n';
  const answer = await run('bash', ['-c', wrapper + command, 'bash', program, ...args]);
  return answer.stdout
    .split('\n')
    .map((line) => line.split(/\s+/))
    .flatMap(([space, name]) => (space === namespace && name !== undefined ? [name] : []))
    .toSorted();
}

async function restartAll(context: ProofContext): Promise<void> {
  const { kubectl } = context;
  await kubectl.run(['rollout', 'restart', 'deployment/alpine-resolver', inProductNamespace]);
  await waitForRollout(context);
}

async function deleteOne(context: ProofContext): Promise<void> {
  const { kubectl } = context;
  const { name } = await anyReady(kubectl);
  await kubectl.run(['delete', `pod/${name}`, inProductNamespace, '--timeout=60s']);
  await waitForRollout(context);
}

async function anyReady(kubectl: Kubectl) {
  const replica = (await replicasOf(kubectl)).find(({ ready }) => ready);
  hold(replica !== undefined, () => 'no replica is Ready');
  return replica;
}

function describe(pods: readonly CreatedPod[]): string {
  return pods.map(({ atMs, elapsedMs }) => `at ${(atMs / 1000).toFixed(1)} s (${elapsedMs.toFixed(0)} ms)`).join(', ');
}

function sinceText(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}
