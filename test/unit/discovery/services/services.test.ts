/** The state of all services: what each operation changes, and what it refuses. */
import { describe, expect, test } from 'vitest';
import {
  charactersOf,
  maxCharactersOfAll,
  type ManualEntry,
  type Override,
} from '../../../../sidecar/discovery/services/override.ts';
import { addressesOf, serviceOf, type Service } from '../../../../sidecar/discovery/services/service.ts';
import {
  byStart,
  discover,
  effectiveService,
  effectiveServices,
  emptyServices,
  findId,
  forgetOverride,
  hide,
  isContainerId,
  lose,
  maxManual,
  patch,
  putManual,
  removeManual,
  restore,
  setTtl,
  synchronise,
  type Changed,
  type Services,
} from '../../../../sidecar/discovery/services/services.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];

function container(id: string, startedMs: number, more: Partial<Service> = {}): Service {
  const network = { name: 'bridge', addresses: [`172.17.0.${startedMs}`], subnets: ['172.17.0.0/16'], gateways: [] };
  return serviceOf({
    ...{ id, source: 'container', startedMs, name: id.slice(0, 4), image: 'web' },
    networks: [{ ...network, aliases: ['alias'] }],
    ...more,
  });
}

const entry: ManualEntry = { name: 'db', image: 'postgres', addresses: ['192.0.2.9'] };

function done(changed: Changed): Services {
  if (!changed.ok) throw new Error(`refused: ${changed.fault.code}`);
  return changed.services;
}

function two(): Services {
  return done(putManual(discover(emptyServices(5), container(a, 1)), 'db', entry, 7));
}

describe('each change raises the generation, and what is refused changes nothing', () => {
  const said: Override = { ttlSeconds: 9 };
  test.each<[string, (services: Services) => Services | Changed, string]>([
    ['a container comes', (services) => discover(services, container(b, 2)), 'changed'],
    ['a container is seen again as it was', (services) => discover(services, container(a, 1)), 'same'],
    ['a container is seen with another start', (services) => discover(services, container(a, 2)), 'changed'],
    ['all containers are seen again', (services) => synchronise(services, [container(a, 1)]), 'same'],
    ['all, and one more', (services) => synchronise(services, [container(a, 1), container(b, 2)]), 'changed'],
    ['all but one', (services) => synchronise(services, []), 'changed'],
    ['a container stops', (services) => hide(services, a), 'changed'],
    ['a container stops that was not there', (services) => hide(services, b), 'same'],
    [
      'all are seen again, and another is gone',
      (services) => synchronise(services, [container(a, 1)], { gone: [b] }),
      'same',
    ],
    ['a container goes', (services) => lose(services, a), 'changed'],
    ['a container goes that was not there', (services) => lose(services, b), 'same'],
    ['an entry is made', (services) => putManual(services, 'x', entry, 8), 'changed'],
    ['an entry is replaced', (services) => putManual(services, 'db', entry, 8), 'changed'],
    ['an entry under the id of a container', (services) => putManual(services, a, entry, 8), 'discovered'],
    ['an entry whose id is no path', (services) => putManual(services, 'a/b', entry, 8), 'bad-id'],
    ['an entry whose id clients take for a step', (services) => putManual(services, '..', entry, 8), 'bad-id'],
    ['an entry with dots in its id', (services) => putManual(services, '.a.', entry, 8), 'changed'],
    ['an entry without address', (services) => putManual(services, 'x', { ...entry, addresses: [] }, 8), 'bad-member'],
    ['a patch of a container', (services) => patch(services, a, said), 'changed'],
    ['a patch of an entry', (services) => patch(services, 'db', said), 'changed'],
    ['a patch of neither', (services) => patch(services, 'nobody', said), 'unknown'],
    ['a patch that takes the last address', (services) => patch(services, 'db', { addresses: [] }), 'bad-member'],
    ['a patch with a bad member', (services) => patch(services, a, { ttlSeconds: -1 }), 'bad-member'],
    ['what was said of nobody is taken back', (services) => forgetOverride(services, a), 'unknown'],
    ['an entry is removed', (services) => removeManual(services, 'db'), 'changed'],
    ['a container is removed by hand', (services) => removeManual(services, a), 'discovered'],
    ['nothing is removed', (services) => removeManual(services, 'nobody'), 'unknown'],
    ['a TTL of all', (services) => setTtl(services, 60), 'changed'],
    ['a TTL that is none', (services) => setTtl(services, 1.5), 'bad-ttl'],
  ])('%s', (_what, operate, expected) => {
    const before = two();
    const kept = structuredClone(before);
    const after = operate(before);
    expect(before).toEqual(kept);
    if ('ok' in after && !after.ok) return expect(after.fault.code).toBe(expected);
    const services = 'ok' in after ? after.services : after;
    expect(services === before ? 'same' : 'changed').toBe(expected);
    expect(services.generation).toBe(before.generation + Number(expected === 'changed'));
  });
});

test('of a container that does not run more can be said where something is, and no entry has its id', () => {
  const stopped = hide(done(patch(two(), a, { name: 'other' })), a);
  const more = done(patch(stopped, a, { ttlSeconds: 9 }));
  expect(more.overrides.get(a)).toEqual({ name: 'other', ttlSeconds: 9 });
  expect(more.generation).toBe(stopped.generation + 1);
  expect(patch(hide(two(), a), a, { ttlSeconds: 9 })).toEqual({ ok: false, fault: { code: 'unknown' } });
  expect(putManual(stopped, a, entry, 8)).toEqual({ ok: false, fault: { code: 'discovered' } });
  const paused = hide(two(), a, two().discovered.get(a));
  expect(putManual(paused, a, entry, 8)).toEqual({ ok: false, fault: { code: 'discovered' } });
  const earlier = { ...paused, manual: new Map([[a, serviceOf({ id: a, source: 'manual', startedMs: 1 })]]) };
  expect(putManual(earlier, a, entry, 8).ok).toBe(true);
  const both = { ...two(), overrides: new Map([['db', { name: 'other' }]]) };
  expect(done(patch(both, 'db', { ttlSeconds: 9 })).manual.get('db')).toMatchObject({ name: 'db', ttlSeconds: 9 });
  expect(putManual(both, 'db', entry, 8).ok).toBe(true);
});

test('a change raises the generation by one, and what is removed is gone', () => {
  const before = two();
  const after = done(removeManual(before, 'db'));
  expect([after.generation, [...after.manual.keys()], after.discovered]).toEqual([
    before.generation + 1,
    [],
    before.discovered,
  ]);
});

test('an entry that was changed is what it was but for the change', () => {
  const before = two().manual.get('db');
  expect(done(patch(two(), 'db', { ttlSeconds: 9 })).manual.get('db')).toStrictEqual({ ...before, ttlSeconds: 9 });
});

test.each([
  ['0'.repeat(64), true],
  ['0123456789abcdef'.repeat(4), true],
  ['0'.repeat(63), false],
  ['0'.repeat(65), false],
  ['A'.repeat(64), false],
  [`g${'0'.repeat(63)}`, false],
])('%s is the id of a container: %s', (text, expected) => expect(isContainerId(text)).toBe(expected));

test('services are in order by their start, then by their ids', () => {
  const order = (left: [string, number], right: [string, number]): number =>
    Math.sign(byStart(container(...left), container(...right)));
  expect([
    order([a, 1], [b, 2]),
    order([b, 2], [a, 3]),
    order([a, 2], [b, 1]),
    order([a, 1], [b, 1]),
    order([b, 1], [a, 1]),
    order([a, 1], [a, 1]),
  ]).toEqual([-1, -1, 1, -1, 1, 0]);
});

describe('a discovered service', () => {
  test('has what was said of it by hand in place of its own, each member by itself', () => {
    const once = done(patch(two(), a, { name: 'other', ttlSeconds: 9 }));
    const twice = done(patch(once, a, { name: 'third', addresses: ['2001:DB8::1', '2001:db8:0::1'] }));
    const expected = { name: 'third', ttlSeconds: 9, image: 'web', addresses: ['2001:db8::1'] };
    expect(effectiveService(twice, a)).toMatchObject(expected);
    expect(twice.discovered.get(a)).toMatchObject({ name: 'aaaa', addresses: undefined });
  });

  test('keeps it when it is seen again or serves again, and loses it with the container', () => {
    const patched = done(patch(two(), a, { name: 'other' }));
    expect(effectiveService(discover(patched, container(a, 3)), a)).toMatchObject({ name: 'other', startedMs: 3 });
    expect(effectiveService(synchronise(patched, [container(a, 3)]), a)?.name).toBe('other');
    for (const hidden of [hide(patched, a), synchronise(patched, [])]) {
      expect(effectiveService(hidden, a)).toBe(undefined);
      expect(effectiveService(discover(hidden, container(a, 3)), a)?.name).toBe('other');
      expect(effectiveService(discover(lose(hidden, a), container(a, 3)), a)?.name).toBe('aaaa');
    }
    expect(effectiveService(discover(lose(patched, a), container(a, 3)), a)?.name).toBe('aaaa');
    expect(effectiveService(discover(synchronise(patched, [], { gone: [a] }), container(a, 3)), a)?.name).toBe('aaaa');
  });

  test('that is not known any more is lost all the same where something is said of it', () => {
    const hidden = hide(done(patch(two(), a, { name: 'other' })), a);
    for (const after of [lose(hidden, a), synchronise(hidden, [], { gone: [a, b] })])
      expect([after.overrides.size, after.generation]).toEqual([0, hidden.generation + 1]);
  });
});

describe('what was said by hand is taken back', () => {
  const said = () => done(patch(two(), a, { name: 'other', ttlSeconds: 9 }));

  test('member by member, and with the last of them the override', () => {
    const once = done(patch(said(), a, { image: 'x' }, ['name']));
    expect(once.overrides.get(a)).toStrictEqual({ ttlSeconds: 9, image: 'x' });
    expect(done(patch(once, a, {}, ['ttlSeconds', 'image'])).overrides.has(a)).toBe(false);
  });

  test('at once', () => {
    const before = said();
    const services = done(forgetOverride(before, a));
    expect([effectiveService(services, a)?.name, services.generation]).toEqual(['aaaa', before.generation + 1]);
  });

  test('of an entry, too, but for what it cannot be without', () => {
    const whole = done(patch(two(), 'db', { ttlSeconds: 9, aliases: ['x.test'] }));
    const less = done(patch(whole, 'db', {}, ['ttlSeconds', 'aliases', 'image']));
    expect(effectiveService(less, 'db')).toMatchObject({ ttlSeconds: undefined, aliases: [], image: '', name: 'db' });
    expect(patch(whole, 'db', {}, ['addresses'])).toMatchObject({ ok: false, fault: { member: 'addresses' } });
  });
});

describe('what was kept is restored', () => {
  const kept = { manual: new Map([['db', { ...entry, madeMs: 7 }]]), overrides: new Map([[a, { name: 'other' }]]) };

  test('as it was', () => {
    const services = done(restore(emptyServices(5), { ...kept, ttlSeconds: 60 }));
    expect([services.manual, services.ttlSeconds]).toEqual([two().manual, 60]);
    expect(effectiveService(discover(services, container(a, 1)), a)?.name).toBe('other');
    expect(done(restore(emptyServices(5), { ...kept, ttlSeconds: undefined })).ttlSeconds).toBe(5);
  });

  const madeMs = 1;
  test.each<[string, Partial<Parameters<typeof restore>[1]>, string]>([
    ['an id that is none', { manual: new Map([['a/b', { ...entry, madeMs }]]) }, 'bad-id'],
    ['an entry that cannot stand', { manual: new Map([['x', { ...entry, addresses: [], madeMs }]]) }, 'bad-member'],
    ['an override that cannot stand', { overrides: new Map([[a, { ttlSeconds: -1 }]]) }, 'bad-member'],
    ['a TTL that is none', { ttlSeconds: -1 }, 'bad-ttl'],
    [
      'too many',
      { manual: new Map(Array.from({ length: maxManual + 1 }, (_, index) => [`m${index}`, { ...entry, madeMs }])) },
      'full',
    ],
  ])('or nothing of it: %s', (_what, wrong, code) => {
    expect(restore(emptyServices(), { ttlSeconds: undefined, ...kept, ...wrong })).toMatchObject({ fault: { code } });
  });

  test('up to as many as may be made', () => {
    const made = (count: number) =>
      restore(emptyServices(), {
        manual: new Map(Array.from({ length: count }, (_, index) => [`m${index}`, { ...entry, madeMs }])),
        ...{ overrides: new Map(), ttlSeconds: undefined },
      });
    expect(made(maxManual).ok).toBe(true);
    expect(made(maxManual + 1)).toMatchObject({ fault: { max: maxManual, of: 'services' } });
  });

  test('with addresses in one spelling', () => {
    const overrides = new Map([[a, { addresses: ['::FFFF:10.1.1.1'] }]]);
    const services = done(restore(emptyServices(), { manual: new Map(), overrides, ttlSeconds: undefined }));
    expect(services.overrides.get(a)?.addresses).toEqual(['10.1.1.1']);
  });
});

test('entries made by hand outlive what is discovered, and keep their start', () => {
  const again = done(putManual(synchronise(two(), [container(b, 1)]), 'db', { ...entry, ttlSeconds: 3 }, 99));
  expect([...again.discovered.keys()]).toEqual([b]);
  expect(effectiveService(again, 'db')).toMatchObject({ source: 'manual', startedMs: 7, ttlSeconds: 3 });
});

test('all are listed in the order of their start, then of their ids', () => {
  const services = [container(c, 2), container(a, 2), container(b, 1)].reduce(discover, emptyServices());
  expect(effectiveServices(done(putManual(services, 'db', entry, 0))).map(({ id }) => id)).toEqual(['db', b, a, c]);
});

test('an id that a container takes over is the container', () => {
  const services = discover(done(putManual(emptyServices(), a, entry, 0)), container(a, 1));
  expect(effectiveServices(services).map(({ source }) => source)).toEqual(['container']);
});

test('entries are made up to the bound, and replaced beyond it', () => {
  const made = serviceOf({ id: 'x', source: 'manual', startedMs: 0 });
  const manual = new Map(Array.from({ length: maxManual }, (_, index) => [`m${index}`, made]));
  const full: Services = { ...emptyServices(), manual };
  expect(putManual(full, 'more', entry, 0)).toEqual({
    ok: false,
    fault: { code: 'full', max: maxManual, of: 'services' },
  });
  expect(putManual(full, 'm0', entry, 0).ok).toBe(true);
});

describe('names and addresses of all that is made and said by hand have a bound', () => {
  const fault = { code: 'full', max: maxCharactersOfAll, of: 'characters' };
  /** A container, `db`, and an entry that leaves so many characters. */
  const leaving = (left: number): Services => {
    const length = maxCharactersOfAll - left - charactersOf(entry) - charactersOf({ aliases: [''] });
    const large = serviceOf({ id: 'large', source: 'manual', startedMs: 0, aliases: ['x'.repeat(length)] });
    const { manual, ...others } = two();
    return { ...others, manual: new Map([...manual, ['large', large]]) };
  };

  test.each<[string, number, (services: Services) => Changed]>([
    ['a new entry', charactersOf(entry), (services) => putManual(services, 'x', entry, 0)],
    ['an entry in the place of another', 3, (services) => putManual(services, 'db', { ...entry, name: 'db123' }, 0)],
    ['one more address', 16 + 8, (services) => patch(services, 'db', { addresses: ['10.0.0.1', ...entry.addresses] })],
    ['one more alias', 16 + 3, (services) => patch(services, 'db', { aliases: ['abc'] })],
    ['what is said of a container', 16 + 3 + 16, (services) => patch(services, a, { name: 'abc' })],
  ])('%s', (_what, size, operate) => {
    expect(operate(leaving(size))).toMatchObject({ ok: true });
    expect(operate(leaving(size - 1))).toEqual({ ok: false, fault });
  });

  test('what is restored', () => {
    const aliases = Array.from({ length: 63 }, (_, index) => `${index}`.padStart(63, 'a'));
    const large = { ...entry, aliases, madeMs: 0 };
    const count = Math.floor(maxCharactersOfAll / charactersOf(large));
    const manual = new Map(Array.from({ length: count }, (_, index) => [`m${index}`, large]));
    const kept = { manual, overrides: new Map<string, Override>(), ttlSeconds: undefined };
    expect(restore(emptyServices(), kept).ok).toBe(true);
    expect(restore(emptyServices(), { ...kept, overrides: new Map([[a, { aliases }]]) })).toEqual({ ok: false, fault });
    manual.set('more', large);
    expect(restore(emptyServices(), kept)).toEqual({ ok: false, fault });
  });
});

test('an IPv4 address that is written as one of IPv6 is one of IPv4', () => {
  const addresses = ['::ffff:10.1.1.1', '10.1.1.1', '::FFFF:a01:102', '::fffe:a01:101'];
  const services = done(putManual(emptyServices(), 'x', { ...entry, addresses }, 0));
  expect(services.manual.get('x')?.addresses).toEqual(['10.1.1.1', '10.1.1.2', '::fffe:a01:101']);
});

describe('in the network of another container', () => {
  const of = (id: string): Partial<Service> => ({ namespace: { of: id }, networks: [] });
  const shared = (...services: Service[]): Service | undefined =>
    effectiveService(services.reduce(discover, emptyServices()), b);

  test('it has the addresses of the owner, and none of its names', () => {
    const found = shared(container(a, 1), container(b, 2, of(a)));
    expect(found && addressesOf(found)).toEqual(['172.17.0.1']);
    expect(found?.networks[0]?.aliases).toEqual([]);
  });

  test('whose owner is in the network of the machine, so is it', () => {
    expect(shared(container(a, 1, { namespace: 'host', networks: [] }), container(b, 2, of(a)))?.namespace).toBe(
      'host',
    );
  });

  const owned = (services: Services): string => {
    const found = effectiveService(services, b);
    return found === undefined ? 'none' : addressesOf(found).join(' ');
  };

  test('it keeps the addresses while the owner runs and is not answered for, and loses them with it', () => {
    const owner = container(a, 1);
    const both = [owner, container(b, 2, of(a))].reduce(discover, emptyServices());
    const hidden = hide(both, a, owner);
    expect([owned(hidden), effectiveService(hidden, a)]).toEqual(['172.17.0.1', undefined]);
    expect(hide(hidden, a, { ...owner })).toBe(hidden);
    const [guest] = [container(b, 2, of(a))];
    expect(synchronise(hidden, [guest], { unnamed: [{ ...owner }] })).toBe(hidden);
    for (const [gone, left] of [
      [hide(hidden, a), 0],
      [lose(hidden, a), 0],
      [synchronise(hidden, [guest]), 0],
    ] as const)
      expect([owned(gone), gone.unnamed.size]).toEqual(['', left]);
    const back = discover(hidden, owner);
    expect([owned(back), back.unnamed.size]).toEqual(['172.17.0.1', 0]);
  });

  test('whose id is the name of another, it is not in that one’s', () => {
    expect(shared(container(c, 1, { container: a }), container(b, 2, of(a)))?.networks).toEqual([]);
  });

  test('an id comes before a name', () => {
    const services = [container('vpn', 1), container(c, 3, { container: 'vpn' }), container(b, 2, of('vpn'))];
    expect(addressesOf(shared(...services) ?? services[0] ?? container(a, 9))).toEqual(['172.17.0.1']);
    expect(addressesOf(shared(...services.toReversed()) ?? container(a, 9))).toEqual(['172.17.0.1']);
  });

  test('owners of owners are followed for four steps', () => {
    const chain = (length: number): Service[] => [
      container(b, 9, of('1')),
      ...Array.from({ length: length - 1 }, (_, index) =>
        container(`${index + 1}`, 3, { namespace: { of: `${index + 2}` } }),
      ),
      container(`${length}`, 1),
    ];
    const found = (length: number) => addressesOf(shared(...chain(length)) ?? container(a, 9));
    expect([found(1), found(4), found(5)]).toEqual([['172.17.0.1'], ['172.17.0.1'], []]);
  });

  test('whose owner is in its own, it has nothing of what the owner is said to have', () => {
    const owner = container(a, 1, { namespace: { of: b } });
    const found = shared(owner, container(b, 2, of(a)));
    expect(found && addressesOf(found)).toEqual([]);
  });

  test.each<[string, Service[]]>([
    ['nobody', [container(b, 2, of(a))]],
    ['itself', [container(b, 2, of(b))]],
    ['one that is in its own', [container(a, 1, of(b)), container(b, 2, of(a))]],
  ])('of %s, it has no address', (_what, services) => {
    const found = shared(...services);
    expect(found && addressesOf(found)).toEqual([]);
  });
});

describe('an id is found', () => {
  const [x, y] = [`abcd1${'0'.repeat(59)}`, `abcd2${'0'.repeat(59)}`];
  const alike = () => [container(x, 1), container(y, 2)].reduce(discover, emptyServices());
  const byHand = () => discover(done(putManual(emptyServices(), 'abcd', entry, 0)), container(x, 1));
  const waiting = () => hide(done(patch(two(), a, { name: 'other' })), a);
  test.each<[string, () => Services, string]>([
    [x, two, 'unknown'],
    ['aaaa', two, a],
    ['AAAAAA', two, a],
    ['aaa', two, 'unknown'],
    [a, two, a],
    ['db', two, 'db'],
    ['abcd', alike, 'ambiguous'],
    ['abcd1', alike, x],
    ['abcd', byHand, 'abcd'],
    ['aaaa', waiting, a],
    ['aaaa', () => lose(two(), a), 'unknown'],
    [`${a}a`, two, 'unknown'],
    ['aaaax', two, 'unknown'],
    ['xaaaa', two, 'unknown'],
  ])('%s', (text, services, expected) => {
    const found = findId(services(), text);
    expect(found.ok ? found.id : found.fault.code).toBe(expected);
  });
});
