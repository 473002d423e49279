/** Events on the owners of pods. */
import type { CoreV1Event } from '@kubernetes/client-node';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createEventWriter, type EventWriter } from '../../../../webhook/cluster/events.ts';
import type { Injection } from '../../../../webhook/injection/inject.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { schemaFaults } from '../../../support/kubernetes/validate.ts';
import { fakeClient, refusal } from './fake-client.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const minuteMs = 60_000;
const controller = (kind: string, apiVersion: string, name: string): JsonObject => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `${kind}-${name}`, controller: true }],
});

interface World {
  nowMs: number;
  written: CoreV1Event[];
  patches: { name: string; body: JsonObject }[];
  results: string[];
  errors: unknown[];
  lookUps: string[];
  /** Status with which every patch is refused. */
  patchStatus?: number;
  createStatus?: number;
  lookUpStatus?: number;
}

let world: World;
let writer: EventWriter;

beforeEach(() => {
  world = { nowMs: Date.parse('2026-11-20T12:00:00Z'), written: [], patches: [], results: [], errors: [], lookUps: [] };
  const owned = (metadata: JsonObject) => (parameters: { name: string }) => {
    world.lookUps.push(parameters.name);
    if (world.lookUpStatus !== undefined) return Promise.reject(refusal(world.lookUpStatus));
    return parameters.name === 'gone' ? Promise.reject(refusal(404)) : Promise.resolve({ metadata });
  };
  const client = fakeClient({
    readNamespacedReplicaSet: owned(controller('Deployment', 'apps/v1', 'web')),
    readNamespacedJob: owned(controller('CronJob', 'batch/v1', 'nightly')),
    createNamespacedEvent: ({ body }: { body: CoreV1Event }) => {
      if (world.createStatus !== undefined) return Promise.reject(refusal(world.createStatus));
      world.written.push(body);
      return Promise.resolve(body);
    },
    patchNamespacedEvent: (parameters: { name: string; body: JsonObject }) => {
      if (world.patchStatus !== undefined) return Promise.reject(refusal(world.patchStatus));
      world.patches.push(parameters);
      return Promise.resolve({});
    },
  });
  writer = createEventWriter({
    client,
    wallClock: () => world.nowMs,
    count: (result) => world.results.push(result),
    report: (error) => world.errors.push(error),
  });
});

const injected: Injection = { verdict: 'inject', reason: 'injected', patch: [], pod: {}, warnings: [] };

async function tell(metadata: JsonObject, injection: Injection = injected): Promise<void> {
  const review = { uid: 'u', namespace: 'shop', dryRun: false, pod: { metadata } };
  writer.tell({ review, injection });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

describe('whose event it is', () => {
  test.each([
    ['the Deployment of a ReplicaSet', controller('ReplicaSet', 'apps/v1', 'web-1'), 'Deployment', 'web'],
    ['the CronJob of a Job', controller('Job', 'batch/v1', 'nightly-1'), 'CronJob', 'nightly'],
    ['a ReplicaSet that is gone', controller('ReplicaSet', 'apps/v1', 'gone'), 'ReplicaSet', 'gone'],
    ['a StatefulSet', controller('StatefulSet', 'apps/v1', 'db'), 'StatefulSet', 'db'],
    ['a kind of somebody else', controller('ReplicaSet', 'apps.example/v1', 'x'), 'ReplicaSet', 'x'],
    ['a bare pod', { name: 'bare' }, 'Pod', 'bare'],
  ])('%s', async (_, metadata, kind, name) => {
    await tell(metadata);
    expect(world.written).toHaveLength(1);
    const [event] = world.written;
    expect(event?.involvedObject).toMatchObject({ kind, name, namespace: 'shop' });
    expect(event?.involvedObject.uid).toBe(kind === 'Pod' ? undefined : `${kind}-${name}`);
    const json = JSON.parse(JSON.stringify(event)) as JsonObject;
    expect(schemaFaults({ apiVersion: 'v1', kind: 'Event', ...json })).toEqual([]);
  });

  test('a bare pod whose name is not made yet: nobody', async () => {
    await tell({ generateName: 'bare-' });
    expect(world.written).toEqual([]);
    expect(world.errors).toEqual([]);
  });

  test('the ReplicaSet itself where its owner cannot be read; the next pod asks again', async () => {
    const metadata = controller('ReplicaSet', 'apps/v1', 'web-1');
    world.lookUpStatus = 500;
    await tell(metadata);
    delete world.lookUpStatus;
    await tell(metadata);
    expect(world.written.map(({ involvedObject }) => involvedObject.kind)).toEqual(['ReplicaSet', 'Deployment']);
    expect(world.results).toEqual(['written', 'written']);
  });

  test('the lookup is done once per ReplicaSet', async () => {
    for (let pod = 0; pod < 5; pod++) await tell(controller('ReplicaSet', 'apps/v1', 'web-1'));
    await tell(controller('ReplicaSet', 'apps/v1', 'web-2'));
    expect(world.lookUps).toEqual(['web-1', 'web-2']);
  });
});

describe('how much', () => {
  test.each(['apiVersion', 'kind', 'name', 'uid'])('an owner whose %s no cluster would take is none', async (key) => {
    const [reference] = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'u', controller: true }];
    await tell({ name: 'pod', ownerReferences: [{ ...reference, [key]: 'x'.repeat(254) }] });
    expect(world.written.map(({ involvedObject }) => involvedObject.name)).toEqual(['pod']);
    await tell({ name: 'x'.repeat(254) });
    expect(world.written).toHaveLength(1);
  });

  test('the first ten things of a review, of each a thousand characters', async () => {
    const warnings = Array.from({ length: 100 }, (_, index): Injection['warnings'][number] => ({
      reason: 'unknown-annotation',
      message: `${index} ${'x'.repeat(5000)}`,
    }));
    await tell(controller('StatefulSet', 'apps/v1', 'db'), { ...injected, warnings });
    expect(world.written.map(({ message }) => message?.length)).toEqual([
      expect.any(Number),
      ...Array.from({ length: 9 }, () => 1024),
    ]);
  });

  test('the pod itself is not kept while calls are under way', async () => {
    let release = (): void => undefined;
    const client = fakeClient({
      readNamespacedReplicaSet: () => new Promise<never>((_, reject) => (release = () => reject(refusal(404)))),
    });
    const slow = createEventWriter({ client, wallClock: () => 0, count: () => undefined, report: () => undefined });
    const tellOnce = (): WeakRef<JsonObject> => {
      const pod = { metadata: controller('ReplicaSet', 'apps/v1', 'web-1') };
      slow.tell({ review: { uid: 'u', namespace: 'shop', dryRun: false, pod }, injection: { ...injected, pod } });
      return new WeakRef<JsonObject>(pod);
    };
    const pod = tellOnce();
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(pod.deref()).toBe(undefined);
    release();
  });
});

describe('how often', () => {
  const owner = controller('StatefulSet', 'apps/v1', 'db');

  test('once in ten minutes; what came meanwhile is counted', async () => {
    for (let pod = 0; pod < 4; pod++) await tell(owner);
    expect(world.written).toHaveLength(1);
    expect(world.results).toEqual(['written', 'counted', 'counted', 'counted']);
    world.nowMs += 10 * minuteMs;
    await tell(owner);
    expect(world.patches).toEqual([
      {
        name: world.written[0]?.metadata.name,
        namespace: 'shop',
        body: { count: 5, lastTimestamp: '2026-11-20T12:10:00.000Z' },
      },
    ]);
    await tell(owner);
    expect(world.patches).toHaveLength(1);
  });

  test('what could not be written is tried again at the next pod', async () => {
    world.createStatus = 500;
    await tell(owner);
    expect(world.results).toEqual(['failed']);
    delete world.createStatus;
    await tell(owner);
    expect(world.written).toHaveLength(1);
    world.nowMs += 10 * minuteMs;
    world.patchStatus = 500;
    await tell(owner);
    delete world.patchStatus;
    await tell(owner);
    expect(world.patches).toHaveLength(1);
  });

  test('an event that is gone is written anew', async () => {
    await tell(owner);
    world.nowMs += 90 * minuteMs;
    world.patchStatus = 404;
    await tell(owner);
    expect(world.written).toHaveLength(2);
    expect(world.written[1]?.metadata.name).not.toBe(world.written[0]?.metadata.name);
    expect(world.written[1]?.count).toBe(1);
  });

  test('another reason and another owner have an event at once', async () => {
    await tell(owner);
    await tell(owner, { verdict: 'skip', reason: 'not-alpine', warnings: [] });
    await tell(controller('StatefulSet', 'apps/v1', 'other'));
    expect(world.written.map(({ reason }) => reason)).toEqual(['Injected', 'InjectionSkipped', 'Injected']);
    expect(world.written[1]).toMatchObject({
      type: 'Normal',
      message: 'not-alpine: No container image is recognised as Alpine.',
    });
  });

  test("a refused call is reported and counted, and is nobody else's trouble", async () => {
    world.createStatus = 403;
    await tell(owner);
    expect(world.results).toEqual(['failed']);
    expect(world.errors).toHaveLength(1);
  });

  test('a burst loses events, not memory', async () => {
    for (let pod = 0; pod < 300; pod++)
      writer.tell({
        review: { uid: 'u', namespace: 'shop', dryRun: false, pod: { metadata: { name: `p${pod}` } } },
        injection: injected,
      });
    await tell({ name: 'last' });
    expect(world.results.filter((result) => result === 'dropped').length).toBeGreaterThanOrEqual(200);
    await tell({ name: 'later' });
    expect(world.results.at(-1)).toBe('written');
  });
});

test('a long name leaves room for what makes it unique', async () => {
  await tell({ name: 'x'.repeat(253) });
  expect(world.written[0]?.metadata.name).toHaveLength(253);
  expect(world.written[0]?.metadata.name).toMatch(/^x+\.[\da-f]+$/);
});
