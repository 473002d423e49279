/** One half of a remembered pair does not fit into a datagram (cache semantics §2). */
import { expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const addresses = Array.from({ length: 80 }, (_, index) => `198.51.100.${index + 1}`);
const large: ReplyScript = { is: 'DATA', addresses, ttl: 60 };
const small: ReplyScript = { is: 'DATA', addresses: ['2001:db8::1'], ttl: 60 };
const foo = 'foo.glibc.internal';

const orders = [[['A', 'AAAA']], [['AAAA', 'A']]];

function client(replyCache: boolean) {
  const names: Record<string, ReplyScript[]> = { 'foo.test A': [large, 'SF'], 'foo.test AAAA': [small, 'SF'] };
  return createRawClient({
    script: { servers: { '192.0.2.1': { names, otherwise: 'SF' } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch test\noptions timeout:1 attempts:1\n',
    settings: { maxCacheBytes: 1 << 20, replyCache, answerCache: true },
  });
}

async function ask(one: ReturnType<typeof client>, types: readonly string[], port: number): Promise<string[]> {
  const replies = types.map((type, index) => one.ask({ name: foo, type, id: index + 1, port }));
  await one.pass(1000);
  return replies.flat().map((reply) => `${reply.message.flag_tc ? 'TC ' : ''}${summary(reply)}`);
}

test.each(orders)('%s: it is told so from memory, whatever the server says by now', async (types) => {
  const one = client(true);
  const first = await ask(one, types, 40_001);
  const asked = one.upstreamQueries();
  expect(first.filter((text) => text.startsWith('TC '))).toHaveLength(1);
  expect(await ask(one, types, 40_002)).toEqual(first);
  expect(one.upstreamQueries()).toEqual(asked);
});

test.each(orders)('%s: without the reply cache both are asked, and none is of before', async (types) => {
  const one = client(false);
  await ask(one, types, 40_001);
  expect(await ask(one, types, 40_002)).toEqual(['SERVFAIL', 'SERVFAIL']);
});
