/** glibc asks A and AAAA one after the other once it lost a half, or by `single-request`. */
import { expect, test } from 'vitest';
import type { DifferentialCase } from '../support/cases/case.ts';
import { compareSimulated, simulateDirect } from '../support/cases/simulated.ts';

function caseOf(options: string): DifferentialCase {
  const late = { is: 'DATA' as const, addresses: ['2001:db8::1'], delayMs: 1220 };
  const names = { 'foo.test A': { is: 'LOST' as const }, 'foo.test AAAA': late };
  return {
    seed: 0,
    oracle: 'glibc',
    resolvConf: `nameserver 192.0.2.1\noptions timeout:1 ${options}\n`,
    script: { servers: { '192.0.2.1': { udp: 'open', tcp: 'open', names } } },
    call: { api: 'getaddrinfo', family: 'u', name: 'foo.test', canon: true },
  };
}

test.each(['', 'single-request', 'single-request-reopen'])(
  'a reply to AAAA that comes late, to the first round: AAAA is sent again, and A is not (options %s)',
  async (options) => {
    const late = caseOf(options);
    expect(await compareSimulated(late, 'marker')).toEqual({ rows: [], differences: [] });
  },
);

test('the case has it: AAAA goes out alone between two rounds', async () => {
  const { queries } = await simulateDirect(caseOf(''), caseOf('').call);
  expect(queries.filter(({ atMs = 0 }) => atMs > 2000 && atMs < 3000).map(({ type }) => type)).toEqual(['AAAA']);
});
