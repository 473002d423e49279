/** The kinds of values of settings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolvOptions } from '../../../../shared/settings/resolv-option-kind.ts';
import { image, imageNames, imagePatterns, objectName, userId } from '../../../../shared/values/kubernetes-kinds.ts';
import { domainName, domainNames, ipAddresses, listenAddresses } from '../../../../shared/values/network-kinds.ts';
import {
  choice,
  flag,
  integer,
  list,
  path,
  seconds,
  text,
  type ValueKind,
} from '../../../../shared/values/value-kinds.ts';

/** Controls, surrogates and all: what a user could paste. */
const anyText = fc.string({ unit: fc.nat(0x10ff_ff).map((point) => String.fromCodePoint(point)) });

const good: [string, ValueKind<unknown>, string, unknown][] = [
  ['integer', integer({ min: 1, max: 30 }), '1', 1],
  ['integer', integer({ min: 1, max: 30 }), ' 30 ', 30],
  ['integer', integer({ min: -1, max: 1 }), '-1', -1],
  ['seconds', seconds({ min: 0, max: 60 }), '0', 0],
  ['flag', flag(), 'True', true],
  ['flag', flag(), 'false', false],
  ['choice', choice(['auto', 'plain']), 'PLAIN', 'plain'],
  ['text', text(), ' ', ' '],
  ['path', path(), '/etc/resolv.conf', '/etc/resolv.conf'],
  ['list', list(integer({ min: 0, max: 9 })), '', []],
  ['list', list(integer({ min: 0, max: 9 })), '1, 2\n3,', [1, 2, 3]],
  ['listen', listenAddresses(), '127.0.0.1:53', [{ host: '127.0.0.1', port: 53 }]],
  [
    'listen',
    listenAddresses(),
    '[::1]:53, :9953',
    [
      { host: '::1', port: 53 },
      { host: '', port: 9953 },
    ],
  ],
  ['listen', listenAddresses(), '[fe80::1%eth0]:53', [{ host: 'fe80::1%eth0', port: 53 }]],
  ['listen', listenAddresses(), '127.0.0.1:0', [{ host: '127.0.0.1', port: 0 }]],
  ['addresses', ipAddresses(), '10.96.0.10, FD00:0::A', ['10.96.0.10', 'fd00::a']],
  ['domain', domainName(), 'cluster.local', 'cluster.local'],
  ['domain', domainName(), '.', '.'],
  ['domain', domainName(), '_tcp.Example.com.', '_tcp.Example.com.'],
  ['domain', domainName(), `${'a'.repeat(63)}.b`, `${'a'.repeat(63)}.b`],
  ['domains', domainNames(), 'a.b c.d', ['a.b', 'c.d']],
  ['domains', domainNames(), '', []],
  ['options', resolvOptions(), 'ndots:5 timeout:2,-rotate', ['ndots:5', 'timeout:2', '-rotate']],
  ['options', resolvOptions(), 'debug', ['debug']],
  ['name', objectName(), 'alpine-resolver', 'alpine-resolver'],
  ['image', image(), 'alpine', 'alpine'],
  ['image', image(), 'registry.example:5000/a/b_c:1.2', 'registry.example:5000/a/b_c:1.2'],
  ['image', image(), `a/b@sha256:${'0'.repeat(64)}`, `a/b@sha256:${'0'.repeat(64)}`],
  ['patterns', imagePatterns(), '', []],
  ['patterns', imagePatterns(), '**/traefik, !team/*:1', ['**/traefik', '!team/*:1']],
  ['patterns', imagePatterns(), '[::1]:5000/a_b/C-d:*', ['[::1]:5000/a_b/C-d:*']],
  ['patterns', imagePatterns(), 'a'.repeat(255), ['a'.repeat(255)]],
  ['names', imageNames(), 'unbound technitium/dns-server', ['unbound', 'technitium/dns-server']],
  ['user', userId(), '65532', 65_532],
  ['user', userId(), 'None', 0],
  ['user', userId(), '0', 0],
];

const bad: [string, ValueKind<unknown>, string][] = [
  ['integer', integer({ min: 1, max: 30 }), '0'],
  ['integer', integer({ min: 1, max: 30 }), '31'],
  ['integer', integer({ min: 1, max: 30 }), ''],
  ['integer', integer({ min: 1, max: 30 }), '1.5'],
  ['integer', integer({ min: 1, max: 30 }), '0x1'],
  ['integer', integer({ min: 1, max: 30 }), '1e1'],
  ['flag', flag(), 'yes'],
  ['flag', flag(), ''],
  ['choice', choice(['auto', 'plain']), 'au'],
  ['text', text(), ''],
  ['path', path(), 'etc/hosts'],
  ['path', path(), '/etc/ho\0sts'],
  ['list', list(integer({ min: 0, max: 9 }), { max: 1 }), '1,2'],
  ['list', list(integer({ min: 0, max: 9 }), { min: 1 }), ' , '],
  ['list', list(integer({ min: 0, max: 9 })), '1,10'],
  ['listen', listenAddresses(), ''],
  ['listen', listenAddresses(), '127.0.0.1'],
  ['listen', listenAddresses(), 'localhost:53'],
  ['listen', listenAddresses(), '::1:53'],
  ['listen', listenAddresses(), '[127.0.0.1]:53'],
  ['listen', listenAddresses(), '127.0.0.1:65536'],
  ['addresses', ipAddresses(), '10.96.0.10:53'],
  ['addresses', ipAddresses(), ''],
  ['domain', domainName(), ''],
  ['domain', domainName(), 'a..b'],
  ['domain', domainName(), 'a b'],
  ['domain', domainName(), 'a\\b'],
  ['domain', domainName(), 'ä.example'],
  ['domain', domainName(), 'a'.repeat(64)],
  ['domain', domainName(), Array.from({ length: 64 }, () => 'abc').join('.')],
  ['options', resolvOptions(), 'ndots:16'],
  ['options', resolvOptions(), 'ndots'],
  ['options', resolvOptions(), 'attempts:0'],
  ['options', resolvOptions(), 'rotat'],
  ['options', resolvOptions(), '-ndots:1'],
  ['name', objectName(), 'Alpine'],
  ['name', objectName(), '-a'],
  ['image', image(), 'Alpine'],
  ['image', image(), 'alpine:'],
  ['image', image(), 'alpine latest'],
  ['patterns', imagePatterns(), 'app[0-9]'],
  ['patterns', imagePatterns(), 'app?'],
  ['patterns', imagePatterns(), '!'],
  ['patterns', imagePatterns(), 'a'.repeat(256)],
  ['patterns', imagePatterns(), Array.from({ length: 101 }, (_, index) => `a${index}`).join()],
  ['names', imageNames(), 'Unbound'],
  ['names', imageNames(), 'unbound:1'],
  ['names', imageNames(), '/unbound'],
  ['user', userId(), '-1'],
  ['user', userId(), 'root'],
];

describe('a value that is accepted', () => {
  test.each(good)('%s %#: %j', (_name, kind, input, value) => {
    expect(kind.parse(input)).toEqual({ ok: true, value });
  });

  test.each(good)('%s %# survives being written and read again', (_name, kind, _input, value) => {
    expect(kind.parse(kind.format(value))).toEqual({ ok: true, value });
  });
});

describe('a value that is refused', () => {
  test.each(bad)('%s %#', (_name, kind, input) => {
    expect(kind.parse(input)).toMatchObject({ ok: false, accepted: kind.describe() });
  });

  test.each([
    [choice(['auto', 'plain']), 'plian', 'did you mean plain?'],
    [choice(['auto', 'always'], { always: ['enabled'] }), 'enabeld', 'did you mean enabled?'],
    [choice(['auto', 'plain']), 'anything', undefined],
    [integer({ min: 1, max: 30 }), '31', undefined],
    [resolvOptions(), 'ndots:3,rotat', '"rotat" is wrong, did you mean rotate?'],
    [resolvOptions(), 'timeot:2', '"timeot:2" is wrong, did you mean timeout:2?'],
    [resolvOptions(), '-use_vc', '"-use_vc" is wrong, did you mean -use-vc?'],
    [resolvOptions(), 'ndots=5', '"ndots=5" is wrong, did you mean ndots:5?'],
    [resolvOptions(), 'ndot=5', '"ndot=5" is wrong, did you mean ndots:5?'],
    [resolvOptions(), 'ndots:16', '"ndots:16" is wrong, ndots takes a number from 0 to 15'],
    [resolvOptions(), 'ndots', '"ndots" is wrong, ndots takes a number from 0 to 15'],
    [resolvOptions(), 'attempts:x', '"attempts:x" is wrong, attempts takes a number from 1 to 5'],
    [resolvOptions(), '-ndots:1', '"-ndots:1" is wrong, only flags take a -'],
    [resolvOptions(), 'rotate:1', '"rotate:1" is wrong, rotate takes no value'],
    [resolvOptions(), 'rotat foo', '"rotat" is wrong, did you mean rotate?; "foo" is wrong'],
    [resolvOptions(), 'a b c d e', '"a" is wrong; "b" is wrong; "c" is wrong; "d" is wrong; "e" is wrong'],
    [resolvOptions(), 'a b c d e f', '"a" is wrong; "b" is wrong; "c" is wrong; "d" is wrong; "e" is wrong; …'],
    [ipAddresses(), '10.96.0.10, 10.96.0.10:53', '"10.96.0.10:53" is wrong'],
    [ipAddresses({ max: 1 }), '10.96.0.10, 10.96.0.11', 'there are 2'],
    [ipAddresses({ min: 1 }), ' , ', undefined],
    [domainNames(), `a.b ${'c'.repeat(100)}`, `"${'c'.repeat(80)}…" is wrong`],
    [imagePatterns(), 'traefik, app@sha256:00', '"app@sha256:00" is wrong'],
  ] as [ValueKind<unknown>, string, string | undefined][])(
    'says what of it is wrong: %# %j %j',
    (kind, input, fault) => {
      const parsed = kind.parse(input);
      expect(parsed.ok ? 'accepted' : parsed.fault).toBe(fault);
    },
  );
});

test('a description says what is accepted, with limits and unit', () => {
  expect(integer({ min: 1, max: 30, unit: 'seconds' }).describe()).toBe('integer from 1 to 30 (seconds)');
  expect(choice(['a', 'b']).describe()).toBe('one of a, b');
  expect(ipAddresses({ max: 3 }).describe()).toBe('IPv4 or IPv6 address without port; up to 3 separated by commas');
});

test('no text makes a kind throw', () => {
  const kinds = [...good.values()].map(([, kind]) => kind);
  fc.assert(
    fc.property(anyText, fc.constantFrom(...kinds), (input, kind) => {
      kind.parse(input);
    }),
  );
});
