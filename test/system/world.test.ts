/** The rig itself: worlds are private, the script is obeyed, and real musl shows in it what it is known for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Libc, LibcName } from '../support/worlds/libcs.ts';
import { provideRig } from '../support/worlds/rig.ts';
import { differences } from './row-run.ts';
import { conf, data, halves, ns1, noname, ok, servers, addresses } from '../support/rows/row.ts';
import type { Forgery } from '../../cli/simulation/script.ts';
import { serverAddressesV6 } from '../support/worlds/addresses.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

const rig = await provideRig();
const needed = ['glibc', 'musl-1.2.2', 'musl-1.2.6'] as const;
const canRun = rig.hasWorlds && needed.every((name) => rig.libcs[name]);

describe.runIf(canRun)('a world', () => {
  const { glibc, 'musl-1.2.2': musl122, 'musl-1.2.6': musl126 } = rig.libcs as Record<LibcName, Libc>;
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  /** One call with a C library that talks to the scripted servers directly. */
  async function ask(libc: Libc, script: Parameters<World['prepare']>[0]['script'], call: string) {
    await world.prepare({ resolvConf: conf(), script });
    return world.lookup(libc, 'direct', call);
  }
  const ab = 'getaddrinfo u a.b canon';

  test('two worlds at a time do not see each other', async () => {
    const other = await createWorld();
    try {
      await other.prepare({ resolvConf: conf(), script: servers({ 'a.b': data('10.0.0.2') }), hostName: 'other' });
      expect(await ask(glibc, servers({ 'a.b': data('10.0.0.1') }), ab)).toMatchObject(ok('a.b', '10.0.0.1'));
      expect(await other.lookup(glibc, 'direct', ab)).toMatchObject(ok('a.b', '10.0.0.2'));
    } finally {
      await other.close();
    }
  });

  test('hosts file and host name are the world’s own', async () => {
    await world.prepare({
      resolvConf: conf({ search: '' }),
      script: servers({ 'foo.h.test': data('10.0.0.1') }),
      hosts: '10.5.5.5 here\n',
      hostName: 'pod.h.test',
    });
    expect(await world.lookup(glibc, 'direct', 'getaddrinfo 4 here')).toMatchObject({ addresses: ['10.5.5.5'] });
    expect(await world.lookup(glibc, 'direct', 'getaddrinfo u foo canon')).toMatchObject(ok('foo.h.test', '10.0.0.1'));
  });

  test('servers have IPv6 addresses too', async () => {
    await world.prepare({
      resolvConf: `nameserver ${serverAddressesV6[0]}\n`,
      script: { servers: { [serverAddressesV6[0]]: { names: { 'a.b': data('10.0.0.1') } } } },
    });
    expect(await world.lookup(glibc, 'direct', ab)).toMatchObject(ok('a.b', '10.0.0.1'));
  });

  test('every query is noted, in order', async () => {
    await ask(glibc, servers({ 'foo.s2.test': data('10.0.0.1') }), 'getaddrinfo u foo');
    const asked = (await world.queries()).map(({ server, transport, name, type }) => [server, transport, name, type]);
    expect(asked).toEqual([
      [ns1, 'udp', 'foo.s1.test', 'A'],
      [ns1, 'udp', 'foo.s1.test', 'AAAA'],
      [ns1, 'udp', 'foo.s2.test', 'A'],
      [ns1, 'udp', 'foo.s2.test', 'AAAA'],
    ]);
  });

  test.each<Forgery>(['id', 'name', 'type', 'source', 'no-question', 'garbage'])(
    'glibc does not take a reply with a forged %s',
    async (forgery) => {
      const reply = { ...data('10.0.0.1', '2001:db8::9'), forged: [forgery], delayMs: 20 };
      expect(await ask(glibc, servers({ 'a.b': reply }), ab)).toMatchObject({
        outcome: 'OK',
        addresses: expect.toSatisfy((list: string[]) => list.toSorted().join() === '10.0.0.1,2001:db8::9'),
      });
    },
  );

  test('a reply sequence begins with the first query and stays with the last reply', async () => {
    const script = servers({ 'a.b': ['SF', data('10.0.0.1')] });
    expect(await ask(glibc, script, 'getaddrinfo 4 a.b canon')).toMatchObject(ok('a.b', '10.0.0.1'));
  });

  test('a lookup that never ends is ended', async () => {
    expect(await ask(glibc, servers({ 'a.b': 'LOST' }), `deadline 1 ; ${ab}`)).toMatchObject({ outcome: 'KILLED' });
  });

  test('musl fails where one half does not exist', async () => {
    const script = servers(halves('a.b', data('10.0.0.1'), 'NX'));
    expect(await ask(musl126, script, ab)).toMatchObject(noname);
  });

  test('musl never searches a name with enough dots', async () => {
    const script = servers({ 'a.b.s1.test': data('10.0.0.1') });
    expect(await ask(musl126, script, ab)).toMatchObject(noname);
  });

  test('musl takes 30 of 40 addresses before 1.2.4, all of them later', async () => {
    const script = servers({ 'a.b': data(...addresses(40)) });
    expect((await ask(musl122, script, ab)).addresses).toHaveLength(30);
    expect((await ask(musl126, script, ab)).addresses).toHaveLength(40);
  });
});

describe('the comparison', () => {
  const result = { outcome: 'OK', addresses: ['10.0.0.1'], canonical: 'a.b' } as const;
  test.each([
    ['another outcome', noname],
    ['another address', ok('a.b', '10.0.0.2')],
    ['one address more', ok('a.b', '10.0.0.1', '10.0.0.2')],
    ['another canonical name', ok('b.a', '10.0.0.1')],
    ['too few of a set', { ...ok('a.b', '10.0.0.1', '10.0.0.2'), count: [2, 2] as [number, number] }],
  ])('notices %s', (_, expected) => {
    expect(differences(expected, { ...result, addresses: [...result.addresses] }, 'glibc')).not.toEqual([]);
  });

  test('accepts the same', () => {
    const expected = ok('a.b', '10.0.0.1');
    expect(differences(expected, { ...result, addresses: [...result.addresses] }, 'glibc')).toEqual([]);
  });
});
