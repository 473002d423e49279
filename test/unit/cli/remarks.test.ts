/**
 * What is said below a name, in simulated time: each case is a script of nameservers, and the words are those of what
 * the models then did.
 */
import { describe, expect, test } from 'vitest';
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { readMuslConfiguration } from '../../../cli/models/musl-configuration.ts';
import { muslGenerations, type MuslGenerationName } from '../../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../../cli/models/musl.ts';
import { createTimeline } from '../../../cli/models/timeline.ts';
import { likeness, type Lookup } from '../../../cli/report/comparison.ts';
import { remarksOf } from '../../../cli/report/remarks.ts';
import { createSimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import { playModels } from '../../support/simulation/play-models.ts';
import type { ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';
import { present } from '../../support/present.ts';

type Zone = Readonly<Record<string, ReplyScript>>;

interface Case {
  readonly what: string;
  readonly name: string;
  /** Lines of resolv.conf without nameservers. */
  readonly conf?: string;
  readonly servers: readonly (Zone | 'closed' | 'silent')[];
  readonly tcp?: ServerScript['tcp'];
  readonly generation?: MuslGenerationName;
  readonly hostName?: string;
  /** What is said of musl and glibc; nothing where they agree. */
  readonly says: string | undefined;
}

const defaultConf = 'search s1.test s2.test\noptions ndots:1 timeout:2 attempts:2';
const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

const a = (last: number): ReplyScript => ({ is: 'DATA', addresses: [`10.0.0.${last}`] });
const many = (count: number): ReplyScript => ({
  is: 'DATA',
  addresses: Array.from({ length: count }, (_, i) => `10.1.0.${i + 1}`),
});

async function lookUp({ name, conf = defaultConf, servers, tcp, generation = 'G4', hostName = 'pod' }: Case) {
  const script: Script = { servers: {} };
  servers.forEach((zone, i) => {
    const address = addresses[i] ?? '';
    if (zone === 'closed') script.servers[address] = { udp: 'closed', tcp: 'refused' };
    else if (zone === 'silent') script.servers[address] = { otherwise: 'LOST' };
    else script.servers[address] = { names: { ...zone }, ...(tcp === undefined ? {} : { tcp }) };
  });
  const text = `${servers.map((_, i) => `nameserver ${addresses[i]}\n`).join('')}${conf}\n`;
  return playModels(name, script, text, generation, hostName);
}

const long = 'x'.repeat(60);

const cases: readonly Case[] = [
  { what: 'found alike', name: 'foo', servers: [{ 'foo.s1.test': a(1) }], says: undefined },
  { what: 'denied alike', name: 'foo', servers: [{}], says: undefined },
  {
    what: 'ndots',
    name: 'a.b',
    servers: [{ 'a.b.s2.test': a(1) }],
    says: 'A and AAAA a.b: NXDOMAIN. musl stops there: with 1 dot (ndots:1) it does not search; glibc goes on and finds a.b.s2.test.',
  },
  {
    what: 'NODATA ends the search',
    name: 'foo',
    servers: [{ 'foo.s1.test': 'EMPTY', 'foo.s2.test': a(1) }],
    says: 'A and AAAA foo.s1.test: no records. musl stops there without an address; glibc remembers that, goes on and finds foo.s2.test.',
  },
  {
    what: 'NODATA of the name as it is',
    name: 'a.b',
    servers: [{ 'a.b': 'EMPTY', 'a.b.s1.test': a(1) }],
    says: 'A and AAAA a.b: no records. musl stops there without an address; glibc remembers that, goes on and finds a.b.s1.test.',
  },
  {
    what: 'NXDOMAIN on AAAA',
    name: 'foo',
    servers: [{ 'foo.s1.test A': a(1), 'foo.s1.test AAAA': 'NX' }],
    says: 'foo.s1.test: A 1 address, AAAA NXDOMAIN. musl drops the address that A brought and goes on and ends with "no such name"; glibc keeps 1 address.',
  },
  {
    what: 'NXDOMAIN on AAAA, another domain has the name',
    name: 'foo',
    servers: [{ 'foo.s1.test A': a(1), 'foo.s1.test AAAA': 'NX', 'foo.s2.test': a(2) }],
    says: 'foo.s1.test: A 1 address, AAAA NXDOMAIN. musl drops the address that A brought and goes on and finds foo.s2.test; glibc keeps 1 address.',
  },
  {
    what: 'SERVFAIL on AAAA',
    name: 'foo',
    servers: [{ 'foo.s1.test A': a(1), 'foo.s1.test AAAA': 'SF' }],
    says: 'foo.s1.test: A 1 address, AAAA SERVFAIL. musl asks again until its 2 s are over, and gives up, dropping the address that A brought; glibc keeps 1 address.',
  },
  {
    what: 'SERVFAIL of a search domain',
    name: 'foo',
    servers: [{ 'foo.s1.test': 'SF', 'foo.s2.test': a(2) }],
    says: 'A and AAAA foo.s1.test: SERVFAIL. musl asks again until its 2 s are over, and gives up; glibc goes on and finds foo.s2.test.',
  },
  {
    what: 'REFUSED of a search domain: neither goes on to the next, glibc asks the name as it is',
    name: 'foo',
    servers: [{ 'foo.s1.test': 'RF', foo: a(2) }],
    says: 'A and AAAA foo.s1.test: REFUSED. musl ignores that until its 2 s are over, and gives up; glibc goes on and finds foo.',
  },
  {
    what: 'AAAA without a reply',
    name: 'foo',
    servers: [{ 'foo.s1.test A': a(1), 'foo.s1.test AAAA': 'LOST' }],
    says: 'foo.s1.test: A 1 address, AAAA no reply. musl waits until its 2 s are over, and gives up, dropping the address that A brought; glibc keeps 1 address after 6 s of waiting.',
  },
  {
    what: 'a truncated reply, and no TCP',
    name: 'foo',
    servers: [{ 'foo.s1.test': many(60) }],
    tcp: 'refused',
    generation: 'G2',
    says: 'To musl foo.s1.test: A 30 addresses, truncated, AAAA no records; it has no TCP and keeps 30 addresses. To glibc A and AAAA foo.s1.test: connection refused over TCP; it ends its search at the refused connection.',
  },
  {
    what: 'sixty addresses',
    name: 'foo',
    servers: [{ 'foo.s1.test': many(60) }],
    says: 'foo.s1.test: A 60 addresses over TCP, AAAA no records. musl keeps 48 of 60 addresses; glibc keeps 60 addresses.',
  },
  {
    what: 'more addresses than this musl reads',
    name: 'foo',
    servers: [{ 'foo.s1.test': many(70) }],
    generation: 'G3',
    says: 'foo.s1.test: A 70 addresses over TCP, AAAA no records. musl reads no reply with more than 64 records, and stops there without an address; glibc keeps 70 addresses.',
  },
  {
    what: '`search .`',
    name: 'foo',
    conf: 'search . s2.test\noptions ndots:2 timeout:2 attempts:2',
    generation: 'G2',
    servers: [{ foo: a(1) }],
    says: 'To musl A and AAAA foo: no reply; it sends a query that no server can read, because of the search entry ".", and waits until its 2 s are over, and gives up. To glibc foo: A 1 address, AAAA no records; it keeps 1 address.',
  },
  {
    what: 'a search entry that begins with a dot',
    name: 'foo',
    conf: 'search .s2.test\noptions ndots:2',
    servers: [{ 'foo.s2.test': a(1) }],
    says: 'musl passes over the search entry ".s2.test"; glibc asks foo.s2.test and finds foo.s2.test.',
  },
  {
    what: 'a search line that musl does not read',
    name: 'foo',
    conf: `search ${[1, 2, 3, 4].map((n) => `${long}.s${n}`).join(' ')} s2.test`,
    servers: [{ 'foo.s2.test': a(1) }],
    says: `Of resolv.conf musl reads no search list, glibc the search list ${[1, 2, 3, 4].map((n) => `${long}.s${n}`).join(' ')} s2.test: musl asks foo, glibc asks foo.${long}.s1 and finds foo.s2.test.`,
  },
  {
    what: 'the domain of the host name',
    name: 'foo',
    conf: 'options ndots:1',
    hostName: 'pod.corp.test',
    servers: [{ 'foo.corp.test': a(1) }],
    says: 'Of resolv.conf musl reads no search list, glibc the search list corp.test: musl asks foo, glibc asks foo.corp.test and finds foo.corp.test.',
  },
  {
    what: 'several nameservers, the second one is faster',
    name: 'foo',
    servers: [{ 'foo.s1.test': { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 50 } }, {}],
    says: 'To musl A and AAAA foo.s1.test: NXDOMAIN from 192.0.2.2; it goes on and ends with "no such name". To glibc foo.s1.test: A 1 address from 192.0.2.1, AAAA no records from 192.0.2.1; it keeps 1 address. musl takes the first reply of any server.',
  },
  {
    what: 'a first nameserver that is silent',
    name: 'foo',
    servers: ['silent', { 'foo.s1.test': a(1) }],
    says: 'glibc waits 2 s for 192.0.2.1 before it goes on; musl asks all servers at once.',
  },
  {
    what: 'a first nameserver that is closed',
    name: 'foo',
    servers: ['closed', { 'foo.s1.test': a(1) }],
    says: undefined,
  },
  {
    what: 'no nameserver replies',
    name: 'foo',
    servers: ['silent', 'closed'],
    says: 'No nameserver answered: 192.0.2.1 (no reply), 192.0.2.2 (connection refused).',
  },
  {
    what: 'the nameserver is not there',
    name: 'foo',
    servers: ['closed'],
    says: 'No nameserver answered: 192.0.2.1 (connection refused).',
  },
  {
    what: 'a name that is no host name',
    name: 'a*b',
    servers: [{ 'a*b.s1.test': a(1) }],
    says: 'glibc refuses the name without a query, because of characters that no host name has; musl asks and finds a*b.s1.test.',
  },
  {
    what: 'an error code of the first search domain',
    name: 'foo',
    servers: [{ 'foo.s1.test': { is: 'ODD', rcode: 9 }, 'foo.s2.test': a(1) }],
    says: 'A and AAAA foo.s1.test: error code 9. musl ignores that until its 2 s are over, and gives up; glibc goes on and ends with "no such name".',
  },
];

test.each(cases.map((each) => [each.what, each] as const))('%s', async (_what, each) => {
  const { remarks } = await lookUp(each);
  expect(remarks).toEqual(each.says === undefined ? [] : [each.says]);
});

describe('48 addresses are all that musl takes, and all there are', () => {
  test.each([48, 49])('%d', async (count) => {
    const { musl, glibc, remarks } = await lookUp({ ...present(cases[0]), servers: [{ 'foo.s1.test': many(count) }] });
    expect(likeness(musl, glibc)).toBe(count === 48 ? 'same' : 'different');
    expect(remarks.join()).toContain(count === 48 ? '' : 'keeps 48 of 49 addresses');
    expect(remarks).toHaveLength(count - 48);
  });
});

describe('through the sidecar', () => {
  const seen = 'nameserver 127.0.0.1\nsearch glibc.internal\noptions ndots:15 timeout:10 attempts:5\n';
  const found = { outcome: 'OK', addresses: ['10.0.0.1'], queries: 2, elapsedMs: 3 } as const;
  const failed = { outcome: 'AGAIN', addresses: [], queries: 4, elapsedMs: 5 } as const;
  const hundred = { ...found, addresses: Array.from({ length: 100 }, (_, i) => `10.1.0.${i + 1}`) };

  async function remarksThrough(glibc: Lookup, zone: Zone, generation: MuslGenerationName) {
    const network = createSimulatedNetwork({ servers: { '127.0.0.1': { names: { ...zone } } } });
    const timeline = createTimeline();
    const configuration = readMuslConfiguration(seen, 53);
    const setup = { configuration, generation: muslGenerations[generation], network, timeline };
    const injected = { ...(await network.run(lookUpAsMusl('foo', 'both', setup))), timeline };
    const glibcConfiguration = readGlibcConfiguration('nameserver 192.0.2.1\n', 'pod', 53);
    return remarksOf(
      { name: 'foo', musl: glibc, glibc, injected },
      { generation: setup.generation, musl: configuration, glibc: glibcConfiguration, injected: configuration },
    );
  }

  test.each<[string, Lookup, Zone, MuslGenerationName, readonly string[]]>([
    ['found as by glibc', found, { 'foo.glibc.internal': a(1) }, 'G4', []],
    [
      'more addresses than musl keeps (V6)',
      hundred,
      { 'foo.glibc.internal': many(100) },
      'G4',
      [
        'From the sidecar, foo.glibc.internal: A 100 addresses over TCP, AAAA no records; musl keeps 48 of 100 addresses.',
      ],
    ],
    [
      'a musl without TCP (V5)',
      hundred,
      { 'foo.glibc.internal': many(100) },
      'G2',
      [
        'From the sidecar, foo.glibc.internal: A 29 addresses, truncated, AAAA no records; musl has no TCP and keeps 29 addresses.',
      ],
    ],
    [
      'a temporary failure (V8)',
      failed,
      { 'foo.glibc.internal': 'SF' },
      'G4',
      ['Through the sidecar it takes 10 s longer than glibc: musl repeats a query that failed until its time is over.'],
    ],
    [
      'a search that takes longer than musl waits (V10)',
      { ...found, elapsedMs: 12_000 },
      { 'foo.glibc.internal': 'LOST' },
      'G4',
      ['From the sidecar, A and AAAA foo.glibc.internal: no reply; musl waits until its 10 s are over, and gives up.'],
    ],
  ])('%s', async (_what, glibc, zone, generation, remarks) => {
    expect(await remarksThrough(glibc, zone, generation)).toEqual(remarks);
  });
});
