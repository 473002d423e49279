/** A cluster as its API server would tell it: two namespaces that have opted in, one that has not. */
import { issueAuthority } from '../../../../webhook/certificates/issue.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import type { RecordedCluster } from '../../../support/kubernetes/recorded-reader.ts';

export const nowMs = Date.UTC(2026, 10, 29, 12);

interface PodParts {
  readonly name: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owner?: readonly [kind: string, name: string];
  readonly spec?: JsonObject;
  readonly phase?: string;
  readonly deleted?: boolean;
}

export function podOf(parts: PodParts): JsonObject {
  const { name, namespace = 'shop', image = 'nginx:1.27-alpine3.20', labels = {}, annotations = {}, owner } = parts;
  const [kind, ownerName] = owner ?? [];
  return {
    metadata: {
      ...{ name, namespace, uid: name, labels, annotations, creationTimestamp: '2026-11-29T08:00:00Z' },
      ...(kind !== undefined && {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind, name: ownerName ?? '', uid: 'u', controller: true, blockOwnerDeletion: true },
        ],
      }),
      ...(parts.deleted === true && { deletionTimestamp: '2026-11-29T11:59:00Z' }),
    },
    spec: {
      ...{ dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', nodeName: 'node-1' },
      containers: [{ name: 'web', image, resources: {} }],
      ...parts.spec,
    },
    status: { phase: parts.phase ?? 'Running' },
  };
}

export function injectedPod(name: string, { version = '0.1.0', restarts = 0, started = true } = {}): JsonObject {
  const pod = podOf({
    name,
    labels: { 'alpine-resolver.io/injected': 'true', app: 'web' },
    annotations: {
      'alpine-resolver.io/resolv-conf':
        'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
      'alpine-resolver.io/status': JSON.stringify({
        ...{ version, at: '2026-11-29T08:00:00Z', namespace: 'shop', original: { dnsPolicy: 'ClusterFirst' } },
        ...{ scope: 'pod', added: ['initContainer alpine-resolver', 'dnsConfig', 'sysctl'] },
      }),
      'alpine-resolver.io/log-level': 'debug',
    },
    spec: {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['127.0.0.1'],
        searches: ['glibc.internal'],
        options: [{ name: 'ndots', value: '15' }],
      },
      initContainers: [
        {
          ...{ name: 'alpine-resolver', image: `sidecar:${version}`, restartPolicy: 'Always' },
          env: [
            { name: 'RESOLVER_ORIGINAL_RESOLV_CONF', value: 'nameserver 10.96.0.10\n' },
            { name: 'RESOLVER_TRACE', value: 'false' },
          ],
        },
      ],
    },
  });
  const status = {
    phase: 'Running',
    initContainerStatuses: [{ name: 'alpine-resolver', restartCount: restarts, started }],
  };
  return { ...pod, status };
}

export const podsOfShop: readonly JsonObject[] = [
  injectedPod('web-7d4b9c-aaaaa'),
  injectedPod('web-7d4b9c-bbbbb', { restarts: 3 }),
  injectedPod('old-0', { version: '0.0.9' }),
  injectedPod('new-0', { started: false }),
  podOf({ name: 'cart-5f6c8d-aaaaa', labels: { 'pod-template-hash': '5f6c8d' }, owner: ['ReplicaSet', 'cart-5f6c8d'] }),
  podOf({ name: 'cart-5f6c8d-bbbbb', labels: { 'pod-template-hash': '5f6c8d' }, owner: ['ReplicaSet', 'cart-5f6c8d'] }),
  podOf({ name: 'db-0', image: 'postgres:17-alpine', owner: ['StatefulSet', 'db'] }),
  podOf({ name: 'agent-x', owner: ['DaemonSet', 'agent'] }),
  podOf({ name: 'report-1', owner: ['Job', 'report'] }),
  podOf({ name: 'bare\u001b[31m' }),
  podOf({ name: 'canary-0', owner: ['Rollout', 'canary'] }),
  podOf({ name: 'forged', owner: ['StatefulSet', 'db; reboot'] }),
  podOf({ name: 'debian', image: 'debian:13' }),
  podOf({ name: 'proxy', spec: { hostNetwork: true } }),
  podOf({ name: 'typo', annotations: { 'alpine-resolver.io/log-level': 'loud' } }),
  podOf({ name: 'wished', annotations: { 'alpine-resolver.io/inject': 'never' } }),
  podOf({ name: 'done', phase: 'Succeeded' }),
  podOf({ name: 'going', deleted: true }),
  podOf({ name: 'other', namespace: 'tools' }),
];

const ns = (name: string, isOptedIn: boolean): JsonObject => ({
  metadata: { name, labels: isOptedIn ? { 'alpine-resolver.io/inject': 'enabled' } : {} },
});

/** @param pods of all namespaces */
export async function clusterOf(pods: readonly JsonObject[], isInstalled = true): Promise<RecordedCluster['objects']> {
  const { chain } = await issueAuthority({ nowMs, lifetimeMs: 90 * 86_400_000 });
  const shop = pods.filter(({ metadata }) => (metadata as JsonObject)['namespace'] === 'shop');
  const pages: Record<string, JsonObject> = {
    '/version': { major: '1', minor: '34+' },
    '/api/v1/namespaces': { items: [ns('shop', true), ns('tools', false), ns('team-b', true)] },
    '/api/v1/namespaces/shop': ns('shop', true),
    '/api/v1/namespaces/tools': ns('tools', false),
    '/api/v1/pods': { items: [...pods] },
    '/api/v1/namespaces/shop/pods': { items: shop },
    '/api/v1/limitranges': { items: [] },
    '/api/v1/namespaces/kube-system/services/kube-dns': { spec: { clusterIP: '10.43.0.10' } },
    '/api/v1/events': {
      items: [
        {
          ...{ reason: 'InjectionRefused', count: 4, message: 'invalid-annotation: log-level "loud" is not accepted' },
          involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'loud' },
        },
      ],
    },
  };
  for (const pod of shop) {
    const { name } = pod['metadata'] as { name: string };
    pages[`/api/v1/namespaces/shop/pods/${name}`] = pod;
  }
  return isInstalled ? { ...pages, ...installation(chain) } : pages;
}

function installation(chain: string): RecordedCluster['objects'] {
  const image = (name: string): string => `registry.test/alpine-resolver/${name}:0.1.0`;
  return {
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/alpine-resolver': {
      webhooks: [
        {
          ...{ name: 'inject.alpine-resolver.io', failurePolicy: 'Ignore', timeoutSeconds: 5 },
          clientConfig: {
            service: { name: 'alpine-resolver', namespace: 'alpine-resolver' },
            caBundle: Buffer.from(chain).toString('base64'),
          },
        },
      ],
    },
    '/apis/apps/v1/namespaces/alpine-resolver/deployments/alpine-resolver': {
      spec: {
        replicas: 2,
        template: {
          spec: {
            initContainers: [{ name: 'sidecar-image', image: image('sidecar') }],
            containers: [
              {
                ...{ name: 'webhook', image: image('webhook') },
                env: [
                  { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
                  { name: 'WEBHOOK_CLUSTER_DOMAIN', value: 'cluster.local' },
                ],
              },
            ],
          },
        },
      },
      status: { readyReplicas: 2 },
    },
    '/api/v1/namespaces/alpine-resolver/pods': {
      items: [
        podOf({
          name: 'webhook-a',
          namespace: 'alpine-resolver',
          labels: { 'app.kubernetes.io/component': 'webhook' },
          spec: { containers: [{ name: 'webhook', image: image('webhook') }] },
        }),
      ],
    },
  };
}

const sidecarMetrics = `# HELP alpine_resolver_searches_total Searches.
alpine_resolver_searches_total{outcome="positive"} 900
alpine_resolver_searches_total{outcome="again"} 41
alpine_resolver_upstream_replies_total{server="10.96.0.10",class="lost"} 82
alpine_resolver_upstream_replies_total{server="10.96.0.10",class="nx"} 4000
alpine_resolver_dropped_total{reason="searches-full"} 0
`;

export const metricTexts: Readonly<Record<string, string>> = {
  '/api/v1/namespaces/alpine-resolver/pods/webhook-a:8080/proxy/metrics': `alpine_resolver_webhook_certificate_expiry_timestamp_seconds{certificate="leaf"} ${nowMs / 1000 + 86_400}\n`,
  '/api/v1/namespaces/shop/pods/web-7d4b9c-aaaaa:9953/proxy/metrics': sidecarMetrics,
  '/api/v1/namespaces/shop/pods/web-7d4b9c-bbbbb:9953/proxy/metrics': sidecarMetrics,
};
