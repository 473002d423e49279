/**
 * Two threads look one name up at the same time, one for each family. Those of a C library send no OPT; V4: those of Go
 * do, and look like the two halves of one call.
 */
import { expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const names: Record<string, ReplyScript> = {
  'foo.s1.test A': { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 20 },
  'foo.s1.test AAAA': { is: 'NX' },
  'foo.s2.test AAAA': { is: 'DATA', addresses: ['2001:db8::2'] },
};

async function askBoth(gapMs: number, opt: { edns?: number }): Promise<string[][]> {
  const sidecar = createRawClient({
    script: { servers: { '192.0.2.1': { names } } },
    resolvConf: 'nameserver 192.0.2.1\nsearch s1.test s2.test\n',
  });
  const first = sidecar.ask({ name: 'foo.glibc.internal', id: 1, port: 40_001, ...opt });
  await sidecar.pass(gapMs);
  const second = sidecar.ask({ name: 'foo.glibc.internal', type: 'AAAA', id: 2, port: 40_002, ...opt });
  await sidecar.pass(500);
  return [first, second].map((replies) => replies.map(summary));
}

const withOpt = { edns: 1232 };
const each = [['NOERROR | CNAME foo.s1.test | A 10.0.0.1'], ['NOERROR | CNAME foo.s2.test | AAAA 2001:db8::2']];

test('V4: within the pair window, before the first answer, and with OPT, they are answered from one candidate', async () => {
  expect(await askBoth(1, withOpt)).toEqual([['NOERROR | CNAME foo.s1.test | A 10.0.0.1'], ['NOERROR']]);
});

test.each([
  ['without OPT, at the same moment', 0, {}],
  ['without OPT', 1, {}],
  ['after the window', 100, withOpt],
])('each has its own search: %s', async (_, gapMs, opt) => {
  expect(await askBoth(gapMs, opt)).toEqual(each);
});
