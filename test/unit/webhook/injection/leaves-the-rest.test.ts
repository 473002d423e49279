/** Whether a change of a pod is ours alone. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { leavesTheRest } from '../../../../webhook/injection/leaves-the-rest.ts';

const ours = { name: 'alpine-resolver-config' };

test.each([
  ['absent, null and empty parents', {}, { spec: { securityContext: { sysctls: [] }, nodeName: null, x: { y: {} } } }],
  ['our label in new labels', {}, { metadata: { labels: { 'alpine-resolver.io/injected': 'true' } } }],
  ['our volume in new volumes', { spec: {} }, { spec: { volumes: [ours] } }],
  ['our volume in front', { spec: { volumes: [{ name: 'a' }] } }, { spec: { volumes: [ours, { name: 'a' }] } }],
  [
    'our mount',
    { spec: { containers: [{ name: 'a' }] } },
    { spec: { containers: [{ name: 'a', volumeMounts: [ours] }] } },
  ],
  ['the order of members', { a: 1, b: 2 }, { b: 2, a: 1 }],
] as [string, JsonObject, JsonObject][])('%s: nothing but ours', (_, before, after) => {
  expect(leavesTheRest(before, after)).toBe(true);
  expect(leavesTheRest(after, before)).toBe(true);
});

test.each([
  ['another volume', { spec: { volumes: [{ name: 'a' }] } }, { spec: { volumes: [ours] } }],
  ['a member', { a: { b: 1 } }, { a: {} }],
  ['an entry', { a: [1] }, { a: [] }],
  ['an empty entry', { a: [{}] }, {}],
  ['false is not absent', { a: false }, {}],
  ['a list is no map', { a: [1] }, { a: { 0: 1 } }],
  ['a member of that name elsewhere', { spec: { x: {} } }, { spec: { x: { dnsPolicy: 'None' } } }],
  ['an entry of that name elsewhere', { spec: { x: [] } }, { spec: { x: [ours] } }],
  ['a mount of the name of our container', {}, { spec: { containers: [{ env: [{ name: 'alpine-resolver' }] }] } }],
  ['a member called __proto__', JSON.parse('{"a":{"__proto__":1}}'), { a: {} }],
] as [string, JsonObject, JsonObject][])('%s: more than ours', (_, before, after) => {
  expect(leavesTheRest(before, after)).toBe(false);
  expect(leavesTheRest(after, before)).toBe(false);
});
