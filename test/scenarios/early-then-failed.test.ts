/**
 * A question that was answered before its sibling came, of a pair that fails: with `strict-error` one failed half is enough. What
 * was given holds, and so a repeat is not told of the failure, nor is the sibling, which was told that there is nothing.
 */
import { expect, test } from 'vitest';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const name = 'shop.glibc.internal';
const found = 'NOERROR | CNAME shop.test | A 198.51.100.1';

function client({ ttl = 0, settings = {} } = {}) {
  return createRawClient({
    script: {
      servers: {
        '192.0.2.1': {
          names: {
            'shop.test A': { is: 'DATA', addresses: ['198.51.100.1'], ttl },
            'shop.test AAAA': 'SF',
            shop: 'SF',
          },
        },
      },
    },
    resolvConf: 'nameserver 192.0.2.1\nsearch test\noptions timeout:1 attempts:1 strict-error\n',
    settings,
  });
}

test.each([20, 200, 900])('is answered alike when it is repeated after %i ms', async (afterMs) => {
  const one = client();
  const first = one.ask({ name, type: 'A', id: 1, port: 41_000 });
  await one.pass(4);
  expect(first.map(summary)).toEqual([found]);
  const sibling = one.ask({ name, type: 'AAAA', id: 2, port: 41_000 });
  await one.pass(10);
  expect(sibling.map(summary)).toEqual(['NOERROR']);
  await one.pass(afterMs);
  const again = one.ask({ name, type: 'A', id: 1, port: 41_000 });
  await one.pass(20);
  expect(again.map(summary)).toEqual([found]);
});

test('a pair of which nothing was given is told of the failure for a second', async () => {
  const one = client();
  const ask = () => ['A', 'AAAA'].map((type, index) => one.ask({ name, type, id: index + 1, port: 41_000 }));
  const failed = ask();
  await one.pass(200);
  const asked = one.upstreamQueries().length;
  const again = ask();
  await one.pass(200);
  expect([...failed, ...again].flat().map(summary)).toEqual(Array.from({ length: 4 }, () => 'SERVFAIL'));
  expect(one.upstreamQueries()).toHaveLength(asked);
});

test('from memory, the sibling from another port, both with OPT, is told that there is nothing', async () => {
  const one = client({ ttl: 60, settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true } });
  one.ask({ name, type: 'A', id: 1, port: 41_000, edns: 1232 });
  await one.pass(200);
  const first = one.ask({ name, type: 'A', id: 2, port: 41_001, edns: 1232 });
  await one.pass(1);
  const sibling = one.ask({ name, type: 'AAAA', id: 3, port: 41_002, edns: 1232 });
  await one.pass(20);
  expect([...first, ...sibling].map(summary)).toEqual([found, 'NOERROR']);
  expect(one.upstreamQueries().slice(1)).toEqual(['A shop.test', 'AAAA shop.test', 'A shop', 'AAAA shop']);
});
