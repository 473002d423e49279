/** Sidecar-only conformance: what no C library's call shows. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ReplyScript, Script } from '../../cli/simulation/script.ts';
import { decodeStrictly } from '../support/wire/decoder.ts';
import { createRawClient, encodeQuery, summary } from '../support/simulation/raw-client.ts';
import type { RawReply } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';
const conf = `nameserver ${server}\nsearch s1.test s2.test\noptions ndots:1 timeout:2 attempts:2\n`;
const marker = 'glibc.internal';

function zone(names: Record<string, ReplyScript | ReplyScript[]>): Script {
  return { servers: { [server]: { names } } };
}

const data = (...addresses: string[]): ReplyScript => ({ is: 'DATA', addresses });
const many = (count: number): ReplyScript =>
  data(...Array.from({ length: count }, (_, index) => `10.9.${index >> 8}.${index & 255}`));

function client(names: Record<string, ReplyScript | ReplyScript[]>, resolvConf = conf) {
  return createRawClient({ script: zone(names), resolvConf });
}

describe('replies', () => {
  test('S1: RA, QR, not AA, the question byte for byte', async () => {
    const sidecar = client({ 'foo.s1.test': data('10.0.0.1') });
    const query = encodeQuery({ name: `FoO.${marker}`, id: 7 });
    const replies = sidecar.send(query);
    await sidecar.pass(100);
    const bytes = replies[0]?.bytes ?? new Uint8Array();
    expect([...bytes.subarray(0, 2)]).toEqual([...query.subarray(0, 2)]);
    expect((bytes[2] ?? 0) & 0x84).toBe(0x80);
    expect((bytes[3] ?? 0) & 0x80).toBe(0x80);
    expect([...bytes.subarray(12, query.length)]).toEqual([...query.subarray(12)]);
  });

  test.each([
    ['data', { 'foo.s1.test': data('10.0.0.1') }],
    ['NXDOMAIN', {}],
    ['SERVFAIL', { 'foo.s1.test': 'SF' as const }],
  ])('S2: OPT in the reply if and only if the query had it: %s', async (_, names) => {
    const sidecar = client(names);
    const without = sidecar.ask({ name: `foo.${marker}`, port: 1 });
    const having = sidecar.ask({ name: `foo.${marker}`, port: 2, edns: 1232 });
    await sidecar.pass(10_000);
    expect(without[0]?.message.additionals?.length).toBe(0);
    expect(having[0]?.message.additionals?.map(({ type }) => type)).toEqual(['OPT']);
  });

  test('S3: A and AAAA with one ID and port are both answered', async () => {
    const sidecar = client({ 'foo.s1.test': data('10.0.0.1', '2001:db8::1') });
    const a = sidecar.ask({ name: `foo.${marker}`, id: 5 });
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 5, type: 'AAAA' });
    await sidecar.pass(100);
    expect(a.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | A 10.0.0.1']);
    expect(aaaa.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | AAAA 2001:db8::1']);
  });

  test('S16: letter case of the question is kept and does not matter', async () => {
    const sidecar = client({ 'foo.s1.test': data('10.0.0.1') });
    const replies = sidecar.ask({ name: `fOo.gLiBc.InTeRnAl` });
    await sidecar.pass(100);
    expect(replies.map(summary)).toEqual(['NOERROR | CNAME fOo.s1.test | A 10.0.0.1']);
    expect(replies[0]?.message.questions?.[0]?.name).toBe('fOo.gLiBc.InTeRnAl');
  });
});

describe('long answers', () => {
  const chain = ['l', 'm', 'n'].map((letter) => `${`${letter.repeat(55)}.`.repeat(3)}test`);
  const end = 'end.test';
  const manyAddresses = Array.from({ length: 50 }, (_, index) => `10.9.0.${index + 1}`);
  const sections = (reply: RawReply | undefined) => {
    const answers = decodeStrictly(reply?.bytes ?? new Uint8Array()).records.filter(
      ({ section }) => section === 'answer',
    );
    return {
      aliases: answers
        .filter(({ type }) => type === 5)
        .map(({ owner, target }) => [owner.join('.'), target?.join('.')]),
      owners: [...new Set(answers.filter(({ type }) => type === 1).map(({ owner }) => owner.join('.')))],
      addresses: answers.filter(({ type }) => type === 1).length,
    };
  };

  test('S13: truncated over UDP, one alias leads to the addresses, however many led there', async () => {
    const sidecar = client({ 'foo.s1.test': { is: 'DATA', chain: [...chain, end], addresses: manyAddresses } });
    const replies = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(100);
    expect(replies[0]?.message.flag_tc).toBe(true);
    const { aliases, owners, addresses } = sections(replies[0]);
    expect(aliases).toEqual([[`foo.${marker}`, end]]);
    expect(owners).toEqual([end]);
    expect(addresses).toBeGreaterThan(20);
  });

  test('S13: truncated over UDP without an alias, the question owns the addresses', async () => {
    const sidecar = client({ foo: { is: 'DATA', addresses: manyAddresses } });
    const replies = sidecar.ask({ name: 'foo' });
    await sidecar.pass(100);
    expect(replies[0]?.message.flag_tc).toBe(true);
    const { aliases, owners, addresses } = sections(replies[0]);
    expect([aliases, owners]).toEqual([[], ['foo']]);
    expect(addresses).toBeGreaterThan(0);
    expect(addresses).toBeLessThan(manyAddresses.length);
  });

  test.each([
    ['under the marker', `foo.${marker}`, 'foo.s1.test'],
    ['as it is', 'foo.s1.test', 'foo.s1.test'],
  ])('S15: no owner name points past 510, however far behind the records are: %s', async (_, name, known) => {
    const sidecar = client({ [known]: { is: 'DATA', chain: [...chain, end], addresses: manyAddresses } });
    const connection = sidecar.connect();
    sidecar.ask({ name, connection });
    await sidecar.pass(100);
    const bytes = connection.replies[0]?.bytes ?? new Uint8Array();
    const { ownerPointers, records } = decodeStrictly(bytes);
    // Every address is behind the furthest place that a pointer may lead to.
    expect(Math.min(...records.filter(({ type }) => type === 1).map(({ rdataStart }) => rdataStart))).toBeGreaterThan(
      510,
    );
    expect(ownerPointers.length).toBeGreaterThan(0);
    expect(Math.max(...ownerPointers)).toBeLessThanOrEqual(510);
    expect(sections(connection.replies[0])).toMatchObject({ owners: [end], addresses: manyAddresses.length });
  });
});

describe('aliases behind the first address', () => {
  const names = {
    'foo.s1.test A': {
      is: 'DATA' as const,
      addresses: ['10.0.0.1'],
      extra: [
        { owner: 'foo.s1.test', type: 'CNAME', data: 'late.test' },
        { owner: 'late.test', type: 'A', data: '10.0.0.2' },
      ],
    },
  };

  test('name the canonical one for one family, as in getanswer_r', async () => {
    const sidecar = client(names);
    const alone = sidecar.ask({ name: `foo.${marker}` });
    const asIs = sidecar.ask({ name: 'foo.s1.test', port: 2 });
    await sidecar.pass(100);
    const found = 'NOERROR | CNAME late.test | A 10.0.0.1 | A 10.0.0.2';
    expect([...alone, ...asIs].map(summary)).toEqual([found, found]);
  });

  test('do not where they are no host names to glibc', async () => {
    const extra = [{ owner: 'foo.s1.test', type: 'CNAME', data: '-late.test' }];
    const sidecar = client({ 'foo.s1.test A': { is: 'DATA', addresses: ['10.0.0.1'], extra } });
    const alone = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(100);
    expect(alone.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | A 10.0.0.1']);
  });

  test.each([
    ['at once', 0],
    ['after the A reply', 3],
  ])('do not for a pair, as in gaih_getanswer_slice: AAAA %s', async (_, afterMs) => {
    const sidecar = client(names);
    const a = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(afterMs);
    sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(100);
    expect(a.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | A 10.0.0.1 | A 10.0.0.2']);
  });
});

describe('repeats', () => {
  test('S4: a repeat in flight gets one reply and starts no search', async () => {
    const sidecar = client({ 'foo.s1.test': { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 500 } });
    const first = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(100);
    const repeat = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(1000);
    expect(first.length + repeat.length).toBe(1);
    expect(sidecar.upstreamQueries()).toEqual(['A foo.s1.test']);
  });

  test('S4: another ID gets its own reply of the same search', async () => {
    const sidecar = client({ 'foo.s1.test': { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 500 } });
    const first = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    const second = sidecar.ask({ name: `foo.${marker}`, id: 2 });
    await sidecar.pass(1000);
    expect([first, second].map((replies) => replies.map(({ message }) => message.id))).toEqual([[1], [2]]);
    expect(sidecar.upstreamQueries()).toEqual(['A foo.s1.test']);
  });

  test('S5: twelve datagrams after SERVFAIL are one search', async () => {
    const sidecar = client({ 'foo.s1.test': 'SF', 'foo.s2.test': 'SF', foo: 'SF' });
    const before = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(50);
    expect(before.map(summary)).toEqual(['SERVFAIL']);
    const search = ['A foo.s1.test', 'A foo.s1.test', 'A foo.s2.test', 'A foo.s2.test', 'A foo', 'A foo'];
    expect(sidecar.upstreamQueries()).toEqual(search);
    const replies = Array.from({ length: 11 }, () => sidecar.ask({ name: `foo.${marker}` }));
    await sidecar.pass(50);
    expect(replies.flat().map(summary)).toEqual(Array.from({ length: 11 }, () => 'SERVFAIL'));
    expect(sidecar.upstreamQueries()).toEqual(search);
  });

  test('the failure is forgotten after a second', async () => {
    const sidecar = client({ foo: ['SF', 'SF', data('10.0.0.1')] });
    const first = sidecar.ask({ name: 'foo', id: 3 });
    await sidecar.pass(1200);
    const second = sidecar.ask({ name: 'foo', id: 3 });
    await sidecar.pass(100);
    expect([...first, ...second].map(summary)).toEqual(['SERVFAIL', 'NOERROR | A 10.0.0.1']);
  });

  test('a bare-name fallback gets what the search saw there, without a query', async () => {
    const sidecar = client({ 'foo.s1.test': 'EMPTY' });
    const searched = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(20);
    const asked = sidecar.upstreamQueries();
    const bare = sidecar.ask({ name: 'foo', port: 41_000, id: 9 });
    await sidecar.pass(20);
    expect([...searched, ...bare].map(summary)).toEqual(['NOERROR', 'NXDOMAIN']);
    expect(sidecar.upstreamQueries()).toEqual(asked);
  });
});

describe('TCP', () => {
  test('S6: two pipelined queries on one connection are both answered', async () => {
    const sidecar = client({ 'foo.s1.test': data('10.0.0.1', '2001:db8::1') });
    const connection = sidecar.connect();
    sidecar.ask({ name: `foo.${marker}`, id: 1, connection });
    sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA', connection });
    await sidecar.pass(100);
    expect(new Set(connection.replies.map(({ message }) => message.id))).toEqual(new Set([1, 2]));
  });

  test('S6: a connection that its client resets is harmless', async () => {
    const sidecar = client({ 'foo.s1.test': { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 500 } });
    const [gone, other] = [sidecar.connect(), sidecar.connect()];
    sidecar.ask({ name: `foo.${marker}`, connection: gone });
    sidecar.ask({ name: `foo.${marker}`, connection: other });
    await sidecar.pass(100);
    sidecar.reset(gone);
    await sidecar.pass(1000);
    const later = sidecar.connect();
    sidecar.ask({ name: `foo.${marker}`, connection: later });
    await sidecar.pass(1000);
    const found = ['NOERROR | CNAME foo.s1.test | A 10.0.0.1'];
    expect([gone, other, later].map(({ replies }) => replies.map(summary))).toEqual([[], found, found]);
    expect(sidecar.pipeline.inFlight).toBe(0);
  });

  test('S7: a UDP client that repeats gets the late answer of the one search', async () => {
    const late = ['192.0.2.1', '192.0.2.2'];
    const sidecar = createRawClient({
      script: { servers: { '192.0.2.1': { otherwise: 'LOST' }, '192.0.2.2': { otherwise: data('10.0.0.2') } } },
      resolvConf: `${late.map((address) => `nameserver ${address}\n`).join('')}options timeout:25\n`,
    });
    const query = { name: `foo.${marker}`, port: 3 };
    const replies = [sidecar.ask(query)];
    for (const waitMs of [10_000, 10_000]) {
      await sidecar.pass(waitMs);
      replies.push(sidecar.ask(query));
    }
    await sidecar.pass(10_000);
    expect(replies.flat().map((reply) => [reply.atMs, summary(reply)])).toEqual([
      [25_000, 'NOERROR | CNAME foo | A 10.0.0.2'],
    ]);
    expect(sidecar.upstreamQueries()).toEqual(['A foo', 'A foo']);
  });

  test('S7: a search that reaches its limit gets SERVFAIL over TCP and silence over UDP', async () => {
    const silent = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    const sidecar = createRawClient({
      script: { servers: Object.fromEntries(silent.map((address) => [address, { otherwise: 'LOST' as const }])) },
      resolvConf: `${silent.map((address) => `nameserver ${address}\n`).join('')}options timeout:30\n`,
    });
    const connection = sidecar.connect();
    sidecar.ask({ name: `foo.${marker}`, connection });
    const udp = sidecar.ask({ name: `foo.${marker}`, port: 3 });
    await sidecar.pass(44_000);
    expect([connection.replies, udp]).toEqual([[], []]);
    await sidecar.pass(2000);
    expect(connection.replies.map(summary)).toEqual(['SERVFAIL']);
    expect(udp).toEqual([]);
  });

  test('S14: the only question without OPT gets at most 63 records; with OPT or a second question all', async () => {
    const sidecar = client({ 'foo.s1.test': many(100) });
    const [alone, withOpt, two] = [sidecar.connect(), sidecar.connect(), sidecar.connect()];
    sidecar.ask({ name: `foo.${marker}`, connection: alone });
    sidecar.ask({ name: `foo.${marker}`, connection: withOpt, edns: 1232 });
    sidecar.ask({ name: `foo.${marker}`, connection: two });
    sidecar.ask({ name: `foo.${marker}`, type: 'AAAA', id: 2, connection: two });
    await sidecar.pass(200);
    const counts = [alone, withOpt, two].map(
      ({ replies }) => replies.find(({ message }) => message.id === 1)?.message.answers?.length,
    );
    expect(counts).toEqual([63, 101, 101]);
  });

  test('a truncated reply is complete over TCP without another search, its sibling too', async () => {
    const sidecar = client({
      'foo.s1.test A': many(40),
      'foo.s1.test AAAA': 'EMPTY',
      'foo.s2.test': data('2001:db8::2'),
    });
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(20);
    expect([a[0]?.message.flag_tc, aaaa[0] && summary(aaaa[0])]).toEqual([true, 'NOERROR']);
    const asked = sidecar.upstreamQueries();
    const connection = sidecar.connect();
    sidecar.ask({ name: `foo.${marker}`, id: 1, connection });
    sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA', connection });
    await sidecar.pass(100);
    expect(new Map(connection.replies.map(({ message }) => [message.id, message.answers?.length]))).toEqual(
      new Map([
        [1, 41],
        [2, 0],
      ]),
    );
    expect(sidecar.upstreamQueries()).toEqual(asked);
  });
});

describe('time', () => {
  test('a reply that waits in the socket buffer when the time is over counts', async () => {
    // The time of the only server is 2 s: after a stall timer and reply are there at once.
    const sidecar = client({ 'foo.s1.test': { is: 'SF', delayMs: 2000 } }, conf.replace('attempts:2', 'attempts:1'));
    const replies = sidecar.ask({ name: `foo.${marker}` });
    await sidecar.pass(30_000);
    // Lost it would end the search, and the name as it is does not exist.
    expect(replies.map(summary)).toEqual(['SERVFAIL']);
  });
});

describe('pairs', () => {
  const families = {
    'foo.s1.test AAAA': data('2001:db8::1'),
    'foo.s1.test A': 'EMPTY',
    'foo.s2.test A': data('10.0.0.2'),
  } as const;

  test('S8: AAAA from the same port 3 ms after A makes a pair', async () => {
    const sidecar = client(families);
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    await sidecar.pass(3);
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(100);
    expect([...a, ...aaaa].map(summary)).toEqual(['NOERROR', 'NOERROR | CNAME foo.s1.test | AAAA 2001:db8::1']);
  });

  test('S8: after the window each is on its own', async () => {
    const sidecar = client(families);
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    await sidecar.pass(30);
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(100);
    expect([...a, ...aaaa].map(summary)).toEqual([
      'NOERROR | CNAME foo.s2.test | A 10.0.0.2',
      'NOERROR | CNAME foo.s1.test | AAAA 2001:db8::1',
    ]);
  });

  test('AAAA after the window, but before A is decided, makes a pair', async () => {
    const sidecar = client({ 'foo.s1.test A': 'LOST', 'foo.s1.test AAAA': 'EMPTY' });
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    await sidecar.pass(30);
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(20_000);
    // On its own AAAA would go on with the next entry, and end without data.
    expect([...a, ...aaaa].map(summary)).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    expect(sidecar.pipeline.inFlight).toBe(0);
  });

  test('AAAA long after A is on its own, although A is not decided', async () => {
    const sidecar = client({ 'foo.s1.test A': 'LOST', 'foo.s1.test AAAA': 'EMPTY' });
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    await sidecar.pass(100);
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(20_000);
    expect([...a, ...aaaa].map(summary)).toEqual(['NXDOMAIN', 'NOERROR']);
  });

  test('S8: AAAA from another port after the answer is on its own', async () => {
    const sidecar = client({ 'foo.s1.test A': data('10.0.0.1'), 'foo.s2.test AAAA': data('2001:db8::2') });
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1, port: 1000 });
    await sidecar.pass(1);
    expect(a).toHaveLength(1);
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA', port: 1001 });
    await sidecar.pass(100);
    expect(aaaa.map(summary)).toEqual(['NOERROR | CNAME foo.s2.test | AAAA 2001:db8::2']);
  });

  test('AAAA from the same port soon after an early answer is held to its candidate', async () => {
    const sidecar = client({ 'foo.s1.test A': data('10.0.0.1'), 'foo.s2.test AAAA': data('2001:db8::2') });
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1 });
    await sidecar.pass(20);
    expect(a.map(summary)).toEqual(['NOERROR | CNAME foo.s1.test | A 10.0.0.1']);
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(100);
    expect(aaaa.map(summary)).toEqual(['NOERROR']);
  });

  test('S9: A and AAAA from two ports are a pair, as Go sends them', async () => {
    const sidecar = client(families);
    const a = sidecar.ask({ name: `foo.${marker}`, id: 1, port: 1000, edns: 1232 });
    const aaaa = sidecar.ask({ name: `foo.${marker}`, id: 2, type: 'AAAA', port: 1001, edns: 1232 });
    await sidecar.pass(100);
    expect([...a, ...aaaa].map(summary)).toEqual(['NOERROR', 'NOERROR | CNAME foo.s1.test | AAAA 2001:db8::1']);
  });

  test.each([
    ['neither', undefined, undefined],
    ['A alone', 1232, undefined],
    ['AAAA alone', undefined, 1232],
  ])('S9: from two ports each is on its own where not both have OPT: %s', async (_, ednsOfA, ednsOfAaaa) => {
    const sidecar = client(families);
    const ask = (type: string, port: number, edns: number | undefined) =>
      sidecar.ask({ name: `foo.${marker}`, id: port, type, port, ...(edns === undefined ? {} : { edns }) });
    const a = ask('A', 1000, ednsOfA);
    const aaaa = ask('AAAA', 1001, ednsOfAaaa);
    await sidecar.pass(100);
    expect([...a, ...aaaa].map(summary)).toEqual([
      'NOERROR | CNAME foo.s2.test | A 10.0.0.2',
      'NOERROR | CNAME foo.s1.test | AAAA 2001:db8::1',
    ]);
  });

  test('two programs that ask the same at once share one search', async () => {
    const sidecar = client({ 'foo.s2.test': { is: 'DATA', addresses: ['10.0.0.2', '2001:db8::2'], delayMs: 50 } });
    const replies = [1000, 1001, 1002].flatMap((port) =>
      ['A', 'AAAA'].map((type, index) => sidecar.ask({ name: `foo.${marker}`, id: port + index * 500, port, type })),
    );
    await sidecar.pass(500);
    expect(replies.map((list) => list.length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(sidecar.upstreamQueries().toSorted()).toEqual([
      'A foo.s1.test',
      'A foo.s2.test',
      'AAAA foo.s1.test',
      'AAAA foo.s2.test',
    ]);
  });
});

describe('upstream', () => {
  test.each(['id', 'name', 'type', 'source', 'garbage'] as const)(
    'S11: a forged reply (%s) is ignored',
    async (forgery) => {
      const sidecar = client({
        foo: { is: 'DATA', addresses: ['10.0.0.1'], delayMs: 100, forged: [forgery] },
      });
      const replies = sidecar.ask({ name: 'foo' });
      await sidecar.pass(1000);
      expect(replies.map(summary)).toEqual(['NOERROR | A 10.0.0.1']);
    },
  );

  const sent = (sidecar: ReturnType<typeof client>): string[] =>
    sidecar.network.asked.map((query) => `${query.server} ${query.transport} ${query.type}`);

  test('S10: A and AAAA never share a socket; a retry at a server keeps socket and ID', async () => {
    const servers = ['192.0.2.1', '192.0.2.2'];
    const sidecar = createRawClient({
      script: { servers: Object.fromEntries(servers.map((address) => [address, { otherwise: 'SF' as const }])) },
      resolvConf: servers.map((address) => `nameserver ${address}\n`).join(''),
    });
    sidecar.ask({ name: 'foo', id: 1 });
    sidecar.ask({ name: 'foo', id: 2, type: 'AAAA' });
    await sidecar.pass(1000);
    const round = servers.flatMap((address) => [`${address} udp A`, `${address} udp AAAA`]);
    expect(sent(sidecar)).toEqual([...round, ...round]);
    const { asked } = sidecar.network;
    // Two questions at two servers.
    expect(new Set(asked.map(({ socket }) => socket)).size).toBe(4);
    expect(asked.slice(4).map(({ socket, id }) => [socket, id])).toEqual(
      asked.slice(0, 4).map(({ socket, id }) => [socket, id]),
    );
    expect(new Set(asked.map(({ type, id }) => `${type} ${id}`)).size).toBe(new Set(asked.map(({ id }) => id)).size);
  });

  test.each(['A', 'AAAA'])('S10: TC in %s repeats both on the same server over TCP', async (type) => {
    const addresses = ['10.0.0.1', '2001:db8::1'];
    const whole: ReplyScript = { is: 'DATA', addresses };
    const cut: ReplyScript = { is: 'DATA', addresses, truncated: true };
    const servers = ['192.0.2.1', '192.0.2.2'];
    const sidecar = createRawClient({
      script: { servers: { '192.0.2.1': { names: { [`foo ${type}`]: cut, foo: whole } }, '192.0.2.2': {} } },
      resolvConf: servers.map((address) => `nameserver ${address}\n`).join(''),
    });
    const a = sidecar.ask({ name: 'foo', id: 1 });
    const aaaa = sidecar.ask({ name: 'foo', id: 2, type: 'AAAA' });
    await sidecar.pass(1000);
    expect(sent(sidecar)).toEqual(['udp A', 'udp AAAA', 'tcp A', 'tcp AAAA'].map((query) => `192.0.2.1 ${query}`));
    expect(new Set(sidecar.network.asked.map(({ socket }) => socket)).size).toBe(3);
    expect([...a, ...aaaa].map(summary)).toEqual(['NOERROR | A 10.0.0.1', 'NOERROR | AAAA 2001:db8::1']);
  });

  test('S10: the re-open takes a new socket and keeps the ID', async () => {
    const sidecar = client({ 'foo A': data('10.0.0.1'), 'foo AAAA': 'LOST' });
    sidecar.ask({ name: 'foo', id: 1 });
    sidecar.ask({ name: 'foo', id: 2, type: 'AAAA' });
    await sidecar.pass(10_000);
    // At once, then A and AAAA one after the other, then from new sockets.
    const rounds = [0, 2000, 4000].map((time) => sidecar.network.asked.filter(({ atMs }) => atMs === time));
    expect(rounds.map((round) => round.map(({ type }) => type))).toEqual(
      Array.from({ length: 3 }, () => ['A', 'AAAA']),
    );
    const [first, serial, reopened] = rounds.map((round) => round.map(({ socket }) => socket));
    expect(serial).toEqual(first);
    expect(new Set([...(first ?? []), ...(reopened ?? [])]).size).toBe(4);
    const [ids, ...laterIds] = rounds.map((round) => round.map(({ id }) => id));
    expect(laterIds).toEqual([ids, ids]);
  });

  test('S12: servers in order, twice, until the first final reply', async () => {
    const servers = ['192.0.2.1', '192.0.2.2'];
    const sidecar = createRawClient({
      script: {
        servers: { '192.0.2.1': { otherwise: 'SF' }, '192.0.2.2': { names: { foo: ['RF', data('10.0.0.9')] } } },
      },
      resolvConf: servers.map((address) => `nameserver ${address}\n`).join(''),
    });
    const replies = sidecar.ask({ name: 'foo' });
    await sidecar.pass(1000);
    expect(sidecar.network.asked.map((question) => question.server)).toEqual([...servers, ...servers]);
    expect(replies.map(summary)).toEqual(['NOERROR | A 10.0.0.9']);
  });

  test('S17: a nameserver that is the sidecar itself is dead', async () => {
    const sidecar = client({}, 'nameserver 127.0.0.1\nnameserver 0.0.0.0\n');
    const replies = sidecar.ask({ name: 'foo' });
    await sidecar.pass(100);
    expect(replies.map(summary)).toEqual(['SERVFAIL']);
    expect(sidecar.upstreamQueries()).toEqual([]);
  });
});

describe('what is not a lookup', () => {
  test.each([
    ['under the marker twice', { name: `foo.${marker}.${marker}` }, 'NXDOMAIN'],
    ['the marker itself', { name: marker }, 'NXDOMAIN'],
    ['no host name', { name: `foo*bar.${marker}` }, 'NXDOMAIN'],
  ])('%s is answered without asking', async (_, query, expected) => {
    const sidecar = client({});
    const replies = sidecar.ask(query);
    await sidecar.pass(100);
    expect(replies.map(summary)).toEqual([expected]);
    expect(sidecar.upstreamQueries()).toEqual([]);
  });

  test('other types under the marker are searched, without it they pass as they are', async () => {
    const sidecar = client(
      {
        '_x._tcp.foo.s1.test': { is: 'DATA', extra: [{ owner: '_x._tcp.foo.s1.test', type: 'TXT', data: 'found' }] },
        '_x._tcp.foo': { is: 'DATA', extra: [{ owner: '_x._tcp.foo', type: 'TXT', data: 'as-is' }] },
      },
      conf.replace('ndots:1', 'ndots:5'),
    );
    const searched = sidecar.ask({ name: `_x._tcp.foo.${marker}`, type: 'TXT' });
    const bare = sidecar.ask({ name: '_x._tcp.foo', type: 'TXT', port: 2 });
    await sidecar.pass(100);
    expect([...searched, ...bare].map(summary)).toEqual([
      'NOERROR | CNAME _x._tcp.foo.s1.test | TXT found',
      'NOERROR | TXT as-is',
    ]);
  });

  test.each([
    ['no question', Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), ['FORMERR']],
    ['a response', Uint8Array.of(0, 1, 0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0), []],
    ['another opcode', Uint8Array.of(0, 1, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0), ['NOTIMP']],
  ])('%s', async (_, bytes, expected) => {
    const sidecar = client({});
    const replies = sidecar.send(bytes);
    await sidecar.pass(100);
    expect(replies.map(summary)).toEqual(expected);
  });
});

describe('hosts file', () => {
  const hosts = '10.0.0.7 db.local db\n2001:db8::6 six\n';
  const prepare = () =>
    createRawClient({ script: zone({ 'six.s1.test': data('10.0.0.66') }), resolvConf: conf, hosts });

  test('a name in the file is answered from it, with its canonical name', async () => {
    const sidecar = prepare();
    const a = sidecar.ask({ name: `db.${marker}` });
    const aaaa = sidecar.ask({ name: `db.${marker}`, id: 2, type: 'AAAA' });
    await sidecar.pass(100);
    expect([...a, ...aaaa].map(summary)).toEqual(['NOERROR | CNAME db.local | A 10.0.0.7', 'NOERROR']);
    expect(sidecar.upstreamQueries()).toEqual([]);
  });

  test('a pair is the file’s alone; one family that it lacks goes to the nameservers', async () => {
    const pair = prepare();
    const a = pair.ask({ name: `six.${marker}` });
    const aaaa = pair.ask({ name: `six.${marker}`, id: 2, type: 'AAAA' });
    const solo = prepare();
    const alone = solo.ask({ name: `six.${marker}` });
    await pair.pass(100);
    await solo.pass(100);
    expect([...a, ...aaaa, ...alone].map(summary)).toEqual([
      'NOERROR',
      'NOERROR | CNAME six | AAAA 2001:db8::6',
      'NOERROR | CNAME six.s1.test | A 10.0.0.66',
    ]);
  });

  test('an unmarked name in marker mode is never the file’s', async () => {
    const sidecar = prepare();
    const replies = sidecar.ask({ name: 'db' });
    await sidecar.pass(100);
    expect(replies.map(summary)).toEqual(['NXDOMAIN']);
  });
});

test('each conformance test from S1 to S17 is among these', () => {
  const text = readFileSync(import.meta.filename, 'utf8');
  const named = new Set([...text.matchAll(/'S(\d+): /g)].map(([, number]) => Number(number)));
  expect([...named].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
});
