/** What NetworkPolicies let in at a port, case by case. */
import { expect, test } from 'vitest';
import { admissionAt, type Opening } from '../../../../cli/check/network-policies.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';

const labels = { app: 'webhook', tier: 'system' };
const all = { podSelector: {} };
const to = (...ingress: JsonObject[]): JsonObject => ({ ...all, policyTypes: ['Ingress'], ingress });
const https = { ports: [{ protocol: 'TCP', port: 'https' }] };
const block = (cidr: string, ...except: string[]): JsonObject => ({
  from: [{ ipBlock: { cidr, ...(except.length > 0 && { except }) } }],
});
const expression = (key: string, operator: string, ...values: string[]): JsonObject => ({
  podSelector: { matchExpressions: [{ key, operator, values }] },
});

test.each<[string, JsonObject[], Opening]>([
  ['no policy', [], 'open'],
  ['one that denies all', [all], 'closed'],
  ['one without rules', [{ ...all, ingress: [] }], 'closed'],
  ['one of egress alone', [{ ...all, policyTypes: ['Egress'] }], 'open'],
  ['one of both', [{ ...all, policyTypes: ['Egress', 'Ingress'] }], 'closed'],
  ['one of other pods', [{ podSelector: { matchLabels: { app: 'web' } } }], 'open'],
  ['one of these pods, by labels', [{ podSelector: { matchLabels: { app: 'webhook', tier: 'system' } } }], 'closed'],
  ['In', [expression('app', 'In', 'web', 'webhook')], 'closed'],
  ['In others', [expression('app', 'In', 'web')], 'open'],
  ['In of a label that is not there', [expression('name', 'In', 'web')], 'open'],
  ['NotIn', [expression('app', 'NotIn', 'webhook')], 'open'],
  ['NotIn others', [expression('app', 'NotIn', 'web')], 'closed'],
  ['NotIn of a label that is not there', [expression('name', 'NotIn', 'web')], 'closed'],
  ['Exists', [expression('app', 'Exists')], 'closed'],
  ['Exists of a label that is not there', [expression('name', 'Exists')], 'open'],
  ['DoesNotExist', [expression('app', 'DoesNotExist')], 'open'],
  ['DoesNotExist of a label that is not there', [expression('name', 'DoesNotExist')], 'closed'],
  ['all ports for everybody', [to({})], 'open'],
  ['the port by name', [to(https)], 'open'],
  ['the port by number', [to({ ports: [{ port: 8443 }] })], 'open'],
  ['a range with it', [to({ ports: [{ port: 8000, endPort: 9000 }] })], 'open'],
  ['a range below it', [to({ ports: [{ port: 8000, endPort: 8442 }] })], 'closed'],
  ['a range above it', [to({ ports: [{ port: 8444, endPort: 9000 }] })], 'closed'],
  ['another port', [to({ ports: [{ port: 443 }, { port: 'admin' }] })], 'closed'],
  ['the port of UDP', [to({ ports: [{ protocol: 'UDP', port: 8443 }] })], 'closed'],
  ['all of TCP', [to({ ports: [{ protocol: 'TCP' }] })], 'open'],
  ['pods', [to({ ...https, from: [{ podSelector: {} }, { namespaceSelector: {} }] })], 'pods'],
  ['addresses', [to(block('10.0.0.0/8'))], 'addresses'],
  ['addresses and pods', [to({ from: [{ podSelector: {} }] }, block('10.0.0.0/8'))], 'addresses'],
  ['every address', [to(block('0.0.0.0/0'))], 'open'],
  ['every address of IPv6', [to(block('::/0'))], 'open'],
  ['all but some', [to(block('0.0.0.0/0', '10.0.0.0/8'))], 'addresses'],
  ['addresses at another port', [to({ ...block('0.0.0.0/0'), ports: [{ port: 1 }] })], 'closed'],
  ['what one closes another opens', [all, to(https)], 'open'],
])('%s', (_what, specs, opening) => {
  const policies = specs.map((spec, i) => ({ metadata: { name: `p${i}` }, spec }));
  expect(admissionAt(policies, { labels, name: 'https', port: 8443 }).opening).toBe(opening);
});

test('the policies that select the pods are named, in order', () => {
  const policies = ['b', 'a'].map((name) => ({ metadata: { name }, spec: all }));
  const other = { metadata: { name: 'c' }, spec: { podSelector: { matchLabels: { app: 'web' } } } };
  expect(admissionAt([...policies, other], { labels, name: 'https', port: 1 }).policies).toEqual(['a', 'b']);
});
