/** The variables of go-dnsmasq: what each becomes, and that none is passed over in silence. */
import { describe, expect, test } from 'vitest';
import { readOldStubZones } from '../../../../shared/settings/old-stub-zones.ts';
import { oldVariables } from '../../../../shared/settings/old-variables.ts';
import { readOldVariables, readSidecarEnvironment } from '../../../../shared/settings/read-old-variables.ts';

test.each<[variable: string, text: string, read: Record<string, string>]>([
  ['DNSMASQ_LISTEN', '127.0.0.1', { RESOLVER_LISTEN: '127.0.0.1:53' }],
  ['DNSMASQ_LISTEN', '127.0.0.1:5353', { RESOLVER_LISTEN: '127.0.0.1:5353' }],
  ['DNSMASQ_LISTEN', '[::1]', { RESOLVER_LISTEN: '[::1]:53' }],
  ['DNSMASQ_LISTEN', '[::1]:54', { RESOLVER_LISTEN: '[::1]:54' }],
  [
    'DNSMASQ_SERVERS',
    '10.0.0.1, 10.0.0.2:54,[::1],[::2]:55',
    { RESOLVER_NAMESERVERS: '10.0.0.1,10.0.0.2:54,::1,[::2]:55' },
  ],
  [
    'DNSMASQ_STUB',
    'consul,cn/127.0.0.1:8600 corp.test/[::1]',
    { RESOLVER_STUB_ZONES: 'consul,cn=127.0.0.1:8600;corp.test=::1' },
  ],
  ['DNSMASQ_HOSTSFILE', '/etc/hosts', { RESOLVER_HOSTS_FILE: '/etc/hosts' }],
  ['DNSMASQ_SEARCH_DOMAINS', 'a.test,b.test', { RESOLVER_SEARCHES: 'a.test,b.test' }],
  ['DNSMASQ_SEARCH', 'a.test', { RESOLVER_SEARCHES: 'a.test' }],
  ['DNSMASQ_ENABLE_SEARCH', '1', { RESOLVER_MODE: 'plain' }],
  ['DNSMASQ_ENABLE_SEARCH', 'false', { RESOLVER_MODE: 'as-is' }],
  ['DNSMASQ_APPEND', 'T', { RESOLVER_MODE: 'plain' }],
  ['DNSMASQ_NDOTS', '2', { RESOLVER_NDOTS: '2' }],
  ['DNSMASQ_FWD_NDOTS', '1', { RESOLVER_FWD_NDOTS: '1' }],
  ['DNSMASQ_NOREC', 'true', { RESOLVER_NO_REC: 'true' }],
  ['DNSMASQ_NOREC', '0', { RESOLVER_NO_REC: 'false' }],
  ['DNSMASQ_RR', 'true', { RESOLVER_ANSWER_ORDER: 'rotate' }],
  ['DNSMASQ_RR', 'F', { RESOLVER_ANSWER_ORDER: 'fixed' }],
  ['DNSMASQ_RCACHE', '1000', { RESOLVER_MAX_CACHE_BYTES: '1024000' }],
  ['DNSMASQ_RCACHE', '0', { RESOLVER_MAX_CACHE_BYTES: '0' }],
  ['DNSMASQ_RCACHE', '1000000', { RESOLVER_MAX_CACHE_BYTES: '8388608' }],
  ['DNSMASQ_VERBOSE', 'true', { RESOLVER_LOG_LEVEL: 'debug' }],
  ['DNSMASQ_VERBOSE', 'false', { RESOLVER_LOG_LEVEL: 'info' }],
  ['GO_DNSMASQ_RCACHE_TTL_MAX', '60', { RESOLVER_MAX_CACHE_SECONDS: '60' }],
  [
    'GO_DNSMASQ_CACHE_NON_NEGATIVE',
    'true',
    { RESOLVER_MAX_NEGATIVE_CACHE_SECONDS: '0', RESOLVER_MAX_CACHE_SECONDS_WITHOUT_SOA: '0' },
  ],
])('%s=%s', (variable, text, read) => {
  const { texts, notices, issues } = readOldVariables({ [variable]: text }, 'host');
  expect(issues).toEqual([]);
  expect(texts).toEqual(read);
  const set = Object.entries(read).map(([key, value]) => `${key}=${value}`);
  expect(notices).toEqual([
    { name: variable, message: `${variable} is read as ${set.join(' and ')}; set that in its place` },
  ]);
});

describe('each variable', () => {
  test.each(oldVariables.map((variable) => [variable.name, variable] as const))('%s is complete', (_name, variable) => {
    expect(variable.settings.length > 0).toBe(variable.read !== undefined);
    if (variable.settings.length === 0) expect(variable.remark).toMatch(/^[A-Z].*\.$/);
  });

  test.each(oldVariables.filter(({ settings }) => settings.length === 0).map(({ name }) => [name]))(
    '%s has no equal, and a line says so',
    (name) => {
      const { texts, notices, issues } = readOldVariables({ [name]: 'true' }, 'host');
      expect({ texts, issues }).toEqual({ texts: {}, issues: [] });
      expect(notices).toHaveLength(1);
      expect(notices[0]?.message).toMatch(new RegExp(`^${name} has no equal and no effect: [a-z]`));
    },
  );

  test('is there once', () => {
    const names = oldVariables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test.each<[variable: string, text: string, message: string]>([
  [
    'DNSMASQ_LISTEN',
    'localhost',
    'DNSMASQ_LISTEN: "localhost" is not accepted; expected IP address, or IPv4:port or [IPv6]:port',
  ],
  ['DNSMASQ_LISTEN', '1.2.3.4:99999', 'DNSMASQ_LISTEN: "1.2.3.4:99999" is not accepted'],
  ['DNSMASQ_SERVERS', 'dns.test', 'DNSMASQ_SERVERS: "dns.test" is not accepted ("dns.test" is wrong)'],
  ['DNSMASQ_NOREC', 'yes', 'DNSMASQ_NOREC: "yes" is not accepted; expected true or false'],
  ['DNSMASQ_NDOTS', '16', 'DNSMASQ_NDOTS: "16" is not accepted; expected integer from 0 to 15'],
  ['DNSMASQ_STUB', 'a.test=1.1.1.1', 'DNSMASQ_STUB: "a.test=1.1.1.1" is not accepted ("a.test=1.1.1.1" is no rule)'],
])('%s=%s is refused', (variable, text, message) => {
  const { texts, notices, issues } = readOldVariables({ [variable]: text }, 'host');
  expect({ texts, notices }).toEqual({ texts: {}, notices: [] });
  expect(issues).toHaveLength(1);
  expect(issues[0]?.message.slice(0, message.length)).toBe(message);
});

describe('which one counts', () => {
  test('a variable of the sidecar goes before an old one', () => {
    const { values, notices } = readSidecarEnvironment({ RESOLVER_NDOTS: '3', DNSMASQ_NDOTS: '2' });
    expect(values.ndots).toBe(3);
    expect(notices).toEqual([{ name: 'DNSMASQ_NDOTS', message: 'DNSMASQ_NDOTS has no effect: RESOLVER_NDOTS is set' }]);
  });

  test('an empty one counts as not set', () => {
    const { values, notices } = readSidecarEnvironment({ RESOLVER_NDOTS: '', DNSMASQ_NDOTS: '2', DNSMASQ_SERVERS: '' });
    expect(values.ndots).toBe(2);
    expect(notices).toHaveLength(1);
  });

  test('of two old ones that of the newer name, and the older option', () => {
    const both = {
      DNSMASQ_SEARCH: 'a.test',
      DNSMASQ_SEARCH_DOMAINS: 'b.test',
      DNSMASQ_APPEND: 'true',
      DNSMASQ_ENABLE_SEARCH: 'false',
    };
    const { texts, notices } = readOldVariables(both, 'host');
    expect(texts).toEqual({ RESOLVER_SEARCHES: 'b.test', RESOLVER_MODE: 'plain' });
    expect(notices.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'DNSMASQ_SEARCH has no effect: DNSMASQ_SEARCH_DOMAINS is set',
        'DNSMASQ_ENABLE_SEARCH has no effect: DNSMASQ_APPEND is set',
      ]),
    );
  });

  test('in a pod names are searched for anyway', () => {
    const { values, notices } = readSidecarEnvironment({ DNSMASQ_APPEND: 'true' });
    expect(values.mode).toBe('auto');
    expect(notices).toEqual([
      { name: 'DNSMASQ_APPEND', message: 'DNSMASQ_APPEND sets nothing: in a pod names are searched for anyway' },
    ]);
  });
});

test('in the profile host the old variables are a whole configuration', () => {
  const { values, issues } = readSidecarEnvironment({
    RESOLVER_PROFILE: 'host',
    DNSMASQ_LISTEN: '127.0.0.1:5353',
    DNSMASQ_SERVERS: '10.0.0.1',
  });
  expect(issues).toEqual([]);
  expect(values).toMatchObject({
    listen: [{ host: '127.0.0.1', port: 5353 }],
    nameservers: ['10.0.0.1'],
    mode: 'as-is',
  });
});

test('what is named like one and is none is named, what the kubelet makes of a Service is not', () => {
  const { notices } = readOldVariables(
    { DNSMASQ_SERVER: 'x', GO_DNSMASQ_OTHER: 'x', DNSMASQ_SERVICE_HOST: '10.0.0.1', DNSMASQ_PORT: 'tcp://10.0.0.1:53' },
    'host',
  );
  expect(notices.map(({ message }) => message)).toEqual([
    'DNSMASQ_SERVER is not known and has no effect; did you mean DNSMASQ_SERVERS?',
    'GO_DNSMASQ_OTHER is not known and has no effect',
  ]);
});

describe('stub zones', () => {
  test.each<[text: string, read: string]>([
    ['a.test/1.1.1.1', 'a.test=1.1.1.1'],
    ['a.test,B.Test./1.1.1.1,2.2.2.2:54', 'a.test,b.test=1.1.1.1,2.2.2.2:54'],
    ['a.test/1.1.1.1\nb.test/2.2.2.2', 'a.test=1.1.1.1;b.test=2.2.2.2'],
    // As the library split the variable.
    ['a.test/1.1.1.1,b.test,c.test/2.2.2.2', 'a.test=1.1.1.1;b.test,c.test=2.2.2.2'],
    ['a.test/1.1.1.1,b.test/2.2.2.2,c.test/[::3]:5,4.4.4.4', 'a.test=1.1.1.1;b.test=2.2.2.2;c.test=[::3]:5,4.4.4.4'],
    // Servers of one zone are joined.
    ['a.test/1.1.1.1 A.test/2.2.2.2', 'a.test=1.1.1.1,2.2.2.2'],
    ['./[::1]', '.=::1'],
  ])('%s', (text, read) => {
    expect(readOldStubZones(text)).toEqual({ ok: true, value: read });
  });

  test.each<[text: string, fault: string | undefined]>([
    ['', undefined],
    ['a.test', '"a.test" is no rule'],
    ['a.test/', '"a.test/" is no rule'],
    ['/1.1.1.1', '"/1.1.1.1" is no rule'],
    ['a.test/b.test/1.1.1.1', '"a.test/b.test/1.1.1.1" is no rule'],
    ['a.test/1.1.1.1,2.2.2.2,b.test', '"a.test/1.1.1.1,2.2.2.2,b.test" is no rule'],
    [
      'a.test/1.1.1.1,2.2.2.2,b.test/3.3.3.3',
      '"a.test/1.1.1.1,2.2.2.2,b.test/3.3.3.3" can be read as "a.test/1.1.1.1 2.2.2.2,b.test/3.3.3.3" and as "a.test/1.1.1.1,2.2.2.2 b.test/3.3.3.3"',
    ],
  ])('%s is refused', (text, fault) => {
    const read = readOldStubZones(text);
    expect(read.ok).toBe(false);
    expect(read).toMatchObject({ ...(fault !== undefined && { fault }) });
  });
});

describe('a long DNSMASQ_STUB', () => {
  const many = (item: string) => Array.from({ length: 1500 }, () => item).join();

  test('whose commas each join two servers is read', () => {
    expect(readOldStubZones(`a.test/${many('[::1]:53')},b.test/1.1.1.1`)).toEqual({
      ok: true,
      value: 'a.test=[::1]:53;b.test=1.1.1.1',
    });
  });

  test('in which a zone may begin at each comma is refused', () => {
    expect(readOldStubZones(`a.test/${many('1.1.1.1')},b.test/1.1.1.1`)).toMatchObject({
      ok: false,
      fault: expect.stringContaining('can be read as'),
    });
  });

  test('beyond 16 KiB is refused', () => {
    expect(readOldStubZones(`${'a'.repeat(16_384)}/1.1.1.1`)).toMatchObject({
      ok: false,
      fault: 'it has 16392 characters, and 16384 are read',
    });
  });
});
