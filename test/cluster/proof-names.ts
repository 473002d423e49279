/** Whom the pods of the proofs ask: the cluster's own DNS where it serves the scripted names, else servers that are added. */
import type { Kubectl } from './kubectl.ts';
import { clusterDomain, nodeSearchDomain, outsideDnsAddress } from './machine/addresses.ts';
import { corefileOf, insideCorefileOf, outsideZones, zoneFile } from './machine/names.ts';
import { inNamespace, podOf, waitRollout } from './proofs/pods.ts';
import type { ProofImages, ProofNames } from './proofs/proof.ts';
import { serviceOf } from './proofs/workload-objects.ts';
import { step, until } from '../support/machine/steps.ts';

/** Of the cluster that this command brings up. */
export const ownNames: ProofNames = { clusterDomain, outsideNameserver: outsideDnsAddress, dns: () => ({}) };

/** On an existing cluster, for as long as `work` runs. */
export function withAddedNames<Result>(
  kubectl: Kubectl,
  images: ProofImages,
  work: (names: ProofNames) => Promise<Result>,
): Promise<Result> {
  return inNamespace(kubectl, 'proof-names', {}, async (namespace) =>
    work(await step('DNS servers for scripted names', () => addNames(kubectl, images, namespace))),
  );
}

async function addNames(kubectl: Kubectl, images: ProofImages, namespace: string): Promise<ProofNames> {
  const found = await clusterDnsOf(kubectl, images, namespace);
  const outside = await startServer(kubectl, {
    namespace,
    name: 'outside',
    image: images.coredns,
    files: {
      Corefile: corefileOf(outsideZones, '/names', undefined),
      ...Object.fromEntries(Object.entries(outsideZones).map(([zone, records]) => [zone, zoneFile(zone, records)])),
    },
  });
  const block = (zones: string, server: string) => `${zones} {\n  forward . ${server}\n}\n`;
  const inside = await startServer(kubectl, {
    namespace,
    name: 'inside',
    image: images.coredns,
    files: {
      Corefile:
        insideCorefileOf(found.domain) +
        block(`${found.domain}:53 in-addr.arpa:53 ip6.arpa:53`, found.nameserver) +
        block('.:53 113.0.203.in-addr.arpa:53', outside),
    },
  });
  return {
    clusterDomain: found.domain,
    outsideNameserver: outside,
    dns: (space) => ({
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: [inside],
        searches: [`${space}.svc.${found.domain}`, `svc.${found.domain}`, found.domain, nodeSearchDomain],
        options: [{ name: 'ndots', value: '5' }],
      },
    }),
  };
}

/** As a pod sees it. */
async function clusterDnsOf(kubectl: Kubectl, { alpine }: ProofImages, namespace: string) {
  const container = { command: ['/bin/cat', '/etc/resolv.conf'] };
  await kubectl.apply(podOf({ namespace, name: 'look', image: alpine, container, spec: { restartPolicy: 'Never' } }));
  const text = await until('resolv.conf of a pod', 60_000, async () => {
    const answer = await kubectl.try(['logs', `--namespace=${namespace}`, 'look']);
    return answer.stdout.includes('nameserver') ? answer.stdout : undefined;
  });
  const nameserver = /^nameserver (\S+)/m.exec(text)?.[1];
  const domain = new RegExp(`^search .*\\b${namespace}\\.svc\\.(\\S+)`, 'm').exec(text)?.[1];
  if (nameserver === undefined || domain === undefined) throw new Error(`no cluster DNS in: ${text}`);
  return { nameserver, domain };
}

interface Server {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** In its folder /names. */
  readonly files: Readonly<Record<string, string>>;
}

/** Gives the address of its Service. */
async function startServer(kubectl: Kubectl, { namespace, name, image, files }: Server): Promise<string> {
  const metadata = { name, namespace };
  const labels = { app: name };
  const container = {
    name: 'coredns',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/names/Corefile'],
    volumeMounts: [{ name: 'names', mountPath: '/names' }],
    readinessProbe: { tcpSocket: { port: 53 }, periodSeconds: 1 },
  };
  const volumes = [{ name: 'names', configMap: { name } }];
  const ports = ['UDP', 'TCP'].map((protocol) => ({ name: protocol.toLowerCase(), protocol, port: 53 }));
  const service = serviceOf({ namespace, name, app: name }) as { spec: object };
  await kubectl.apply(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container], volumes } },
      },
    },
    { ...service, spec: { ...service.spec, ports } },
  );
  await waitRollout(kubectl, namespace, `deployment/${name}`);
  const path = '--output=jsonpath={.spec.clusterIP}';
  return (await kubectl.run(['get', `service/${name}`, `--namespace=${namespace}`, path])).stdout;
}
