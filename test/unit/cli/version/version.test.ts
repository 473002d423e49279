/** What `version` says of recorded clusters, as text at 80 columns and as a document that its schema takes. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { readVersionOptions } from '../../../../cli/version/options.ts';
import { readVersions } from '../../../../cli/version/read-versions.ts';
import { versionsDocument, versionsText } from '../../../../cli/version/versions-text.ts';
import { isWhole, skewOf, type Versions } from '../../../../cli/version/versions.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { recordedReader, type RecordedCluster } from '../../../support/kubernetes/recorded-reader.ts';
import { clusterOf, injectedPod, podOf } from '../status/cluster.ts';

const own = { client: '0.1.0', node: 'v24.0.0' };
const schema = JSON.parse(readFileSync('docs/schemas/versions-v1.schema.json', 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

const webhookPods = '/api/v1/namespaces/alpine-resolver/pods';

function webhookPod(name: string, image: string): JsonObject {
  const spec = { containers: [{ name: 'webhook', image }] };
  return podOf({ name, namespace: 'alpine-resolver', labels: { 'app.kubernetes.io/component': 'webhook' }, spec });
}

/** @param images of the webhook's pods */
async function recordedWith(images: readonly string[], pods: readonly JsonObject[]): Promise<RecordedCluster> {
  const objects = await clusterOf(pods);
  return { objects: { ...objects, [webhookPods]: { items: images.map((image, i) => webhookPod(`w-${i}`, image)) } } };
}

async function versionsOf(recorded: RecordedCluster, namespace?: string, signal?: AbortSignal): Promise<Versions> {
  const request = { namespace, signal, onPods: () => {} };
  return { ...own, cluster: { isKnown: true, value: await readVersions(recordedReader(recorded), request) } };
}

function textOf(versions: Versions): string {
  const lines = versionsText(versions, 80);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  return `${lines.join('\n')}\n`;
}

const image = (tag: string): string => `registry.test:5000/alpine-resolver/webhook:${tag}`;
const sidecars = [
  ...[injectedPod('web-0'), injectedPod('web-1'), injectedPod('old-0', { version: '0.0.9' })],
  // Neither of them runs a sidecar.
  { ...injectedPod('done'), status: { phase: 'Succeeded' } },
  podOf({ name: 'labelled', labels: { 'alpine-resolver.io/injected': 'true' } }),
  podOf({ name: 'plain' }),
];

const one = await recordedWith([image('0.1.0'), image('0.1.0')], [injectedPod('web-0')]);
const skewed = await recordedWith([image('0.1.0'), image('0.2.0'), image('0.2.0')], sidecars);
const cases: [string, Versions][] = [
  ['equal', await versionsOf(one)],
  ['skewed', await versionsOf(skewed)],
  ['pods-forbidden', await versionsOf({ ...skewed, forbidden: /pods/ })],
  ['configuration-forbidden', await versionsOf({ ...(await recordedWith([], [])), forbidden: /mutating/ })],
  ['not-installed', await versionsOf({ objects: await clusterOf([], false) })],
  ['no-pod', await versionsOf(await recordedWith([], []))],
  ['tags-without-version', await versionsOf(await recordedWith([image('latest'), `${image('0.1.0')}@sha256:ab`], []))],
  ['no-cluster', { ...own, cluster: { isKnown: false, why: 'the cluster at 10.0.0.1 does not answer: \u001b[31m' } }],
  ['client', { ...own, cluster: undefined }],
];

test.each(cases)('%s', async (name, versions) => {
  await expect(textOf(versions)).toMatchFileSnapshot(`expected/${name}.txt`);
  expect(validate(versionsDocument(versions)) ? [] : validate.errors).toEqual([]);
});

test('not whole is what a right or a cluster is missing for', () => {
  const whole = cases.filter(([, versions]) => isWhole(versions)).map(([name]) => name);
  expect(whole).toEqual(['equal', 'skewed', 'not-installed', 'no-pod', 'tags-without-version', 'client']);
});

test('with the rights that are documented for it, nothing else is read', async () => {
  const allowed = /^\/api\/v1\/(namespaces\/[^/]+\/)?pods$|\/mutatingwebhookconfigurations\/alpine-resolver$/;
  const reader = recordedReader({ ...skewed, forbidden: /deployments/ });
  await readVersions(reader, { namespace: undefined, signal: undefined, onPods: () => {} });
  expect(reader.paths.filter((path) => !allowed.test(path))).toEqual([
    '/apis/apps/v1/namespaces/alpine-resolver/deployments/alpine-resolver',
  ]);
});

test('of one namespace, the pods of all are not read', async () => {
  const versions = await versionsOf({ ...skewed, forbidden: /^\/api\/v1\/pods$/ }, 'shop');
  expect(versions.cluster).toMatchObject({ value: { sidecars: { value: [{ pods: 2 }, { pods: 1 }] } } });
});

test('interrupted, it has what was read', async () => {
  const controller = new AbortController();
  let items = 0;
  const onItem = () => void (++items === 5 && controller.abort());
  const versions = await versionsOf({ ...skewed, onItem }, 'shop', controller.signal);
  expect(versions.cluster).toMatchObject({ value: { isComplete: false, sidecars: { isKnown: true } } });
  expect(versionsText(versions, 80).join('\n')).toContain('Interrupted');
});

describe('skew', () => {
  const clusterWith = (webhook: readonly string[], ofSidecars: readonly [string, number][]) => ({
    ...{ context: 'prod', isComplete: true },
    webhook: {
      isKnown: true as const,
      value: { namespace: 'n', versions: webhook.map((version) => ({ version, pods: 1 })) },
    },
    sidecars: { isKnown: true as const, value: ofSidecars.map(([version, pods]) => ({ version, pods })) },
  });

  test.each<[string, readonly string[], readonly [string, number][], RegExp[]]>([
    ['none', ['1.0.0'], [['1.0.0', 5]], []],
    ['a sidecar', ['1.0.0'], [['0.9.0', 1]], [/^1 sidecar is of another/]],
    [
      'sidecars',
      ['1.0.0'],
      [
        ['0.9.0', 1],
        ['0.8.0', 2],
      ],
      [/^3 sidecars are of another/],
    ],
    ['what says no version is no skew', ['1.0.0', ''], [['', 4]], []],
    ['a webhook whose version nobody knows', [''], [['0.9.0', 1]], []],
    [
      'sidecars of several releases, without a webhook',
      [],
      [
        ['0.9.0', 2],
        ['', 1],
        ['0.8.0', 1],
      ],
      [/^sidecars are of several releases: 0\.9\.0, 0\.8\.0$/],
    ],
    [
      'sidecars of one release, without a webhook',
      [],
      [
        ['0.9.0', 2],
        ['', 1],
      ],
      [],
    ],
    ['a rollout', ['1.0.0', '0.9.0'], [['0.9.0', 1]], [/runs as 1\.0\.0 and 0\.9\.0/]],
    ['the client', ['1.1.0'], [], [/^this tool is 1\.0\.0 and the webhook 1\.1\.0/]],
  ])('%s', (_what, webhook, ofSidecars, expected) => {
    const lines = skewOf('1.0.0', clusterWith(webhook, ofSidecars));
    expect(lines).toHaveLength(expected.length);
    expected.forEach((pattern, i) => expect(lines[i]).toMatch(pattern));
  });
});

test.each([
  [['a'], 'a: version does not take it'],
  [['--client', '-n', 'shop'], '--namespace with --client'],
  [['--client', '--context', 'prod'], '--context with --client'],
  [['-o', 'xml'], '--output xml: it is one of table, json, yaml'],
])('wrong use: %j', (args, message) => {
  expect(() => readVersionOptions(args)).toThrow(message);
});
