/** The cluster's DNS goes away, comes back, moves. */
import type { Kubectl } from '../kubectl.ts';
import { clusterDnsAddress } from '../machine/addresses.ts';
import { clusterDnsService } from '../machine/cluster-dns.ts';
import { until } from '../../support/machine/steps.ts';
import { inProductNamespace } from './authority.ts';
import { inNamespace, type Lookup, lookUp, parseLookups, podOf, waitReady, waitRollout } from './pods.ts';
import { ensureProduct, metricOf, optedIn, waitForRollout } from './product.ts';
import { type Proof, hold } from './proof.ts';

const name = 'kubernetes.default';
const awayMs = 15_000;
/** A lookup that is under way at the return waits for its next attempt, 5 s after the one that was lost, as glibc's does. */
const nextAttemptMs = 5000;

const gone: Proof = {
  number: '7.1',
  name: "cluster DNS gone for 15 s: without caches lookups fail as glibc's do, and succeed at once when it is back",
  ownCluster: true,
  async prove(context) {
    const { kubectl, images, print } = context;
    await ensureProduct(context);
    return inNamespace(kubectl, 'proof-dns-gone', optedIn, async (namespace) => {
      const probe = ['repeat', '200', name];
      // From its caches the pod would not notice.
      const annotations = { 'alpine-resolver.io/max-cache-bytes': '0' };
      await kubectl.apply(
        podOf({ namespace, name: 'injected', image: images.alpine, probe, annotations }),
        podOf({ namespace, name: 'glibc', image: images.glibc, probe }),
      );
      await waitReady(kubectl, namespace, 'injected', 'glibc');
      const goneMs = await withoutClusterDns(kubectl, () => new Promise((resolve) => setTimeout(resolve, awayMs)));
      const backMs = await until('lookups of the glibc pod', 20_000, async () => {
        const lookups = await lookupsOf(kubectl, namespace, 'glibc');
        return lookups.find(({ outcome, timeMs = 0 }) => outcome === 'OK' && timeMs > goneMs + awayMs)?.timeMs;
      });
      // A lookup that begins now must not remember the failures.
      const [fresh] = await lookUp(kubectl, namespace, 'injected', [name]);
      hold(fresh?.outcome === 'OK' && fresh.elapsedMs < 1000, () => `a new lookup: ${JSON.stringify(fresh)}`);
      const injected = await until('lookups of the injected pod', 20_000, async () => {
        const lookups = await lookupsOf(kubectl, namespace, 'injected');
        return lookups.some(({ outcome, timeMs = 0 }) => outcome === 'OK' && timeMs > goneMs + awayMs)
          ? lookups
          : undefined;
      });
      const glibc = await lookupsOf(kubectl, namespace, 'glibc');
      const during = (lookups: readonly Lookup[]) =>
        lookups.filter(({ timeMs = 0 }) => timeMs > goneMs + 1000 && timeMs < goneMs + awayMs);
      const said = (lookups: readonly Lookup[]) =>
        during(lookups)
          .map(({ outcome, elapsedMs }) => `${outcome} after ${(elapsedMs / 1000).toFixed(1)} s`)
          .join(', ');
      print(`without DNS, glibc: ${said(glibc)}`);
      print(`without DNS, injected: ${said(injected)}`);
      for (const lookups of [during(glibc), during(injected)]) {
        hold(lookups.length > 0 && lookups.every(({ outcome }) => outcome === 'AGAIN'), () => JSON.stringify(lookups));
      }
      const first = injected.find(({ outcome, timeMs = 0 }) => outcome === 'OK' && timeMs > goneMs + awayMs);
      const lateMs = (first?.timeMs ?? Infinity) - backMs;
      hold(lateMs < nextAttemptMs + 2000, () => `the lookup that was under way succeeded ${lateMs} ms after glibc's`);
      return `new lookup ${fresh.elapsedMs.toFixed(0)} ms; the one under way ${(lateMs / 1000).toFixed(1)} s after glibc's`;
    });
  },
};

const elsewhere = clusterDnsAddress.replace(/\d+$/, '53');

const moved: Proof = {
  number: '7.2',
  name: 'cluster DNS at another address: annotated pods and, by the setting of the webhook, new pods resolve',
  ownCluster: true,
  async prove(context) {
    const { kubectl, images } = context;
    await ensureProduct(context);
    const setting = (text: string) =>
      kubectl.run(['set', 'env', 'deployment/alpine-resolver', inProductNamespace, `WEBHOOK_NAMESERVERS${text}`]);
    return inNamespace(kubectl, 'proof-dns-moved', optedIn, async (namespace) => {
      const outcome = async (pod: string) => (await lookUp(kubectl, namespace, pod, [name]))[0]?.outcome;
      await kubectl.apply(podOf({ namespace, name: 'running', image: images.alpine }));
      await waitReady(kubectl, namespace, 'running');
      hold((await outcome('running')) === 'OK', () => 'before the move');
      try {
        await moveClusterDns(kubectl, elsewhere);
        await until('failure at the old address', 30_000, async () =>
          (await outcome('running')) === 'OK' ? undefined : true,
        );
        const annotation = `alpine-resolver.io/nameservers=${elsewhere}`;
        await kubectl.run(['annotate', 'pods', '--all', `--namespace=${namespace}`, '--overwrite', annotation]);
        await until('lookups at the new address', 90_000, async () =>
          (await outcome('running')) === 'OK' ? true : undefined,
        );
        await kubectl.run(['rollout', 'restart', 'deployment/alpine-resolver', inProductNamespace]);
        await waitForRollout(context);
        hold((await differs(kubectl)) === 2, () => 'the replicas do not tell that the Service has another address');
        await setting(`=${elsewhere}`);
        await waitForRollout(context);
        hold((await differs(kubectl)) === 0, () => 'with the setting, addresses still differ');
        await kubectl.apply(podOf({ namespace, name: 'new', image: images.alpine }));
        await waitReady(kubectl, namespace, 'new');
        hold((await outcome('new')) === 'OK', () => 'a new pod does not resolve');
      } finally {
        await moveClusterDns(kubectl, clusterDnsAddress);
        await setting('-');
        await waitForRollout(context);
      }
    });
  },
};

export const clusterDnsProofs: readonly Proof[] = [gone, moved];

/** Gives the time of day at which the last server was gone. */
async function withoutClusterDns(kubectl: Kubectl, work: () => Promise<unknown>): Promise<number> {
  const inSystem = '--namespace=kube-system';
  const scale = (replicas: number) => kubectl.run(['scale', 'deployment/coredns', inSystem, `--replicas=${replicas}`]);
  await scale(0);
  try {
    await kubectl.run(['wait', 'pods', inSystem, '--selector=k8s-app=kube-dns', '--for=delete', '--timeout=60s']);
    const goneMs = Date.now();
    await work();
    return goneMs;
  } finally {
    await scale(1);
    await waitRollout(kubectl, 'kube-system', 'deployment/coredns');
  }
}

async function lookupsOf(kubectl: Kubectl, namespace: string, pod: string): Promise<Lookup[]> {
  const log = await kubectl.run(['logs', `--namespace=${namespace}`, pod, '--container=app']);
  return parseLookups(log.stdout.slice(0, log.stdout.lastIndexOf('\n') + 1));
}

/** Of how many replicas the metric says so. */
async function differs(kubectl: Kubectl): Promise<number> {
  return metricOf(kubectl, 'alpine_resolver_webhook_cluster_dns_differs');
}

/** An address cannot be changed: the Service is made anew. */
async function moveClusterDns(kubectl: Kubectl, address: string): Promise<void> {
  await kubectl.run(['delete', 'service/kube-dns', '--namespace=kube-system', '--ignore-not-found']);
  await kubectl.apply(clusterDnsService(address));
}
