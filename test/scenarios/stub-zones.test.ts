/** Stub zones through the whole pipeline: names of a zone, and those that a search makes, go to its servers. */
import { expect, test } from 'vitest';
import type { Script } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';
import type { SimulatedSidecarOptions } from '../support/simulation/simulated-sidecar.ts';

const [usual, stub, other] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;

const script: Script = {
  servers: {
    [usual]: { names: {}, otherwise: { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'] } },
    [stub]: {
      names: { 'gone.zone.test': 'NX', 'bare.zone.test': 'EMPTY', 'fails.zone.test': 'SF', 'lost.zone.test': 'LOST' },
      otherwise: { is: 'DATA', addresses: ['10.0.0.2', '2001:db8::2'] },
    },
    [other]: { names: {}, otherwise: { is: 'DATA', addresses: ['10.0.0.3'] } },
  },
};

async function lookUp(name: string, options: Partial<SimulatedSidecarOptions> = {}, type = 'A'): Promise<string> {
  const client = createRawClient({
    script,
    resolvConf: `nameserver ${usual}\nsearch zone.test\noptions timeout:1`,
    stubZones: `zone.test=${stub}`,
    hosts: '192.0.2.80 local.zone.test\n',
    ...options,
  });
  const replies = client.ask({ name, type });
  await client.pass(20_000);
  const asked = client.network.asked.map(({ server, name: question }) => `${question}@${server.slice(-1)}`);
  return [replies[0] === undefined ? 'none' : summary(replies[0]), ...new Set(asked)].join(' ');
}

const fallThrough = { stubZones: `zone.test=${stub} fall-through` };

test.each<[string, Partial<SimulatedSidecarOptions>, string]>([
  ['x.zone.test', {}, 'NOERROR | A 10.0.0.2 x.zone.test@2'],
  ['x.other.test', {}, 'NOERROR | A 10.0.0.1 x.other.test@1'],
  ['gone.zone.test', fallThrough, 'NXDOMAIN gone.zone.test@2'],
  ['bare.zone.test', fallThrough, 'NOERROR bare.zone.test@2'],
  ['fails.zone.test', fallThrough, 'NOERROR | A 10.0.0.1 fails.zone.test@2 fails.zone.test@1'],
  ['lost.zone.test', fallThrough, 'NOERROR | A 10.0.0.1 lost.zone.test@2 lost.zone.test@1'],
  ['fails.zone.test', {}, 'SERVFAIL fails.zone.test@2'],
  ['x.zone.test', { stubZones: `zone.test=${stub};x.zone.test=${other}` }, 'NOERROR | A 10.0.0.3 x.zone.test@3'],
  ['x.zone.test', { stubZones: `.=${other}` }, 'NOERROR | A 10.0.0.3 x.zone.test@3'],
])('%s with %o: %s', async (name, options, found) => {
  expect(await lookUp(name, options)).toBe(found);
});

test('a search goes to the zone with the names that are in it', async () => {
  const found = await lookUp('word.glibc.internal', {});
  expect(found).toMatch(/^NOERROR \| CNAME word\.zone\.test \| A 10\.0\.0\.2 word\.zone\.test@2$/);
  expect(await lookUp('gone.glibc.internal')).toMatch(/gone\.zone\.test@2 gone@1$/);
});

test('hosts come first', async () => {
  expect(await lookUp('local.zone.test.glibc.internal')).toMatch(/A 192\.0\.2\.80$/);
});

test('names of private addresses stay with private servers', async () => {
  const keeps = { keepsPrivateNames: true };
  expect(await lookUp('1.2.3.10.in-addr.arpa', keeps, 'PTR')).toBe('NXDOMAIN');
  expect(await lookUp('1.2.3.10.in-addr.arpa', {}, 'PTR')).toMatch(/@1$/);
  expect(await lookUp('1.2.3.10.in-addr.arpa', { ...keeps, stubZones: `10.in-addr.arpa=${stub}` }, 'PTR')).toMatch(
    /@2$/,
  );
});
