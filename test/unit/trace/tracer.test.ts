/** A trace beside a running pipeline: what it asks, what it says, and that the caches stay as they were. */
import { describe, expect, test } from 'vitest';
import type { TraceRecord } from '../../../shared/report/trace-record.ts';
import { traceLimitMs } from '../../../sidecar/trace/tracer.ts';
import { startTraced } from '../../support/simulation/traced-sidecar.ts';

test('says what was asked upstream, and what a program gets', async () => {
  const { traced } = startTraced();
  const trace = await traced('foo');
  expect(trace).toMatchObject({
    name: 'foo',
    mode: 'marker',
    isComplete: true,
    resolvConf: expect.stringContaining('search s1.test s2.test\n') as string,
  });
  expect(trace?.replies).toEqual([
    { type: 'A', rcode: 'NOERROR', addresses: ['10.0.0.1'], isTruncated: false },
    { type: 'AAAA', rcode: 'NOERROR', addresses: ['2001:db8::1'], isTruncated: false },
  ]);
  expect(trace?.lookup.candidates.map(({ name, conclusion }) => `${name} ${conclusion}`)).toEqual([
    'foo.s1.test no-such-name',
    'foo.s2.test found',
  ]);
});

test('a name with a final dot is not searched for', async () => {
  const { traced } = startTraced();
  const trace = await traced('foo.s2.test.');
  expect(trace?.lookup.candidates.map(({ name }) => name)).toEqual(['foo.s2.test']);
});

test('what is no name is not asked for', async () => {
  const { traced, upstreamQueries } = startTraced();
  expect(await traced('a..b')).toBeUndefined();
  expect(await traced('a'.repeat(64))).toBeUndefined();
  expect(await traced(`${'a.'.repeat(126)}a`)).toBeUndefined();
  expect(upstreamQueries()).toEqual([]);
});

describe('the caches', () => {
  test('are not filled: the next lookup asks upstream', async () => {
    const { traced, ask, upstreamQueries } = startTraced();
    const trace = await traced('foo');
    expect(trace?.held).toEqual({ answers: [], replies: [] });
    const before = upstreamQueries().length;
    await ask('foo.glibc.internal');
    expect(upstreamQueries().length).toBeGreaterThan(before);
  });

  test('are shown, and are not asked', async () => {
    const { traced, ask, upstreamQueries } = startTraced();
    await ask('foo.glibc.internal');
    const before = upstreamQueries().length;
    const trace = await traced('foo');
    expect(upstreamQueries().length).toBe(before * 2);
    expect(
      trace?.held.answers.map(({ name, isSearched, type, addresses }) => [name, isSearched, type, addresses]),
    ).toEqual([
      ['foo', true, 'A', ['10.0.0.1']],
      ['foo', true, 'AAAA', ['2001:db8::1']],
    ]);
    expect(
      trace?.held.replies.map(({ name, type, transport, rcode }) => `${name} ${type} ${transport} ${rcode}`),
    ).toEqual([
      'foo.s1.test A udp NXDOMAIN',
      'foo.s1.test AAAA udp NXDOMAIN',
      'foo.s2.test A udp NOERROR',
      'foo.s2.test AAAA udp NOERROR',
    ]);
  });

  test('are not refreshed: what they hold ends when it did', async () => {
    const { traced, ask, network } = startTraced();
    await ask('foo.glibc.internal');
    await network.run(new Promise<void>((resolve) => void network.setTimer(1000, resolve)));
    const first = await traced('foo');
    await network.run(new Promise<void>((resolve) => void network.setTimer(2000, resolve)));
    const second = await traced('foo');
    const left = (trace: TraceRecord | undefined): number => trace?.held.answers[0]?.secondsLeft ?? NaN;
    expect(left(first) - left(second)).toBe(2);
    await network.run(new Promise<void>((resolve) => void network.setTimer(left(second) * 1000 + 1000, resolve)));
    expect((await traced('foo'))?.held.answers).toEqual([]);
  });

  test('of other names say nothing', async () => {
    const { traced, ask } = startTraced();
    await ask('bar.glibc.internal');
    expect((await traced('foo'))?.held).toEqual({ answers: [], replies: [] });
  });
});

test('counts for itself', async () => {
  const { traced, metrics } = startTraced();
  const before = metrics();
  await traced('foo');
  expect(metrics()).toBe(before);
});

test('ends with its time, with what it has by then', async () => {
  const servers = [1, 2, 3].map((last) => `nameserver 192.0.2.${last}\n`);
  const { traced, network } = startTraced({ otherwise: 'LOST' }, `${servers.join('')}options timeout:30\n`);
  const startMs = network.now();
  const trace = await traced('foo');
  expect(network.now() - startMs).toBe(traceLimitMs);
  expect(trace).toMatchObject({ isComplete: false, replies: [], elapsedMs: traceLimitMs });
  expect(trace?.lookup.candidates[0]?.steps[0]).toMatchObject({ kind: 'query' });
});
