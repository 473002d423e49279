/** Which names a service has, and which questions find it. */
import { describe, expect, test } from 'vitest';
import { namesOf, unknownTemplateParts, type NameRules } from '../../../../sidecar/discovery/names/service-names.ts';
import type { Service } from '../../../../sidecar/discovery/services/service.ts';
import {
  discover,
  hide,
  lose,
  patch,
  synchronise,
  type Services,
} from '../../../../sidecar/discovery/services/services.ts';
import { parseAddressBytes } from '../../../../shared/values/address-bytes.ts';
import {
  ask,
  directoryOf,
  network,
  rulesOf,
  said,
  service,
  servicesOf,
} from '../../../support/discovery/named-services.ts';

const compose = { project: 'shop', service: 'web' };

describe('the names of a service', () => {
  const usual = service('web-1', { name: 'web', image: 'nginx' });
  test.each<[string, Service, Partial<NameRules>, string[]]>([
    ['container and image', usual, {}, ['container web-1.docker', 'image web.nginx.docker']],
    [
      'an environment',
      usual,
      { environment: 'eu.dev' },
      ['container web-1.eu.dev.docker', 'image web.nginx.eu.dev.docker'],
    ],
    [
      'a domain of two labels',
      usual,
      { domain: 'local.test' },
      ['container web-1.local.test', 'image web.nginx.local.test'],
    ],
    ['no name', service('web-1', { name: '', image: 'nginx' }), {}, ['container web-1.docker', 'image nginx.docker']],
    ['neither name nor image', service('web-1', { name: '' }), {}, ['container web-1.docker']],
    [
      'a region in the image',
      service('a', { name: 'a', image: 'nginx.eu' }),
      {},
      ['container a.docker', 'image a.nginx.eu.docker'],
    ],
    ['compose', service('a', { compose }), {}, ['container a.docker', 'image a.docker', 'compose web.shop.docker']],
    [
      'aliases of networks, each once',
      service('a', {
        networks: [
          { ...network('n', '10.1.0.1'), aliases: ['db', 'a'] },
          { ...network('m'), aliases: ['db'] },
        ],
      }),
      {},
      ['container a.docker', 'image a.docker', 'network-alias db.docker'],
    ],
    [
      'a host name',
      service('a', { hostname: 'box' }),
      {},
      ['container a.docker', 'image a.docker', 'hostname box.docker'],
    ],
    [
      'aliases anywhere',
      service('a', { aliases: ['www.example', 'x.docker', 'single'] }),
      {},
      ['container a.docker', 'image a.docker', 'alias www.example', 'alias x.docker', 'alias single'],
    ],
    [
      'a template',
      usual,
      { template: '{container}.{image}.x.test.' },
      ['container web-1.docker', 'image web.nginx.docker', 'template web-1.nginx.x.test'],
    ],
    [
      'a template with a part that is missing',
      usual,
      { template: '{service}.{domain}' },
      ['container web-1.docker', 'image web.nginx.docker'],
    ],
    [
      'a template with a part that is missing inside a label',
      usual,
      { template: '{name}-{service}.x.test' },
      ['container web-1.docker', 'image web.nginx.docker'],
    ],
    [
      'a template with the id of a container, as Docker shows it',
      service('0123456789abcdef', { name: '' }),
      { template: '{id}.x.test', forms: new Set(['template']) },
      ['template 0123456789ab.x.test'],
    ],
    [
      'a template with the id of an entry',
      service('0123456789abcdef', { source: 'manual' }),
      { template: '{id}.x.test', forms: new Set(['template']) },
      ['template 0123456789abcdef.x.test'],
    ],
    [
      'a project without a name, a service without one',
      service('a', { compose: { project: '', service: 'web' } }),
      { forms: new Set(['compose']) },
      [],
    ],
    [
      'a container of which no name is known',
      service('a', { container: undefined, name: 'n', image: 'i' }),
      {},
      ['image n.i.docker'],
    ],
    ['and no bare name of it', service('a', { container: undefined }), { forms: new Set(['bare']) }, []],
    [
      'names that are alike but for their dots',
      service('a', { aliases: ['c.ab.test', 'bc.a.test'] }),
      { forms: new Set(['alias']) },
      ['alias c.ab.test', 'alias bc.a.test'],
    ],
    [
      'a domain in a tree of addresses, which is the domain all the same',
      service('a'),
      { domain: 'lan.ip6.arpa', forms: new Set(['container']) },
      ['container a.lan.ip6.arpa'],
    ],
    ['the bare name', usual, { forms: new Set(['bare']) }, ['bare web-1']],
    ['one form alone', usual, { forms: new Set(['image']) }, ['image web.nginx.docker']],
    [
      'an entry made by hand stands under its own name',
      service('x', { source: 'manual', container: undefined, name: 'db', image: 'pg' }),
      {},
      ['container db.docker', 'image db.pg.docker'],
    ],
    [
      'what is no name is left out, and the rest stays',
      service('a', { aliases: ['a..b', 'x'.repeat(64), 'fine.test'] }),
      {},
      ['container a.docker', 'image a.docker', 'alias fine.test'],
    ],
  ])('%s', (_what, given, rules, expected) => {
    expect(namesOf(given, rulesOf(rules)).map(({ form, text }) => `${form} ${text}`)).toEqual(expected);
  });

  test.each<[string, Partial<NameRules>, string[]]>([
    ['docker', {}, ['docker']],
    ['dev.docker', { environment: 'dev' }, ['docker', 'dev.docker', 'DEV.docker']],
    ['lan.example', { domain: 'lan.example' }, ['example', 'lan.example']],
  ])('the domain %s, what it is in, and the reverse trees are nobody’s', (_what, rules, ofDomain) => {
    const trees = ['arpa', 'in-addr.arpa', 'ip6.arpa', '10.in-addr.arpa', 'x.ip6.arpa'];
    const fine = ['x.docker', 'docker.example', 'e164.arpa', 'y.lan.example', 'in-addr.test', 'com'];
    const given = service('a', { name: '', container: '', aliases: [...ofDomain, ...trees, ...fine] });
    const forms = { forms: new Set(['alias'] as const) };
    expect(namesOf(given, rulesOf({ ...rules, ...forms })).map(({ text }) => text)).toEqual(fine);
    const bare = namesOf(service('in-addr.arpa'), rulesOf({ forms: new Set(['bare'] as const) }));
    expect(bare).toEqual([]);
  });

  test('parts of a template that do not exist are known', () => {
    expect(unknownTemplateParts('{name}.{nam}.{}.{id}')).toEqual(['nam', '']);
  });
});

describe('a question', () => {
  const at = (address: string): Partial<Service> => ({ networks: [network('bridge', address)] });
  const services = () =>
    servicesOf(
      service('web-1', { name: 'web-1', image: 'nginx', compose, ...at('172.17.0.1') }),
      service('web-2', { name: 'web-2', image: 'nginx', compose, ...at('172.17.0.2') }),
      service('db', {
        name: 'db',
        image: 'postgres.eu',
        aliases: ['db.example', 'Deep.below.docker', 'com'],
        ...at('172.17.0.3'),
      }),
      service('other', {
        name: 'other',
        image: 'redis',
        aliases: ['db.example', 'x.web-1.docker'],
        ...at('172.17.0.4'),
      }),
    );
  test.each<[string, string]>([
    ['web-1.docker', '172.17.0.1'],
    ['WEB-1.Docker', '172.17.0.1'],
    ['web-1.nginx.docker', '172.17.0.1'],
    ['nginx.docker', '172.17.0.1 172.17.0.2'],
    ['docker', '172.17.0.1 172.17.0.2 172.17.0.3 172.17.0.4'],
    ['*.docker', '172.17.0.1 172.17.0.2 172.17.0.3 172.17.0.4'],
    ['web-1.*.docker', '172.17.0.1'],
    ['*.nginx.docker', '172.17.0.1 172.17.0.2'],
    ['*.*.nginx.docker', '172.17.0.1 172.17.0.2'],
    ['db.*.eu.docker', '172.17.0.3'],
    ['anything.web-2.nginx.docker', '172.17.0.2'],
    ['a.b.c.web-2.docker', '172.17.0.2'],
    ['eu.docker', '172.17.0.3'],
    ['postgres.eu.docker', '172.17.0.3'],
    ['web.shop.docker', '172.17.0.1 172.17.0.2'],
    ['shop.docker', 'no data in docker'],
    ['db.example', '172.17.0.3 172.17.0.4'],
    ['x.db.example', '172.17.0.3 172.17.0.4'],
    ['example', 'not ours'],
    ['deep.below.docker', '172.17.0.3'],
    ['below.docker', 'no data in docker'],
    // The longest name counts, and not every one that the question is below.
    ['x.web-1.docker', '172.17.0.4'],
    ['y.web-1.docker', '172.17.0.1'],
    ['nobody.docker', 'no such name in docker'],
    ['nobody.postgres.eu.docker', 'no such name in docker'],
    ['y.*.docker', 'no such name in docker'],
    ['*.shop.docker', 'no data in docker'],
    ['*.example', '172.17.0.3 172.17.0.4'],
    ['y.*.example', '172.17.0.3 172.17.0.4'],
    // A name of one label stands for itself alone.
    ['com', '172.17.0.3'],
    ['example.com', 'not ours'],
    ['a.b.com', 'not ours'],
    ['*.com', 'not ours'],
    ['xdocker', 'not ours'],
    ['web-1', 'not ours'],
  ])('%s: %s', (name, expected) => expect(said(ask(directoryOf(services()), name))).toBe(expected));

  test('with an environment, the domain alone is nobody’s', () => {
    const rules = rulesOf({ environment: 'dev' });
    const inDev = directoryOf(services(), rules);
    expect(said(ask(inDev, 'nginx.dev.docker', { rules }))).toBe('172.17.0.1 172.17.0.2');
    expect(said(ask(inDev, 'nginx.docker', { rules }))).toBe('not ours');
    expect(said(ask(inDev, 'docker', { rules }))).toBe('not ours');
  });
});

describe('what has not changed is not made anew', () => {
  const [one, other] = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string];
  const entries = ['10.9.0.1', '10.9.0.2', '10.9.0.3', '10.9.0.4'];
  const byHand = { source: 'manual', container: undefined, addresses: ['10.9.0.4'] } as const;

  test.each<[what: string, change: (services: Services) => Services, anew: string[]]>([
    ['nothing', (services) => ({ ...services }), []],
    ['all in another map', (services) => ({ ...services, discovered: new Map(services.discovered) }), []],
    ['a container', (services) => discover(services, owner(one, 'new', 1)), ['10.9.0.1', '10.9.0.3']],
    ['another one', (services) => discover(services, owner(other, 'new', 2)), ['10.9.0.2']],
    ['one more', (services) => discover(services, service('more')), []],
    ['one less', (services) => lose(services, other), ['10.9.0.2']],
  ])('%s', (_what, change, anew) => {
    const guest = service('guest', {
      id: '3'.repeat(64),
      namespace: { of: one },
      networks: [],
      addresses: ['10.9.0.3'],
    });
    const found = servicesOf(owner(one, 'one', 1), owner(other, 'two', 2), guest);
    const before = { ...found, manual: new Map([['m', service('m', byHand)]]) };
    const directory = directoryOf(before);
    const at = () => entries.map((text) => directory.withAddress(parseAddressBytes(text) ?? new Uint8Array())?.[0]);
    const made = at();
    expect(made).not.toContain(undefined);
    directory.apply(change(before), before);
    expect(entries.filter((_text, index) => at()[index] !== made[index])).toEqual(anew);
  });

  function owner(id: string, name: string, last: number): Service {
    return service(name, { id, startedMs: last, networks: [network('n', `10.9.0.${last}`)] });
  }
});

test('a network that nobody is in any more is no client’s', () => {
  const before = servicesOf(service('web'), service('far', { networks: [network('m', '10.2.0.1')] }));
  const directory = directoryOf(before);
  const view = (): string => {
    const { view: found } = directory.reached(directory.find(['docker']), '172.17.0.9');
    return [...found].join(' ');
  };
  expect(view()).toBe('172.17.0.0/16');
  const after = discover(before, service('web', { networks: [network('m', '10.2.0.2')] }));
  directory.apply(after, before);
  expect(view()).toBe('');
  directory.apply(before, after);
  directory.apply(lose(before, 'web'), before);
  expect(view()).toBe('');
});

test('what was gone comes back once', () => {
  const web = service('web');
  const before = servicesOf(web);
  const directory = directoryOf(before);
  const gone = lose(before, 'web');
  directory.apply(gone, before);
  directory.apply(before, gone);
  expect(directory.withAddress(Uint8Array.of(172, 17, 0, 2))).toHaveLength(1);
  directory.apply(gone, before);
  expect(directory.withAddress(Uint8Array.of(172, 17, 0, 2))).toBeUndefined();
});

test('and takes nothing from who has its address and its network meanwhile', () => {
  const before = servicesOf(service('web'), service('twin'));
  const directory = directoryOf(before);
  const gone = lose(before, 'web');
  directory.apply(gone, before);
  directory.apply(before, gone);
  expect(directory.withAddress(Uint8Array.of(172, 17, 0, 2))?.map(({ service: { id } }) => id)).toEqual([
    'web',
    'twin',
  ]);
  directory.apply(gone, before);
  expect([...directory.reached(directory.find(['docker']), '172.17.0.9').view]).toEqual(['172.17.0.0/16']);
});

describe('names follow what changes', () => {
  const web = service('web');
  const twin = service('twin', {
    aliases: ['web.docker', 'twin.example'],
    networks: [network('bridge', '172.17.0.9')],
  });

  test('a container goes, and the alias that it shared stays with the other', () => {
    const before = servicesOf(web, twin);
    const directory = directoryOf(before);
    expect(said(ask(directory, 'web.docker'))).toBe('172.17.0.2 172.17.0.9');
    directory.apply(lose(before, 'web'), before);
    expect(said(ask(directory, 'web.docker'))).toBe('172.17.0.9');
    expect(said(ask(directory, '2.0.17.172.in-addr.arpa', { type: 'PTR' }))).toBe('not ours');
  });

  test('a container is renamed, and gets another address', () => {
    const before = servicesOf(web);
    const directory = directoryOf(before);
    const after = discover(before, { ...web, container: 'new', name: 'new', networks: [network('n', '10.9.0.1')] });
    directory.apply(after, before);
    expect(['web.docker', 'new.docker'].map((name) => said(ask(directory, name)))).toEqual([
      'no such name in docker',
      '10.9.0.1',
    ]);
    expect(said(ask(directory, '1.0.9.10.in-addr.arpa', { type: 'PTR' }))).toBe('new.docker');
  });

  test('an override renames it until it is gone', () => {
    const before = servicesOf(web);
    const directory = directoryOf(before);
    const patched = patch(before, 'web', { aliases: ['other.example'] });
    if (!patched.ok) throw new Error(patched.fault.code);
    directory.apply(patched.services, before);
    expect(said(ask(directory, 'other.example'))).toBe('172.17.0.2');
    directory.apply(synchronise(patched.services, []), patched.services);
    expect(said(ask(directory, 'other.example'))).toBe('not ours');
  });

  test('what is in the network of a container stays there while that one is not answered for', () => {
    const guest = service('guest', { namespace: { of: 'web' }, networks: [] });
    const before = servicesOf(web, guest);
    const directory = directoryOf(before);
    const hidden = hide(before, 'web', web);
    directory.apply(hidden, before);
    expect([said(ask(directory, 'guest.docker')), said(ask(directory, 'web.docker'))]).toEqual([
      '172.17.0.2',
      'no such name in docker',
    ]);
    const moved = hide(hidden, 'web', { ...web, networks: [network('n', '10.9.0.1')] });
    directory.apply(moved, hidden);
    expect(said(ask(directory, 'guest.docker'))).toBe('10.9.0.1');
    directory.apply(hide(moved, 'web'), moved);
    expect(said(ask(directory, 'guest.docker'))).toBe('no such name in docker');
  });

  test('each has the addresses with its own prefix, in the network of another, too', () => {
    const networks = [network('a', '10.1.0.5'), network('b', '10.2.0.5')];
    const owner = service('owner', { networks, prefix: '10.1.' });
    const guest = { namespace: { of: 'owner' }, networks: [] };
    const all = [owner, service('guest', { ...guest, prefix: '10.2.' }), service('free', guest)];
    const directory = directoryOf(servicesOf(...all, service('none', { ...guest, prefix: '11.' })));
    expect(['owner', 'guest', 'free', 'none'].map((name) => said(ask(directory, `${name}.docker`)))).toEqual([
      '10.1.0.5',
      '10.2.0.5',
      '10.1.0.5 10.2.0.5',
      'no such name in docker',
    ]);
    expect(said(ask(directory, '5.0.2.10.in-addr.arpa', { type: 'PTR' }))).toBe('guest.docker free.docker');
  });

  test('what is in the network of a container by its name is with whoever has the name', () => {
    const [one, other] = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string];
    const owner = (id: string, container: string, address: string) =>
      service(container, { id, networks: [network('n', address)] });
    const guest = service('guest', { id: '3'.repeat(64), namespace: { of: 'vpn' }, networks: [] });
    const states = [
      [servicesOf(guest), 'no such name in docker'],
      [servicesOf(guest, owner(one, 'vpn', '10.9.0.1')), '10.9.0.1'],
      [servicesOf(guest, owner(one, 'old', '10.9.0.1')), 'no such name in docker'],
      [servicesOf(guest, owner(one, 'old', '10.9.0.1'), owner(other, 'vpn', '10.9.0.2')), '10.9.0.2'],
      [servicesOf(owner(other, 'vpn', '10.9.0.2')), 'no such name in docker'],
    ] as const;
    let [[before]] = states;
    const directory = directoryOf(before);
    for (const [services, expected] of states) {
      directory.apply(services, before);
      before = services;
      expect(said(ask(directory, 'guest.docker'))).toBe(expected);
    }
  });

  test('what is in the network of a container moves with it, and goes with its addresses', () => {
    const guest = service('guest', { namespace: { of: 'web' }, networks: [] });
    const before = servicesOf(web, guest);
    const directory = directoryOf(before);
    expect(said(ask(directory, 'guest.docker'))).toBe('172.17.0.2');
    const moved = discover(before, { ...web, networks: [network('n', '10.9.0.1')] });
    directory.apply(moved, before);
    expect(said(ask(directory, 'guest.docker'))).toBe('10.9.0.1');
    directory.apply(lose(moved, 'web'), moved);
    expect(said(ask(directory, 'guest.docker'))).toBe('no such name in docker');
  });
});
