/** What Docker's JSON of a container becomes. */
import { describe, expect, test } from 'vitest';
import { containerNetworks, machineNetworks } from '../../../../sidecar/discovery/containers/container-networks.ts';
import { readContainer, type ContainerReading } from '../../../../sidecar/discovery/containers/container.ts';
import { imageLabel } from '../../../../sidecar/discovery/containers/image-label.ts';
import { addressesOf, withPrefix } from '../../../../sidecar/discovery/services/service.ts';
import { dockerNetwork, inspectedContainer, type DockerContainerParts } from '../../../support/docker-json.ts';

const id = 'a'.repeat(64);
const gateway = {
  name: 'bridge',
  addresses: ['172.17.0.1'],
  subnets: ['172.17.0.0/16'],
  gateways: ['172.17.0.1'],
  aliases: [],
};
const reading: ContainerReading = {
  ...{ startedMs: 7, healthRequired: false, machineNetworks: [gateway] },
  isOthers: (name) => name === 'arpa',
};

function read(parts: Partial<DockerContainerParts> = {}, more: Partial<ContainerReading> = {}) {
  return readContainer(inspectedContainer({ id, name: 'web', ...parts }), { ...reading, ...more });
}

describe('the image', () => {
  test.each([
    ['nginx', 'nginx'],
    ['nginx:1.2', 'nginx'],
    ['library/nginx:1', 'nginx'],
    ['registry.test:5000/team/app:1.2', 'app'],
    ['registry.test:5000/team/app', 'app'],
    [`app@sha256:${'b'.repeat(64)}`, 'app'],
    [`app:1@sha256:${'b'.repeat(64)}`, 'app'],
    ['my.app', 'my.app'],
    ['eeeeeeeeeeee', ''],
    ['eeeeeeeeeeeb', 'eeeeeeeeeeeb'],
    ['beef', 'beef'],
    [`sha256:${'e'.repeat(64)}`, ''],
  ])('%s: %s', (reference, expected) => expect(imageLabel(reference, `sha256:${'e'.repeat(64)}`)).toBe(expected));

  test.each([
    ['abcdef', 'sha256:abcdef00', ''],
    ['abcdef', 'abcdef00', ''],
    ['123456', 'sha256:123456ab', ''],
    // What begins like an id of another kind is a name.
    ['abcdefx', 'sha256:abcdefx0', 'abcdefx'],
    ['xabcdef', 'sha256:xabcdef0', 'xabcdef'],
    ['abcdef', 'abcsha256:def00', 'abcdef'],
    ['a:1:2', 'sha256:abcdef00', 'a:1'],
  ])('%s of %s: %s', (reference, imageId, expected) => expect(imageLabel(reference, imageId)).toBe(expected));
});

describe('whether it is answered for', () => {
  test.each<[string, Partial<DockerContainerParts>, Partial<ContainerReading>, boolean]>([
    ['it runs', {}, {}, true],
    ['it is stopped', { state: { Running: false } }, {}, false],
    ['it is paused', { state: { Paused: true } }, {}, false],
    ['it starts again and again', { state: { Restarting: true } }, {}, false],
    ['it is dead', { state: { Dead: true } }, {}, false],
    ['it is not healthy, and nobody asks', { state: { Health: { Status: 'unhealthy' } } }, {}, true],
    ['it is not healthy', { state: { Health: { Status: 'unhealthy' } } }, { healthRequired: true }, false],
    ['it is not healthy yet', { state: { Health: { Status: 'starting' } } }, { healthRequired: true }, false],
    ['it is healthy', { state: { Health: { Status: 'healthy' } } }, { healthRequired: true }, true],
    ['it has no health check', {}, { healthRequired: true }, true],
    ['it has an empty health check', { state: { Health: { Status: '' } } }, { healthRequired: true }, true],
    ['it has no health check, in words', { state: { Health: { Status: 'none' } } }, { healthRequired: true }, true],
    ['it has no id', { id: '' }, {}, false],
    ['it has no network', { networks: {} }, {}, false],
    ['its network gives it no address', { networks: { n: {} } }, {}, false],
    [
      'it has no network, and addresses by a label',
      { networks: {}, labels: { 'com.dnsdock.ip_addr': '192.0.2.1' } },
      {},
      true,
    ],
    ['it shall be ignored, whatever is said', { labels: { 'com.dnsdock.ignore': 'false' } }, {}, false],
    ['it shall be ignored by a variable', { env: ['SERVICE_IGNORE='] }, {}, false],
    ['it has no variables at all', { env: null }, {}, true],
    ['it is in the network of the machine', { networkMode: 'host' }, {}, true],
    ['it is in the network of a machine without bridges', { networkMode: 'host' }, { machineNetworks: [] }, false],
    ['it is in the network of another', { networkMode: `container:${'b'.repeat(64)}` }, {}, true],
  ])('%s', (_what, parts, more, expected) => expect(read(parts, more).service !== undefined).toBe(expected));

  test('what is no container at all is none, and throws nothing', () => {
    for (const json of [undefined, null, 7, 'x', [], {}, { Id: 7 }, { Id: 'x', State: { Running: true }, Config: [] }])
      expect(readContainer(json, reading).service).toBeUndefined();
  });
});

describe('its parts', () => {
  test('of a usual container of Compose', () => {
    const { service, oddities } = read({
      labels: {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'io.alpine-resolver.port.debug': '9000',
      },
      networks: {
        front: { ip: '10.1.0.5', aliases: ['web', 'www', 'web'] },
        back: { ip: '10.2.0.5', ip6: 'FD00:1::5' },
      },
      hostname: 'box',
      exposed: ['80/tcp', '53/udp'],
      published: { '80/tcp': 8080 },
    });
    expect(oddities).toEqual([]);
    expect(service).toMatchObject({
      ...{ id, source: 'container', container: 'web', name: 'web', image: 'nginx', hostname: 'box', startedMs: 7 },
      ...{ compose: { project: 'shop', service: 'web' }, namespace: 'own', ttlSeconds: undefined },
    });
    expect(service?.networks).toEqual([
      {
        name: 'back',
        addresses: ['10.2.0.5', 'fd00:1::5'],
        subnets: ['10.2.0.0/16', 'fd00:1::/64'],
        gateways: ['10.2.0.1'],
        aliases: [],
      },
      {
        name: 'front',
        addresses: ['10.1.0.5'],
        subnets: ['10.1.0.0/16'],
        gateways: ['10.1.0.1'],
        aliases: ['web', 'www'],
      },
    ]);
    expect(service?.ports).toEqual([
      { port: 9000, protocol: 'tcp', name: 'debug' },
      { port: 80, protocol: 'tcp', name: undefined },
      { port: 53, protocol: 'udp', name: undefined },
    ]);
  });

  test('an image that is named by its id alone gives it none', () => {
    expect(read({ image: 'eeeeeeeeeeee' }).service?.image).toBe('');
  });

  test.each([
    ['host', 'host'],
    ['bridge', 'own'],
    ['container:vpn', { of: 'vpn' }],
    ['container:', 'own'],
    ['mycontainer:vpn', 'own'],
  ])('with the network mode %s its namespace is %j', (networkMode, expected) => {
    expect(read({ networkMode, networks: { a: { ip: '10.1.0.5' } } }).service?.namespace).toEqual(expected);
  });

  test('a project is one with a service, and a service one of a project', () => {
    for (const part of ['project', 'service'])
      expect(read({ labels: { [`com.docker.compose.${part}`]: 'x' } }).service?.compose).toBeUndefined();
  });

  test.each<[key: string, expected: string]>([
    ['80', '80/tcp'],
    ['80/tcp', '80/tcp'],
    ['53/udp', '53/udp'],
    ['9/sctp', '9/sctp'],
    ['1', '1/tcp'],
    ['65535', '65535/tcp'],
    ['0', ''],
    ['65536', ''],
    ['80/icmp', ''],
    ['80/tcp6', ''],
    ['x80', ''],
    ['80-90', ''],
    ['', ''],
  ])('the port %j is %j', (key, expected) => {
    const ports = read({ exposed: [key] }).service?.ports ?? [];
    expect(ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ')).toBe(expected);
  });

  test('networks without an address, or a length of their prefix, are in no subnet', () => {
    const inspected = inspectedContainer({
      ...{ id, name: 'web' },
      networks: { b: { ip: '10.1.0.5', prefix: 0 }, a: { ip: '10.2.0.5' }, c: {} },
    });
    const networks = readContainer(inspected, reading).service?.networks ?? [];
    expect(networks.map(({ name, subnets }) => [name, ...subnets])).toEqual([['a', '10.2.0.0/16'], ['b'], ['c']]);
    const settings = { Networks: { odd: { IPAddress: '10.1.0.5', IPPrefixLen: 33 }, none: { IPAddress: '10.1.0.6' } } };
    expect(containerNetworks(settings).map(({ subnets }) => subnets)).toEqual([[], []]);
  });

  test('podman says its project in labels of its own', () => {
    const labels = { 'io.podman.compose.project': 'shop', 'io.podman.compose.service': 'db' };
    expect(read({ labels }).service?.compose).toEqual({ project: 'shop', service: 'db' });
  });

  test('a prefix leaves out the addresses that begin otherwise, and the container where none is left', () => {
    const networks = { a: { ip: '10.1.0.5' }, b: { ip: '10.2.0.5' } };
    const of = (prefix: string) => read({ networks, env: [`DNSDOCK_PREFIX=${prefix}`] });
    const { service } = of('10.2');
    expect(service && addressesOf(withPrefix(service))).toEqual(['10.2.0.5']);
    // Others in its network are not held to it.
    expect(service && addressesOf(service)).toEqual(['10.1.0.5', '10.2.0.5']);
    expect(of('11.').service).toBeUndefined();
    expect(of('11.').oddities).toMatchObject([{ reason: 'no-address' }]);
  });

  test('an alias that would take the answers of others is told, and the others stay', () => {
    const { service, oddities } = read({ labels: { 'com.dnsdock.alias': 'a.test,arpa,b.test' } });
    expect(service?.aliases).toEqual(['a.test', 'b.test']);
    expect(oddities).toEqual([
      { reason: 'bad-value', detail: expect.stringMatching(/^an alias: "arpa" is not accepted/) as string },
    ]);
  });

  test('in the network of the machine it has the gateways of its bridges', () => {
    expect(read({ networkMode: 'host' }).service).toMatchObject({ namespace: 'host', networks: [gateway] });
  });

  test('a region stands behind the image', () => {
    const env = ['SERVICE_REGION=eu', 'SERVICE_NAME=db', 'SERVICE_TAGS=one,two'];
    expect(read({ env }).service).toMatchObject({ name: 'one', image: 'db.eu', tags: ['one', 'two'], region: 'eu' });
  });
});

describe('the network of one that is not answered for is known, where it runs', () => {
  test.each<[string, Partial<DockerContainerParts>, boolean]>([
    ['paused', { state: { Paused: true } }, true],
    ['ignored', { labels: { 'com.dnsdock.ignore': '' } }, true],
    ['stopped', { state: { Running: false } }, false],
    ['restarting', { state: { Restarting: true } }, false],
    ['dead', { state: { Dead: true } }, false],
  ])('%s', (_what, parts, isKnown) => {
    const { service, unnamed, oddities } = read({ networks: { a: { ip: '10.1.0.5' } }, ...parts });
    expect([service, unnamed && addressesOf(unnamed), oddities]).toEqual([
      undefined,
      isKnown ? ['10.1.0.5'] : undefined,
      [],
    ]);
  });
});

describe('what is odd is told, and the rest stands', () => {
  test.each<[string, Partial<DockerContainerParts>, string[]]>([
    ['a name that is none', { name: 'x'.repeat(70) }, ['odd-name']],
    ['no address', { networks: {} }, ['no-address']],
    [
      'a label that is none',
      { labels: { 'com.dnsdock.ttl': 'soon', 'io.alpine-resolver.addresses': 'x' } },
      ['bad-value', 'bad-value'],
    ],
    ['nothing', { name: 'a_b.c-d' }, []],
  ])('%s', (_what, parts, expected) => {
    expect(read(parts).oddities.map(({ reason }) => reason)).toEqual(expected);
  });

  const long = 'x'.repeat(100);
  const short = 'x'.repeat(80);
  test.each<[string, Partial<DockerContainerParts>, Partial<ContainerReading>, string[]]>([
    ['no name at all', { name: '' }, {}, []],
    ['a long name that is none', { name: long }, {}, [`"${short}" cannot be part of a domain name`]],
    ['no network', { networks: {} }, {}, ['no network gives it one']],
    [
      'no bridge',
      { networkMode: 'host' },
      { machineNetworks: [] },
      ['it is in the network of the machine, which has no bridge'],
    ],
    ['a long prefix', { env: [`DNSDOCK_PREFIX=${long}`] }, {}, [`no address begins with ${short}`]],
    ['the network of another, without an address', { networkMode: 'container:vpn', networks: {} }, {}, []],
    [
      'an alias of others',
      { labels: { 'com.dnsdock.alias': 'arpa' } },
      {},
      [
        'an alias: "arpa" is not accepted; expected a name that is neither the domain, nor above it, nor one of the reverse trees',
      ],
    ],
    [
      'a long value',
      { labels: { 'com.dnsdock.ttl': long } },
      {},
      [`com.dnsdock.ttl: "${short}" is not accepted; expected seconds, or -1 for those of all`],
    ],
  ])('%s, in these words', (_what, parts, more, expected) => {
    expect(read(parts, more).oddities.map(({ detail }) => detail)).toEqual(expected);
  });
});

describe('of lists that are too long the first count, and that is told once with how many there are', () => {
  const numbered = (count: number, text = ''): string[] =>
    Array.from({ length: count }, (_, index) => `${text}${index + 1}`);
  const portLabels = (count: number) =>
    Object.fromEntries(numbered(count).map((port) => [`io.alpine-resolver.port.p${port}`, port]));
  const inNetworks = (...counts: number[]) => ({
    a: { ip: '10.1.0.5', aliases: numbered(counts[0] ?? 0, 'n') },
    b: { ip: '10.2.0.5', aliases: numbered(counts[1] ?? 0, 'n') },
  });
  const told = (what: string, max = 64) => `${what} of them" is not accepted; expected at most ${max}: the first count`;
  test.each<[string, Partial<DockerContainerParts>, string[]]>([
    ['64 aliases', { labels: { 'com.dnsdock.alias': numbered(64, 'x.').join() } }, []],
    [
      'more aliases',
      { labels: { 'com.dnsdock.alias': numbered(100_000, 'x.').join() } },
      [told('com.dnsdock.alias: "100000')],
    ],
    ['aliases of a variable', { env: [`DNSDOCK_ALIAS=${numbered(65, 'x.').join()}`] }, [told('DNSDOCK_ALIAS: "65')]],
    ['tags', { env: [`SERVICE_TAGS=${numbered(65, 'x').join()}`] }, [told('SERVICE_TAGS: "65')]],
    ['addresses', { env: [`DNSDOCK_IPADDRESS=${numbered(65, '10.3.0.').join()}`] }, [told('DNSDOCK_IPADDRESS: "65')]],
    ['64 ports with names', { labels: portLabels(64) }, []],
    ['more ports with names', { labels: portLabels(65) }, [told('io.alpine-resolver.port.…: "65')]],
    ['64 aliases in each network', { networks: inNetworks(64, 64) }, []],
    ['more aliases in a network', { networks: inNetworks(3, 65) }, [told('aliases in networks: "65')]],
    ['1,024 ports', { exposed: numbered(1024) }, []],
    ['more ports', { exposed: numbered(65_535) }, [told('ports: "65535', 1024)]],
  ])('%s', (_what, parts, expected) => {
    const { service, oddities } = read(parts);
    expect(oddities.map(({ reason, detail }) => `${reason} ${detail}`)).toEqual(
      expected.map((detail) => `bad-value ${detail}`),
    );
    const lists = [service?.aliases, service?.tags, service?.addresses, service?.ports.filter(({ name }) => name)];
    const inAll = new Set(service?.networks.flatMap(({ aliases }) => aliases));
    for (const size of [...lists.map((list) => list?.length ?? 0), inAll.size])
      expect(size === 0 || size === 64 || size === 3).toBe(true);
    expect(service?.ports.length).toBeLessThanOrEqual(1024);
  });

  test('which are the first', () => {
    const { service } = read({
      labels: { 'com.dnsdock.alias': numbered(70, 'x.').join(), ...portLabels(70) },
      networks: inNetworks(3, 70),
      exposed: numbered(2000).map((port) => `${port}/tcp`),
    });
    expect([service?.aliases[0], service?.aliases.at(-1)]).toEqual(['x.1', 'x.64']);
    expect(service?.networks.map(({ aliases }) => [aliases.length, aliases.at(-1)])).toEqual([
      [3, 'n3'],
      [64, 'n64'],
    ]);
    expect(service?.ports.flatMap(({ name }) => name ?? [])).toEqual(numbered(64, 'p'));
  });

  test('of values that cannot be no more are told', () => {
    const env = numbered(1000).map((value) => `DNSDOCK_TTL=x${value}`);
    expect(read({ env }).oddities).toHaveLength(64);
  });
});

test('the machine is reached by the gateways of bridges, and not by those of other networks', () => {
  const list = [
    dockerNetwork('bridge', 'bridge', [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }]),
    dockerNetwork('six', 'bridge', [
      { Subnet: '10.9.0.0/24', Gateway: '10.9.0.1' },
      { Subnet: 'fd00:9::/64', Gateway: 'FD00:9::1' },
    ]),
    dockerNetwork('lan', 'macvlan', [{ Subnet: '192.0.2.0/24', Gateway: '192.0.2.1' }]),
    dockerNetwork('odd', 'bridge', [{ Subnet: '10.8.0.0/24', Gateway: 'x' }]),
    dockerNetwork('host', 'host', []),
    null,
  ];
  expect(
    machineNetworks(list).map(({ name, addresses, subnets }) => [name, addresses.join(' '), subnets.join(' ')]),
  ).toEqual([
    ['bridge', '172.17.0.1', '172.17.0.0/16'],
    ['six', '10.9.0.1 fd00:9::1', '10.9.0.0/24 fd00:9::/64'],
  ]);
  expect(machineNetworks({ message: 'x' })).toEqual([]);
  expect(containerNetworks(undefined)).toEqual([]);
});

/** Configurations of a bridge as Docker shows them, and the addresses that it then has: `ip address` beside Docker 20.10. */
test.each<[string, readonly Record<string, string>[], string, boolean?]>([
  ['said', [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.9' }], '172.17.0.9'],
  ['of the subnet', [{ Subnet: '172.17.0.0/16' }], '172.17.0.1'],
  ['of a small subnet', [{ Subnet: '172.17.0.4/30' }], '172.17.0.5'],
  ['of the range', [{ Subnet: '172.28.0.0/16', IPRange: '172.28.5.0/24' }], '172.28.5.0'],
  ['of a range at the beginning', [{ Subnet: '172.28.0.0/16', IPRange: '172.28.0.0/24' }], '172.28.0.1'],
  [
    'of both families',
    [{ Subnet: '172.19.0.0/16', Gateway: '172.19.0.1' }, { Subnet: 'fd00:9::/64' }],
    '172.19.0.1 fd00:9::1',
  ],
  ['of a subnet with no address to give', [{ Subnet: '172.17.0.4/31' }], ''],
  ['of no subnet', [{ Subnet: 'x' }], ''],
  ['said, in an internal network', [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.9' }], '172.17.0.9', true],
  ['left out, in an internal network, which may have none', [{ Subnet: '172.17.0.0/16' }], '', true],
])('the gateway %s', (_what, configs, expected, isInternal = false) => {
  const network = { ...dockerNetwork('bridge', 'bridge', configs), Internal: isInternal };
  expect(
    machineNetworks([network])
      .flatMap(({ gateways }) => gateways)
      .join(' '),
  ).toBe(expected);
});
