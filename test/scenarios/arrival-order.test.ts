/** Whichever question of a pair comes first: Go sends A and AAAA from two threads, in any order. */
import { expect, test } from 'vitest';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';

test.each([
  ['one port', 40_000, {}],
  ['another port, with OPT', 40_001, { edns: 1232 }],
])('AAAA before A, from %s: each gets records of its own type', async (_, port, opt) => {
  const sidecar = createRawClient({
    script: {
      servers: {
        [server]: { names: { 'foo.s1.test': { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'], delayMs: 20 } } },
      },
    },
    resolvConf: `nameserver ${server}\nsearch s1.test\n`,
  });
  const aaaa = sidecar.ask({ name: 'foo.glibc.internal', id: 1, type: 'AAAA', ...opt });
  const a = sidecar.ask({ name: 'foo.glibc.internal', id: 2, port, ...opt });
  await sidecar.pass(100);
  expect(sidecar.upstreamQueries().toSorted()).toEqual(['A foo.s1.test', 'AAAA foo.s1.test']);
  expect(a.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | A 10.0.0.1']);
  expect(aaaa.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | AAAA 2001:db8::1']);
});
