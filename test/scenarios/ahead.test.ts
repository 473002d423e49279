/** Candidates that are asked before their turn: the search takes one round trip, and its end stays the same. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const delayMs = 10;

function client(names: Readonly<Record<string, ReplyScript>>, settings = {}) {
  const late = (reply: ReplyScript): ReplyScript => ({
    delayMs,
    ttl: 30,
    ...(typeof reply === 'string' ? { is: reply } : reply),
  });
  const scripts = Object.fromEntries(Object.entries(names).map(([name, reply]) => [name, late(reply)]));
  return createRawClient({
    script: { servers: { '192.0.2.1': { names: scripts, otherwise: late('NX') } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch a.test b.test c.test\noptions ndots:5\n',
    settings: { maxSearchAhead: 6, maxCacheBytes: 1 << 20, replyCache: true, answerCache: true, ...settings },
  });
}

type Client = ReturnType<typeof client>;

let port = 41_000;

/** Both families, from one port. Returns the answers and how long they took. */
async function lookUp(one: Client, name: string): Promise<{ text: string; ms: number }> {
  port += 1;
  const startMs = one.now();
  const a = one.ask({ name: `${name}.glibc.internal`, type: 'A', id: 1, port });
  const aaaa = one.ask({ name: `${name}.glibc.internal`, type: 'AAAA', id: 2, port });
  await one.pass(3000);
  const ms = Math.max(...[...a, ...aaaa].map(({ atMs }) => atMs)) - startMs;
  return { text: [...a, ...aaaa].map(summary).join(' / '), ms };
}

const address = (text: string): ReplyScript => ({ is: 'DATA', addresses: [text] });

describe('round trips', () => {
  test('a name under a label that names have as they are: one, from the first on', async () => {
    const one = client({ 'api.x.com': address('198.51.100.1') });
    const { text, ms } = await lookUp(one, 'api.x.com');
    expect(text).toBe('NOERROR | CNAME api.x.com | A 198.51.100.1 / NOERROR');
    expect(ms).toBeLessThan(2 * delayMs);
    expect(one.upstreamQueries().filter((query) => query === 'A api.x.com')).toHaveLength(1);
  });

  test('else one from the second name of a shape on', async () => {
    const one = client({ 'cart.c.test': address('198.51.100.1'), 'shop.c.test': address('198.51.100.2') });
    const first = await lookUp(one, 'cart');
    const second = await lookUp(one, 'shop');
    expect(first.ms).toBeGreaterThanOrEqual(3 * delayMs);
    expect(second).toEqual({ text: 'NOERROR | CNAME shop.c.test | A 198.51.100.2 / NOERROR', ms: delayMs });
  });

  test('a name that is found at the first entry costs what it costs without', async () => {
    const one = client({ 'cart.a.test': address('198.51.100.1'), 'shop.a.test': address('198.51.100.2') });
    await lookUp(one, 'cart');
    await lookUp(one, 'shop');
    expect(one.upstreamQueries()).toEqual(['A cart.a.test', 'AAAA cart.a.test', 'A shop.a.test', 'AAAA shop.a.test']);
  });

  test('0 asks one after the other', async () => {
    const one = client({ 'api.x.com': address('198.51.100.1') }, { maxSearchAhead: 0 });
    expect((await lookUp(one, 'api.x.com')).ms).toBe(4 * delayMs);
  });
});

describe('where the first candidates are remembered', () => {
  const names = { 'mart.a.test': address('198.51.100.3'), 'shop.c.test': address('198.51.100.2') };
  const asIs = async (one: Client, name: string): Promise<void> => {
    one.ask({ name, type: 'A', id: 1, port: 42_000 });
    one.ask({ name, type: 'AAAA', id: 2, port: 42_000 });
    await one.pass(100);
  };
  const soa = { owner: 'test', minimum: 30 };

  test.each([0, 3])('all of them: nothing is asked ahead, AAAA %i ms after A', async (gapMs) => {
    const one = client({ ...names, 'mart.a.test AAAA': { is: 'EMPTY', soa } }, { answerCache: false });
    await lookUp(one, 'mart');
    await lookUp(one, 'shop');
    const asked = one.upstreamQueries().length;
    const a = one.ask({ name: 'mart.glibc.internal', type: 'A', id: 7, port: 43_000 });
    await one.pass(gapMs);
    const aaaa = one.ask({ name: 'mart.glibc.internal', type: 'AAAA', id: 8, port: 43_000 });
    await one.pass(100);
    expect([...a, ...aaaa].map(summary)).toEqual(['NOERROR | CNAME mart.a.test | A 198.51.100.3', 'NOERROR']);
    expect(one.upstreamQueries()).toHaveLength(asked);
  });

  test('one half of it, for one type: nothing is asked ahead', async () => {
    const one = client(names, { answerCache: false });
    await lookUp(one, 'shop');
    one.ask({ name: 'mart.a.test', type: 'A', port: 44_000 });
    await one.pass(100);
    const asked = one.upstreamQueries().length;
    const a = one.ask({ name: 'mart.glibc.internal', type: 'A', id: 7, port: 45_000 });
    await one.pass(100);
    expect(a.map(summary)).toEqual(['NOERROR | CNAME mart.a.test | A 198.51.100.3']);
    expect(one.upstreamQueries()).toHaveLength(asked);
  });

  test('the rest is asked ahead with the first one that is not', async () => {
    const denied: ReplyScript = { is: 'NX', soa };
    const one = client({ ...names, 'pier.a.test': denied, 'pier.c.test': address('198.51.100.4') });
    await lookUp(one, 'shop');
    await asIs(one, 'pier.a.test');
    const asked = one.upstreamQueries().length;
    const { text, ms } = await lookUp(one, 'pier');
    expect(text).toBe('NOERROR | CNAME pier.c.test | A 198.51.100.4 / NOERROR');
    expect(ms).toBe(delayMs);
    expect(one.upstreamQueries().slice(asked).toSorted()).toEqual([
      'A pier.b.test',
      'A pier.c.test',
      'AAAA pier.b.test',
      'AAAA pier.c.test',
    ]);
  });
});

describe('the end', () => {
  test('of several candidates with data the first counts, whichever answers first', async () => {
    const one = client({
      'api.x.com': address('198.51.100.1'),
      'api.x.com.b.test': { is: 'DATA', addresses: ['198.51.100.2'], delayMs: 40 },
    });
    expect((await lookUp(one, 'api.x.com')).text).toBe('NOERROR | CNAME api.x.com.b.test | A 198.51.100.2 / NOERROR');
  });

  test('what was asked in vain is remembered all the same', async () => {
    const denied: ReplyScript = { is: 'NX', soa: { owner: 'com', minimum: 30 } };
    const found = { 'api.x.com.a.test': address('198.51.100.1'), 'api.x.com': denied };
    const one = client(found, { answerCache: false });
    await lookUp(one, 'api.x.com');
    const asked = one.upstreamQueries().length;
    expect(one.metrics()).toContain('alpine_resolver_asked_ahead_total{use="unused"} 3');
    const later = one.ask({ name: 'api.x.com', type: 'A', id: 9, port: 55_000 });
    const sibling = one.ask({ name: 'api.x.com', type: 'AAAA', id: 10, port: 55_000 });
    await one.pass(100);
    expect([...later, ...sibling].map(summary)).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    expect(one.upstreamQueries()).toHaveLength(asked);
  });

  test('a question that was lost is asked again soon after its turn began', async () => {
    const one = client({ 'api.x.com': address('198.51.100.1'), 'api.x.com.b.test A': 'LOST' });
    await lookUp(one, 'api.x.com');
    const lost = one.network.asked.filter(({ name, type }) => name === 'api.x.com.b.test' && type === 'A');
    expect(lost.map(({ atMs }) => atMs)).toEqual([0, delayMs + 50]);
    expect(new Set(lost.map(({ id, socket }) => `${id} ${socket}`)).size).toBe(1);
  });

  test('a silent server is waited for once for all candidates', async () => {
    const names = { 'x.c.test': address('198.51.100.1') };
    const one = createRawClient({
      script: {
        servers: {
          '192.0.2.1': { otherwise: 'LOST' },
          '192.0.2.2': { names, otherwise: 'NX' },
        },
      },
      resolvConf: 'nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch a.test b.test c.test\noptions timeout:1\n',
      settings: { maxSearchAhead: 6 },
    });
    await lookUp(one, 'y');
    await one.pass(20_000);
    const { text, ms } = await lookUp(one, 'x');
    expect(text).toBe('NOERROR | CNAME x.c.test | A 198.51.100.1 / NOERROR');
    expect(ms).toBe(300);
  });
});
