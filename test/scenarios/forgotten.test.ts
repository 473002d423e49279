/** What is remembered, where the configuration changes or the machine was suspended (cache semantics §2, §3, §8). */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const foo = 'foo.glibc.internal';

function client(delayMs = 0) {
  const said = (text: string): ReplyScript => ({ is: 'DATA', addresses: [text], ttl: 60, delayMs });
  return createRawClient({
    script: {
      servers: {
        '192.0.2.1': {
          names: {
            'bar.test': said('198.51.100.9'),
            'foo.test A': [said('198.51.100.1'), said('198.51.100.2')],
            'foo.test AAAA': [said('2001:db8::1'), said('2001:db8::2')],
          },
        },
      },
    },
    resolvConf: 'nameserver 192.0.2.1\nsearch test\noptions timeout:1 attempts:1\n',
    settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true },
  });
}

type Client = ReturnType<typeof client>;

let port = 41_000;

async function lookUp(one: Client): Promise<string[]> {
  port += 1;
  const replies = ['A', 'AAAA'].map((type, index) => one.ask({ name: foo, type, id: index + 1, port }));
  await one.pass(3000);
  return replies.flat().map(summary);
}

const found = (number: number): string[] => [
  `NOERROR | CNAME foo.test | A 198.51.100.${number}`,
  `NOERROR | CNAME foo.test | AAAA 2001:db8::${number}`,
];

describe('behind a change', () => {
  test('the sibling of a question does not get the other half of an answer of before', async () => {
    const one = client();
    await lookUp(one);
    const a = one.ask({ name: foo, port: 50_000 });
    expect(a.map(summary)).toEqual([found(1)[0]]);
    // Without the reply cache all of it is asked for anew.
    one.pipeline.configure({ ...one.snapshot, settings: { ...one.snapshot.settings, replyCache: false } });
    // The answer cache is not empty.
    for (const type of ['A', 'AAAA']) one.ask({ name: 'bar.glibc.internal', type, port: 50_001 });
    await one.pass(10);
    const aaaa = one.ask({ name: foo, type: 'AAAA', id: 2, port: 50_000 });
    await one.pass(100);
    expect(aaaa.map(summary)).toEqual([found(2)[1]]);
  });

  test('a server that is the sidecar itself is not asked, nor what it said before used', async () => {
    const one = client();
    await lookUp(one);
    one.pipeline.configure({ ...one.snapshot, ownAddresses: new Set(['192.0.2.1:53']) });
    expect(await lookUp(one)).toEqual(['SERVFAIL', 'SERVFAIL']);
  });
});

describe('behind a suspend', () => {
  test('what a search finds that was under way is given, and not kept', async () => {
    const one = client(500);
    const replies = ['A', 'AAAA'].map((type, index) => one.ask({ name: foo, type, id: index + 1, port: 50_000 }));
    await one.pass(100);
    one.pipeline.forget();
    await one.pass(1000);
    expect(replies.flat().map(summary)).toEqual(found(1));
    expect(await lookUp(one)).toEqual(found(2));
    expect(one.upstreamQueries()).toHaveLength(4);
    await lookUp(one);
    expect(one.upstreamQueries()).toHaveLength(4);
  });
});
