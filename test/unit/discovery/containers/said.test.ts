/** What labels and variables say, and which of them counts. */
import { describe, expect, test } from 'vitest';
import { readSaid, type Said } from '../../../../sidecar/discovery/containers/said.ts';

function said(labels: Readonly<Record<string, string>>, environment: readonly string[] = []): Said {
  return readSaid(new Map(Object.entries(labels)), environment);
}

const old = (name: string, value: string) => ({ [`com.dnsdock.${name}`]: value });
const own = (name: string, value: string) => ({ [`io.alpine-resolver.${name}`]: value });

describe('each word', () => {
  test.each<[Readonly<Record<string, string>>, readonly string[], Partial<Said>]>([
    [{}, [], { ignored: false, name: undefined, image: undefined, aliases: [], ttlSeconds: undefined }],
    [old('ignore', 'no'), [], { ignored: true }],
    [own('ignore', ''), [], { ignored: true }],
    [{}, ['DNSDOCK_IGNORE=1'], { ignored: true }],
    [{}, ['SERVICE_IGNORE=1'], { ignored: true }],
    [old('alias', 'a.test, b.test.,'), [], { aliases: ['a.test', 'b.test'] }],
    [{}, ['DNSDOCK_ALIAS=a.test,b.test'], { aliases: ['a.test', 'b.test'] }],
    [own('aliases', 'a.test'), [], { aliases: ['a.test'] }],
    [old('name', 'web'), [], { name: 'web' }],
    [old('name', ''), [], { name: '' }],
    [{}, ['DNSDOCK_NAME=web'], { name: 'web' }],
    [old('tags', 'one,two'), [], { name: 'one', tags: ['one', 'two'] }],
    [{}, ['SERVICE_TAGS='], { name: '', tags: [] }],
    [old('image', 'img'), [], { image: 'img' }],
    [{}, ['DNSDOCK_IMAGE=img'], { image: 'img' }],
    [{}, ['SERVICE_NAME=img'], { image: 'img' }],
    [old('region', 'eu'), [], { region: 'eu' }],
    [{}, ['SERVICE_REGION=eu'], { region: 'eu' }],
    [old('ttl', '60'), [], { ttlSeconds: 60 }],
    [{}, ['DNSDOCK_TTL=0'], { ttlSeconds: 0 }],
    [own('ttl', '-1'), ['DNSDOCK_TTL=5'], { ttlSeconds: undefined }],
    [old('ip_addr', '192.0.2.1'), [], { addresses: ['192.0.2.1'] }],
    [{}, ['DNSDOCK_IPADDRESS=192.0.2.1, 2001:db8::1'], { addresses: ['192.0.2.1', '2001:db8::1'] }],
    [own('addresses', '::ffff:10.1.1.1,2001:DB8:0::1'), [], { addresses: ['10.1.1.1', '2001:db8::1'] }],
    [old('ip_addr', '10.1.1.1,10.2.2.2,::ffff:10.1.1.1'), [], { addresses: ['10.1.1.1', '10.2.2.2'] }],
    [old('prefix', '10.'), [], { prefix: '10.' }],
    [{}, ['DNSDOCK_PREFIX=10.'], { prefix: '10.' }],
    [own('network', 'back'), [], { network: 'back' }],
    [{}, ['PATH=/bin', 'SERVICE_OTHER=x', 'DNSDOCK', '=x'], { name: undefined }],
    [{}, ['DNSDOCK_NAME=a=b'], { name: 'a=b' }],
    [{}, ['=DNSDOCK_NAME=x'], { name: undefined }],
    [old('image', ''), [], { image: '' }],
    [own('region', ''), ['SERVICE_REGION=eu'], { region: undefined }],
    [own('region', 'us'), ['SERVICE_REGION=eu'], { region: 'us' }],
    [own('prefix', ''), ['DNSDOCK_PREFIX=10.'], { prefix: undefined }],
    [own('prefix', '10.'), [], { prefix: '10.' }],
    [own('network', ''), [], { network: undefined }],
    [own('ttl', ' 60 '), [], { ttlSeconds: 60 }],
    [old('alias', 'a.test,b'), [], { aliases: ['a.test', 'b'] }],
    [old('alias', ','), [], { aliases: [] }],
  ])('%j %j', (labels, environment, expected) => {
    const read = said(labels, environment);
    expect(read).toMatchObject(expected);
    expect(read.faults).toEqual([]);
  });
});

describe('of several, the last in the table counts', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[], Partial<Said>]>([
    ['tags go before a name among old labels', { ...old('tags', 'tag'), ...old('name', 'name') }, [], { name: 'tag' }],
    ['a variable before an old label', old('name', 'label'), ['DNSDOCK_NAME=variable'], { name: 'variable' }],
    ['the later variable', {}, ['DNSDOCK_NAME=one', 'SERVICE_TAGS=two'], { name: 'two', tags: ['two'] }],
    ['the later variable', {}, ['SERVICE_TAGS=two', 'DNSDOCK_NAME=one'], { name: 'one', tags: ['two'] }],
    [
      'our own label before both',
      { ...own('name', 'own'), ...old('name', 'old') },
      ['DNSDOCK_NAME=x'],
      { name: 'own' },
    ],
    [
      'our own name before our own tags',
      { ...own('name', 'own'), ...own('tags', 'tag') },
      [],
      { name: 'own', tags: ['tag'] },
    ],
    ['what is ignored once stays so', old('ignore', ''), ['DNSDOCK_NAME=x'], { ignored: true, name: 'x' }],
  ])('%s', (_what, labels, environment, expected) => expect(said(labels, environment)).toMatchObject(expected));
});

describe('what cannot be is told, and what was before it stays', () => {
  test.each<[Readonly<Record<string, string>>, readonly string[], string]>([
    [old('name', 'a..b'), [], 'com.dnsdock.name'],
    [old('alias', 'fine.test,a b'), [], 'com.dnsdock.alias'],
    [old('ttl', 'soon'), [], 'com.dnsdock.ttl'],
    [old('ttl', '-2'), [], 'com.dnsdock.ttl'],
    [old('ip_addr', ''), [], 'com.dnsdock.ip_addr'],
    [{}, ['DNSDOCK_IPADDRESS=192.0.2'], 'DNSDOCK_IPADDRESS'],
    [own('addresses', '192.0.2.1,fe80::1%eth0'), [], 'io.alpine-resolver.addresses'],
    [{}, ['SERVICE_TAGS=a b'], 'SERVICE_TAGS'],
    [{}, ['SERVICE_REGION=.'], 'SERVICE_REGION'],
    [own('image', '/'.repeat(70)), [], 'io.alpine-resolver.image'],
    [own('port.http', '0'), [], 'io.alpine-resolver.port.http'],
    [own('port.http', '65536'), [], 'io.alpine-resolver.port.http'],
    [own('port.http', 'x80'), [], 'io.alpine-resolver.port.http'],
    [own('port.http', ''), [], 'io.alpine-resolver.port.http'],
    [old('ttl', 'x5'), [], 'com.dnsdock.ttl'],
    [old('ttl', '5 5'), [], 'com.dnsdock.ttl'],
    [old('ttl', '0x5'), [], 'com.dnsdock.ttl'],
    [old('ttl', '1e3'), [], 'com.dnsdock.ttl'],
    [own('port.http', '80/icmp'), [], 'io.alpine-resolver.port.http'],
    [own('port.a_b', '80'), [], 'io.alpine-resolver.port.a_b'],
  ])('%j %j', (labels, environment, source) => {
    const read = said({ ...old('image', 'kept'), ...labels }, environment);
    expect(read.faults.map((fault) => fault.source)).toEqual([source]);
    expect(read).toMatchObject({ image: 'kept', name: undefined, ttlSeconds: undefined, addresses: undefined });
  });
});

test('ports are named, with their protocol', () => {
  const { portNames } = said({
    ...{ ...own('port.Debug', ' 9000 '), ...own('port.dns', '53/udp') },
    ...{ ...own('port.first', '1'), ...own('port.last', '65535') },
  });
  expect([...portNames]).toEqual([
    ['9000/tcp', 'debug'],
    ['53/udp', 'dns'],
    ['1/tcp', 'first'],
    ['65535/tcp', 'last'],
  ]);
});

test.each([
  ['name', 'a..b', 'labels of at most 63 characters with dots between them'],
  ['aliases', 'a b', 'domain names with commas between them'],
  ['ttl', 'soon', 'seconds, or -1 for those of all'],
  ['addresses', 'x', 'IPv4 or IPv6 addresses with commas between them'],
  ['port.http', 'x', 'a port, or a port with its protocol such as 53/udp'],
])('of %s it is told what is accepted', (name, value, accepted) => {
  expect(said(own(name, value)).faults).toEqual([{ source: `io.alpine-resolver.${name}`, value, accepted }]);
});
