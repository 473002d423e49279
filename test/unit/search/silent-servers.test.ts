/** Who watches hears when a server becomes silent, and when it answers again; who has stopped hears nothing. */
import { expect, test } from 'vitest';
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { createSilentServers } from '../../../sidecar/search/silent-servers.ts';
import type { SilenceWatcher } from '../../../sidecar/search/silent-servers.ts';

const key = '10.0.0.10#53';

function setUp() {
  const servers = createSilentServers({
    now: () => 1000,
    metrics: createMetrics(sidecarMetrics),
    log: createLog({ level: 'error', write: () => {}, now: () => 0 }),
  });
  servers.configure([{ key, name: '10.0.0.10', address: { address: '10.0.0.10', family: 4 }, timeoutMs: 5000 }]);
  const heard: string[] = [];
  const watcher = (name: string, more: () => void = () => {}): SilenceWatcher => ({
    watchedAt: -1,
    silenceChanged(_key, isSilent) {
      heard.push(`${name} ${isSilent}`);
      more();
    },
  });
  const fallSilent = () => servers.happened(key, { type: 'unanswered', sentAt: 0, questions: 2 });
  return { servers, heard, watcher, fallSilent };
}

test('whoever stops in between is out, whoever stays is told', () => {
  const { servers, heard, watcher, fallSilent } = setUp();
  const [a, b, c] = [watcher('a'), watcher('b'), watcher('c')];
  for (const each of [a, b, c]) servers.watch(each);
  servers.unwatch(a);
  servers.unwatch(a);
  fallSilent();
  expect(heard.toSorted()).toEqual(['b true', 'c true']);
  servers.unwatch(c);
  servers.watch(a);
  servers.happened(key, { type: 'heard', acceptable: true });
  expect(heard.slice(2).toSorted()).toEqual(['a false', 'b false']);
});

test('what is told may end a watcher and begin another', () => {
  const { servers, heard, watcher, fallSilent } = setUp();
  const late = watcher('late');
  const [a, b] = [watcher('a', () => servers.unwatch(b)), watcher('b')];
  const first = watcher('first', () => servers.watch(late));
  for (const each of [first, a, b]) servers.watch(each);
  fallSilent();
  expect(heard).toEqual(['first true', 'a true']);
  servers.unwatch(late);
  servers.happened(key, { type: 'heard', acceptable: true });
  expect(heard.slice(2)).toEqual(['first false', 'a false']);
});
