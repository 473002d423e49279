/** One half of a pair is remembered, alone: the pair is asked for as a whole (cache semantics §2). */
import { expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const soa = { owner: '', minimum: 20 };
const empty: ReplyScript = { is: 'EMPTY', soa, ttl: 20 };
const address: ReplyScript = { is: 'DATA', addresses: ['192.0.2.80'], ttl: 20 };

test.each<[options: string, what: string, a: ReplyScript]>([
  ['', 'a denial', empty],
  ['', 'an address', address],
  ['single-request', 'a denial', empty],
  ['single-request', 'an address', address],
  ['single-request-reopen', 'a denial', empty],
])('options %s, %s: both are asked at once', async (options, _, a) => {
  const one = createRawClient({
    script: { servers: { '192.0.2.1': { names: { 'foo.test A': a, 'foo.test AAAA': 'NX' } } } },
    resolvConf: `nameserver 192.0.2.1\noptions timeout:1 ${options}\n`,
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true },
  });
  one.ask({ name: 'foo.test', type: 'A', port: 40_001 });
  await one.pass(100);
  const startMs = one.now();
  const replies = ['A', 'AAAA'].map((type) => one.ask({ name: 'foo.test', type, port: 40_002 }));
  await one.pass(3000);
  expect(replies.flat().map(({ atMs }) => atMs - startMs)).toEqual([0, 0]);
  expect(one.upstreamQueries()).toEqual(['A foo.test', 'A foo.test', 'AAAA foo.test']);
});

const large: ReplyScript = {
  is: 'DATA',
  addresses: Array.from({ length: 80 }, (_, index) => `198.51.100.${index + 1}`),
  ttl: 60,
};

test.each([
  ['it fails for now', ['192.0.2.1'], ['SERVFAIL', 'SERVFAIL']],
  ['the next server is asked', ['192.0.2.1', '192.0.2.2'], ['NOERROR | A 192.0.2.80', 'NOERROR']],
])('a truncated address, of a server that refuses all by now: %s', async (_, servers, told) => {
  const one = createRawClient({
    script: {
      servers: {
        '192.0.2.1': { names: { 'foo.test A': [large, 'RF'], 'foo.test AAAA': 'RF' } },
        '192.0.2.2': { names: { 'foo.test A': address, 'foo.test AAAA': empty } },
      },
    },
    resolvConf: [...servers.map((server) => `nameserver ${server}`), 'options timeout:1 attempts:1', ''].join('\n'),
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true },
  });
  one.ask({ name: 'foo.test', type: 'A', port: 40_001 });
  await one.pass(100);
  // Nothing is remembered for this one, which hears first that the server has changed.
  one.ask({ name: 'foo.test', type: 'A', port: 40_002, cd: true });
  await one.pass(100);
  const replies = ['A', 'AAAA'].map((type) => one.ask({ name: 'foo.test', type, port: 40_003 }));
  await one.pass(3000);
  expect(replies.flat().map(summary)).toEqual(told);
});

test('an address from memory that waits for its sibling is counted down meanwhile', async () => {
  const one = createRawClient({
    script: { servers: { '192.0.2.1': { names: { 'foo.test A': [address, 'LOST'], 'foo.test AAAA': 'LOST' } } } },
    resolvConf: 'nameserver 192.0.2.1\noptions timeout:1 attempts:2\n',
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true, keepSurvivingHalf: true },
  });
  one.ask({ name: 'foo.test', type: 'A', port: 40_001 });
  await one.pass(4000);
  const first = one.ask({ name: 'foo.test', type: 'A', port: 40_002 });
  await one.pass(3);
  one.ask({ name: 'foo.test', type: 'AAAA', port: 40_002 });
  await one.pass(27);
  const second = one.ask({ name: 'foo.test', type: 'A', port: 40_003 });
  one.ask({ name: 'foo.test', type: 'AAAA', port: 40_003 });
  await one.pass(9000);
  const shown = [...first, ...second].map(({ atMs, message }) => [
    atMs,
    ...(message.answers ?? []).map((answer) => ('ttl' in answer ? answer.ttl : undefined)),
  ]);
  expect(shown).toEqual([
    [4000, 16],
    [7000, 13],
  ]);
});

test('and so is one that came a second ago', async () => {
  const one = createRawClient({
    script: { servers: { '192.0.2.1': { names: { 'foo.test A': address, 'foo.test AAAA': 'LOST' } } } },
    resolvConf: 'nameserver 192.0.2.1\noptions timeout:1 attempts:1\n',
    settings: { keepSurvivingHalf: true },
  });
  const replies = ['A', 'AAAA'].map((type) => one.ask({ name: 'foo.test', type, port: 40_001 }));
  await one.pass(9000);
  expect(replies.flat().map(({ atMs, message }) => [atMs, message.answers])).toMatchObject([
    [3000, [{ ttl: 19 }]],
    [3000, []],
  ]);
});
