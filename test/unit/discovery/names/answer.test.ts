/** What is answered for names that are known here, by type and by client. */
import { describe, expect, test } from 'vitest';
import { portQuestion, portsFor } from '../../../../sidecar/discovery/names/ports.ts';
import { addressesFor } from '../../../../sidecar/discovery/names/addresses.ts';
import { mxData, soaData } from '../../../../sidecar/discovery/names/record-data.ts';
import type { Service, ServicePort } from '../../../../sidecar/discovery/services/service.ts';
import { discover, emptyServices, lose } from '../../../../sidecar/discovery/services/services.ts';
import { encodeName, rootName } from '../../../../sidecar/wire/name.ts';
import {
  ask,
  directoryOf,
  network,
  rulesOf,
  said,
  service,
  servicesOf,
  viewOf,
  type Asked,
} from '../../../support/discovery/named-services.ts';

const tcp = (port: number, more: Partial<ServicePort> = {}): ServicePort => {
  return { port, protocol: 'tcp', name: undefined, ...more };
};

describe('a type', () => {
  const both = network('bridge', '172.17.0.2', 'fd00:1::2');
  const web = service('web', { networks: [both], image: 'nginx', ports: [tcp(80), tcp(9000, { name: 'debug' })] });
  const twin = service('twin', {
    networks: [network('bridge', '172.17.0.3')],
    image: 'nginx',
    aliases: ['twin.example'],
  });
  const directory = () => directoryOf(servicesOf(web, twin));
  test.each<[Asked['type'], string, string]>([
    ['A', 'web.docker', '172.17.0.2'],
    ['AAAA', 'web.docker', 'fd00:1::2'],
    ['ANY', 'web.docker', '172.17.0.2 fd00:1::2'],
    ['AAAA', 'twin.docker', 'no data in docker'],
    ['AAAA', 'nobody.docker', 'no such name in docker'],
    ['AAAA', 'twin.example', 'no data in twin.example'],
    ['AAAA', 'x.twin.example', 'no data in twin.example'],
    ['TXT', 'web.docker', 'no data in docker'],
    ['MX', 'web.docker', '0 web.docker'],
    ['MX', 'nobody.docker', 'no such name in docker'],
    ['SOA', 'docker', 'type 6'],
    ['SOA', 'web.docker', 'no data in docker'],
    ['SOA', 'twin.example', 'type 6'],
    ['SOA', 'nobody.docker', 'no such name in docker'],
    ['NS', 'docker', 'no data in docker'],
    ['PTR', '2.0.17.172.in-addr.arpa', 'web.docker web.nginx.docker'],
    ['PTR', '3.0.17.172.in-addr.arpa', 'twin.docker twin.nginx.docker twin.example'],
    ['PTR', `2.${'0.'.repeat(23)}1.0.0.0.0.0.d.f.ip6.arpa`, 'web.docker web.nginx.docker'],
    ['PTR', '9.0.17.172.in-addr.arpa', 'not ours'],
    ['A', '2.0.17.172.in-addr.arpa', 'no data in 2.0.17.172.in-addr.arpa'],
    ['SRV', '_http._tcp.web.docker', '80 web.docker'],
    ['SRV', '_80._tcp.web.nginx.docker', '80 web.docker'],
    ['SRV', '_debug._tcp.nginx.docker', '9000 web.docker'],
    ['SRV', '_http._udp.web.docker', 'no data in docker'],
    ['SRV', '_http._tcp.nobody.docker', 'no such name in docker'],
    ['SRV', 'web.docker', 'no data in docker'],
    ['A', '_http._tcp.web.docker', '172.17.0.2'],
  ])('%s %s: %s', (type, name, expected) =>
    expect(said(ask(directory(), name, { ...(type && { type }) }))).toBe(expected),
  );

  test('the domain exists where there is no service', () => {
    const empty = directoryOf(emptyServices());
    expect(said(ask(empty, 'docker', { type: 'SOA' }))).toBe('type 6');
    expect(said(ask(empty, 'docker'))).toBe('no data in docker');
  });
});

describe('TTL', () => {
  const of = (ttlSeconds: number | undefined, name: string): Service => service(name, { ttlSeconds, image: 'x' });
  test.each<[string, Service[], number]>([
    ['that of all', [of(undefined, 'a')], 5],
    ['its own', [of(60, 'a')], 60],
    ['its own 0', [of(0, 'a')], 0],
    ['the shortest of several', [of(60, 'a'), of(undefined, 'b'), of(30, 'c')], 5],
  ])('%s', (_what, services, expected) => {
    const directory = directoryOf(servicesOf(...services));
    expect(ask(directory, 'x.docker')?.records[0]?.ttl).toBe(expected);
    expect(ask(directory, 'x.docker', { type: 'TXT' })?.soa?.ttl).toBe(5);
  });
});

test('an SOA has the names and times of old, the serial, and how long a denial holds', () => {
  const zone = encodeName('docker') ?? rootName;
  const name = (text: string): Uint8Array => encodeName(text) ?? rootName;
  const data = Buffer.from(soaData(zone, 2 ** 32 + 7, 9));
  const names = [...name('dnsdock.docker'), ...name('dnsdock.dnsdock.docker')];
  expect([...data.subarray(0, names.length)]).toEqual(names);
  const numbers = [0, 1, 2, 3, 4].map((index) => data.readUInt32BE(names.length + index * 4));
  expect(numbers).toEqual([7, 28_800, 7200, 604_800, 9]);
});

test('each answer begins with the next address', () => {
  const at = (name: string, address: string): Service =>
    service(name, { image: 'x', networks: [network('n', address)] });
  const directory = directoryOf(servicesOf(at('a', '10.1.0.1'), at('b', '10.1.0.2'), at('c', '10.1.0.3')));
  const asked = [0, 1, 2, 3].map((turn) => said(ask(directory, 'x.docker', { turn })));
  expect(asked).toEqual([
    '10.1.0.1 10.1.0.2 10.1.0.3',
    '10.1.0.2 10.1.0.3 10.1.0.1',
    '10.1.0.3 10.1.0.1 10.1.0.2',
    asked[0],
  ]);
});

describe('an address leads back to', () => {
  const names = { hostname: 'box', networks: [{ ...network('n', '10.1.0.5'), aliases: ['nick'] }] };
  const web = service('web', {
    ...names,
    image: 'nginx',
    aliases: ['www.example'],
    compose: { project: 'shop', service: 'front' },
  });
  const lone = service('lone', { ...names, container: '', name: '' });
  const reverse = '5.0.1.10.in-addr.arpa';
  test.each<[string, Service, Parameters<typeof rulesOf>[0], string]>([
    ['names that are its own alone', web, {}, 'web.docker web.nginx.docker front.shop.docker www.example'],
    ['and a name without domain, which is none', web, { forms: new Set(['container', 'bare']) }, 'web.docker'],
    ['an alias of a network where it has no other', web, { forms: new Set(['network-alias']) }, 'nick.docker'],
    ['its host name where it has no other', web, { forms: new Set(['hostname']) }, 'box.docker'],
    ['its bare name where it has no other', web, { forms: new Set(['bare']) }, 'web'],
    ['what it has, without a container of a name', lone, {}, 'nick.docker box.docker'],
  ])('%s', (_what, given, rules, expected) => {
    const used = rulesOf(rules);
    expect(said(ask(directoryOf(servicesOf(given), used), reverse, { type: 'PTR', rules: used }))).toBe(expected);
  });
});

test('an address of the machine leads to none of its containers, but one that was set for a container does', () => {
  const host = { namespace: 'host', networks: [network('bridge', '172.17.0.1')] } as const;
  const directory = directoryOf(servicesOf(service('a', host), service('b', { ...host, addresses: ['10.0.0.5'] })));
  const of = (name: string): string => said(ask(directory, `${name}.in-addr.arpa`, { type: 'PTR' }));
  expect([of('1.0.17.172'), of('5.0.0.10')]).toEqual(['not ours', 'b.docker']);
});

test('an address is its container’s whatever a template makes of names', () => {
  const rules = rulesOf({ template: '{name}.arpa.' });
  const directory = directoryOf(servicesOf(service('in-addr', { container: 'web' })), rules);
  expect(said(ask(directory, '2.0.17.172.in-addr.arpa', { type: 'PTR', rules }))).toMatch(/^web\.docker/);
  expect(said(ask(directory, '3.0.17.172.in-addr.arpa', { type: 'PTR', rules }))).toBe('not ours');
});

test('of an address that has more names than anybody reads, the first are answered with', () => {
  const sharing = Array.from({ length: 40 }, (_, index) =>
    service(`c${index}`, { image: 'x', ...(index === 31 && { aliases: ['one.more'] }) }),
  );
  const names = said(ask(directoryOf(servicesOf(...sharing)), '2.0.17.172.in-addr.arpa', { type: 'PTR' })).split(' ');
  expect([names.length, names[0], names.at(-1)]).toEqual([64, 'c0.docker', 'c31.x.docker']);
});

test('the TTL of names of an address is the shortest of those whose names they are', () => {
  const sharing = Array.from({ length: 40 }, (_, index) =>
    service(`c${index}`, { image: 'x', ttlSeconds: index === 31 ? 20 : index === 32 ? 10 : 30 }),
  );
  const reply = ask(directoryOf(servicesOf(...sharing)), '2.0.17.172.in-addr.arpa', { type: 'PTR' });
  expect(new Set(reply?.records.map(({ ttl }) => ttl))).toEqual(new Set([20]));
});

test('a name with underscores is asked for like any other, where it is no SRV', () => {
  const odd = service('odd', { aliases: ['_http._tcp.web.docker'], networks: [network('n', '10.1.0.9')] });
  const directory = directoryOf(servicesOf(service('web', { ports: [tcp(80)] }), odd));
  expect(said(ask(directory, '_http._tcp.web.docker'))).toBe('10.1.0.9');
  expect(said(ask(directory, '_http._tcp.web.docker', { type: 'SRV' }))).toBe('80 web.docker');
});

test('only of several records does the next answer begin with another', () => {
  const directory = directoryOf(
    servicesOf(service('a', { image: 'x' }), service('b', { networks: [network('n', '10.1.0.1')], image: 'x' })),
  );
  expect(['a.docker', 'x.docker'].map((name) => ask(directory, name)?.takesTurns)).toEqual([false, true]);
});

test('ports of the last service that a message has room for go as far as it has', () => {
  const ports = Array.from({ length: 7 }, (_, index) => tcp(1000 + index, { name: 'x' }));
  const all = Array.from({ length: 460 }, (_, index) => service(`c${index}`, { image: 'x', ports }));
  const directory = directoryOf({ ...emptyServices(), discovered: new Map(all.map((one) => [one.id, one])) });
  expect(ask(directory, '_x._tcp.x.docker', { type: 'SRV' })?.records).toHaveLength(3120);
});

test('the preference of an MX is the one that is given', () => {
  expect([...mxData(0x1234, rootName)]).toEqual([0x12, 0x34, 0]);
});

test('an answer is its own word, which no nameserver has signed, and without an alias', () => {
  const directory = directoryOf(servicesOf(service('web')));
  for (const name of ['web.docker', 'nobody.docker'])
    expect(ask(directory, name)).toMatchObject({ form: 'local', authentic: false, chain: [], canonical: undefined });
  expect(ask(directory, 'nobody.docker')?.records).toEqual([]);
});

test('several are answered with in the order of their start, whichever was found first', () => {
  const at = (name: string, startedMs: number, address: string): Service =>
    service(name, { image: 'x', startedMs, networks: [network('n', address)], ports: [tcp(80)] });
  const late = at('late', 300, '10.1.0.3');
  const directory = directoryOf(servicesOf(late, at('first', 100, '10.1.0.1'), at('between', 200, '10.1.0.2')));
  expect(said(ask(directory, 'x.docker'))).toBe('10.1.0.1 10.1.0.2 10.1.0.3');
  expect(said(ask(directory, '_http._tcp.x.docker', { type: 'SRV' }))).toBe(
    '80 first.docker 80 between.docker 80 late.docker',
  );
  const shared = network('m', '10.1.0.9');
  const twins = directoryOf(
    servicesOf({ ...late, networks: [shared] }, { ...at('first', 100, ''), networks: [shared] }),
  );
  expect(said(ask(twins, '9.0.1.10.in-addr.arpa', { type: 'PTR' }))).toBe(
    'first.docker first.x.docker late.docker late.x.docker',
  );
});

test('an address that two of them have stands once', () => {
  const directory = directoryOf(servicesOf(service('a', { image: 'x' }), service('b', { image: 'x' })));
  expect(said(ask(directory, 'x.docker'))).toBe('172.17.0.2');
});

describe('a client', () => {
  const networks = [network('front', '10.1.0.5', 'fd00:1::5'), network('back', '10.2.0.5'), network('idle')];
  const usual = service('web', { networks });
  const none = { network: undefined, prefix: undefined };
  const silent = { ...network('silent'), subnets: ['10.3.0.0/16'] };
  const odd = { ...network('odd', '10.4.0.5'), subnets: ['nonsense'] };
  test.each<[string, Service, string, typeof none | { network?: string; prefix?: string }, string]>([
    ['in the first network', usual, '10.1.0.77', none, '10.1.0.5 fd00:1::5'],
    ['in the second', usual, '10.2.0.77', none, '10.2.0.5'],
    ['in the first, over IPv6', usual, 'fd00:1::77', none, '10.1.0.5 fd00:1::5'],
    ['in the first, mapped', usual, '::ffff:10.1.0.77', none, '10.1.0.5 fd00:1::5'],
    [
      'in the first, whatever is preferred',
      usual,
      '10.1.0.77',
      { network: 'back', prefix: '10.2' },
      '10.1.0.5 fd00:1::5',
    ],
    ['elsewhere', usual, '192.0.2.1', none, '10.1.0.5 fd00:1::5 10.2.0.5'],
    ['elsewhere, a network preferred', usual, '192.0.2.1', { network: 'back' }, '10.2.0.5'],
    [
      'elsewhere, a network preferred that it is not in',
      usual,
      '192.0.2.1',
      { network: 'other' },
      '10.1.0.5 fd00:1::5 10.2.0.5',
    ],
    [
      'elsewhere, a network preferred where it has no address',
      usual,
      '192.0.2.1',
      { network: 'idle' },
      '10.1.0.5 fd00:1::5 10.2.0.5',
    ],
    [
      'elsewhere, preferred by its own label',
      { ...usual, preferredNetwork: 'front' },
      '192.0.2.1',
      { network: 'back' },
      '10.1.0.5 fd00:1::5',
    ],
    ['elsewhere, a prefix preferred', usual, '192.0.2.1', { prefix: '10.2.' }, '10.2.0.5'],
    [
      'elsewhere, a prefix preferred that none has',
      usual,
      '192.0.2.1',
      { prefix: '11.' },
      '10.1.0.5 fd00:1::5 10.2.0.5',
    ],
    [
      'in a network where it has no address',
      { ...usual, networks: [...networks, silent] },
      '10.3.0.77',
      none,
      '10.1.0.5 fd00:1::5 10.2.0.5',
    ],
    ['behind a network that cannot be read', { ...usual, networks: [odd, ...networks] }, '10.2.0.77', none, '10.2.0.5'],
    ['of which the address cannot be read', usual, 'nowhere', none, '10.1.0.5 fd00:1::5 10.2.0.5'],
    ['anywhere, where addresses were set', { ...usual, addresses: ['192.0.2.9'] }, '10.1.0.77', none, '192.0.2.9'],
  ])('%s', (_what, given, client, preference, expected) => {
    expect(addressesFor(given, viewOf(given.networks, client), { ...none, ...preference }).join(' ')).toBe(expected);
  });
});

test('a network in which a service has no address is none that a client shares with it', () => {
  const networks = [network('front', '10.1.0.5'), { ...network('silent'), subnets: ['10.3.0.0/16'] }];
  const view = new Set(['10.3.0.0/16']);
  expect(addressesFor(service('web', { networks }), view, { network: undefined, prefix: undefined })).toEqual([
    '10.1.0.5',
  ]);
});

describe('of several that have a name, a client gets those that it reaches', () => {
  const of = (name: string, ...networks: Service['networks']): Service =>
    service(name, { networks, compose: { project: 'any', service: 'db' }, image: 'pg', ports: [tcp(5432)] });
  const first = of('one', network('p1', '172.21.0.2'));
  const other = of('two', network('p2', '172.22.0.2', 'fd00:2::2'));
  const both = of('three', network('p1', '172.21.0.3'), network('p2', '172.22.0.3'));
  const silent = of('four', { ...network('p1'), subnets: ['172.21.0.0/16'] }, network('p3', '172.23.0.4'));
  const byHand = { ...of('five', network('p3', '172.23.0.5')), addresses: ['192.0.2.5'] };
  test.each<[string, Service[], string, Asked, string]>([
    ['in the network of the first', [first, other], '172.21.0.9', {}, '172.21.0.2'],
    ['in the network of the other', [first, other], '172.22.0.9', {}, '172.22.0.2'],
    ['over IPv6', [first, other], 'fd00:2::9', { type: 'AAAA' }, 'fd00:2::2'],
    ['of a type that those have not', [first, other], '172.21.0.9', { type: 'AAAA' }, 'no data in docker'],
    ['in the network of two', [first, both, other], '172.22.0.9', {}, '172.22.0.3 172.22.0.2'],
    ['elsewhere: all', [first, other], '192.0.2.1', {}, '172.21.0.2 172.22.0.2'],
    ['in a network of none: all', [first, other], '172.24.0.9', {}, '172.21.0.2 172.22.0.2'],
    ['elsewhere, one preferred', [first, both], '192.0.2.1', { network: 'p2' }, '172.21.0.2 172.22.0.3'],
    ['in a network where one has no address', [first, silent], '172.21.0.9', {}, '172.21.0.2'],
    ['in a network where the only one has no address', [silent, other], '172.21.0.9', {}, '172.23.0.4 172.22.0.2'],
    ['addresses set by hand are for every client', [first, byHand, other], '172.21.0.9', {}, '172.21.0.2 192.0.2.5'],
    ['and leave out nobody', [byHand, other], '172.21.0.9', {}, '192.0.2.5 172.22.0.2'],
  ])('%s', (_what, services, client, asked, expected) => {
    const ordered = services.map((one, index) => ({ ...one, startedMs: index }));
    const directory = directoryOf(servicesOf(...ordered));
    for (const name of ['db.any.docker', 'pg.docker', '*.pg.docker', 'docker', 'x.db.any.docker'])
      expect(said(ask(directory, name, { ...asked, client }))).toBe(expected);
  });

  test('by their ports, too, and an address by all that have it', () => {
    const directory = directoryOf(servicesOf(first, { ...other, networks: [network('p2', '172.22.0.2')] }));
    const near = { client: '172.21.0.9' };
    expect(said(ask(directory, '_5432._tcp.db.any.docker', { type: 'SRV', ...near }))).toBe('5432 one.docker');
    expect(said(ask(directory, '2.0.22.172.in-addr.arpa', { type: 'PTR', ...near }))).toMatch(/^two\.docker /);
  });
});

describe('of many that have a name', () => {
  const at = (index: number): Service =>
    service(`c${index}`, {
      ...{ image: 'x', startedMs: index, ports: [tcp(80)] },
      networks: [network('n', `10.1.${index >> 8}.${index & 255}`, `fd00:1::${index.toString(16)}`)],
    });
  const many = (count: number): Service[] => Array.from({ length: count }, (_, index) => at(index));

  test('as many are answered with as a message can hold, and each takes its turn', () => {
    const services = many(4200);
    const directory = directoryOf({
      ...emptyServices(),
      discovered: new Map(services.map((one) => [one.id, one])),
    });
    const count = (type: Asked['type'], name = 'x.docker'): number | undefined =>
      ask(directory, name, { ...(type && { type }) })?.records.length;
    expect([count('A'), count('AAAA'), count('SRV', '_80._tcp.x.docker')]).toEqual([4095, 2340, 3120]);
    const firsts = [0, 1, 4094, 4095].map((turn) => said(ask(directory, 'x.docker', { turn })).split(' ')[0]);
    expect(firsts).toEqual(['10.1.0.0', '10.1.0.1', '10.1.15.254', '10.1.0.0']);
  });

  test('nothing that was made for one question is another’s, and nothing outlives a change', () => {
    let services = servicesOf(...many(20), service('far', { image: 'x', networks: [network('m', '10.2.0.1')] }));
    const directory = directoryOf(services);
    const counts = (): unknown[] =>
      [
        ...(['10.1.99.1', '10.2.0.9', '192.0.2.1'] as const).flatMap((client) => [
          ask(directory, 'x.docker', { client }),
          ask(directory, '*.*.docker', { client }),
          ask(directory, 'any.*.*.docker', { client }),
          ask(directory, 'x.docker', { client, type: 'AAAA' }),
        ]),
        ...['_80._tcp.x.docker', '_81._tcp.x.docker'].map((name) => ask(directory, name, { type: 'SRV' })),
      ].map((reply) => [reply?.records.length, reply?.records[0]?.ttl]);
    const twice = (): unknown[] => {
      const once = counts();
      expect(counts()).toEqual(once);
      return once;
    };
    const inFirst = (count: number, ttl: number) => Array.from({ length: 4 }, () => [count, ttl]);
    const inSecond = (ttl: number) => [
      [1, ttl],
      [1, ttl],
      [1, ttl],
      [0, undefined],
    ];
    const elsewhere = (count: number, ttl: number) => [...inFirst(count + 1, ttl).slice(1), [count, ttl]];
    const ports = (count: number, ttl: number) => [
      [count, ttl],
      [0, undefined],
    ];
    const all = (count: number, ttl: number) => [
      ...[...inFirst(count, ttl), ...inSecond(ttl), ...elsewhere(count, ttl)],
      ...ports(count, ttl),
    ];
    expect(twice()).toEqual(all(20, 5));
    const change = (next: typeof services): void => {
      directory.apply(next, services);
      services = next;
    };
    change({ ...services, ttlSeconds: 9 });
    expect(twice()).toEqual(all(20, 9));
    change(lose(services, 'c3'));
    expect(twice()).toEqual(all(19, 9));
    change(discover(services, at(3)));
    expect(twice()).toEqual(all(20, 9));
    change(discover(services, { ...at(3), networks: [network('m', '10.2.0.3')] }));
    expect(said(ask(directory, 'x.docker', { client: '10.2.0.9' }))).toBe('10.2.0.3 10.2.0.1');
  });
});

describe('ports', () => {
  const ports = [tcp(8080), tcp(80), { ...tcp(53), protocol: 'udp' as const }, tcp(6000, { name: 'x11' })];
  test.each<[string, readonly number[]]>([
    ['docker web _tcp _http', [80, 8080]],
    ['docker web _tcp _8080', [8080]],
    ['docker web _udp _domain', [53]],
    ['docker web _tcp _domain', []],
    ['docker web _tcp _x11', [6000]],
    ['docker web _tcp _https', []],
    ['docker web _tcp _constructor', []],
    ['web _tcp _http', [80, 8080]],
  ])('%s', (text, expected) => {
    const question = portQuestion(text.split(' '));
    expect(question && portsFor({ ports }, question)).toEqual(expected);
  });

  test('a usual name stands for the ports that the registry gives it', () => {
    const usual = `
      amqp 5672, amqps 5671, domain 53, ftp 21, http 80 8080, https 443 8443, imap 143, imaps 993, ldap 389, ldaps 636,
      memcache 11211, mongodb 27017, mqtt 1883, ms-sql-s 1433, mysql 3306, nfs 2049, ntp 123, postgresql 5432, redis 6379,
      smtp 25, ssh 22, submission 587, syslog 514`;
    const rows = usual.split(',').map((row) => row.trim().split(' '));
    const all = rows.flatMap(([, ...numbers]) => numbers.map((number) => tcp(Number(number))));
    for (const [name = '', ...numbers] of rows) {
      const found = portsFor({ ports: all }, { name, protocol: 'tcp', host: [] });
      expect([name, ...found.map(String)]).toEqual([name, ...numbers]);
    }
  });

  test.each(['docker web', '_tcp _http', 'docker _tcp http', 'docker tcp _http'])('%s asks for none', (text) => {
    expect(portQuestion(text.split(' '))).toBeUndefined();
  });
});
