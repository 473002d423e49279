/** Answers that are used are asked for anew before their lifetime is over (cache semantics §5). */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const ttl = 30;
const dueMs = 28_500;
const denied: ReplyScript = { is: 'NX', soa: { owner: '', minimum: ttl }, ttl };
const address = (text: string): ReplyScript => ({ is: 'DATA', addresses: [text], ttl });
const shop = 'shop.glibc.internal';

function client(replies: ReplyScript | ReplyScript[], settings = {}, others: Record<string, ReplyScript[]> = {}) {
  return createRawClient({
    script: { servers: { '192.0.2.1': { names: { 'shop.a.test A': replies, ...others }, otherwise: denied } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch a.test\noptions ndots:5 timeout:1 attempts:1\n',
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true, ...settings },
    logLevel: 'debug',
  });
}

type Client = ReturnType<typeof client>;

let port = 41_000;

/** Both families, from one port. */
async function lookUp(one: Client, name = shop): Promise<string> {
  port += 1;
  const a = one.ask({ name, type: 'A', id: 1, port });
  const aaaa = one.ask({ name, type: 'AAAA', id: 2, port });
  await one.pass(1100);
  return [...a, ...aaaa].map(summary).join(' / ');
}

const textOf = (text: string): string => `NOERROR | CNAME shop.a.test | A ${text} / NOERROR`;

/** Kept at the first lookup, given at the second, and due at the third. */
async function playUntilDue(one: Client): Promise<void> {
  await lookUp(one);
  await lookUp(one);
  await one.pass(dueMs - 2200);
  expect(await lookUp(one)).toBe(textOf('198.51.100.1'));
}

const asked = (one: Client): number => one.upstreamQueries().filter((query) => query === 'A shop.a.test').length;

const refreshes = (one: Client): unknown[] =>
  one.logged.filter(({ event }) => event === 'refresh').map(({ purpose, end }) => `${String(purpose)} ${String(end)}`);

describe('an answer that was given twice', () => {
  test('is asked for by a hit in the last fifth of its lifetime, and outlives it', async () => {
    const one = client([address('198.51.100.1'), address('198.51.100.2')]);
    await playUntilDue(one);
    expect(asked(one)).toBe(2);
    expect(await lookUp(one)).toBe(textOf('198.51.100.2'));
    await one.pass(3000);
    expect(await lookUp(one)).toBe(textOf('198.51.100.2'));
    expect(asked(one)).toBe(2);
    expect(refreshes(one)).toEqual(['prefetch kept']);
    expect(one.metrics()).toContain('alpine_resolver_refreshes_total{purpose="prefetch",end="kept"} 1');
    expect(one.metrics()).toContain('alpine_resolver_searches_total{outcome="positive"} 1');
  });

  test('gives way to a denial at once', async () => {
    const one = client([address('198.51.100.1'), denied]);
    await playUntilDue(one);
    expect(await lookUp(one)).toBe('NXDOMAIN / NXDOMAIN');
    expect(asked(one)).toBe(2);
  });

  test('and to what may not be kept: the next lookup asks', async () => {
    const one = client([address('198.51.100.1'), { is: 'DATA', addresses: ['198.51.100.2'], ttl: 0 }]);
    await playUntilDue(one);
    expect(await lookUp(one)).toBe(textOf('198.51.100.2'));
    expect(asked(one)).toBe(3);
    expect(refreshes(one)).toEqual(['prefetch gone']);
  });

  test.each<ReplyScript>(['SF', { is: 'ODD', rcode: 9 }])(
    'stays until its end where the search fails: %o',
    async (failure) => {
      const aaaa = { 'shop.a.test AAAA': [denied, failure, denied], shop: [failure] };
      const one = client([address('198.51.100.1'), failure, address('198.51.100.2')], {}, aaaa);
      await playUntilDue(one);
      expect(await lookUp(one)).toBe(textOf('198.51.100.1'));
      expect(asked(one)).toBe(2);
      expect(refreshes(one)).toEqual(['prefetch failed']);
      await one.pass(2000);
      expect(await lookUp(one)).toBe(textOf('198.51.100.2'));
    },
  );

  test('stays until its end where one family fails', async () => {
    const aaaa = { 'shop.a.test AAAA': [denied, 'SF', denied] satisfies ReplyScript[] };
    const one = client([address('198.51.100.1'), address('198.51.100.2')], {}, aaaa);
    await playUntilDue(one);
    expect(await lookUp(one)).toBe(textOf('198.51.100.1'));
    expect(refreshes(one)).toEqual(['prefetch failed']);
  });

  test('both families are asked, whichever question finds it due', async () => {
    const one = client([address('198.51.100.1'), address('198.51.100.2')]);
    await lookUp(one);
    await lookUp(one);
    await one.pass(dueMs - 2200);
    one.ask({ name: shop, type: 'A', id: 9, port: 50_000 });
    await one.pass(100);
    expect(one.upstreamQueries().slice(-2)).toEqual(['A shop.a.test', 'AAAA shop.a.test']);
    const replies = ['A', 'AAAA'].map((type) => one.ask({ name: shop, type, port: 50_001 }));
    expect(replies.flat().map(({ message }) => message.questions?.[0]?.type)).toEqual(['A', 'AAAA']);
  });

  test('takes nothing from memory: denials on its way are asked for, too, though they live on', async () => {
    const longDenied: ReplyScript = { is: 'NX', soa: { owner: '', minimum: 120 }, ttl: 120 };
    const beside: ReplyScript = { is: 'EMPTY', soa: { owner: '', minimum: ttl }, ttl };
    const one = createRawClient({
      script: {
        servers: {
          '192.0.2.1': {
            names: { 'shop.b.test A': address('198.51.100.1'), 'shop.b.test AAAA': beside },
            otherwise: longDenied,
          },
        },
      },
      resolvConf: 'nameserver 192.0.2.1\nsearch a.test b.test\noptions ndots:5 timeout:1 attempts:1\n',
      settings: {
        ...{ maxCacheBytes: 1 << 20, replyCache: true, answerCache: true },
        maxNegativeCacheSeconds: 300,
      },
      logLevel: 'debug',
    });
    for (const waitMs of [0, 0, dueMs - 2200]) {
      await lookUp(one);
      await one.pass(waitMs);
    }
    const before = one.upstreamQueries().length;
    await lookUp(one);
    expect(one.upstreamQueries().slice(before).toSorted()).toEqual([
      'A shop.a.test',
      'A shop.b.test',
      'AAAA shop.a.test',
      'AAAA shop.b.test',
    ]);
    // The new answer lives on where the old one ended.
    await one.pass(3000);
    const refreshed = one.upstreamQueries().length;
    await lookUp(one);
    expect(one.upstreamQueries().length).toBe(refreshed);
    expect(refreshes(one)).toEqual(['prefetch kept']);
  });

  test('of another type, too', async () => {
    const text: ReplyScript = { is: 'DATA', extra: [{ owner: 'note.test', type: 'TXT', data: 'one' }], ttl };
    const one = createRawClient({
      script: { servers: { '192.0.2.1': { names: { 'note.test': text } } } },
      resolvConf: 'nameserver 192.0.2.1\n',
      settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true },
    });
    for (const waitMs of [100, 28_400, 3000]) {
      one.ask({ name: 'note.test', type: 'TXT' });
      await one.pass(waitMs);
    }
    one.ask({ name: 'note.test', type: 'TXT' });
    await one.pass(100);
    expect(one.upstreamQueries()).toEqual(['TXT note.test', 'TXT note.test']);
  });
});

describe('it is not asked for', () => {
  test('with prefetch off', async () => {
    const one = client([address('198.51.100.1'), address('198.51.100.2')], { prefetch: false });
    await playUntilDue(one);
    expect(asked(one)).toBe(1);
    await one.pass(1000);
    expect(await lookUp(one)).toBe(textOf('198.51.100.2'));
  });

  test('under the load of a quarter of the allowed searches', async () => {
    const one = client([address('198.51.100.1'), address('198.51.100.2')], { maxSearches: 1 });
    await playUntilDue(one);
    expect(asked(one)).toBe(2);
    const crowded = client([address('198.51.100.1'), address('198.51.100.2')], { maxSearches: 4 });
    await lookUp(crowded);
    await lookUp(crowded);
    await crowded.pass(dueMs - 2200);
    crowded.ask({ name: 'slow.glibc.internal', type: 'A', id: 3, port: 51_000 });
    await lookUp(crowded);
    expect(asked(crowded)).toBe(1);
  });
});
