/** What log and metrics say of a search is what the program sees of it. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { lookUpAs } from '../support/simulation/model-lookup.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';
import type { ProbeFamily } from '../support/worlds/agent.ts';

const server = '192.0.2.1';
const resolvConf = `nameserver ${server}\nsearch s1.test\noptions timeout:1 attempts:1\n`;
const rewritten = 'nameserver 127.0.0.1\nsearch glibc.internal\noptions ndots:15 timeout:10 attempts:5\n';

function setUp(names: Record<string, ReplyScript | ReplyScript[]>, hosts?: string) {
  const script = { servers: { [server]: { names } } };
  return createRawClient({ script, resolvConf, logLevel: 'debug', ...(hosts === undefined ? {} : { hosts }) });
}

const data = (...addresses: string[]): ReplyScript => ({ is: 'DATA', addresses });
const otherOwner: ReplyScript = { is: 'DATA', extra: [{ owner: 'other.test', type: 'A', data: '10.0.0.1' }] };
const beforeAlias: ReplyScript = {
  is: 'ALIAS',
  chain: ['x.test'],
  extra: [{ owner: 'x.test', type: 'A', data: '10.0.0.1', first: true }],
};
const nowhere: ReplyScript = { is: 'ALIAS', chain: ['gone.test'] };
const broken: ReplyScript = { is: 'BAD', addresses: ['10.0.0.1', '2001:db8::1'], fault: 'cut' };

type Zone = Record<string, ReplyScript>;

const cases: [string, ProbeFamily, Zone, string, string][] = [
  ['an address', 'u', { 'foo.s1.test': data('10.0.0.1') }, 'OK', 'positive'],
  ['an address, alone', '4', { 'foo.s1.test': data('10.0.0.1') }, 'OK', 'positive'],
  ['an alias', 'u', { 'foo.s1.test': { is: 'DATA', chain: ['x.test'], addresses: ['10.0.0.1'] } }, 'OK', 'positive'],
  ['another owner', 'u', { 'foo.s1.test': otherOwner }, 'NONAME', 'unusable'],
  ['another owner, alone', '4', { 'foo.s1.test': otherOwner }, 'NONAME', 'unusable'],
  ['records before their CNAME', 'u', { 'foo.s1.test': beforeAlias }, 'NONAME', 'unusable'],
  ['a CNAME that leads nowhere', 'u', { 'foo.s1.test': nowhere }, 'NONAME', 'unusable'],
  ['a CNAME that leads nowhere, alone', '6', { 'foo.s1.test': nowhere }, 'NONAME', 'unusable'],
  ['half of it', 'u', { 'foo.s1.test A': nowhere, 'foo.s1.test AAAA': data('2001:db8::1') }, 'OK', 'positive'],
  ['half of it, and no other', 'u', { 'foo.s1.test A': nowhere, 'foo.s1.test AAAA': 'EMPTY' }, 'NONAME', 'unusable'],
  ['what cannot be parsed', 'u', { 'foo.s1.test': broken }, 'NONAME', 'unreadable'],
  [
    'half that cannot be parsed',
    'u',
    { 'foo.s1.test A': data('10.0.0.1'), 'foo.s1.test AAAA': broken },
    'OK',
    'positive',
  ],
  ['nobody', 'u', {}, 'NONAME', 'noname'],
  ['no address', 'u', { 'foo.s1.test': 'EMPTY' }, 'NODATA', 'nodata'],
  ['a failure', 'u', { 'foo.s1.test': 'SF' }, 'AGAIN', 'again'],
  [
    'an odd rcode',
    'u',
    { 'foo.s1.test': { is: 'ODD', rcode: 9 }, foo: { is: 'ODD', rcode: 9 } },
    'NONAME',
    'norecovery',
  ],
];

describe('a search that ends with', () => {
  test.each(cases)('%s (%s)', async (_, family, names, seen, logged) => {
    const sidecar = setUp(names);
    const { network } = sidecar;
    const found = await network.run(lookUpAs('glibc', family, 'foo', { network, resolvConf: rewritten }));
    expect(found.outcome === 'OK').toBe(logged === 'positive');
    expect(found.outcome).toBe(seen);
    // What was answered early waits for its sibling still.
    await sidecar.pass(200);
    const searches = sidecar.logged.filter(({ event }) => event === 'search');
    expect(searches.map(({ outcome }) => outcome)[0]).toBe(logged);
    expect(sidecar.metrics()).toContain(`alpine_resolver_searches_total{outcome="${logged}"} 1\n`);
    const stopped = { unusable: 'stoppedAt', unreadable: 'stoppedAt', positive: 'found' }[logged];
    if (stopped === undefined) expect(Object.keys(searches[0] ?? {})).not.toContain('found');
    else expect(searches[0]).toMatchObject({ [stopped]: 'foo.s1.test' });
    if (logged.startsWith('un')) expect(searches[0]).not.toHaveProperty('found');
    const candidates = sidecar.logged.filter(({ event, name }) => event === 'candidate' && name === 'foo.s1.test');
    if (stopped !== undefined)
      expect(candidates.map(({ outcome }) => outcome)).toEqual([logged === 'positive' ? 'pos' : logged]);
  });

  test('data that was given out before the other half failed is logged as found', async () => {
    // AAAA sends both to TCP, which is closed there.
    const sidecar = createRawClient({
      script: {
        servers: {
          [server]: {
            names: { 'foo.s1.test A': data('10.0.0.1'), 'foo.s1.test AAAA': { is: 'DATA', truncated: true } },
            tcp: 'refused',
          },
        },
      },
      resolvConf,
      logLevel: 'debug',
    });
    const a = sidecar.ask({ name: 'foo.glibc.internal' });
    await sidecar.pass(2);
    const aaaa = sidecar.ask({ name: 'foo.glibc.internal', id: 2, type: 'AAAA' });
    await sidecar.pass(5000);
    expect([...a, ...aaaa].map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | A 10.0.0.1', 'NOERROR']);
    const searches = sidecar.logged.filter(({ event }) => event === 'search');
    expect(searches).toMatchObject([{ outcome: 'positive', found: 'foo.s1.test' }]);
  });
});

describe('queries that are answered without a search', () => {
  const count = (text: string, metric: string): number => Number(new RegExp(`^${metric} (\\d+)$`, 'm').exec(text)?.[1]);

  test.each([
    [['A'], 1],
    [['AAAA'], 1],
    [['A', 'AAAA'], 2],
    [['A', 'AAAA', 'A'], 2],
  ])('by the hosts file: %j, each once', async (types, expected) => {
    const sidecar = setUp({}, '10.0.0.7 foo\n2001:db8::7 foo\n');
    const replies = types.map((type, index) => sidecar.ask({ name: 'foo.glibc.internal', type, id: index % 2 }));
    await sidecar.pass(100);
    expect(replies.flat()).toHaveLength(types.length);
    const text = sidecar.metrics();
    expect(count(text, 'alpine_resolver_hosts_answers_total')).toBe(expected);
    expect(count(text, 'alpine_resolver_repeats_total')).toBe(types.length - expected);
    expect(text).not.toContain('alpine_resolver_searches_total{');
  });

  test('the bare name after a search that failed', async () => {
    const sidecar = setUp({});
    sidecar.ask({ name: 'foo.glibc.internal', type: 'SRV' });
    await sidecar.pass(100);
    sidecar.ask({ name: 'foo', type: 'SRV', id: 2 });
    await sidecar.pass(100);
    const text = sidecar.metrics();
    expect(count(text, 'alpine_resolver_repeats_total')).toBe(1);
    expect(text).toContain('alpine_resolver_searches_total{outcome="noname"} 1\n');
    expect(text).toContain('alpine_resolver_replies_total{transport="udp",rcode="NXDOMAIN"} 2\n');
  });
});
