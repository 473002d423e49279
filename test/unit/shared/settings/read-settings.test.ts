/** Settings out of environment and annotations. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotations } from '../../../../shared/values/names.ts';
import { readAnnotations, readEnvironment } from '../../../../shared/settings/read-settings.ts';
import { injectionSettings, sidecarSettings, webhookSettings } from '../../../../shared/settings/settings.ts';

/** Controls, surrogates and all: what a user could paste. */
const anyText = fc.string({ unit: fc.nat(0x10ff_ff).map((point) => String.fromCodePoint(point)) });

const fromEnvironment = (environment: Record<string, string | undefined>) =>
  readEnvironment(sidecarSettings, environment);

describe('the environment', () => {
  test('gives defaults when it is empty', () => {
    const { values, issues } = fromEnvironment({});
    expect(issues).toEqual([]);
    expect(values.listen).toEqual([{ host: '127.0.0.1', port: 53 }]);
    expect(values.maxTcpRecordsWithoutEdns).toBe(63);
    expect(values.hostNameFilter).toBe(true);
    expect(values.ndots).toBeUndefined();
  });

  test('gives the defaults of the profile', () => {
    const { values, issues } = fromEnvironment({ RESOLVER_PROFILE: 'host' });
    expect(issues).toEqual([]);
    expect(values).toMatchObject({
      listen: [],
      adminListen: [{ host: '127.0.0.1', port: 9953 }],
      resolvConf: '/etc/resolv.conf',
      podResolvConf: undefined,
      mode: 'as-is',
      hostNameFilter: false,
      hostsWildcards: true,
      pairWindowMilliseconds: 5,
    });
    const pod = { mode: 'auto', hostsWildcards: false, podResolvConf: '/etc/resolv.conf' };
    for (const profile of ['pod', 'hosts', undefined])
      expect(fromEnvironment({ RESOLVER_PROFILE: profile }).values).toMatchObject(pod);
    expect(fromEnvironment({ RESOLVER_PROFILE: 'host', RESOLVER_MODE: 'plain' }).values.mode).toBe('plain');
  });

  test('sets values of their type', () => {
    const { values, issues } = fromEnvironment({
      RESOLVER_LISTEN: '127.0.0.1:1053,[::1]:1053',
      RESOLVER_NDOTS: '5',
      RESOLVER_HOST_NAME_FILTER: 'false',
      RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 10.96.0.10\nsearch a b\n',
      PATH: '/bin',
    });
    expect(issues).toEqual([]);
    const ndots: number | undefined = values.ndots;
    const filter: boolean = values.hostNameFilter;
    expect({ ndots, filter }).toEqual({ ndots: 5, filter: false });
    expect(values.listen).toHaveLength(2);
    expect(values.originalResolvConf).toBe('nameserver 10.96.0.10\nsearch a b\n');
  });

  test('an invalid value keeps the default and is named with what is accepted', () => {
    const { values, issues } = fromEnvironment({ RESOLVER_UPSTREAM_PORT: '70000' });
    expect(values.upstreamPort).toBe(53);
    expect(issues).toEqual([
      {
        problem: 'invalid',
        name: 'RESOLVER_UPSTREAM_PORT',
        value: '70000',
        message: 'RESOLVER_UPSTREAM_PORT: "70000" is not accepted; expected integer from 1 to 65535',
      },
    ]);
  });

  test('an unknown name is a fault, with a suggestion when one is near', () => {
    expect(fromEnvironment({ RESOLVER_LISTN: ':53' }).issues).toEqual([
      {
        problem: 'unknown',
        name: 'RESOLVER_LISTN',
        value: ':53',
        message: 'RESOLVER_LISTN is not a setting; did you mean RESOLVER_LISTEN?',
      },
    ]);
    expect(fromEnvironment({ RESOLVER_ZZZZZZ: '' }).issues[0]?.message).toBe('RESOLVER_ZZZZZZ is not a setting');
  });

  test.each([
    ['RESOLVER_MAX_IN_FLIGHT', 'RESOLVER_MAX_SEARCHES'],
    ['RESOLVER_TCP_MAX_CONNECTIONS', 'RESOLVER_MAX_TCP_CONNECTIONS'],
    ['RESOLVER_TCP_ANSWER_CAP_WITHOUT_EDNS', 'RESOLVER_MAX_TCP_RECORDS_WITHOUT_EDNS'],
  ])('an old name is not accepted, and the message has the new one: %s', (old, name) => {
    const { values, issues } = fromEnvironment({ [old]: '7' });
    expect(issues).toEqual([
      { problem: 'unknown', name: old, value: '7', message: `${old} is not a setting; it is named ${name} now` },
    ]);
    expect(values).toEqual(fromEnvironment({}).values);
  });

  test('a message shows only the beginning of a long value', () => {
    const [issue] = fromEnvironment({ RESOLVER_MODE: 'x'.repeat(5000) }).issues;
    expect(issue?.message.length).toBeLessThan(200);
    expect(issue?.value).toHaveLength(5000);
  });

  test.each([
    ['a\nb', String.raw`a\nb`],
    ['a\r\n\tb', String.raw`a\r\n\tb`],
    ['a\u0000\u001b[31m\u0085\u2028b', String.raw`a\u0000\u001b[31m\u0085\u2028b`],
  ])('a message is one line: control characters of %j are escaped', (value, shown) => {
    const [issue] = fromEnvironment({ RESOLVER_MODE: value }).issues;
    expect(issue?.message).toBe(
      `RESOLVER_MODE: "${shown}" is not accepted; expected one of auto, marker, plain, as-is`,
    );
    expect(issue?.value).toBe(value);
  });

  test('so are those of a name', () => {
    const variables = fromEnvironment({ 'RESOLVER_FOO\nRESOLVER_BAR': '1' }).issues.map(({ message }) => message);
    expect(variables).toEqual([expect.stringContaining(String.raw`RESOLVER_FOO\nRESOLVER_BAR is not a setting`)]);
    const { issues } = readAnnotations(sidecarSettings, { 'alpine-resolver.io/foo\u2028bar': '1' });
    const annotations = issues.map(({ message }) => message);
    expect(annotations).toEqual([expect.stringContaining(String.raw`alpine-resolver.io/foo\u2028bar is not known`)]);
  });

  test('an empty variable counts as absent, except where empty is a value', () => {
    const { values, issues } = fromEnvironment({ RESOLVER_NDOTS: '', RESOLVER_MODE: '', RESOLVER_SEARCHES: '' });
    expect(issues).toEqual([]);
    expect(values).toMatchObject({ ndots: undefined, mode: 'auto', searches: [] });
  });

  test.each([
    ['RESOLVER_SERVICE_HOST', '10.96.12.1'],
    ['RESOLVER_SERVICE_PORT', '53'],
    ['RESOLVER_SERVICE_PORT_DNS_TCP', '53'],
    ['RESOLVER_PORT', 'tcp://10.96.12.1:53'],
    ['RESOLVER_PORT_53_UDP', 'udp://10.96.12.1:53'],
    ['RESOLVER_PORT_53_UDP_PROTO', 'udp'],
    ['RESOLVER_PORT_53_TCP_ADDR', '10.96.12.1'],
    ['RESOLVER_PORT_132_SCTP_PORT', '132'],
    ['RESOLVER_CACHE_V2_SERVICE_HOST', '10.96.12.2'],
    ['RESOLVER_CACHE_V2_PORT', '80'],
    ['RESOLVER_ANYTHING', 'sctp://10.96.12.1:1'],
  ])('%s, which Kubernetes derives from a Service, is not a setting', (name, value) => {
    expect(fromEnvironment({ [name]: value }).issues).toEqual([]);
  });

  test('a Service named resolver-upstream does not set the upstream port', () => {
    const { values, issues } = fromEnvironment({ RESOLVER_UPSTREAM_PORT: 'tcp://10.96.12.1:53' });
    expect({ port: values.upstreamPort, issues }).toEqual({ port: 53, issues: [] });
  });

  test('each program looks at its own variables only', () => {
    const environment = { RESOLVER_TYPO: 'x', WEBHOOK_TYPO: 'y', POD_NAMESPACE: 'infra' };
    const { values, issues } = readEnvironment(webhookSettings, environment);
    expect(values.namespace).toBe('infra');
    expect(issues.map(({ name }) => name)).toEqual(['WEBHOOK_TYPO']);
  });
});

describe('annotations', () => {
  test('set only what they name', () => {
    const { values, issues } = readAnnotations(sidecarSettings, {
      'alpine-resolver.io/ndots': '2',
      'alpine-resolver.io/searches': '',
      'example.com/ndots': 'none of our business',
      'alpine-resolver.io.example.com/ndots': 'nor this',
    });
    expect(values).toEqual({ ndots: 2, searches: [] });
    expect(issues).toEqual([]);
  });

  test('an old name is not accepted, and the message has the new one', () => {
    const { values, issues } = readAnnotations(
      injectionSettings,
      {
        'alpine-resolver.io/tcp-answer-cap-without-edns': '10',
        'alpine-resolver.io/max-in-flight': '10',
      },
      sidecarSettings,
    );
    expect(values).toEqual({});
    expect(issues.map(({ message }) => message)).toEqual([
      'annotation alpine-resolver.io/tcp-answer-cap-without-edns is not known; it is named alpine-resolver.io/max-tcp-records-without-edns now',
      'annotation alpine-resolver.io/max-in-flight: this setting cannot be an annotation, only the variable RESOLVER_MAX_SEARCHES',
    ]);
  });

  test('those with a fixed meaning are known, but are no settings', () => {
    const all = Object.fromEntries(Object.values(annotations).map((name) => [name, 'anything']));
    expect(readAnnotations(sidecarSettings, all)).toEqual({ values: {}, issues: [] });
  });

  test('an invalid value is named with what is accepted; the others count', () => {
    const { values, issues } = readAnnotations(sidecarSettings, {
      'alpine-resolver.io/ndots': 'five',
      'alpine-resolver.io/mode': 'plain',
    });
    expect(values).toEqual({ mode: 'plain' });
    expect(issues).toEqual([
      {
        problem: 'invalid',
        name: 'alpine-resolver.io/ndots',
        value: 'five',
        message: 'alpine-resolver.io/ndots: "five" is not accepted; expected integer from 0 to 15 (dots)',
      },
    ]);
  });

  test('an empty value is no value of a number', () => {
    expect(readAnnotations(sidecarSettings, { 'alpine-resolver.io/ndots': '' }).issues).toHaveLength(1);
  });

  test('settings that another program reads are passed over, whatever they say, and still suggested', () => {
    const read = (all: Record<string, string>) => readAnnotations(sidecarSettings, all, injectionSettings);
    expect(read({ 'alpine-resolver.io/port-sysctl': 'nonsense', 'alpine-resolver.io/ndots': '2' })).toEqual({
      values: { ndots: 2 },
      issues: [],
    });
    expect(read({ 'alpine-resolver.io/port-sysctls': 'omit' }).issues).toMatchObject([
      { message: expect.stringContaining('did you mean alpine-resolver.io/port-sysctl?') as unknown },
    ]);
  });

  test.each([
    ['alpine-resolver.io/ndot', 'alpine-resolver.io/ndots'],
    ['alpine-resolver.io/nameserver', 'alpine-resolver.io/nameservers'],
    ['alpine-resolver.io/injcet', 'alpine-resolver.io/inject'],
    ['alpine-resolver.io/Mode', 'alpine-resolver.io/mode'],
  ])('%s: did you mean %s?', (name, meant) => {
    const [issue] = readAnnotations(sidecarSettings, { [name]: 'x' }).issues;
    expect(issue).toMatchObject({ problem: 'unknown', name });
    expect(issue?.message).toContain(`did you mean ${meant}?`);
  });

  test('what is like no known name gets no suggestion: the common prefix does not count', () => {
    const [issue] = readAnnotations(sidecarSettings, { 'alpine-resolver.io/foo': 'x' }).issues;
    expect(issue?.message).toBe('annotation alpine-resolver.io/foo is not known');
  });

  test('of thousands of unknown names a few are reported, the others counted', () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 8000 }, (_, index) => [`alpine-resolver.io/some-setting-${index}`, 'x']),
    );
    const { issues } = readAnnotations(sidecarSettings, annotations);
    expect(issues).toHaveLength(21);
    expect(issues.at(-1)?.message).toBe('7980 more annotations under alpine-resolver.io/ are not known');
  });

  test('a setting that is not for annotations says where it belongs', () => {
    const { values, issues } = readAnnotations(sidecarSettings, { 'alpine-resolver.io/listen': '0.0.0.0:53' });
    expect(values).toEqual({});
    expect(issues[0]?.message).toContain('RESOLVER_LISTEN');
  });
});

test('no input makes reading throw, and a value is either taken or named as a fault', () => {
  const names = sidecarSettings.filter((entry) => entry.annotation).map((entry) => entry.key);
  const kebab = (key: string) => `alpine-resolver.io/${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  fc.assert(
    fc.property(fc.constantFrom(...names), anyText, (key, text) => {
      const { values, issues } = readAnnotations(sidecarSettings, { [kebab(key)]: text });
      expect(Object.keys(values).length + issues.length).toBe(1);
    }),
  );
});
