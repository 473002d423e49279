/**
 * The time rules of a search: musl waits 10 s in all, so a server whose time ran out is asked only briefly where the search
 * would take longer, and an A half in hand is used at 9.5 s.
 */
import { describe, expect, test } from 'vitest';
import type { DifferentialCase } from '../support/cases/case.ts';
import { simulateDirect, simulatedLibcs, simulateThrough } from '../support/cases/simulated.ts';
import type { ServerScript } from '../../cli/simulation/script.ts';

const first = '192.0.2.1';
const second = '192.0.2.2';

function caseOf(resolvConf: string, servers: Record<string, ServerScript>): DifferentialCase {
  return {
    seed: 0,
    oracle: 'glibc',
    resolvConf: `${Object.keys(servers)
      .map((address) => `nameserver ${address}\n`)
      .join('')}${resolvConf}`,
    script: { servers },
    call: { api: 'getaddrinfo', family: 'u', name: 'foo', canon: true },
  };
}

const both = { is: 'DATA' as const, addresses: ['10.0.0.1', '2001:db8::1'] };

describe('the first server never answers, three search entries, the default timeout', () => {
  const random = caseOf('search s1.test s2.test s3.test\noptions ndots:5\n', {
    [first]: { otherwise: 'LOST' },
    [second]: { names: { foo: both } },
  });

  test('glibc directly needs 20 s', async () => {
    const { observation } = await simulateDirect(random, random.call);
    expect(observation.outcome).toBe('OK');
    expect(observation.elapsedMs).toBeGreaterThanOrEqual(20_000);
  });

  test.each(simulatedLibcs)('%s finds the name within 7 s', async (libc) => {
    const { observation } = await simulateThrough(random, libc, 'marker');
    expect(observation).toMatchObject({ outcome: 'OK', addresses: ['10.0.0.1', '2001:db8::1'] });
    expect(observation.elapsedMs).toBeGreaterThanOrEqual(5000);
    expect(observation.elapsedMs).toBeLessThan(7000);
  });
});

describe('A has data, AAAA is lost', () => {
  const names = { 'foo A': { is: 'DATA' as const, addresses: ['10.0.0.1'] }, 'foo AAAA': 'LOST' as const };

  test.each(simulatedLibcs)('the first exchange outlasts musl: %s gets A at 9.5 s', async (libc) => {
    const random = caseOf('options timeout:12\n', { [first]: { names } });
    const { observation } = await simulateThrough(random, libc, 'plain');
    expect(observation).toMatchObject({ outcome: 'OK', addresses: ['10.0.0.1'] });
    expect(observation.elapsedMs).toBeGreaterThanOrEqual(9500);
    expect(observation.elapsedMs).toBeLessThan(9700);
  });

  test.each(simulatedLibcs)('the repeats would outlast musl: %s gets A after two short ones', async (libc) => {
    const random = caseOf('options timeout:5\n', { [first]: { names } });
    const { observation } = await simulateThrough(random, libc, 'plain');
    expect(observation).toMatchObject({ outcome: 'OK', addresses: ['10.0.0.1'] });
    expect(observation.elapsedMs).toBeGreaterThanOrEqual(5600);
    expect(observation.elapsedMs).toBeLessThan(6000);
  });
});

describe('a short search: the time of the first server ran out', () => {
  const random = caseOf('search s1.test s2.test\noptions timeout:1\n', {
    [first]: { names: { 'foo.s1.test': 'LOST', 'foo.s2.test': { ...both, delayMs: 700 } } },
    [second]: { names: { 'foo.s2.test': { is: 'DATA', addresses: ['10.0.0.2'] } } },
  });

  test.each(simulatedLibcs)(
    'without server-memory it gets all of it again: %s gets its answer, which takes 0.7 s',
    async (libc) => {
      const { observation } = await simulateThrough(random, libc, 'marker', false);
      expect(observation).toMatchObject({ outcome: 'OK', addresses: both.addresses });
    },
  );

  test.each(simulatedLibcs)(
    'with server-memory (V33) it is silent now: %s gets the answer of the second',
    async (libc) => {
      const { observation } = await simulateThrough(random, libc, 'marker');
      expect(observation).toMatchObject({ outcome: 'OK', addresses: ['10.0.0.2'] });
      expect(observation.elapsedMs).toBeLessThan(1500);
    },
  );
});
