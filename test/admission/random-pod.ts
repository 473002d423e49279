/** Random pods, for admission by the webhook and the API server together. */
import { valueAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { Random } from '../support/random.ts';
import { disputedDnsFields, randomDnsFields } from './random-dns.ts';
import {
  podResourceStyle,
  randomResources,
  resourceStyle,
  withOtherResources,
  type ResourceStyle,
} from './random-resources.ts';
import { serviceAccounts } from './cluster-objects.ts';
import { spoil } from './spoilt.ts';

const resolvConf = 'alpine-resolver.io/resolv-conf';

/**
 * A pod as users and other programs write them: most are valid, and most are for the webhook to inject. They carry no
 * invalid value of ours.
 */
export function randomPod(random: Random, { name, namespace }: { name: string; namespace: string }): JsonObject {
  const security = random.weighted({ restricted: 3, 'restricted-by-container': 2, baseline: 3, privileged: 2 });
  const style = resourceStyle(random, namespace);
  const volumes = randomVolumes(random);
  const container = (role: string): JsonObject => randomContainer(random, { role, security, style, volumes });
  const count = random.weighted({ '1': 5, '2': 3, '3': 1 });
  const metadata = randomMetadata(random, name);
  // What a pod brings replaces its DNS fields, and must not hide what is wrong with them.
  const isReplaced = valueAt(metadata, 'annotations', resolvConf) !== undefined && random.chance(0.5);
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      containers: Array.from({ length: Number(count) }, (_, index) => container(`app-${index}`)),
      ...(random.chance(0.4) && { initContainers: initContainers(random, container) }),
      ...(volumes.length > 0 && { volumes }),
      ...podSecurity(random, security),
      ...(isReplaced ? disputedDnsFields(random) : randomDnsFields(random)),
      ...scheduling(random),
      ...pickSome(random, podMembers(random)),
      ...(random.chance(0.15) && { resources: randomResources(random, podResourceStyle(random)) }),
    },
  };
  return random.chance(0.15) ? spoil(random, pod) : pod;
}

function pickSome(random: Random, members: Readonly<Record<string, () => JsonObject>>): JsonObject {
  return Object.assign({}, ...Object.values(members).map((make) => (random.chance(0.12) ? make() : {}))) as JsonObject;
}

function randomMetadata(random: Random, name: string): JsonObject {
  const annotations: Record<string, string> = {};
  if (random.chance(0.3)) annotations['prometheus.io/scrape'] = 'true';
  if (random.chance(0.5)) annotations['alpine-resolver.io/inject'] = random.pick(['always', 'auto', 'always']);
  if (random.chance(0.1)) annotations['alpine-resolver.io/ndots'] = random.pick(['2', '5', '15']);
  if (random.chance(0.05)) annotations['alpine-resolver.io/mode'] = 'plain';
  if (random.chance(0.05)) annotations[resolvConf] = 'nameserver 192.0.2.53\nsearch own.example\n';
  if (random.chance(0.05)) annotations['traffic.sidecar.istio.io/excludeInboundPorts'] = '8080';
  if (random.chance(0.05)) annotations['linkerd.io/inject'] = 'enabled';
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'app-7d9c5b8f6d', uid: 'a-b-c', controller: true };
  return {
    ...(random.chance(0.4) ? { generateName: `${name}-` } : { name }),
    ...(random.chance(0.6) && { labels: { app: 'shop', 'pod-template-hash': '7d9c5b8f6d' } }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(random.chance(0.3) && { ownerReferences: [owner] }),
    ...(random.chance(0.05) && { finalizers: ['example.com/keep'] }),
  };
}

const images = [
  'alpine:3.22',
  'node:22-alpine',
  'registry.example:5000/shop/checkout:1-alpine3.20',
  'nginx:1.27-ALPINE',
  'debian:13',
  'registry.example/shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
];

interface ContainerOptions {
  readonly role: string;
  readonly security: string;
  readonly style: ResourceStyle;
  readonly volumes: readonly JsonObject[];
}

function randomContainer(random: Random, { role, security, style, volumes }: ContainerOptions): JsonObject {
  const mounted = volumes.filter(() => random.chance(0.6));
  const ofClaims = mounted.filter(({ persistentVolumeClaim }) => persistentVolumeClaim && random.chance(0.5));
  const resources = withOtherResources(random, randomResources(random, style));
  return {
    name: role,
    image: random.pick(images),
    ...(random.chance(0.4) && { imagePullPolicy: random.pick(['Always', 'IfNotPresent', 'Never']) }),
    ...(random.chance(0.3) && { command: ['/bin/app'], args: ['--serve', '$(POD)'] }),
    ...(random.chance(0.5) && { env: randomVariables(random) }),
    ...(random.chance(0.1) && { envFrom: [{ configMapRef: { name: 'settings', optional: true } }] }),
    ...(random.chance(0.4) && { ports: randomPorts(random) }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...containerSecurity(random, security),
    ...(mounted.length > 0 && {
      volumeMounts: mounted
        .filter((volume) => !ofClaims.includes(volume))
        .map(({ name }, index) => ({
          name: name ?? '',
          mountPath: mountPath(random, index),
          readOnly: random.chance(0.5),
        })),
    }),
    ...(ofClaims.length > 0 && {
      volumeDevices: ofClaims.map(({ name }, index) => ({
        name: name ?? '',
        devicePath: random.chance(0.3) ? '/etc/resolv.conf' : `/dev/block${index}`,
      })),
    }),
    ...(role.startsWith('app') &&
      random.chance(0.3) && { livenessProbe: randomProbe(random), readinessProbe: randomProbe(random) }),
    ...(role.startsWith('app') &&
      random.chance(0.1) && { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }),
    ...(random.chance(0.1) && { terminationMessagePolicy: 'FallbackToLogsOnError' }),
    ...(random.chance(0.05) && { stdin: true, tty: true }),
    ...(random.chance(0.05) && { workingDir: '/srv' }),
  };
}

/** Plain ones and sidecars, in any order. */
function initContainers(random: Random, container: (role: string) => JsonObject): JsonObject[] {
  return Array.from({ length: random.between(1, 2) }, (_, index) =>
    random.chance(0.4)
      ? {
          ...container(`side-${index}`),
          restartPolicy: 'Always',
          ...(random.chance(0.5) && { startupProbe: randomProbe(random) }),
        }
      : container(`init-${index}`),
  );
}

function mountPath(random: Random, index: number): string {
  return random.chance(0.06) ? random.pick(['/etc/resolv.conf', '/etc', '/etc/hosts']) : `/data/${index}`;
}

function randomVariables(random: Random): JsonObject[] {
  const variables: JsonObject[] = [
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'PLAIN', value: 'a $(POD) b' },
    { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'secret', key: 'key', optional: true } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    { name: 'ALPINE_NO_RESOLVER', value: random.pick(['', 'false', 'true']) },
    { name: 'ALPINE_NO_RESOLVER', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none', optional: true } } },
    { name: 'DNSMASQ_NDOTS', value: random.pick(['1', '2', '99']) },
    { name: 'DNSMASQ_LISTEN', value: '0.0.0.0' },
    { name: 'TWICE', value: '1' },
    { name: 'TWICE', value: '2' },
  ];
  return variables.filter(() => random.chance(0.3));
}

function randomPorts(random: Random): JsonObject[] {
  const number = random.weighted({ '8080': 12, '443': 4, '53': 1, '9953': 1 });
  return [
    { containerPort: Number(number), ...(random.chance(0.5) && { name: 'main' }) },
    ...(random.chance(0.3) ? [{ containerPort: 9090, protocol: 'TCP', name: 'metrics' }] : []),
    ...(random.chance(0.1) ? [{ containerPort: 9090, protocol: 'UDP', hostPort: 9090 }] : []),
  ];
}

function randomProbe(random: Random): JsonObject {
  const handlers: JsonObject[] = [
    { httpGet: { path: '/healthz', port: 8080 } },
    { tcpSocket: { port: 8080 } },
    { exec: { command: ['true'] } },
    { grpc: { port: 9090 } },
  ];
  return { ...random.pick(handlers), ...(random.chance(0.5) && { periodSeconds: 3, timeoutSeconds: 2 }) };
}

function randomVolumes(random: Random): JsonObject[] {
  const volumes: JsonObject[] = [
    { name: 'scratch', emptyDir: {} },
    { name: 'settings', configMap: { name: 'settings' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'secret', secret: { secretName: 'secret', optional: true } },
    { name: 'own', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] } },
    { name: 'host', hostPath: { path: '/var/log' } },
  ];
  return volumes.filter(({ name }) => random.chance(name === 'host' ? 0.03 : 0.15));
}

function containerSecurity(random: Random, security: string): JsonObject {
  if (security === 'restricted' || security === 'restricted-by-container')
    return {
      securityContext: {
        // Where the pod says nothing, every container has to, ours too.
        ...(security === 'restricted-by-container' && {
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        }),
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], ...(random.chance(0.2) && { add: ['NET_BIND_SERVICE'] }) },
        ...(random.chance(0.5) && { readOnlyRootFilesystem: true }),
      },
    };
  if (security === 'privileged' && random.chance(0.5)) return { securityContext: { privileged: true } };
  return random.chance(0.3) ? { securityContext: { runAsUser: random.pick([0, 1000]) } } : {};
}

function podSecurity(random: Random, security: string): JsonObject {
  const sysctls = randomSysctls(random);
  const context = {
    ...(security === 'restricted' && { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }),
    ...(random.chance(0.2) && { fsGroup: 2000, supplementalGroups: [3000] }),
    ...(!security.startsWith('restricted') && random.chance(0.1) && { runAsUser: random.pick([0, 1000]) }),
    ...(sysctls.length > 0 && { sysctls }),
  };
  return Object.keys(context).length > 0 ? { securityContext: context } : {};
}

/** Safe ones, unsafe ones, and the start of the ports for everybody in every spelling. */
function randomSysctls(random: Random): JsonObject[] {
  if (random.chance(0.75)) return [];
  const start = random.pick(['0', '53', '80', '1024']);
  const sysctls = [
    { name: 'net.ipv4.ip_unprivileged_port_start', value: start },
    { name: 'net/ipv4/ip_unprivileged_port_start', value: random.pick(['0', '1024']) },
    { name: 'net.ipv4.ping_group_range', value: '0 2147483647' },
    { name: 'kernel.shm_rmid_forced', value: '1' },
    { name: 'net.core.somaxconn', value: '1024' },
  ];
  return sysctls.filter(({ name }) => random.chance(name === 'net.core.somaxconn' ? 0.1 : 0.4));
}

function scheduling(random: Random): JsonObject {
  const system = random.weighted({ none: 60, linux: 12, windows: 2, network: 2 });
  return {
    ...(system === 'linux' && { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } }),
    ...(system === 'windows' && { os: { name: 'windows' } }),
    ...(system === 'network' && { hostNetwork: true }),
    ...(random.chance(0.3) && {
      tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'shop', effect: 'NoSchedule' }],
    }),
  };
}

function podMembers(random: Random): Record<string, () => JsonObject> {
  const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' };
  const terms = [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }];
  return {
    account: () => ({ serviceAccountName: random.pick(serviceAccounts) }),
    token: () => ({ automountServiceAccountToken: random.chance(0.3) }),
    restart: () => ({ restartPolicy: random.pick(['Always', 'OnFailure', 'Never']) }),
    grace: () => ({ terminationGracePeriodSeconds: random.pick([0, 5, 60]) }),
    hostAliases: () => ({ hostAliases: [{ ip: '192.0.2.7', hostnames: ['db.example'] }] }),
    hostname: () => ({ hostname: 'web', subdomain: 'shop', setHostnameAsFQDN: true }),
    spread: () => ({ topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: { app: 'shop' } } }] }),
    affinity: () => ({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    }),
    gates: () => ({
      schedulingGates: [{ name: 'example.com/wait' }],
      readinessGates: [{ conditionType: 'example.com/up' }],
    }),
    pullSecrets: () => ({ imagePullSecrets: [{ name: 'own' }] }),
    processes: () => ({ shareProcessNamespace: true }),
    links: () => ({ enableServiceLinks: false }),
    users: () => ({ hostUsers: false }),
    deadline: () => ({ activeDeadlineSeconds: 600 }),
    overhead: () => ({ preemptionPolicy: 'PreemptLowerPriority' }),
  };
}
