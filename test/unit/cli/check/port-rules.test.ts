/** Whether the API server reaches the webhook: what nodes, pods and policies tell of it. */
import { describe, expect, test } from 'vitest';
import { portFindings, type PortSurroundings } from '../../../../cli/check/port-rules.ts';
import { readPortSurroundings } from '../../../../cli/check/port-surroundings.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { recordedReader } from '../../../support/kubernetes/recorded-reader.ts';

const labels = { 'app.kubernetes.io/component': 'webhook' };
const webhook = (containerPort = 8443, more: JsonObject = {}): JsonObject => ({
  metadata: { name: 'w', labels },
  spec: {
    ...more,
    containers: [
      {
        name: 'webhook',
        ports: [
          { name: 'admin', containerPort: 8080 },
          { name: 'https', containerPort },
        ],
      },
    ],
  },
});

const google = (addresses?: JsonObject[], pool: string | undefined = 'p'): JsonObject => ({
  metadata: { name: 'g', labels: pool === '' ? {} : { 'cloud.google.com/gke-nodepool': pool } },
  spec: { providerID: 'gce://p/z/g' },
  status: addresses === undefined ? {} : { addresses },
});
const inside = { type: 'InternalIP', address: '10.0.0.1' };
const outside = { type: 'ExternalIP', address: '203.0.113.1' };
const eks = (more: Record<string, string> = {}): JsonObject => ({
  metadata: { name: 'e', labels: { 'eks.amazonaws.com/nodegroup': 'a', ...more } },
});
const amazon = (kubeletVersion: string, ofNode: Record<string, string> = {}): JsonObject => ({
  metadata: { name: 'a', labels: ofNode },
  spec: { providerID: 'aws:///eu-central-1a/i-0' },
  status: { nodeInfo: { kubeletVersion } },
});
const closed = { metadata: { name: 'deny' }, spec: { podSelector: {} } };
const pods = { metadata: { name: 'own' }, spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } };
const some = {
  metadata: { name: 'some' },
  spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] },
};

test.each<[string, Partial<PortSurroundings>, string[]]>([
  ['nothing stands in the way', { webhookPods: [webhook()] }, []],
  ['Google, of which addresses are not known', { nodes: [google()] }, ['note possible webhook-port-blocked']],
  ['a private cluster of Google', { nodes: [google([inside])] }, ['warning likely webhook-port-blocked']],
  ['a cluster of its own in that cloud', { nodes: [google([inside], '')] }, ['note possible webhook-port-blocked']],
  ['a public one of its own', { nodes: [google([inside, outside], '')] }, []],
  ['a public one', { nodes: [google([inside, outside])] }, []],
  ['a private one, at a port that is open', { nodes: [google([inside])], webhookPods: [webhook(10250)] }, []],
  [
    'a private one, on the host',
    { nodes: [google([inside])], webhookPods: [webhook(8443, { hostNetwork: true })] },
    ['warning likely webhook-port-blocked'],
  ],
  ['EKS without its CNI', { nodes: [eks()], vpcCniPods: 0 }, ['warning likely webhook-on-overlay']],
  [
    'EKS without its CNI, on the host',
    { nodes: [eks()], vpcCniPods: 0, webhookPods: [webhook(8443, { hostNetwork: true })] },
    [],
  ],
  [
    'EKS with nodes of its owner, without its CNI',
    { nodes: [amazon('v1.31.4-eks-aeac579')], vpcCniPods: 0 },
    ['warning likely webhook-on-overlay'],
  ],
  [
    'EKS Fargate',
    { nodes: [amazon('v1.31.4-eks-aeac579', { 'eks.amazonaws.com/compute-type': 'fargate' })], vpcCniPods: 0 },
    [],
  ],
  ['a cluster of its own in that cloud of Amazon', { nodes: [amazon('v1.31.4')], vpcCniPods: 0 }, []],
  [
    'a kubelet of EKS elsewhere',
    { nodes: [{ ...amazon('v1.31.4-eks-1'), spec: { providerID: 'eks-anywhere://x' } }], vpcCniPods: 0 },
    [],
  ],
  ['EKS with its CNI', { nodes: [eks()], vpcCniPods: 3 }, []],
  ['EKS whose pods may not be read', { nodes: [eks()] }, []],
  ['EKS Auto Mode', { nodes: [eks({ 'eks.amazonaws.com/compute-type': 'auto' })], vpcCniPods: 0 }, []],
  ['another cloud', { nodes: [{ metadata: { name: 'n' }, spec: { providerID: 'azure:///x' } }], vpcCniPods: 0 }, []],
  ['a policy that closes', { webhookPods: [webhook()], policies: [closed] }, ['error likely webhook-port-policy']],
  ['a policy for pods', { webhookPods: [webhook()], policies: [closed, pods] }, ['warning likely webhook-port-policy']],
  ['a policy for addresses', { webhookPods: [webhook()], policies: [some] }, ['note possible webhook-port-policy']],
  [
    'a policy that closes, on the host',
    { webhookPods: [webhook(8443, { hostNetwork: true })], policies: [closed] },
    [],
  ],
  ['a policy that closes, before the install', { policies: [closed] }, []],
])('%s', (_what, parts, expected) => {
  const around = { nodes: [], webhookPods: [], policies: [], namespace: 'alpine-resolver', vpcCniPods: undefined };
  const found = portFindings({ ...around, ...parts });
  expect(found.map(({ severity, certainty, code }) => `${severity} ${certainty} ${code}`)).toEqual(expected);
});

test('the finding on a policy says who is let in, where, and what to type', () => {
  const [found] = portFindings({
    ...{ nodes: [], webhookPods: [webhook(9443)], policies: [pods, closed], namespace: 'tools', vpcCniPods: undefined },
  });
  expect(found).toMatchObject({
    workload: 'NetworkPolicy tools/deny',
    namespace: 'tools',
    text: 'the NetworkPolicies that select the webhook let pods alone reach its port 9443, and an API server is none',
    facts: ['NetworkPolicies deny, own'],
    fix: 'kubectl apply -f manifests/network-policy.yaml, with its namespace tools',
  });
});

describe('what may not be read', () => {
  const policies = '/apis/networking.k8s.io/v1/namespaces/tools/networkpolicies';
  const ofWebhook = '/api/v1/namespaces/tools/pods';
  const objects = { [policies]: { items: [closed] }, [ofWebhook]: { items: [webhook()] } };

  test.each<[string, RegExp | undefined, string[]]>([
    ['nothing', undefined, []],
    [
      'policies',
      /networkpolicies/,
      [`no NetworkPolicy keeps the API server from the webhook (${policies} is forbidden)`],
    ],
    ['pods', /tools\/pods/, [`no NetworkPolicy keeps the API server from the webhook (${ofWebhook} is forbidden)`]],
  ])('%s', async (_what, forbidden, unknown) => {
    const reader = recordedReader({ objects, ...(forbidden && { forbidden }) });
    expect((await readPortSurroundings(reader, 'tools')).unknown).toEqual(unknown);
  });

  test('policies, before the install', async () => {
    const reader = recordedReader({ objects: {}, forbidden: /networkpolicies/ });
    expect(await readPortSurroundings(reader, 'tools')).toMatchObject({ unknown: [], found: { vpcCniPods: 0 } });
  });
});
