/** V4: two threads look one name up at the same time, one for each family. */
import { expect, test } from 'vitest';
import type { ReplyScript } from '../system/script.ts';
import { createRawClient, summary } from './raw-client.ts';

const names: Record<string, ReplyScript> = {
  'foo.s1.test A': { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 20 },
  'foo.s1.test AAAA': { is: 'NX' },
  'foo.s2.test AAAA': { is: 'DATA', addresses: ['2001:db8::2'] },
};

async function askBoth(gapMs: number): Promise<string[][]> {
  const sidecar = createRawClient({
    script: { servers: { '192.0.2.1': { names } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch s1.test s2.test\n',
  });
  const first = sidecar.ask({ name: 'foo.glibc.internal', id: 1, port: 40_001 });
  await sidecar.pass(gapMs);
  const second = sidecar.ask({ name: 'foo.glibc.internal', type: 'AAAA', id: 2, port: 40_002 });
  await sidecar.pass(500);
  return [first, second].map((replies) => replies.map(summary));
}

test('within the pair window, and before the first answer, they are answered from one candidate', async () => {
  expect(await askBoth(1)).toEqual([['NOERROR | CNAME foo.s1.test | A 10.0.0.1'], ['NOERROR']]);
});

test('after it each has its own search', async () => {
  expect(await askBoth(100)).toEqual([
    ['NOERROR | CNAME foo.s1.test | A 10.0.0.1'],
    ['NOERROR | CNAME foo.s2.test | AAAA 2001:db8::2'],
  ]);
});
