/** Addresses whose lifetime is over, where the nameservers fail (RFC 8767, cache semantics §4). */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const ttl = 10;
const soa = { owner: '', minimum: ttl };
const denied: ReplyScript = { is: 'NX', soa, ttl };
const address = (text: string): ReplyScript => ({ is: 'DATA', addresses: [text], ttl, ad: true });
const shop = 'shop.glibc.internal';
const slow = 4000;

interface World {
  /** What is said of A, each time, and of AAAA. */
  readonly a: ReplyScript[];
  readonly aaaa?: ReplyScript[];
  readonly asIs?: ReplyScript[];
  readonly serveStaleMs?: number;
  readonly answerCache?: boolean;
}

function client({ a, aaaa = [{ is: 'EMPTY', soa, ttl }, ...a.slice(1)], asIs = ['SF'], ...settings }: World) {
  const names = {
    'shop.a.test A': a,
    'shop.a.test AAAA': aaaa,
    'shop A': asIs,
    'shop AAAA': asIs,
  };
  return createRawClient({
    script: { servers: { '192.0.2.1': { names, otherwise: denied } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch a.test\noptions ndots:5 timeout:5 attempts:2\n',
    settings: {
      maxCacheBytes: 1 << 20,
      replyCache: true,
      answerCache: true,
      serveStaleMs: 300_000,
      serverMemory: false,
      ...settings,
    },
    logLevel: 'debug',
  });
}

type Client = ReturnType<typeof client>;

let port = 41_000;

interface Found {
  readonly text: string;
  readonly ms: number;
  readonly ttl: number | undefined;
}

/** The types, from one port; nothing for a name without a reply within ten seconds. */
async function lookUp(one: Client, types: readonly string[] = ['A', 'AAAA'], changed = {}): Promise<Found> {
  port += 1;
  const startMs = one.now();
  const replies = types.map((type, index) => one.ask({ name: shop, type, id: index + 1, port, ...changed }));
  for (let waitedMs = 0; replies.some(({ length }) => length === 0) && waitedMs < 10_000; waitedMs += 50)
    await one.pass(50);
  const all = replies.flat();
  const [first] = all[0]?.message.answers ?? [];
  return {
    text: all.map(summary).join(' / '),
    ms: Math.max(...all.map(({ atMs }) => atMs)) - startMs,
    ttl: (first as { ttl?: number } | undefined)?.ttl,
  };
}

const found = (text: string): string => `NOERROR | CNAME shop.a.test | A ${text} / NOERROR`;

/** Found once, and its lifetime is over. */
async function whenOld(world: World): Promise<Client> {
  const one = client(world);
  expect((await lookUp(one)).text).toBe(found('198.51.100.1'));
  await one.pass(ttl * 1000);
  return one;
}

const reasons = (one: Client): unknown[] =>
  one.logged.filter(({ event }) => event === 'stale-answer').map(({ reason }) => reason);

const refreshes = (one: Client): unknown[] =>
  one.logged.filter(({ event }) => event === 'refresh').map(({ purpose, end }) => `${String(purpose)} ${String(end)}`);

describe('an old answer is given', () => {
  test('where the search fails, and nothing remembers the failure', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'SF'] });
    expect(await lookUp(one)).toEqual({ text: found('198.51.100.1'), ms: 0, ttl: 30 });
    expect(reasons(one)).toEqual(['failed']);
    expect(one.metrics()).toContain('alpine_resolver_stale_answers_total{reason="failed"} 2');
    expect((await lookUp(one)).text).toBe(found('198.51.100.1'));
    expect(reasons(one)).toEqual(['failed', 'recent', 'recent']);
  });

  test('after 1.8 s without a reply', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'LOST'] });
    expect(await lookUp(one)).toEqual({ text: found('198.51.100.1'), ms: 1800, ttl: 30 });
    expect(reasons(one)).toEqual(['slow']);
  });

  test('without AD', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'SF'] });
    for (const name of ['first', 'again']) {
      const [reply] = one.ask({ name: shop, ad: true, port: name === 'first' ? 50_001 : 50_002 });
      await one.pass(100);
      expect((reply?.message.flags ?? 0) & 0x20).toBe(0);
    }
  });

  test('over TCP', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'SF'] });
    const connection = one.connect();
    one.ask({ name: shop, connection });
    one.ask({ name: shop, type: 'AAAA', connection });
    await one.pass(100);
    expect(connection.replies.map(summary).join(' / ')).toBe(found('198.51.100.1'));
  });

  test('to a lookup of one family, the half that is the same alone', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'SF'] });
    expect((await lookUp(one, ['A'])).text).toBe('NOERROR | CNAME shop.a.test | A 198.51.100.1');
    const other = await whenOld({ a: [address('198.51.100.1'), 'SF'] });
    expect((await lookUp(other, ['AAAA'])).text).toBe('SERVFAIL');
  });

  test('to all who wait for the search', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'LOST'] });
    const both = await Promise.all([lookUp(one), lookUp(one)]);
    expect(both.map(({ text, ms }) => [text, ms])).toEqual([
      [found('198.51.100.1'), 1800],
      [found('198.51.100.1'), 1800],
    ]);
  });
});

describe('for five seconds further lookups get it at once', () => {
  test('while it is asked for in the background, once', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'SF'] });
    const before = one.upstreamQueries().length;
    await lookUp(one);
    const asked = one.upstreamQueries().length;
    await one.pass(2000);
    expect(await lookUp(one)).toEqual({ text: found('198.51.100.1'), ms: 0, ttl: 30 });
    await one.pass(2800);
    expect((await lookUp(one)).ms).toBe(0);
    // As many as for the lookup before.
    expect(one.upstreamQueries()).toHaveLength(asked + (asked - before));
    expect(refreshes(one)).toEqual(['stale failed']);
    await one.pass(200);
    await lookUp(one);
    expect(reasons(one).at(-1)).toBe('failed');
  });

  test('until that has an end: it takes its place', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), { is: 'LOST' }, address('198.51.100.2')] });
    expect((await lookUp(one)).ms).toBe(1800);
    await one.pass(100);
    expect(refreshes(one)).toEqual(['stale kept']);
    expect(await lookUp(one)).toMatchObject({ text: found('198.51.100.2'), ms: 0, ttl: 9 });
  });

  test('a denial, too', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), { is: 'LOST' }, denied], asIs: [denied] });
    await lookUp(one);
    await one.pass(100);
    expect((await lookUp(one)).text).toBe('NXDOMAIN / NXDOMAIN');
  });
});

describe('it is not given', () => {
  test.each<[what: string, world: Partial<World>, waitMs: number]>([
    ['with serve-stale-seconds 0', { serveStaleMs: 0 }, 0],
    ['when it is older', { serveStaleMs: 5000 }, 5000],
    ['without the answer cache', { answerCache: false }, 0],
  ])('%s', async (_, world, waitMs) => {
    const one = await whenOld({ a: [address('198.51.100.1'), 'SF'], ...world });
    await one.pass(waitMs);
    expect((await lookUp(one)).text).toBe('SERVFAIL / SERVFAIL');
  });

  test('in place of a new answer, or of a denial', async () => {
    const one = await whenOld({ a: [address('198.51.100.1'), address('198.51.100.2')] });
    expect((await lookUp(one)).text).toBe(found('198.51.100.2'));
    const other = await whenOld({ a: [address('198.51.100.1'), denied], asIs: [denied] });
    expect((await lookUp(other)).text).toBe('NXDOMAIN / NXDOMAIN');
  });

  test('while there is a reply that can be used', async () => {
    const late: ReplyScript = { is: 'EMPTY', soa, ttl, delayMs: slow };
    const one = await whenOld({
      a: [address('198.51.100.1'), address('198.51.100.2')],
      aaaa: [{ is: 'EMPTY', soa, ttl }, late],
    });
    expect(await lookUp(one)).toMatchObject({ text: found('198.51.100.2'), ms: slow });
  });

  test('for a name that was not found', async () => {
    const one = client({ a: [denied, 'SF'], asIs: [denied, 'SF'] });
    expect((await lookUp(one)).text).toBe('NXDOMAIN / NXDOMAIN');
    await one.pass(ttl * 1000);
    expect((await lookUp(one)).text).toBe('SERVFAIL / SERVFAIL');
  });
});
