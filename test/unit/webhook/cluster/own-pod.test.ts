/** What the webhook learns of its own pod. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../../../shared/report/log.ts';
import { readSidecarImage, sidecarImageOf } from '../../../../webhook/cluster/own-pod.ts';
import { fakeClient, refusal } from './fake-client.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ownPod = { spec: { initContainers: [{ name: 'sidecar-image', image: 'registry.example/sidecar:1' }] } };
const settings = { namespace: 'alpine-resolver', podName: 'alpine-resolver-0', sidecarImage: undefined };

test('a call that hangs and fails does not undo what a later one found', async () => {
  const calls: PromiseWithResolvers<unknown>[] = [];
  const log: unknown[] = [];
  const client = fakeClient({
    readNamespacedPod: () => {
      const call = Promise.withResolvers<unknown>();
      calls.push(call);
      return call.promise;
    },
  });
  const image = readSidecarImage(
    client,
    settings,
    createLog({ level: 'info', write: (line) => void log.push(line), now: () => 0 }),
  );
  await vi.advanceTimersByTimeAsync(7000);
  // A later call, if there is one, is answered at once; the first one ends at its time limit.
  calls[1]?.resolve(ownPod);
  await vi.advanceTimersByTimeAsync(3000);
  calls[0]?.reject(refusal(503));
  await vi.advanceTimersByTimeAsync(4000);
  calls.at(-1)?.resolve(ownPod);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(image.missing()).toBeUndefined();
  expect(image.get()).toEqual({ image: 'registry.example/sidecar:1' });
  expect(log.filter((line) => JSON.stringify(line).includes('sidecar-image'))).toHaveLength(1);
  // It is read once.
  const { length } = calls;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toHaveLength(length);
  image.stop();
});

test('a pod that is refused is asked for again, and nothing is known meanwhile', async () => {
  const answers = [() => Promise.reject(refusal(403)), () => Promise.reject(refusal(404))];
  const client = fakeClient({
    readNamespacedPod: () => (answers.shift() ?? (() => Promise.resolve(ownPod)))(),
  });
  const image = readSidecarImage(client, settings, createLog({ level: 'error', write: () => undefined, now: () => 0 }));
  await vi.advanceTimersByTimeAsync(3500);
  expect([image.get(), image.missing()]).toEqual([
    undefined,
    'the own pod alpine-resolver/alpine-resolver-0 cannot be read',
  ]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(image.get()).toEqual({ image: 'registry.example/sidecar:1' });
  image.stop();
});

test.each([
  ['Always', { image: 'registry.example/sidecar:1', pullPolicy: 'Always' }],
  ['IfNotPresent', { image: 'registry.example/sidecar:1' }],
])('proved with pull policy %s', (imagePullPolicy, found) => {
  const container = { name: 'sidecar-image', image: 'registry.example/sidecar:1', imagePullPolicy };
  expect(sidecarImageOf({ spec: { containers: [], initContainers: [container] } }, settings)).toEqual(found);
});
