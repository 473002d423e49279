/** The judge of random cases sees every difference that is planted, and takes none for a residue that is not exactly one. */
import { describe, expect, test } from 'vitest';
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import type { Call, DifferentialCase } from './case.ts';
import { judge } from './judge.ts';
import type { Observation, Run } from '../observation/observation.ts';
import type { AskedQuery } from '../observation/questions.ts';
import { forbiddenQueries, questionDifference } from './questions.ts';
import { silentServers } from './silent-servers.ts';
import type { LibcName } from '../worlds/libcs.ts';

const call: Call = { api: 'getaddrinfo', family: 'u', name: 'foo', canon: true };
const resolvConf = 'nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch s1.test\n';
const configuration = readGlibcConfiguration(resolvConf, 'pod', 53);
const random: DifferentialCase = {
  seed: 0,
  oracle: 'glibc',
  resolvConf,
  script: {
    servers: {
      '192.0.2.1': { udp: 'open', tcp: 'open', names: { 'foo.s1.test A': { is: 'DATA', addresses: ['10.0.0.1'] } } },
    },
  },
  call,
};

function query(type: string, more: Partial<AskedQuery> = {}): AskedQuery {
  return { server: '192.0.2.1', transport: 'udp', name: 'foo.s1.test', type, ...more };
}

const queries = [query('A'), query('AAAA')];

function observation(more: Partial<Observation> = {}): Observation {
  return {
    outcome: 'OK',
    addresses: ['10.0.0.1', '10.0.0.2'],
    canonical: 'foo.s1.test',
    records: [],
    elapsedMs: 3,
    ...more,
  };
}

function failure(outcome: string): Observation {
  return observation({ outcome, addresses: [], canonical: undefined });
}

async function judged(
  direct: Observation,
  found: Observation,
  libc: LibcName,
  what: Call | Partial<DifferentialCase> = call,
  silent: readonly string[] = [],
): Promise<object> {
  const reference: Run = { observation: direct, queries };
  const context = {
    case: { ...random, ...('api' in what ? { call: what } : what) },
    configuration,
    libc,
    mode: 'marker' as const,
    keepSearches: false,
    reference,
    found,
    silent: new Set(silent),
  };
  const { rows, differences } = await judge(context, () => Promise.resolve(reference));
  return { rows, aspects: differences.map(({ aspect }) => aspect) };
}

describe('what a program sees', () => {
  test.each<[string, Observation, Observation, LibcName, object]>([
    ['equal', observation(), observation(), 'glibc', { rows: [], aspects: [] }],
    ['time is no matter', observation(), observation({ elapsedMs: 900 }), 'glibc', { rows: [], aspects: [] }],
    [
      'an address is missing',
      observation(),
      observation({ addresses: ['10.0.0.1'] }),
      'glibc',
      difference('addresses'),
    ],
    [
      'one is missing in old musl',
      observation(),
      observation({ addresses: [] }),
      'musl-1.2.2',
      difference('addresses'),
    ],
    [
      'an address too many',
      observation(),
      observation({ addresses: ['10.0.0.3'] }),
      'musl-1.2.6',
      difference('addresses'),
    ],
    ['canonical name', observation(), observation({ canonical: 'x.test' }), 'musl-1.2.5', difference('canonical')],
    ['NONAME for AGAIN', failure('AGAIN'), failure('NONAME'), 'glibc-2.41', difference('outcome')],
    ['NONAME for AGAIN in musl', failure('AGAIN'), failure('NONAME'), 'musl-1.2.6', difference('outcome')],
    ['AGAIN for NONAME in musl', failure('NONAME'), failure('AGAIN'), 'musl-1.2.6', difference('outcome')],
    ['found for NONAME', failure('NONAME'), observation(), 'musl-1.2.4', difference('outcome')],
    ['not found', observation(), failure('NONAME'), 'musl-1.2.2', difference('outcome')],
    ['NODATA is NONAME to old musl', failure('NODATA'), failure('NONAME'), 'musl-1.2.3', row('V7')],
    ['and to no other', failure('NODATA'), failure('NONAME'), 'musl-1.2.4', difference('outcome')],
    ['a library that crashed', observation(), failure('KILLED SIGSEGV'), 'musl-1.2.5', difference('outcome')],
  ])('%s', async (_, direct, found, libc, expected) => {
    expect(await judged(direct, found, libc)).toEqual(expected);
  });

  test('another server counts only where one was silent and then slow', async () => {
    const other = observation({ addresses: ['10.0.0.3'] });
    const answer = (delayMs: number) => ({
      script: { servers: { '192.0.2.1': { names: { foo: { is: 'DATA' as const, delayMs } } } } },
    });
    const both = [answer(400), ['192.0.2.1']] as const;
    expect(await judged(observation(), other, 'glibc', ...both)).toEqual(row('V33'));
    expect(await judged(observation(), other, 'glibc', answer(300), ['192.0.2.1'])).toEqual(difference('addresses'));
    expect(await judged(observation(), other, 'glibc', answer(400), ['192.0.2.2'])).toEqual(difference('addresses'));
    expect(await judged(observation(), other, 'glibc', answer(400))).toEqual(difference('addresses'));
  });

  test('the log names them with their port', () => {
    const lines = ['192.0.2.1:53', '[2001:db8::1]:53'].map((server) => ({ event: 'server-silent', server }));
    const others = [{ event: 'server-answers', server: '192.0.2.9:53' }, { event: 'ready' }];
    expect([...silentServers([...lines, ...others])]).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  test('left-over errno counts only for AF_INET without AI_CANONNAME', async () => {
    const direct = { ...failure('NONAME'), hErrno: 2 };
    const plain: Call = { api: 'getaddrinfo', family: '4', name: 'foo', canon: false };
    expect(await judged(direct, failure('AGAIN'), 'glibc', plain)).toEqual(row('V23'));
    expect(await judged(direct, failure('AGAIN'), 'glibc', { ...plain, canon: true })).toEqual(difference('outcome'));
    expect(await judged(direct, failure('NODATA'), 'glibc', plain)).toEqual(difference('outcome'));
  });
});

function difference(aspect: string): object {
  return { rows: [], aspects: [aspect] };
}

function row(name: string): object {
  return { rows: [name], aspects: [] };
}

describe('what the servers are asked', () => {
  const direct: Run = { observation: observation(), queries };
  test.each<[string, AskedQuery[], string | undefined]>([
    ['equal', queries, undefined],
    ['a question is missing', [query('A')], 'not asked'],
    ['one is added', [...queries, query('A', { name: 'foo' })], 'asked'],
    ['another server', [query('A', { server: '192.0.2.2' }), query('AAAA')], 'not asked'],
    ['another transport', [query('A', { transport: 'tcp' }), query('AAAA')], 'not asked'],
    ['another order', queries.toReversed(), ''],
    ['more often', [...queries, query('A')], '2 times, directly 1'],
    ['other bits', [query('A', { ad: true }), query('AAAA')], 'not asked'],
  ])('%s', (_, through, expected) => {
    const found = questionDifference(call, configuration, direct, through);
    if (expected === undefined) expect(found).toBe(undefined);
    else expect(found).toContain(expected);
  });

  test('less often', () => {
    const twice: Run = { ...direct, queries: [...queries, query('A')] };
    expect(questionDifference(call, configuration, twice, queries)).toContain('1 times, directly 2');
  });

  test('A and AAAA from one port, and a query that no resolver sends', () => {
    const shared = [query('A', { sourcePort: 5000 }), query('AAAA', { sourcePort: 5000 })];
    expect(forbiddenQueries(shared, configuration)).toEqual(['A and AAAA of foo.s1.test from port 5000']);
    const own = [query('A', { sourcePort: 5000 }), query('AAAA', { sourcePort: 5001 })];
    expect(forbiddenQueries(own, configuration)).toEqual([]);
    expect(forbiddenQueries([query('A', { fault: 'no RD' })], configuration)).toEqual([
      'faulty query foo.s1.test A: no RD',
    ]);
  });
});
