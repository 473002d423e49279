/** Which servers are asked for which names, by the configuration. */
import { describe, expect, test } from 'vitest';
import { parseOverridden } from '../../../../shared/resolv-conf/overrides.ts';
import { parseStubZones } from '../../../../shared/resolv-conf/stub-zones.ts';
import { searchConfiguration } from '../../../../sidecar/decide/configuration/search-configuration.ts';
import { routeOf, type Route } from '../../../../sidecar/decide/search/routes.ts';
import { nameOf } from '../reply/ends.ts';
import { encodeName, rootName } from '../../../../sidecar/wire/name.ts';

interface Given {
  readonly servers?: readonly string[];
  readonly stubZones?: string;
  readonly keepsPrivateNames?: boolean;
  readonly options?: readonly string[];
  readonly localZone?: string;
}

function configure(given: Given) {
  const { servers = ['8.8.8.8'], stubZones = '', keepsPrivateNames = false, options = [], localZone } = given;
  const conf = parseOverridden('', { nameservers: servers, options }, { hostName: 'host' });
  return searchConfiguration(conf, 53, { stubZones: parseStubZones(stubZones).rules, keepsPrivateNames, localZone });
}

/** `server server > server`, where it goes on behind `>`; `denied`. */
function asked(given: Given, name: string): string {
  const { servers, routes } = configure(given);
  const textOf = ({ order }: Route): string => order.map((place) => servers[place]?.name).join(' ');
  const route =
    routes === undefined ? { order: servers.map((_, place) => place) } : routeOf(routes, encodeName(name) ?? rootName);
  if (route.denied === true) return 'denied';
  return route.next === undefined ? textOf(route) : `${textOf(route)} > ${textOf(route.next)}`;
}

test.each([
  ['web.dev.docker', 'denied'],
  ['dev.docker', 'denied'],
  ['docker', '10.0.0.1'],
  ['web.test', '8.8.8.8'],
])('of a domain that is answered for here, %s: %s', (name, servers) => {
  expect(asked({ localZone: 'dev.docker', stubZones: 'docker,dev.docker=10.0.0.1' }, name)).toBe(servers);
});

describe('stub zones', () => {
  const stubZones = 'a.test,b.test=10.0.0.1,10.0.0.2:54;c.test=10.0.0.1 fall-through;.=9.9.9.9';

  test.each([
    ['x.a.test', '10.0.0.1 10.0.0.2:54'],
    ['b.test', '10.0.0.1 10.0.0.2:54'],
    ['c.test', '10.0.0.1 > 8.8.8.8'],
    ['d.test', '9.9.9.9'],
  ])('%s: %s', (name, servers) => {
    expect(asked({ stubZones }, name)).toBe(servers);
  });

  test('three servers of a zone count', () => {
    expect(asked({ stubZones: 'a=10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4' }, 'a')).toBe('10.0.0.1 10.0.0.2 10.0.0.3');
    expect(configure({ stubZones: 'a=10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4' }).servers).toHaveLength(4);
  });

  test('have the timeouts of their number, and a server that has the same twice is one', () => {
    const { servers } = configure({
      servers: ['8.8.8.8', '10.0.0.1'],
      stubZones: 'a=8.8.8.8;b=10.0.0.1;c,d=10.0.0.1',
      options: ['timeout:4'],
    });
    expect(servers.map(({ name, timeoutMs }) => `${name} ${timeoutMs}`)).toEqual(['8.8.8.8 4000', '10.0.0.1 4000']);
    const other = configure({
      servers: ['8.8.8.8', '8.8.4.4'],
      stubZones: 'a=9.9.9.9,8.8.8.8;b=8.8.8.8',
      options: ['timeout:3'],
    });
    expect(other.servers.map(({ name, timeoutMs }) => `${name} ${timeoutMs}`)).toEqual([
      ...['8.8.8.8 3000', '8.8.4.4 3000', '9.9.9.9 3000'],
    ]);
    const three = configure({ servers: ['8.8.8.8'], stubZones: 'a=9.9.9.9,7.7.7.7,8.8.8.8', options: ['timeout:3'] });
    expect(three.servers.map(({ timeoutMs }) => timeoutMs)).toEqual([3000, 3000, 2000, 4000]);
  });

  test('a server that a zone names twice is asked once', () => {
    expect(asked({ stubZones: 'a=10.0.0.1,10.0.0.1' }, 'a')).toBe('10.0.0.1');
  });

  test('none: there is nothing to look for', () => {
    expect(configure({})).not.toHaveProperty('routes');
  });
});

describe('names of private addresses', () => {
  const reverse = [
    ...['1.2.3.10.in-addr.arpa', '1.2.16.172.in-addr.arpa', '1.2.31.172.in-addr.arpa', '1.2.168.192.in-addr.arpa'],
    ...[
      '1.2.254.169.in-addr.arpa',
      '1.0.0.127.in-addr.arpa',
      '1.0.d.f.ip6.arpa',
      '1.0.c.f.ip6.arpa',
      '0.8.e.f.ip6.arpa',
      'f.b.e.f.ip6.arpa',
    ],
  ];
  const keepsPrivateNames = true;

  test.each(reverse)('%s', (name) => {
    expect(asked({}, name)).toBe('8.8.8.8');
    expect(asked({ keepsPrivateNames }, name)).toBe('denied');
    expect(asked({ keepsPrivateNames, servers: ['8.8.8.8', '192.168.1.1'] }, name)).toBe('192.168.1.1');
    expect(asked({ keepsPrivateNames, servers: ['fe80::1%eth0', '127.0.0.53'] }, name)).toBe(
      'fe80::1%eth0 127.0.0.53'.replace('%eth0', ''),
    );
  });

  test.each([
    '1.2.15.172.in-addr.arpa',
    '1.2.32.172.in-addr.arpa',
    '8.8.8.8.in-addr.arpa',
    '1.e.f.ip6.arpa',
    'in-addr.arpa',
    '10.in-addr.arpa.test',
  ])('%s is none', (name) => {
    expect(asked({ keepsPrivateNames }, name)).toBe('8.8.8.8');
  });

  test.each([
    ['10.in-addr.arpa=9.9.9.9', '9.9.9.9'],
    ['in-addr.arpa=9.9.9.9', '9.9.9.9'],
    ['3.10.in-addr.arpa=9.9.9.9', '9.9.9.9'],
    ['4.10.in-addr.arpa=9.9.9.9', 'denied'],
    ['.=9.9.9.9', 'denied'],
    ['.=10.0.0.1,9.9.9.9', '10.0.0.1'],
    ['.=10.0.0.1 fall-through', '10.0.0.1'],
  ])('with %s: %s', (stubZones, servers) => {
    expect(asked({ keepsPrivateNames, stubZones }, '1.2.3.10.in-addr.arpa')).toBe(servers);
  });

  test('each zone of them has a route, and nothing else has', () => {
    const { routes } = configure({ keepsPrivateNames, stubZones: '10.in-addr.arpa=9.9.9.9' });
    expect(routes?.zones.size).toBe(4 + 16 + 6);
    expect(routeOf(routes ?? { usual: { order: [] }, zones: new Map() }, nameOf('1.168.192.in-addr.arpa'))).toEqual({
      order: [],
      denied: true,
    });
  });

  test('where a zone goes on, private servers alone are asked', () => {
    const servers = ['8.8.8.8', '192.168.1.1'];
    const name = '1.2.3.10.in-addr.arpa';
    expect(asked({ keepsPrivateNames, servers, stubZones: '.=10.0.0.1 fall-through' }, name)).toBe(
      '10.0.0.1 > 192.168.1.1',
    );
    expect(asked({ keepsPrivateNames, servers, stubZones: '.=9.9.9.9 fall-through' }, name)).toBe('192.168.1.1');
  });
});
