/** Names that are answered for here: what they go before, and what goes before them. */
import { describe, expect, test } from 'vitest';
import { emptyPlan, type EmptyReply, type LocalReply } from '../../sidecar/decide/reply/reply-plan.ts';
import type { LocalData, LocalQuestion } from '../../sidecar/ports/local-data.ts';
import { createLocalMemory } from '../../sidecar/discovery/local-memory.ts';
import { encodeName, formatName, rootName } from '../../sidecar/wire/name.ts';
import type { ReplyScript, Script } from '../../cli/simulation/script.ts';
import { createRawClient, summary, type RawClient, type RawQuery } from '../support/simulation/raw-client.ts';

const script: Script = {
  servers: {
    '10.0.0.1': {
      names: {
        'web.docker A': { is: 'DATA', addresses: ['192.0.2.53'], ttl: 60 },
        'web.docker AAAA': { is: 'DATA', addresses: ['2001:db8::53'], ttl: 60 },
      },
    },
  },
};

function records(addresses: readonly string[], ttl = 0): LocalReply {
  const found = addresses.map((text) => ({ type: 1, ttl, rdata: Uint8Array.from(text.split('.'), Number) }));
  return { form: 'local', rcode: 0, authentic: false, chain: [], canonical: undefined, records: found, soa: undefined };
}

const soa = { owner: encodeName('docker') ?? rootName, type: 6, ttl: 5, rdata: new Uint8Array(22) };
const noSuchName: LocalReply = { ...records([]), rcode: 3, soa };

/** Names that it has, by the question. Whoever changes them has it forget. */
function dataOf(names: Readonly<Record<string, LocalReply | EmptyReply>>) {
  const asked: string[] = [];
  return {
    ...createLocalMemory(),
    asked,
    answer({ name, type, client }: LocalQuestion) {
      asked.push(`${formatName(name)} ${type} from ${client}`);
      const known = names[formatName(name).toLowerCase()];
      if (known?.form !== 'local') return known;
      return { ...known, records: known.records.filter((record) => record.type === type) };
    },
    outcome({ name, type }: LocalQuestion) {
      const known = names[formatName(name).toLowerCase()];
      if (known === undefined) return undefined;
      if (known.form === 'empty') return 'not-ready' as const;
      if (known.records.some((record) => record.type === type)) return 'records' as const;
      return known.rcode === 3 ? ('no-such-name' as const) : ('no-data' as const);
    },
  };
}

const resolvConf = 'nameserver 10.0.0.1\n';

function client(localData: LocalData | undefined, more: object = {}): RawClient {
  return createRawClient({ script, resolvConf, mode: 'as-is', ...(localData && { localData }), ...more });
}

async function ask(to: RawClient, query: RawQuery): Promise<string | undefined> {
  const replies = to.ask(query);
  await to.pass(100);
  return replies[0] && summary(replies[0]);
}

describe('the name is asked for where it is not known here', () => {
  test('without anything of our own, and of a name that is not ours', async () => {
    const upstream = await ask(client(undefined), { name: 'web.docker' });
    const localData = dataOf({ 'db.docker': records(['172.17.0.2']) });
    const to = client(localData);
    expect(await ask(to, { name: 'web.docker', from: '172.17.0.9' })).toBe(upstream);
    expect(localData.asked).toEqual(['web.docker 1 from 172.17.0.9']);
    expect(to.upstreamQueries()).not.toEqual([]);
  });
});

describe('what is known here is answered here', () => {
  test('with records, and nobody is asked', async () => {
    const to = client(dataOf({ 'web.docker': records(['172.17.0.2']) }));
    expect(await ask(to, { name: 'WEB.docker' })).toBe('NOERROR | A 172.17.0.2');
    expect(to.upstreamQueries()).toEqual([]);
  });

  test('with AA, the SOA of the zone, and OPT as asked', () => {
    const to = client(dataOf({ 'x.docker': noSuchName }));
    const [reply] = to.ask({ name: 'x.docker', edns: 1232 });
    expect(reply?.message).toMatchObject({ rcode: 'NXDOMAIN', flag_aa: true, answers: [] });
    expect(reply?.message.authorities?.map(({ name, type }) => [name, type])).toEqual([['docker', 'SOA']]);
    expect(reply?.message.additionals?.map(({ type }) => type)).toEqual(['OPT']);
  });

  test('in place of what is remembered of nameservers from before', async () => {
    const names: Record<string, LocalReply> = {};
    const localData = dataOf(names);
    const to = client(localData);
    const before = await ask(to, { name: 'web.docker' });
    names['web.docker'] = records(['172.17.0.2']);
    localData.forget();
    expect([before, await ask(to, { name: 'web.docker', id: 2 })]).toEqual([before, 'NOERROR | A 172.17.0.2']);
    expect(before).not.toContain('172.17.0.2');
  });

  test('under the marker, too, behind an alias', async () => {
    const to = client(dataOf({ 'web.docker': records(['172.17.0.2']) }));
    expect(await ask(to, { name: 'web.docker.glibc.internal' })).toBe('NOERROR | CNAME web.docker | A 172.17.0.2');
    expect(await ask(to, { name: 'x.docker.glibc.internal', id: 2 })).not.toContain('CNAME');
  });

  test('and the TTL stays, whatever those of nameservers are made to', () => {
    const settings = { ttls: { fixed: 99, max: undefined } };
    const to = client(dataOf({ 'web.docker': records(['172.17.0.2'], 7) }), { settings });
    expect(to.ask({ name: 'web.docker' })[0]?.message.answers).toMatchObject([{ ttl: 7 }]);
  });
});

describe('hosts files go before', () => {
  const hosts = '192.0.2.7 web.docker\n';
  const localData = dataOf({ 'web.docker': records(['172.17.0.2']), '7.2.0.192.in-addr.arpa': noSuchName });
  const settings = { hosts: { authoritative: false, rotates: false, ttlSeconds: 10, forAll: true } };
  test.each<[RawQuery, string]>([
    [{ name: 'web.docker' }, 'NOERROR | A 192.0.2.7'],
    [{ name: '7.2.0.192.in-addr.arpa', type: 'PTR' }, 'NOERROR | PTR web.docker'],
  ])('%j', async (query, expected) => {
    expect(await ask(client(localData, { hosts, settings }), query)).toBe(expected);
  });
});

describe('a search finds them among its candidates', () => {
  const localNames = {
    'web.docker': records(['172.17.0.2']),
    'six.docker': noSuchName,
    'web.shop.docker': records(['172.17.0.4']),
  };
  const searching = 'nameserver 10.0.0.1\nsearch SEARCH\n';
  const found = 'NOERROR | CNAME web.docker | A 172.17.0.2';

  const world = (domains: string) => ({ resolvConf: searching.replace('SEARCH', domains), localZone: 'docker' });

  async function search(query: RawQuery, domains = 'docker', more: object = {}) {
    const to = client(dataOf(localNames), { ...world(domains), ...more });
    return { answer: await ask(to, query), asked: to.upstreamQueries() };
  }

  test('in front of all others: nobody is asked', async () => {
    expect(await search({ name: 'web.glibc.internal' })).toEqual({ answer: found, asked: [] });
    expect(await search({ name: 'web.glibc.internal' }, 'docker corp.test')).toEqual({
      answer: found,
      asked: [],
    });
  });

  test('in plain mode, too, and not of a name that is asked for as it is', async () => {
    expect(await search({ name: 'web' }, 'docker', { mode: 'plain' })).toEqual({ answer: found, asked: [] });
    expect((await search({ name: 'web' })).asked).toEqual(['A web']);
  });

  test('behind candidates that nameservers do not have', async () => {
    const { answer, asked } = await search({ name: 'web.glibc.internal' }, 'corp.test docker');
    expect(answer).toBe(found);
    expect(asked[0]).toBe('A web.corp.test');
    expect((await search({ name: 'web.shop.glibc.internal' })).answer).toBe(
      'NOERROR | CNAME web.shop.docker | A 172.17.0.4',
    );
  });

  test('and not in front of one that they have', async () => {
    const knowing: Script = {
      servers: { '10.0.0.1': { names: { 'web.corp.test A': { is: 'DATA', addresses: ['192.0.2.9'] } } } },
    };
    const { answer } = await search({ name: 'web.glibc.internal' }, 'corp.test docker', { script: knowing });
    expect(answer).toBe('NOERROR | CNAME web.corp.test | A 192.0.2.9');
  });

  const corpThenDocker = 'corp.test docker';
  const threeDomains = 'corp.test docker later.test';
  const shopFound = 'NOERROR | CNAME web.shop.docker | A 172.17.0.4';

  interface SearchRow {
    readonly name?: string;
    readonly domains: string;
    /** What nameservers have of A; all else they deny. */
    readonly upstream: Readonly<Record<string, 'SF' | 'RF' | 'LOST' | 'DATA'>>;
    readonly answer: string;
    readonly asked: readonly string[];
  }

  test.each<[what: string, SearchRow]>([
    [
      'behind one that a server fails for',
      {
        domains: corpThenDocker,
        upstream: { 'web.corp.test': 'SF' },
        answer: found,
        asked: ['web.corp.test', 'web.corp.test'],
      },
    ],
    [
      'and then a server that refuses the name as it is is not asked',
      {
        domains: corpThenDocker,
        upstream: { 'web.corp.test': 'SF', web: 'RF' },
        answer: found,
        asked: ['web.corp.test', 'web.corp.test'],
      },
    ],
    [
      'nor is one that does not answer for it',
      { domains: corpThenDocker, upstream: { web: 'LOST' }, answer: found, asked: ['web.corp.test'] },
    ],
    [
      'nor one that has it',
      { domains: corpThenDocker, upstream: { web: 'DATA' }, answer: found, asked: ['web.corp.test'] },
    ],
    [
      'in front of one that nameservers have',
      { domains: threeDomains, upstream: { 'web.later.test': 'DATA' }, answer: found, asked: ['web.corp.test'] },
    ],
    [
      'in front of one that no server answers for',
      { domains: threeDomains, upstream: { 'web.later.test': 'LOST' }, answer: found, asked: ['web.corp.test'] },
    ],
    [
      'behind the name as it is that no server answers for',
      {
        name: 'web.shop',
        domains: 'docker',
        upstream: { 'web.shop': 'LOST' },
        answer: shopFound,
        asked: ['web.shop', 'web.shop'],
      },
    ],
    [
      'behind the name as it is that the server refuses',
      {
        name: 'web.shop',
        domains: 'docker',
        upstream: { 'web.shop': 'RF' },
        answer: shopFound,
        asked: ['web.shop', 'web.shop'],
      },
    ],
    [
      'not behind one that no server answers for: the name as it is comes next',
      {
        domains: corpThenDocker,
        upstream: { 'web.corp.test': 'LOST' },
        answer: 'NXDOMAIN',
        asked: ['web.corp.test', 'web.corp.test', 'web'],
      },
    ],
    [
      'which may be answered for by none, either',
      {
        domains: corpThenDocker,
        upstream: { 'web.corp.test': 'LOST', web: 'LOST' },
        answer: 'SERVFAIL',
        asked: ['web.corp.test', 'web.corp.test', 'web', 'web'],
      },
    ],
  ])('%s', async (_what, { name = 'web', domains, upstream, answer, asked }) => {
    const names = Object.fromEntries(
      Object.entries(upstream).map(([one, is]) => [`${one} A`, is === 'DATA' ? { is, addresses: ['192.0.2.9'] } : is]),
    );
    const to = client(dataOf(localNames), { ...world(domains), script: { servers: { '10.0.0.1': { names } } } });
    const replies = to.ask({ name: `${name}.glibc.internal` });
    await to.pass(45_000);
    expect([replies[0] && summary(replies[0]), to.upstreamQueries()]).toEqual([answer, asked.map((one) => `A ${one}`)]);
  });

  test('a search for a client that finds it is not that of one that does not', async () => {
    const localData: LocalData = {
      ...createLocalMemory(),
      answer: ({ name, client: { length } }) =>
        formatName(name) === 'web.docker' && length > 9 ? records(['172.17.0.2']) : undefined,
      outcome: ({ name, client: { length } }) =>
        formatName(name) === 'web.docker' && length > 9 ? 'records' : undefined,
    };
    const to = client(localData, world(corpThenDocker));
    const both = ['172.17.0.9', '10.9.0.9'].map((from) => to.ask({ name: 'web.glibc.internal', from }));
    await to.pass(100);
    expect(both.map(([reply]) => reply && summary(reply))).toEqual([found, 'NXDOMAIN']);
    expect(to.upstreamQueries()).toEqual(['A web.corp.test', 'A web.corp.test', 'A web']);
  });

  test('both halves of a pair are there', async () => {
    const to = client(dataOf(localNames), world('corp.test docker'));
    const replies = to.ask({ name: 'web.glibc.internal', id: 1 });
    const others = to.ask({ name: 'web.glibc.internal', id: 2, type: 'AAAA' });
    await to.pass(100);
    expect([replies, others].map(([reply]) => reply && summary(reply))).toEqual([found, 'NOERROR']);
  });

  test('what is remembered of nameservers does not stand in front of it, nor is it remembered as theirs', async () => {
    const data: Record<string, LocalReply> = {};
    const localData = dataOf(data);
    const to = client(localData, world('corp.test docker'));
    const query = (id: number): RawQuery => ({ name: 'web.glibc.internal', id, port: 4000 + id });
    const before = await ask(to, query(1));
    data['web.docker'] = records(['172.17.0.2']);
    localData.forget();
    const meanwhile = await ask(to, query(2));
    delete data['web.docker'];
    localData.forget();
    expect([before, meanwhile, await ask(to, query(3))]).toEqual([before, found, before]);
    expect(before).toContain('NXDOMAIN');
  });

  test('nor is an old answer given, however long the search lasts that may come to it', async () => {
    const found: ReplyScript = { is: 'DATA', addresses: ['192.0.2.9'], ttl: 10 };
    const denied: ReplyScript = { is: 'NX', soa: { owner: '', minimum: 10 }, ttl: 10 };
    const names = {
      'web.corp.test A': [denied, 'LOST'],
      'web.corp.test AAAA': [denied, 'LOST'],
      'web A': found,
      'web AAAA': { ...denied, is: 'EMPTY' },
    } as const;
    const data: Record<string, LocalReply> = {};
    const localData = dataOf(data);
    const to = client(localData, {
      ...world('corp.test later.test'),
      script: { servers: { '10.0.0.1': { names, otherwise: denied } } },
      settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true, serveStaleMs: 300_000 },
    });
    const pair = (port: number) =>
      ['A', 'AAAA'].map((type, id) => to.ask({ name: 'web.glibc.internal', type, id, port }));
    const before = pair(4001);
    await to.pass(20_000);
    data['web.later.test'] = records(['172.17.0.2']);
    localData.forget();
    const replies = pair(4002);
    await to.pass(3000);
    expect(before.flat().map(summary)).toEqual(['NOERROR | CNAME web | A 192.0.2.9', 'NOERROR']);
    expect(replies.flat()).toEqual([]);
  });

  test('each client has its own addresses, though their searches are joined', async () => {
    const localData: LocalData = {
      ...createLocalMemory(),
      answer: ({ name, client: { length } }) =>
        formatName(name) === 'web.docker' ? records([length > 9 ? '172.17.0.2' : '10.9.0.2']) : undefined,
      outcome: ({ name }) => (formatName(name) === 'web.docker' ? 'records' : undefined),
    };
    const to = client(localData, world('corp.test later.test docker'));
    const both = ['172.17.0.9', '10.9.0.9'].map((from) => to.ask({ name: 'web.glibc.internal', from }));
    await to.pass(100);
    expect(both.map(([reply]) => reply && summary(reply))).toEqual([found, 'NOERROR | CNAME web.docker | A 10.9.0.2']);
    expect(to.upstreamQueries().filter((asked) => asked === 'A web.corp.test')).toHaveLength(1);
  });

  test('where no nameserver may be asked, nobody goes before it', async () => {
    const settings = { hostsOnly: true };
    const { answer, asked } = await search({ name: 'web.glibc.internal' }, 'corp.test docker', { settings });
    expect({ answer, asked }).toEqual({ answer: found, asked: [] });
  });

  test('a name that is in a hosts file is not searched for', async () => {
    const hosts = '192.0.2.7 web\n';
    const { answer } = await search({ name: 'web.glibc.internal' }, 'docker', { hosts });
    expect(answer).toBe('NOERROR | CNAME web | A 192.0.2.7');
  });

  test('what is in the domain and not known is denied without asking for it', async () => {
    const { answer, asked } = await search({ name: 'nobody.glibc.internal' });
    expect({ answer, asked }).toEqual({ answer: 'NXDOMAIN', asked: ['A nobody'] });
  });
});

test('an answer that is too large for UDP is truncated, and whole over TCP', async () => {
  const many = Array.from({ length: 100 }, (_, index) => `172.17.1.${index}`);
  const to = client(dataOf({ 'web.docker': records(many) }));
  const [small] = to.ask({ name: 'web.docker', from: '172.17.0.9' });
  expect(small?.message.flag_tc).toBe(true);
  const whole = to.ask({ name: 'web.docker', edns: 1232, connection: to.connect() });
  await to.pass(10);
  expect(whole[0]?.message.answers).toHaveLength(100);
});

describe('the same query of the same client is answered as before, and the data are not asked', () => {
  const web = { 'web.docker': records(['172.17.0.2']), 'x.docker': noSuchName };

  test.each<[string, RawQuery, RawQuery, asked: number]>([
    ['with another id, from another port', { name: 'web.docker' }, { name: 'web.docker', id: 9, port: 4001 }, 1],
    ['of what does not exist', { name: 'x.docker', edns: 1232 }, { name: 'x.docker', edns: 1232, id: 9 }, 1],
    ['not of another client', { name: 'web.docker' }, { name: 'web.docker', from: '172.17.0.9' }, 2],
    ['not of another type', { name: 'web.docker' }, { name: 'web.docker', type: 'AAAA' }, 2],
    ['not in another letter case', { name: 'web.docker' }, { name: 'WEB.docker' }, 2],
    ['not with an OPT record', { name: 'web.docker' }, { name: 'web.docker', edns: 1232 }, 2],
  ])('%s', (_what, first, second, count) => {
    const localData = dataOf(web);
    const to = client(localData);
    const replies = [...to.ask(first), ...to.ask(second)];
    expect(localData.asked).toHaveLength(count);
    const [fresh] = client(dataOf(web)).ask(second);
    expect(replies[1]?.bytes.join()).toBe(fresh?.bytes.join());
  });

  test('not over TCP', async () => {
    const localData = dataOf(web);
    const to = client(localData);
    for (const id of [1, 2]) to.ask({ name: 'web.docker', id, connection: to.connect() });
    await to.pass(10);
    expect(localData.asked).toHaveLength(2);
  });

  test('and is counted as any other', () => {
    const localData = dataOf(web);
    const to = client(localData);
    for (const name of ['web.docker', 'x.docker', 'web.docker', 'x.docker']) to.ask({ name });
    expect(localData.asked).toHaveLength(2);
    const counted = (metric: string) =>
      to
        .metrics()
        .split('\n')
        .filter((line) => line.startsWith(`${metric}{transport="udp"`));
    expect(counted('alpine_resolver_queries_total')).toEqual([
      'alpine_resolver_queries_total{transport="udp",type="A"} 4',
    ]);
    expect(counted('alpine_resolver_replies_total')).toEqual([
      'alpine_resolver_replies_total{transport="udp",rcode="NOERROR"} 2',
      'alpine_resolver_replies_total{transport="udp",rcode="NXDOMAIN"} 2',
    ]);
  });

  test('until they change', () => {
    const names = { ...web };
    const localData = dataOf(names);
    const to = client(localData);
    to.ask({ name: 'web.docker' });
    names['web.docker'] = records(['172.17.0.3']);
    localData.forget();
    expect(to.ask({ name: 'web.docker' }).map(summary)).toEqual(['NOERROR | A 172.17.0.3']);
  });

  test('until the configuration changes', () => {
    const localData = dataOf(web);
    const to = client(localData);
    to.ask({ name: 'web.docker' });
    to.pipeline.configure({ ...to.snapshot });
    to.ask({ name: 'web.docker' });
    expect(localData.asked).toHaveLength(2);
  });

  test.each<[string, LocalReply | EmptyReply]>([
    ['a failure', emptyPlan(2)],
    ['records that take turns', { ...records(['172.17.0.2', '172.17.0.3']), takesTurns: true }],
    ['what is truncated', records(Array.from({ length: 100 }, (_, index) => `172.17.1.${index}`))],
  ])('but for %s', (_what, reply) => {
    const localData = dataOf({ 'web.docker': reply });
    const to = client(localData);
    for (const id of [1, 2]) to.ask({ name: 'web.docker', id });
    expect(localData.asked).toHaveLength(2);
  });

  test('and of what is none of them, what is in memory is given at once', async () => {
    const localData = dataOf({});
    const to = client(localData, { settings: { maxCacheBytes: 1 << 20, replyCache: true, answerCache: true } });
    const found = [];
    for (const id of [1, 2, 3]) {
      for (const type of ['A', 'AAAA']) to.ask({ name: 'web.docker', type, id, port: 4000 + id });
      await to.pass(100);
      found.push(localData.asked.length);
    }
    expect([found, to.upstreamQueries().length]).toEqual([[2, 2, 2], 2]);
    localData.forget();
    for (const type of ['A', 'AAAA']) to.ask({ name: 'web.docker', type, id: 4, port: 4004 });
    await to.pass(100);
    expect([localData.asked.length, to.upstreamQueries().length]).toEqual([4, 2]);
  });

  test('however many there are, the memory has an end', () => {
    const localData = dataOf(
      Object.fromEntries(Array.from({ length: 16_385 }, (_, number) => [`n${number}`, noSuchName])),
    );
    const to = client(localData);
    for (let number = 0; number <= 16_384; number++) to.ask({ name: `n${number}` });
    to.ask({ name: 'n16384', id: 2 });
    to.ask({ name: 'n0', id: 2 });
    expect(localData.asked).toHaveLength(16_386);
  });
});
