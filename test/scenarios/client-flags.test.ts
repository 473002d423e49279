/** AD, CD and DO of a query: what goes upstream, what comes back, and what is shared with whom. */
import { describe, expect, test } from 'vitest';
import type { ReplyDetails, ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary } from '../support/simulation/raw-client.ts';
import type { RawQuery } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';
const conf = `nameserver ${server}\nsearch s1.test\noptions ndots:2 timeout:2 attempts:1\n`;

/** The answer of a signed zone, as far as the script can say it: what no C library reads stands beside the address. */
const signed: ReplyDetails = {
  is: 'DATA',
  addresses: ['10.0.0.1', '2001:db8::1'],
  extra: [{ owner: 'foo', type: '46', data: 'hex:00010d0100000e107fffffff00000000123400abcd' }],
  ad: true,
};

interface Setup {
  readonly names?: Record<string, ReplyScript | ReplyScript[]>;
  readonly options?: string;
  readonly mode?: 'plain' | 'marker';
  readonly hosts?: string;
}

function setUp({ names = { foo: signed }, options = '', mode = 'marker', hosts }: Setup = {}) {
  return createRawClient({
    script: { servers: { [server]: { names } } },
    resolvConf: `${conf}options ${options}\n`,
    mode,
    ...(hosts === undefined ? {} : { hosts }),
  });
}

const dnssec = { edns: 4096, dnssecOk: true } as const;

describe.each(['marker', 'plain'] as const)('an unmarked address query with DO, mode %s', (mode) => {
  test('is passed on whole: nothing is left out', async () => {
    const sidecar = setUp({ mode });
    const a = sidecar.ask({ name: 'foo', ...dnssec });
    const aaaa = sidecar.ask({ name: 'foo', type: 'AAAA', id: 2, ...dnssec });
    await sidecar.pass(50);
    expect([...a, ...aaaa].map(({ message }) => message.answers?.map(({ type }) => type))).toEqual([
      ['A', 'RRSIG'],
      ['AAAA', 'RRSIG'],
    ]);
    expect(a[0]?.message).toMatchObject({ flag_ad: true, additionals: [{ udpPayloadSize: 1232, flag_do: true }] });
  });

  test('is no half of a pair: A is not waited for', async () => {
    const sidecar = setUp({ mode, names: { 'foo A': 'LOST', 'foo AAAA': signed } });
    const a = sidecar.ask({ name: 'foo', ...dnssec });
    const aaaa = sidecar.ask({ name: 'foo', type: 'AAAA', id: 2, ...dnssec });
    await sidecar.pass(10);
    expect([a.length, aaaa.length]).toEqual([0, 1]);
    await sidecar.pass(10_000);
    expect(a.map(summary)).toEqual(['SERVFAIL']);
  });

  test('is not searched, not filtered, and not the hosts file’s', async () => {
    const sidecar = setUp({ mode, hosts: '10.0.0.7 foo\n', names: { 'foo.s1.test': signed } });
    const replies = ['foo', 'a*b'].map((name, id) => sidecar.ask({ name, id, ...dnssec }));
    await sidecar.pass(50);
    expect(replies.flat().map(summary)).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    expect(sidecar.upstreamQueries()).toEqual(['A foo', 'A a*b']);
  });

  test('is asked for with no-aaaa, too', async () => {
    const sidecar = setUp({ mode, options: 'no-aaaa' });
    const replies = sidecar.ask({ name: 'foo', type: 'AAAA', ...dnssec });
    await sidecar.pass(50);
    expect(sidecar.upstreamQueries()).toEqual(['AAAA foo']);
    expect(replies.map(summary)).toEqual(['NOERROR | AAAA 2001:db8::1 | RRSIG [object Object]']);
  });

  test('an alias that leads nowhere, and a denial, come as they are', async () => {
    const sidecar = setUp({ mode, names: { alias: { is: 'ALIAS', chain: ['gone'], ad: true } } });
    const replies = ['alias', 'nobody'].map((name, id) => sidecar.ask({ name, id, ...dnssec }));
    await sidecar.pass(50);
    expect(replies.flat().map(summary)).toEqual(['NOERROR | CNAME gone', 'NXDOMAIN']);
  });
});

test('a pointer name with DO in plain mode is not the hosts file’s', async () => {
  const sidecar = setUp({ mode: 'plain', hosts: '10.0.0.7 foo\n' });
  const replies = sidecar.ask({ name: '7.0.0.10.in-addr.arpa', type: 'PTR', ...dnssec });
  await sidecar.pass(50);
  expect(replies.map(summary)).toEqual(['NXDOMAIN']);
});

describe('a denial under the marker is the answer to the bare-name fallback', () => {
  const follow = async (query: Partial<RawQuery>) => {
    const sidecar = setUp({ names: {} });
    sidecar.ask({ name: 'foo.glibc.internal', type: 'SRV', ...query });
    await sidecar.pass(20);
    const before = sidecar.upstreamQueries().length;
    sidecar.ask({ name: 'foo', type: 'SRV', id: 2, ...query });
    await sidecar.pass(20);
    return sidecar.upstreamQueries().length - before;
  };

  test('without DO, and to nobody who wants proof', async () => {
    expect(await follow({})).toBe(0);
    expect(await follow({ edns: 1232 })).toBe(0);
    expect(await follow({ ...dnssec })).toBe(1);
  });

  test('with equal flags only', async () => {
    const sidecar = setUp({ names: {} });
    sidecar.ask({ name: 'foo.glibc.internal', type: 'SRV' });
    await sidecar.pass(20);
    const before = sidecar.upstreamQueries().length;
    sidecar.ask({ name: 'foo', type: 'SRV', id: 2, cd: true });
    await sidecar.pass(20);
    expect(sidecar.upstreamQueries().length).toBe(before + 1);
  });
});

describe('upstream', () => {
  test.each<[string, Partial<RawQuery>, string, Setup?]>([
    ['a plain query is a plain query', {}, ''],
    ['AD', { ad: true }, 'AD'],
    ['CD', { cd: true }, 'CD'],
    ['OPT of an address query stays', { edns: 4096 }, ''],
    ['AD beside OPT', { ad: true, edns: 4096 }, 'AD'],
    ['DO', dnssec, 'AD EDNS=1232 DO'],
    ['DO and CD', { ...dnssec, cd: true }, 'AD CD EDNS=1232 DO'],
    ['another type', { type: 'TXT' }, ''],
    ['another type with OPT', { type: 'TXT', edns: 4096 }, 'EDNS=1232'],
    ['another type with all', { type: 'TXT', ad: true, cd: true, ...dnssec }, 'AD CD EDNS=1232 DO'],
    ['under the marker nothing', { name: 'foo.glibc.internal', ad: true, cd: true, ...dnssec }, ''],
    ['trust-ad under the marker', { name: 'foo.glibc.internal' }, 'AD', { options: 'trust-ad' }],
    ['CD of a name that is searched in plain mode', { cd: true }, 'CD', { mode: 'plain' }],
    ['edns0 of the file', {}, 'EDNS=1200', { options: 'edns0' }],
    ['edns0 of the file and a client with DO', dnssec, 'AD EDNS=1232 DO', { options: 'edns0' }],
  ])('%s', async (_, query, extras, setup = {}) => {
    const sidecar = setUp({ names: { foo: signed, 'foo.s1.test': signed }, ...setup });
    sidecar.ask({ name: 'foo', ...query });
    await sidecar.pass(20);
    expect(new Set(sidecar.network.asked.map((question) => question.extras))).toEqual(new Set([extras]));
  });
});

describe('AD of the reply', () => {
  const denied: ReplyScript = { is: 'NX', ad: true };
  const empty: ReplyScript = { is: 'EMPTY', ad: true };
  const alias: ReplyScript = { is: 'DATA', chain: ['foo.other'], addresses: ['10.0.0.1'], ad: true };
  const unsigned: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1'] };
  test.each<[string, ReplyScript, Partial<RawQuery>, boolean]>([
    ['the upstream’s, with AD', signed, { ad: true }, true],
    ['the upstream’s, with AD and OPT', signed, { ad: true, edns: 1232 }, true],
    ['the upstream’s, with DO', signed, dnssec, true],
    ['not asked for', signed, {}, false],
    ['not asked for by OPT', signed, { edns: 1232 }, false],
    ['only if the upstream has it', unsigned, { ad: true }, false],
    ['an alias', alias, { ad: true }, true],
    ['a denial', denied, { ad: true }, true],
    ['no data', empty, { ad: true }, true],
    ['another type', signed, { type: 'TXT', ad: true }, true],
    ['a name that was searched', signed, { name: 'foo.glibc.internal', ad: true }, false],
    ['a denial under the marker', denied, { name: 'foo.glibc.internal', ad: true }, false],
    ['a part of the addresses', many(), { ad: true }, false],
  ])('%s', async (_, reply, query, expected) => {
    const sidecar = setUp({ names: { foo: reply } });
    const replies = sidecar.ask({ name: 'foo', ...query });
    await sidecar.pass(50);
    expect(replies.map(({ message }) => message.flag_ad)).toEqual([expected]);
  });

  test('of the hosts file', async () => {
    const sidecar = setUp({ mode: 'plain', hosts: '10.0.0.7 foo\n' });
    const replies = sidecar.ask({ name: 'foo', ad: true, edns: 1232 });
    await sidecar.pass(50);
    expect(replies.map(({ message }) => message.flag_ad)).toEqual([false]);
  });

  test('of one half of a pair that is empty, beside the other that is not', async () => {
    const sidecar = setUp({ names: { 'foo A': signed, 'foo AAAA': empty } });
    const a = sidecar.ask({ name: 'foo', ad: true });
    const aaaa = sidecar.ask({ name: 'foo', type: 'AAAA', id: 2, ad: true });
    await sidecar.pass(50);
    expect([...a, ...aaaa].map(({ message }) => message.flag_ad)).toEqual([true, true]);
  });

  test('of one half whose reply is not what the upstream said', async () => {
    const sidecar = setUp({ names: { 'foo A': empty, 'foo AAAA': denied } });
    const a = sidecar.ask({ name: 'foo', ad: true });
    const aaaa = sidecar.ask({ name: 'foo', type: 'AAAA', id: 2, ad: true });
    await sidecar.pass(50);
    const told = [...a, ...aaaa].map((reply) => `${summary(reply)} ${reply.message.flag_ad}`);
    expect(told).toEqual(['NXDOMAIN false', 'NXDOMAIN true']);
  });

  test('over TCP, where the cap leaves addresses out', async () => {
    const sidecar = setUp({ names: { foo: many() } });
    const connection = sidecar.connect();
    sidecar.ask({ name: 'foo', ad: true, connection });
    await sidecar.pass(50);
    expect(connection.replies.map(({ message }) => [message.answers?.length, message.flag_ad])).toEqual([[63, false]]);
  });
});

describe('queries that differ in a flag', () => {
  const variants: Partial<RawQuery>[] = [
    {},
    { ad: true },
    { cd: true },
    { ad: true, cd: true },
    dnssec,
    { ...dnssec, cd: true },
  ];

  test.each(['A', 'TXT'])('share no search for %s; equal ones do', async (type) => {
    const sidecar = setUp({ names: { foo: { ...signed, delayMs: 20 } } });
    const replies = variants.flatMap((variant, index) =>
      [0, 100].map((more) => sidecar.ask({ name: 'foo', type, ...variant, port: 1000 + index + more })),
    );
    await sidecar.pass(200);
    expect(replies.map((list) => list.length)).toEqual(replies.map(() => 1));
    expect(sidecar.upstreamQueries()).toHaveLength(variants.length);
  });

  test('nor do those of which one has OPT, where the reply is passed on whole', async () => {
    const sidecar = setUp({ names: { foo: { ...signed, delayMs: 20 } } });
    const replies = [{}, { edns: 1232 }].map((variant, index) =>
      sidecar.ask({ name: 'foo', type: 'TXT', ...variant, port: 1000 + index }),
    );
    await sidecar.pass(200);
    expect(sidecar.network.asked.map(({ extras }) => extras)).toEqual(['', 'EDNS=1232']);
    expect(replies.map(([reply]) => reply?.message.additionals?.length)).toEqual([0, 1]);
  });

  test('from two ports with OPT are no halves of one lookup', async () => {
    const halves = async (ad: boolean) => {
      const sidecar = setUp({ names: { 'foo A': 'LOST', 'foo AAAA': signed } });
      sidecar.ask({ name: 'foo', edns: 1232, port: 1000, ad });
      const aaaa = sidecar.ask({ name: 'foo', type: 'AAAA', edns: 1232, port: 1001 });
      await sidecar.pass(50);
      return aaaa.length;
    };
    expect([await halves(true), await halves(false)]).toEqual([1, 0]);
  });

  test('from one port with one ID are not repeats of each other', async () => {
    const sidecar = setUp();
    const replies = variants.map((variant) => sidecar.ask({ name: 'foo', ...variant }));
    await sidecar.pass(200);
    expect(replies.map((list) => list.length)).toEqual(variants.map(() => 1));
    const whole = replies.map(([reply]) => reply?.message.answers?.length === 2);
    expect(whole).toEqual(variants.map(({ dnssecOk }) => dnssecOk === true));
  });

  test('are not told that the other failed', async () => {
    const sidecar = setUp({ names: { foo: ['SF', signed, signed, signed, signed, signed] } });
    const told: string[] = [];
    for (const variant of variants) {
      const replies = sidecar.ask({ name: 'foo', ...variant });
      await sidecar.pass(50);
      told.push(...replies.map(({ message }) => String((message as { rcode?: string }).rcode)));
    }
    expect(told).toEqual(['SERVFAIL', ...variants.slice(1).map(() => 'NOERROR')]);
    const again = sidecar.ask({ name: 'foo' });
    await sidecar.pass(50);
    expect(again.map(summary)).toEqual(['SERVFAIL']);
  });

  test('over TCP each gets the whole of its own reply', async () => {
    const sidecar = setUp({ names: { foo: many() } });
    sidecar.ask({ name: 'foo', edns: 512 });
    await sidecar.pass(50);
    const asked = sidecar.upstreamQueries().length;
    const connection = sidecar.connect();
    sidecar.ask({ name: 'foo', edns: 512, dnssecOk: true, connection });
    await sidecar.pass(50);
    expect(connection.replies.map(({ message }) => message.answers?.length)).toEqual([80]);
    expect(sidecar.upstreamQueries().length).toBeGreaterThan(asked);
  });
});

function many(): ReplyScript {
  return { is: 'DATA', ad: true, addresses: Array.from({ length: 80 }, (_, index) => `10.9.0.${index + 1}`) };
}
