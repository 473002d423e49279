/**
 * Names of our own among the candidates of a search: what a program is told is what it would be told if a nameserver had their
 * records, whichever family it asks for.
 */
import { describe, expect, test } from 'vitest';
import type { ReplyScript, Script } from '../../cli/simulation/script.ts';
import { createLocalMemory } from '../../sidecar/discovery/local-memory.ts';
import type { LocalReply } from '../../sidecar/decide/reply/reply-plan.ts';
import type { LocalData, LocalQuestion } from '../../sidecar/ports/local-data.ts';
import { formatName } from '../../sidecar/wire/name.ts';
import { createRawClient, summary, type RawClient } from '../support/simulation/raw-client.ts';

/** Which families a name has records of. */
type Families = '4' | '6' | '46' | '-';

interface Place {
  readonly by: 'us' | 'server';
  /** `NX` and `SF`: no families. */
  readonly has: Families | 'NX' | 'SF';
}

const places: readonly Place[] = [
  ...(['4', '6', '46', '-'] as const).flatMap((has) => [{ by: 'us', has } as const, { by: 'server', has } as const]),
  { by: 'server', has: 'NX' },
  { by: 'server', has: 'SF' },
];

const textOf = ({ by, has }: Place): string => `${by} ${has}`;

interface World {
  readonly name: string;
  readonly search: readonly string[];
  /** By candidate; all else nameservers deny. */
  readonly has: Readonly<Record<string, Place>>;
  readonly options?: string;
  readonly hosts?: string;
}

const [a, aaaa] = [1, 28];

/** Addresses of a candidate: by their last byte it is known. */
function addressOf(place: number, type: number): string {
  return type === a ? `192.0.2.${place + 1}` : `2001:db8::${place + 1}`;
}

function hasType({ has }: Place, type: number): boolean {
  return has === '46' || has === (type === a ? '4' : '6');
}

function localDataOf({ has }: World): LocalData {
  const placeOf = (name: Uint8Array) => {
    const text = formatName(name).toLowerCase();
    const place = has[text];
    return place?.by === 'us' ? { ...place, index: Object.keys(has).indexOf(text) } : undefined;
  };
  return {
    ...createLocalMemory(),
    answer({ name, type }: LocalQuestion): LocalReply | undefined {
      const place = placeOf(name);
      if (place === undefined) return undefined;
      const rdata = type === a ? [192, 0, 2, place.index + 1] : [0x20, 1, 0xd, 0xb8, ...zeros, place.index + 1];
      const records = hasType(place, type) ? [{ type, ttl: 5, rdata: Uint8Array.from(rdata) }] : [];
      const rcode = place.has === 'NX' ? 3 : 0;
      return { form: 'local', rcode, authentic: false, chain: [], canonical: undefined, records, soa: undefined };
    },
    outcome({ name, type }) {
      const place = placeOf(name);
      return place && (hasType(place, type) ? 'records' : 'no-data');
    },
  };
}

const zeros = Array.from({ length: 11 }, () => 0);

/** What nameservers have: theirs, or with `all` ours, too. */
function scriptOf({ has }: World, all: boolean): Script {
  const names: Record<string, ReplyScript> = {};
  for (const [index, [name, place]] of Object.entries(has).entries()) {
    if (place.by === 'us' && !all) continue;
    for (const [type, text] of [
      [a, 'A'],
      [aaaa, 'AAAA'],
    ] as const) {
      names[`${name} ${text}`] =
        place.has === 'NX' || place.has === 'SF'
          ? place.has
          : hasType(place, type)
            ? { is: 'DATA', addresses: [addressOf(index, type)], ttl: 5 }
            : 'EMPTY';
    }
  }
  return { servers: { '192.0.2.100': { names } } };
}

function clientOf(world: World, isOurs: boolean): RawClient {
  const { search, options = '', hosts } = world;
  return createRawClient({
    script: scriptOf(world, !isOurs),
    resolvConf: `nameserver 192.0.2.100\nsearch ${search.join(' ')}\noptions attempts:1 ${options}\n`,
    mode: 'as-is',
    ...(isOurs && { localData: localDataOf(world) }),
    ...(hosts !== undefined && { hosts }),
  });
}

/** As programs ask: one family, or both in either order; the second one while it is waited for. */
const calls = [['A'], ['AAAA'], ['A', 'AAAA'], ['AAAA', 'A']] as const;

type Call = (typeof calls)[number];

async function callOf(client: RawClient, { name }: World, types: Call, port = 4001): Promise<string> {
  const replies = types.map((type, index) => client.ask({ name: `${name}.glibc.internal`, type, id: index, port }));
  await client.pass(100);
  return replies
    .map(([reply], index) => `${types[index]}: ${reply === undefined ? 'nothing' : summary(reply)}`)
    .join('; ');
}

async function differences(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const types of calls) {
    const [ours, theirs] = await Promise.all(
      [true, false].map((isOurs) => callOf(clientOf(world, isOurs), world, types)),
    );
    if (ours !== theirs) found.push(`${JSON.stringify(world.has)} ${types.join('+')}: ${ours}, not ${theirs}`);
  }
  return found;
}

test.each(places.map((place) => [textOf(place), place] as const))(
  'first %s, then each of all: as if a nameserver had them',
  async (_text, first) => {
    const found: string[] = [];
    for (const second of places) {
      const has = { 'web.a.test': first, 'web.b.test': second };
      found.push(...(await differences({ name: 'web', search: ['a.test', 'b.test'], has })));
    }
    expect(found).toEqual([]);
  },
);

test.each(places.filter(({ by }) => by === 'server').map((place) => [place.has, place] as const))(
  'behind the name as it is, of which a server says %s: as if a nameserver had them',
  async (_text, asIs) => {
    const found: string[] = [];
    for (const place of places) {
      const has = { 'web.x': asIs, 'web.x.a.test': place };
      found.push(...(await differences({ name: 'web.x', search: ['a.test'], has })));
    }
    expect(found).toEqual([]);
  },
);

test.each(places.filter(({ by }) => by === 'us').map((place) => [place.has, place] as const))(
  'the name as it is last, which is ours and in a hosts file in one family: as if a nameserver had it (%s)',
  async (_text, asIs) => {
    const found: string[] = [];
    for (const place of places) {
      const has = { 'web.a.test': place, web: asIs };
      found.push(...(await differences({ name: 'web', search: ['a.test'], has, hosts: '192.0.2.99 web\n' })));
    }
    expect(found).toEqual([]);
  },
);

test('with no-aaaa: as if a nameserver had them', async () => {
  const found: string[] = [];
  for (const place of places) {
    const has = { 'web.a.test': place, 'web.b.test': { by: 'us', has: '46' } } as const;
    found.push(...(await differences({ name: 'web', search: ['a.test', 'b.test'], has, options: 'no-aaaa' })));
  }
  expect(found).toEqual([]);
});

test('in front of them a hosts file that has the name in one family: as if a nameserver had them', async () => {
  const found: string[] = [];
  for (const place of places) {
    for (const hosts of ['192.0.2.99 web\n', '2001:db8::99 web\n']) {
      const has = { 'web.a.test': place, 'web.b.test': { by: 'us', has: '46' } } as const;
      found.push(...(await differences({ name: 'web', search: ['a.test', 'b.test'], has, hosts })));
    }
  }
  expect(found).toEqual([]);
});

describe('a name with IPv4 alone, in front of one with IPv6', () => {
  const world: World = {
    name: 'web',
    search: ['a.test', 'b.test'],
    has: { 'web.a.test': { by: 'us', has: '4' }, 'web.b.test': { by: 'server', has: '6' } },
  };

  test('IPv4 is answered at once, and asks nobody', () => {
    const client = clientOf(world, true);
    expect(client.ask({ name: 'web.glibc.internal' }).map(summary)).toEqual([
      'NOERROR | CNAME web.a.test | A 192.0.2.1',
    ]);
    expect(client.upstreamQueries()).toEqual([]);
  });

  test('so is a pair, whichever comes first', () => {
    for (const types of [
      ['A', 'AAAA'],
      ['AAAA', 'A'],
    ]) {
      const client = clientOf(world, true);
      const replies = types.map((type, id) => client.ask({ name: 'web.glibc.internal', type, id }));
      expect(replies.flat().map(summary).toSorted()).toEqual(['NOERROR', 'NOERROR | CNAME web.a.test | A 192.0.2.1']);
      expect(client.upstreamQueries()).toEqual([]);
    }
  });

  test('IPv6 alone is asked for behind it', async () => {
    const client = clientOf(world, true);
    expect(await callOf(client, world, ['AAAA'])).toBe('AAAA: NOERROR | CNAME web.b.test | AAAA 2001:db8::2');
    expect(client.upstreamQueries()).toEqual(['AAAA web.b.test']);
  });

  test('one lookup after the other, each gets its own', async () => {
    const client = clientOf(world, true);
    const fresh = await Promise.all(calls.map((types) => callOf(clientOf(world, true), world, types)));
    const found: string[] = [];
    for (const [index, types] of calls.entries()) found.push(await callOf(client, world, types, 5000 + index));
    expect(found).toEqual(fresh);
  });

  test('and many at the same time, too', async () => {
    const client = clientOf(world, true);
    const fresh = await Promise.all(calls.map((types) => callOf(clientOf(world, true), world, types)));
    const found = await Promise.all(
      Array.from({ length: 40 }, (_, index) => callOf(client, world, calls[index % 4] ?? calls[0], 5000 + index)),
    );
    expect(found).toEqual(Array.from({ length: 40 }, (_, index) => fresh[index % 4]));
  });

  test('two programs of one client that ask for one family each, without OPT, are no pair', async () => {
    const client = clientOf(world, true);
    const [one, other] = await Promise.all([callOf(client, world, ['A'], 5001), callOf(client, world, ['AAAA'], 5002)]);
    expect([one, other]).toEqual([
      'A: NOERROR | CNAME web.a.test | A 192.0.2.1',
      'AAAA: NOERROR | CNAME web.b.test | AAAA 2001:db8::2',
    ]);
  });

  test('with OPT they are', async () => {
    const client = clientOf(world, true);
    const replies = ['A', 'AAAA'].map((type, id) =>
      client.ask({ name: 'web.glibc.internal', type, id, port: 5001 + id, edns: 1232 }),
    );
    await client.pass(100);
    expect(replies.flat().map(summary)).toEqual(['NOERROR | CNAME web.a.test | A 192.0.2.1', 'NOERROR']);
  });

  test('a repeat gets its reply again', () => {
    const client = clientOf(world, true);
    const replies = [0, 1].map(() => client.ask({ name: 'web.glibc.internal', id: 7 }));
    expect(replies.flat().map(summary)).toEqual(Array(2).fill('NOERROR | CNAME web.a.test | A 192.0.2.1'));
  });

  test.each<[what: string, change: (has: Record<string, Place>) => void]>([
    ['is gone', (has) => void delete has['web.a.test']],
    ['is denied', (has) => void (has['web.a.test'] = { by: 'us', has: 'NX' })],
  ])('where it %s before its sibling asks, that has nothing', async (_what, change) => {
    const has: Record<string, Place> = { ...world.has };
    const client = clientOf({ ...world, has }, true);
    const first = client.ask({ name: 'web.glibc.internal', id: 1 });
    change(has);
    const second = client.ask({ name: 'web.glibc.internal', id: 2, type: 'AAAA' });
    await client.pass(100);
    expect([first, second].flat().map(summary)).toEqual(['NOERROR | CNAME web.a.test | A 192.0.2.1', 'NOERROR']);
  });

  test('where it is gone before the search has come to it, that has failed', async () => {
    const has: Record<string, Place> = { 'web.b.test': { by: 'us', has: '4' } };
    const client = clientOf({ ...world, has }, true);
    const replies = ['A', 'AAAA'].map((type, id) => client.ask({ name: 'web.glibc.internal', type, id }));
    delete has['web.b.test'];
    await client.pass(100);
    expect(replies.flat().map(summary)).toEqual(['SERVFAIL', 'SERVFAIL']);
  });
});
