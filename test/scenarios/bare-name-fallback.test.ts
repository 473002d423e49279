/** The client's own question for the bare name, after a search under the marker found nothing. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, summary, type RawClient, type RawReply } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';
const marker = 'glibc.internal';

function client(names: Record<string, ReplyScript>, tcp: 'open' | 'refused' = 'open'): RawClient {
  return createRawClient({
    script: { servers: { [server]: { names, tcp } } },
    resolvConf: `nameserver ${server}\nsearch s1.test\noptions timeout:1 attempts:1\n`,
  });
}

let id = 0;

/** As one call of getaddrinfo does: of one family, or of both from one port. */
async function lookUp(sidecar: RawClient, name: string, types: readonly string[], edns?: number): Promise<string[]> {
  id += 10;
  const replies = types.map((type, index): RawReply[] =>
    sidecar.ask({ name, type, id: id + index, port: 40_000 + id, ...(edns === undefined ? {} : { edns }) }),
  );
  await sidecar.pass(200);
  return replies.map(([reply]) => (reply === undefined ? 'none' : summary(reply)));
}

describe('of the same kind', () => {
  test.each([[['A']], [['AAAA']], [['A', 'AAAA']]])(
    '%j: the end of the search is the answer, without a query',
    async (types) => {
      const sidecar = client({});
      const nothing = types.map(() => 'NXDOMAIN');
      expect(await lookUp(sidecar, `foo.${marker}`, types)).toEqual(nothing);
      const asked = sidecar.network.asked.length;
      expect(await lookUp(sidecar, 'foo', types)).toEqual(nothing);
      expect(sidecar.network.asked.length).toBe(asked);
    },
  );
});

describe('after a search that a refused connection broke off, with the bare name denied before', () => {
  const truncated: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1'], truncated: true };

  test.each([
    ['A alone, whose client may go by errno, is answered with the end of the search', ['A'], ['SERVFAIL']],
    ['AAAA alone is answered with the outcome of the bare name', ['AAAA'], ['NXDOMAIN']],
    ['both are answered with the outcome of the bare name', ['A', 'AAAA'], ['NXDOMAIN', 'NXDOMAIN']],
  ])('%s', async (_, types, expected) => {
    const sidecar = client({ 'a.b.s1.test': truncated }, 'refused');
    expect(await lookUp(sidecar, `a.b.${marker}`, types)).toEqual(types.map(() => 'SERVFAIL'));
    const asked = sidecar.network.asked.length;
    expect(await lookUp(sidecar, 'a.b', types)).toEqual(expected);
    expect(sidecar.network.asked.length).toBe(asked);
  });

  test('with EDNS, which glibc does not send, A alone is answered with the outcome of the bare name', async () => {
    const sidecar = client({ 'a.b.s1.test': truncated }, 'refused');
    expect(await lookUp(sidecar, `a.b.${marker}`, ['A'])).toEqual(['SERVFAIL']);
    expect(await lookUp(sidecar, 'a.b', ['A'], 1232)).toEqual(['NXDOMAIN']);
  });
});

describe('of another kind is a lookup of its own', () => {
  const data: ReplyScript = { is: 'DATA', addresses: ['2001:db8::1'] };

  test('IPv4 not found, then both: the AAAA data counts, and A is no "no such name" beside it', async () => {
    const sidecar = client({ 'foo AAAA': data });
    expect(await lookUp(sidecar, `foo.${marker}`, ['A'])).toEqual(['NXDOMAIN']);
    expect(await lookUp(sidecar, 'foo', ['A', 'AAAA'])).toEqual(['NOERROR', 'NOERROR | AAAA 2001:db8::1']);
  });

  test('both not found, then IPv6: its temporary failure', async () => {
    const sidecar = client({ 'foo AAAA': 'SF' });
    const alone = await lookUp(client({ 'foo AAAA': 'SF' }), 'foo', ['AAAA']);
    expect(alone).toEqual(['SERVFAIL']);
    await lookUp(sidecar, `foo.${marker}`, ['A', 'AAAA']);
    expect(await lookUp(sidecar, 'foo', ['AAAA'])).toEqual(alone);
  });
});

describe('search domains behind the marker', () => {
  /** The first domain refuses, which ends glibc's search, though the second one has the name. */
  const names: Record<string, ReplyScript> = {
    'foo.s1.test': 'RF',
    'foo.s2.test': { is: 'DATA', addresses: ['10.0.0.2'] },
  };
  const behind = (podFile: string): RawClient =>
    createRawClient({
      script: { servers: { [server]: { names } } },
      resolvConf: `nameserver ${server}\nsearch s1.test s2.test\noptions timeout:1 attempts:1\n`,
      podFile,
    });
  const both = `search ${marker} s1.test s2.test\n`;

  test.each([[['A']], [['AAAA']], [['A', 'AAAA']]])(
    '%j: after a failed search the name is in none of them, without a query',
    async (types) => {
      const sidecar = behind(both);
      const nothing = types.map(() => 'NXDOMAIN');
      expect(await lookUp(sidecar, `foo.${marker}`, types)).toEqual(nothing);
      const asked = sidecar.network.asked.length;
      for (const name of ['foo.s1.test', 'FOO.s2.TEST', 'foo'])
        expect(await lookUp(sidecar, name, types)).toEqual(nothing);
      expect(sidecar.network.asked.length).toBe(asked);
    },
  );

  test.each<[what: string, podFile: string, search: string[], name: string]>([
    ['nobody searched before', both, [], 'foo.s2.test'],
    ['another name was searched for', both, ['bar'], 'foo.s2.test'],
    ['they are not in the file', `search ${marker}\n`, ['foo'], 'foo.s2.test'],
    ['they stand in front of the marker', `search s2.test ${marker}\n`, ['foo'], 'foo.s2.test'],
  ])('a name that exists there is answered as it is where %s', async (_, podFile, search, name) => {
    const sidecar = behind(podFile);
    for (const searched of search) expect(await lookUp(sidecar, `${searched}.${marker}`, ['A'])).toEqual(['NXDOMAIN']);
    expect(await lookUp(sidecar, name, ['A'])).toEqual(['NOERROR | A 10.0.0.2']);
  });

  test('a name that was searched for itself is answered with the end of that search, although another may go on there', async () => {
    const sidecar = createRawClient({
      script: { servers: { [server]: { names: { 'foo.s1.test': 'EMPTY' } } } },
      resolvConf: `nameserver ${server}\nsearch s1.test s2.test\n`,
      podFile: both,
    });
    for (const name of ['foo', 'foo.s1.test'])
      expect(await lookUp(sidecar, `${name}.${marker}`, ['A'])).toEqual(['NOERROR']);
    expect(await lookUp(sidecar, 'foo.s1.test', ['A'])).toEqual(['NOERROR']);
    expect(await lookUp(sidecar, 'foo.s2.test', ['A'])).toEqual(['NXDOMAIN']);
  });

  test('the other family, and the same a second later, are asked as they are', async () => {
    const sidecar = behind(both);
    expect(await lookUp(sidecar, `foo.${marker}`, ['AAAA'])).toEqual(['NXDOMAIN']);
    expect(await lookUp(sidecar, 'foo.s2.test', ['A'])).toEqual(['NOERROR | A 10.0.0.2']);
    expect(await lookUp(sidecar, `foo.${marker}`, ['A'])).toEqual(['NXDOMAIN']);
    await sidecar.pass(1000);
    expect(await lookUp(sidecar, 'foo.s2.test', ['A'])).toEqual(['NOERROR | A 10.0.0.2']);
  });
});
