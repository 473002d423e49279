/** Addresses from memory are given in another order each time, whichever cache they come from (cache semantics §3). */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const addresses = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];
const found: ReplyScript = { is: 'DATA', addresses, ttl: 60 };
const denied: ReplyScript = { is: 'NX', soa: { owner: '', minimum: 60 }, ttl: 60 };
const orders = ['1 2 3', '2 3 1', '3 1 2'];

function client(settings = {}) {
  return createRawClient({
    script: { servers: { '192.0.2.1': { names: { 'shop.a.test A': found }, otherwise: denied } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch a.test\noptions ndots:5 timeout:1 attempts:1\n',
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true, ...settings },
  });
}

type Client = ReturnType<typeof client>;

let port = 41_000;

/** The last number of each address, in order. */
async function ordersOf(one: Client, types: readonly string[], times: number): Promise<string[]> {
  const found: string[] = [];
  for (let time = 0; time < times; time++) {
    port += 1;
    const [a = []] = types.map((type, index) => one.ask({ name: 'shop.glibc.internal', type, id: index + 1, port }));
    await one.pass(200);
    found.push([...(a.map(summary)[0] ?? '').matchAll(/100\.(\d)/g)].map(([, number]) => number).join(' '));
  }
  return found;
}

/** Of the replies behind the first, which came from the server. */
function isTurnedByOne([, first = '', ...others]: readonly string[]): boolean {
  const start = orders.indexOf(first);
  return start >= 0 && others.every((order, index) => order === orders[(start + 1 + index) % orders.length]);
}

describe.each([
  ['a question on its own, from the reply cache', ['A'], {}],
  ['both families, from the answer cache', ['A', 'AAAA'], {}],
  ['both families, from the reply cache', ['A', 'AAAA'], { answerCache: false }],
])('%s', (_, types, settings) => {
  test('each reply is turned by one', async () => {
    const one = client(settings);
    const found = await ordersOf(one, types, 8);
    expect(one.upstreamQueries()).toHaveLength(types.length);
    expect(isTurnedByOne(found)).toBe(true);
  });

  test('unless the order is fixed', async () => {
    const found = await ordersOf(client({ ...settings, rotateAnswers: false }), types, 5);
    expect(found).toEqual(Array.from({ length: 5 }, () => orders[0]));
  });
});

test('the same query, repeated at once, gets the same order', async () => {
  const one = client();
  await ordersOf(one, ['A'], 2);
  const replies: string[] = [];
  for (let time = 0; time < 2; time++) {
    const told = one.ask({ name: 'shop.glibc.internal', type: 'A', id: 9, port: 50_000 });
    await one.pass(10);
    replies.push(...told.map(summary));
  }
  expect(replies).toHaveLength(2);
  expect(replies[1]).toBe(replies[0]);
});

test('where not all addresses fit, those that do stay the same', async () => {
  const many = Array.from({ length: 80 }, (_, index) => `198.51.100.${index + 1}`);
  const one = createRawClient({
    script: { servers: { '192.0.2.1': { names: { 'shop.test A': { is: 'DATA', addresses: many, ttl: 60 } } } } },
    resolvConf: 'nameserver 192.0.2.1\n',
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true },
  });
  const told: string[] = [];
  for (let time = 0; time < 4; time++) {
    const replies = one.ask({ name: 'shop.test', port: 42_000 + time });
    await one.pass(200);
    told.push(...replies.map(summary));
  }
  expect(told).toHaveLength(4);
  expect(new Set(told).size).toBe(1);
});
