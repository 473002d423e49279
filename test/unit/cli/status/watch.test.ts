/** `status --watch`: it reads anew each time, prints what it read, and ends where it is stopped. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readStatusOptions } from '../../../../cli/status/options.ts';
import { status } from '../../../../cli/status/status.ts';
import { ClusterError } from '../../../../cli/cluster/reader.ts';
import { recordedReader, type RecordedCluster } from '../../../support/kubernetes/recorded-reader.ts';
import { clusterOf, injectedPod, metricTexts, nowMs } from './cluster.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const clusters = await Promise.all(
  [1, 2, 3].map((pods) => clusterOf(Array.from({ length: pods }, (_, i) => injectedPod(`web-${i}`)))),
);

/** Between two looks a pod is added; it is stopped in the given wait, or reading. */
async function watched(stop: { readonly inWait?: number; readonly inRead?: number }, forbidden?: RegExp) {
  const options = readStatusOptions(['--watch']);
  if (typeof options === 'string') throw new Error(options);
  const controller = new AbortController();
  const waits: number[] = [];
  let reads = 0;
  const recorded = (): RecordedCluster => ({
    ...{ objects: clusters[waits.length] ?? {}, texts: metricTexts },
    ...(forbidden && { forbidden }),
  });
  const ends = await status(options, {
    reader: {
      ...recordedReader(recorded()),
      get: (path) => recordedReader(recorded()).get(path),
      list: (path, selection) => recordedReader(recorded()).list(path, selection),
      text: (path) => recordedReader(recorded()).text(path),
    },
    ...{ now: () => nowMs, signal: controller.signal },
    wait(ms) {
      waits.push(ms);
      if (waits.length === stop.inWait) controller.abort();
      return Promise.resolve();
    },
    onPods() {},
    onRead() {
      if (++reads === stop.inRead) controller.abort();
    },
  });
  return { ends, waits };
}

const titles = (): number => printed.split('alpine-resolver in context prod').length - 1;
const counts = (): string[] => [...printed.matchAll(/injected +(\d+ pods?)/g)].map(([, count]) => count ?? '');

test('shows it again every five seconds, as it is then, and ends as Ctrl-C does', async () => {
  expect(await watched({ inWait: 3 })).toEqual({ ends: 130, waits: [5000, 5000, 5000] });
  expect(counts()).toEqual(['1 pod', '2 pods', '3 pods']);
});

test('stopped while it reads, it prints no half of it', async () => {
  expect(await watched({ inRead: 2 })).toEqual({ ends: 130, waits: [5000] });
  expect([titles(), counts()]).toEqual([1, ['1 pod']]);
});

test('what may not be read is said each time, and it goes on', async () => {
  expect(await watched({ inWait: 2 }, /pods/)).toEqual({ ends: 130, waits: [5000, 5000] });
  expect([titles(), counts()]).toEqual([2, []]);
  expect(printed.match(/pods +not known/g)).toHaveLength(2);
});

test.each([
  ['all is known', [], undefined, 0],
  ['pods are not', [], /pods/, 3],
  ['namespaces are not', [], /namespaces$/, 3],
  ['the configuration is not', [], /mutating/, 3],
  ['the configuration is not, of what missed it', ['missed', '-n', 'shop'], /mutating/, 3],
  ['metrics are not', [], /proxy/, 0],
  ['two of them are not', [], /namespaces|mutating/, 3],
])('of a single look, where %s, the exit code says what could be read', async (_what, args, forbidden, expected) => {
  const options = readStatusOptions(args);
  if (typeof options === 'string') throw new Error(options);
  const reader = recordedReader({
    ...{ objects: clusters[0] ?? {}, texts: metricTexts },
    ...(forbidden && { forbidden }),
  });
  const { signal } = new AbortController();
  const parts = { reader, signal, now: () => nowMs, wait: () => Promise.resolve(), onPods() {}, onRead() {} };
  expect(await status(options, parts)).toBe(expected);
  expect(printed.includes('nothing is wrong')).toBe(expected === 0);
});

test('a cluster that goes away ends it, with what is wrong', async () => {
  const options = readStatusOptions(['--watch']);
  if (typeof options === 'string') throw new Error(options);
  const gone = new ClusterError('unreachable', 'the cluster does not answer');
  const reader = { ...recordedReader({ objects: {} }), get: () => Promise.reject(gone) };
  const { signal } = new AbortController();
  const parts = { reader, signal, now: () => nowMs, wait: () => Promise.resolve(), onPods() {}, onRead() {} };
  await expect(status(options, parts)).rejects.toBe(gone);
  expect(printed).toBe('');
});
