/** Names for completion: of a recorded cluster, and none of one that is slow, refuses or is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { knownNames } from '../../../cli/cluster/names.ts';
import type { ClusterNames } from '../../../cli/terminal/cluster-target.ts';
import { startRecordedApi, type RecordedApi, type Recording } from '../../support/kubernetes/recorded-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'cluster-names-'));
const file = join(folder, 'kubeconfig');
let api: RecordedApi | undefined;
afterEach(() => api?.close());
afterAll(() => rmSync(folder, { recursive: true }));

const named = (...names: string[]): object => ({ items: names.map((name) => ({ metadata: { name } })) });
const objects = {
  '/api/v1/namespaces': named('tools', 'shop', 'a\u001b[31m', '-rf', 'a b'),
  '/api/v1/namespaces/shop/pods': named('web-0', '$(reboot)'),
  '/api/v1/namespaces/tools/pods': named('forge.1'),
};

async function names(
  kind: ClusterNames['kind'],
  recording: Recording,
  more: Partial<ClusterNames['target']> = {},
): Promise<string[]> {
  api = await startRecordedApi(recording);
  writeFileSync(file, api.kubeconfig);
  const target = { kubeconfig: file, context: undefined, as: undefined, namespace: undefined, ...more };
  return knownNames({ kind, target });
}

test('names that Kubernetes can have, in order', async () => {
  expect(await names('namespaces', { objects })).toStrictEqual(['shop', 'tools']);
  expect(api?.requests.map(({ line }) => line)).toStrictEqual(['GET /api/v1/namespaces?limit=500']);
});

test('pods of the namespace of the context, or of the one that is given', async () => {
  expect(await names('pods', { objects })).toStrictEqual(['web-0']);
  expect(await names('pods', { objects }, { namespace: 'tools', as: 'eve' })).toStrictEqual(['forge.1']);
  expect(api?.requests).toStrictEqual([{ line: 'GET /api/v1/namespaces/tools/pods?limit=500', as: 'eve' }]);
});

test('contexts are read without a call', async () => {
  expect(await names('contexts', { objects })).toStrictEqual(['other', 'test']);
  expect(api?.requests).toStrictEqual([]);
  const home = `~/${relative(homedir(), file)}`;
  expect(await names('contexts', { objects }, { kubeconfig: home })).toStrictEqual(['other', 'test']);
});

test('no context that a shell would take for more than a name', async () => {
  const odd = ['arn:aws:eks:eu:1:cluster/a', 'admin@kind', '$(reboot)', 'a b', '-x', '\u001b[31m', 'a\nb', '`id`'];
  const contexts = odd.map((name) => ({ name, context: { cluster: 'c', user: 'u' } }));
  const cluster = { name: 'c', cluster: { server: 'http://127.0.0.1:1' } };
  writeFileSync(file, JSON.stringify({ contexts, clusters: [cluster], users: [{ name: 'u', user: {} }] }));
  const target = { kubeconfig: file, context: undefined, as: undefined, namespace: undefined };
  expect(await knownNames({ kind: 'contexts', target })).toStrictEqual(['admin@kind', 'arn:aws:eks:eu:1:cluster/a']);
});

test.each<[string, Recording, Partial<ClusterNames['target']>]>([
  ['a right is missing', { objects, forbidden: /namespaces/ }, {}],
  ['the answer is no list', { objects: { '/api/v1/namespaces': { kind: 'Odd' } } }, {}],
  ['nothing listens there', { objects }, { context: 'other' }],
  ['there is no such context', { objects }, { context: 'x' }],
  ['there is no such file', { objects }, { kubeconfig: '/nowhere' }],
  ['it never answers', { objects, silentAt: /namespaces/ }, {}],
])('none where %s', async (_what, recording, more) => {
  expect(await names('namespaces', recording, more)).toStrictEqual([]);
});
