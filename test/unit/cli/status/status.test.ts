/** What `status` says of recorded clusters: at 80 columns, as documents, with rights missing, and interrupted. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { formatDocument } from '../../../../cli/report/format-document.ts';
import { readInstallation } from '../../../../cli/cluster/installation.ts';
import { readSurroundings } from '../../../../cli/cluster/surroundings.ts';
import { readStatusOptions } from '../../../../cli/status/options.ts';
import { podStatus, podStatusDocument, podStatusText } from '../../../../cli/status/pod-status.ts';
import { readStatus, type StatusRequest } from '../../../../cli/status/read-status.ts';
import { statusDocument } from '../../../../cli/status/status-document.ts';
import { ownerOf, restartLine } from '../../../../cli/cluster/pod-owner.ts';
import { missedText, statusText } from '../../../../cli/status/status-text.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { recordedReader, type RecordedCluster } from '../../../support/kubernetes/recorded-reader.ts';
import { clusterOf, injectedPod, metricTexts, nowMs, podOf, podsOfShop } from './cluster.ts';

const columns = 80;
const everything: StatusRequest = {
  ...{ namespace: undefined, selector: undefined, isSampled: true, signal: undefined, onPods: () => {} },
};

async function statusOf(recorded: RecordedCluster, request: Partial<StatusRequest> = {}) {
  return readStatus(recordedReader(recorded), { ...everything, ...request });
}

/** The CA has a name of its own each time. */
const masked = (text: string): string => text.replaceAll(/CA [0-9a-f]{16}/g, 'CA 0000000000000000');

function textOf(lines: readonly string[]): string {
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  return masked(`${lines.join('\n')}\n`);
}

const whole: RecordedCluster = { objects: await clusterOf(podsOfShop), texts: metricTexts };
const cases: [string, RecordedCluster][] = [
  ['troubled', whole],
  ['well', { objects: await clusterOf([injectedPod('web-0')]), texts: { ...metricTexts } }],
  ['not-installed', { objects: await clusterOf([podOf({ name: 'web-0' })], false) }],
  ['no-rights', { ...whole, forbidden: /proxy|events|deployments|limitranges|namespaces$|mutating|kube-dns/ }],
  ['pods-forbidden', { ...whole, forbidden: /pods/ }],
];

function validator(name: string) {
  const schema = JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
  return (document: object): unknown[] =>
    validate(JSON.parse(formatDocument(document, 'json'))) ? [] : (validate.errors ?? []);
}

describe.each(cases)('%s', (name, recorded) => {
  test('as text', async () => {
    const status = await statusOf(recorded);
    await expect(textOf(statusText(status, nowMs, columns))).toMatchFileSnapshot(`expected/${name}.txt`);
  });

  test('as a document that its schema takes', async () => {
    expect(validator('status-v1')(statusDocument(await statusOf(recorded), nowMs))).toEqual([]);
  });
});

test('missed pods, as commands that a shell takes', async () => {
  const { pods } = await statusOf(whole, { isSampled: false });
  if (!pods.isKnown) throw new Error(pods.why);
  const text = textOf(missedText(pods.value, { context: 'prod', kubeconfig: undefined }, columns));
  await expect(text).toMatchFileSnapshot('expected/missed.txt');
  const lines = text.split('\n').filter((line) => line !== '');
  expect(
    lines.every((line) => /^(#|kubectl rollout restart [a-z]+\/[a-z-]+ -n shop --context 'prod'$)/.test(line)),
  ).toBe(true);
});

test('a shell restarts in the cluster that was read, whatever its names are', async () => {
  const kubectl = { context: "it's; reboot $(x)", kubeconfig: '/tmp/a b' };
  const reader = { ...recordedReader(whole), kubectl };
  const status = await readStatus(reader, { ...everything, isSampled: false });
  const line = String.raw`kubectl rollout restart statefulset/db -n shop --context 'it'\''s; reboot $(x)' --kubeconfig '/tmp/a b'`;
  if (!status.pods.isKnown) throw new Error(status.pods.why);
  expect(missedText(status.pods.value, status.kubectl, columns)).toContain(line);
  const { pods } = statusDocument(status, nowMs) as { pods: { value: { missedOwners: { line: string }[] } } };
  expect(pods.value.missedOwners.map((owner) => owner.line)).toContain(line);
  const shell = spawnSync('sh', ['-c', `kubectl() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' });
  expect(shell.stdout.split('\n').slice(5, 9)).toEqual([
    ...['--context', kubectl.context],
    ...['--kubeconfig', kubectl.kubeconfig],
  ]);
});

test.each([
  { context: 'prod\nreboot', kubeconfig: undefined },
  { context: 'prod', kubeconfig: '/tmp/\u001b[31m' },
  { context: 'prod\u202e', kubeconfig: undefined },
])('a cluster with control characters in its names is no command: %j', async (kubectl) => {
  const { pods } = await statusOf(whole, { isSampled: false });
  if (!pods.isKnown) throw new Error(pods.why);
  const lines = missedText(pods.value, kubectl, columns);
  expect(lines.every((line) => line.startsWith('# '))).toBe(true);
  expect(lines.join(' ')).toContain('restart statefulset shop/db');
});

test('an owner with a line break in its name is a comment of one line', () => {
  const owner = ownerOf(podOf({ name: 'forged', owner: ['StatefulSet', 'db\nreboot'] }));
  expect(restartLine(owner, undefined)).toBe('# have statefulset shop/db\\u{a}reboot create its pods anew');
});

test('without a context kubectl is given none', () => {
  const owner = ownerOf(podOf({ name: 'db-0', owner: ['StatefulSet', 'db'] }));
  const line = 'kubectl rollout restart statefulset/db -n shop';
  expect(restartLine(owner, { context: undefined, kubeconfig: undefined })).toBe(line);
  expect(restartLine(owner, { context: '', kubeconfig: 'k' })).toBe(`${line} --context '' --kubeconfig 'k'`);
});

test('a command for one pod stays one line', async () => {
  const reader = { ...recordedReader(whole), kubectl: { context: 'c'.repeat(70), kubeconfig: undefined } };
  const { contextOf, assumed } = await readSurroundings(reader, await readInstallation(reader), 'shop');
  const pod = whole.objects['/api/v1/namespaces/shop/pods/cart-5f6c8d-aaaaa'] as JsonObject;
  const lines = podStatusText(podStatus(pod, contextOf('shop'), { assumed, kubectl: reader.kubectl }), columns);
  expect(lines).toContain(
    `  to do         kubectl rollout restart deployment/cart -n shop --context '${'c'.repeat(70)}'`,
  );
});

test('metrics that cannot be read are counted, with why', async () => {
  const status = await statusOf(whole);
  expect(status.troubles).toMatchObject({ value: { sampled: 2, unread: { sidecars: 1 } } });
  expect(status.assumed.join('\n')).toContain('nothing goes wrong in 1 sidecar whose metrics are not known (/api/');
});

test('of one namespace nothing else is read', async () => {
  const reader = recordedReader({ ...whole, forbidden: /^\/api\/v1\/(pods|namespaces|limitranges|events)$/ });
  const status = await readStatus(reader, { ...everything, namespace: 'shop', isSampled: false });
  expect(status.namespaces).toEqual({ isKnown: true, value: ['shop'] });
  expect(status.pods).toMatchObject({ isKnown: true, value: { injected: 4 } });
});

test('labels select pods', async () => {
  const { pods } = await statusOf(whole, { selector: 'app=web' });
  expect(pods).toMatchObject({ isKnown: true, value: { injected: 4, missed: 0 } });
});

test('interrupted, it has what was read', async () => {
  const controller = new AbortController();
  let items = 0;
  const recorded = { ...whole, onItem: () => void (++items === 6 && controller.abort()) };
  const status = await statusOf(recorded, { namespace: 'shop', signal: controller.signal });
  expect(status).toMatchObject({ isComplete: false, pods: { isKnown: true, value: { injected: 4 } } });
  expect(statusText(status, nowMs, columns)[1]).toContain('Interrupted');
});

test('what is held does not grow with the pods', async () => {
  const many = Array.from({ length: 2000 }, (_, i) => injectedPod(`web-${i}`, { restarts: i % 7 }));
  const { pods } = await statusOf({ objects: await clusterOf(many) });
  if (!pods.isKnown) throw new Error(pods.why);
  expect(pods.value).toMatchObject({ injected: 2000, restarts: { worst: [{ restarts: 6 }, {}, {}] } });
  expect(pods.value.sample).toHaveLength(20);
});

describe('status pod/NAME', () => {
  test.each(['web-7d4b9c-bbbbb', 'cart-5f6c8d-aaaaa', 'debian', 'typo', 'done'])('%s', async (name) => {
    const reader = recordedReader(whole);
    const { contextOf, assumed } = await readSurroundings(reader, await readInstallation(reader), 'shop');
    const pod = whole.objects[`/api/v1/namespaces/shop/pods/${name}`] as JsonObject;
    const status = podStatus(pod, contextOf('shop'), { assumed, kubectl: reader.kubectl });
    await expect(textOf(podStatusText(status, columns))).toMatchFileSnapshot(`expected/pod-${name}.txt`);
    expect(validator('pod-status-v1')(podStatusDocument(status))).toEqual([]);
  });
});

describe('wrong use', () => {
  test.each([
    [['all'], 'status all: it takes missed or a pod, such as pod/web-0'],
    [['missed', 'more'], 'more is a second one'],
    [['pod/a', '-A'], 'pod/POD is one pod'],
    [['-A', '-n', 'shop'], '--namespace with --all-namespaces'],
    [['missed', '--watch'], '--watch is for the table of the whole'],
    [['pod/A'], 'that is no name of a pod'],
  ])('%j', (args, message) => {
    expect(() => readStatusOptions(args)).toThrow(message);
  });
});
