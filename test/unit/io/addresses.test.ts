/** Addresses to listen on, and what a wildcard stands for. */
import { describe, expect, test } from 'vitest';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import {
  expandWildcards,
  isWildcard,
  localAddresses,
  ownAddressKeys,
  scopedAddress,
} from '../../../sidecar/io/addresses.ts';

const local = [
  { family: 4, address: '127.0.0.1', interfaceName: 'lo', interfaceIndex: 0 },
  { family: 6, address: '::1', interfaceName: 'lo', interfaceIndex: 0 },
  { family: 4, address: '192.0.2.7', interfaceName: 'eth0', interfaceIndex: 0 },
  { family: 6, address: 'fe80::7', interfaceName: 'eth0', interfaceIndex: 3 },
] as const;

test.each([
  ['', true],
  ['0.0.0.0', true],
  ['::', true],
  ['0:0:0:0:0:0:0:0', true],
  ['127.0.0.1', false],
  ['::1', false],
])('%j is a wildcard: %s', (host, expected) => {
  expect(isWildcard(host)).toBe(expected);
});

describe('expandWildcards', () => {
  const expand = (...hosts: string[]) =>
    expandWildcards(
      hosts.map((host) => ({ host, port: 53 })),
      local,
    ).map(formatEndpoint);

  test('no host stands for every address of both families, link-local ones with their interface', () => {
    expect(expand('')).toEqual(['127.0.0.1:53', '[::1]:53', '192.0.2.7:53', '[fe80::7%eth0]:53']);
  });

  test('the unspecified address of a family stands for that family', () => {
    expect(expand('0.0.0.0')).toEqual(['127.0.0.1:53', '192.0.2.7:53']);
    expect(expand('::')).toEqual(['[::1]:53', '[fe80::7%eth0]:53']);
  });

  test('an address given twice is served once', () => {
    expect(expand('127.0.0.1', '0.0.0.0')).toEqual(['127.0.0.1:53', '192.0.2.7:53']);
  });
});

describe('ownAddressKeys', () => {
  const keys = ownAddressKeys(
    [
      { host: '127.0.0.1', port: 5300 },
      { host: 'fe80::7%eth0', port: 5300 },
    ],
    53,
  );

  test.each([
    '127.0.0.1:5300',
    '[::ffff:127.0.0.1]:5300',
    '[fe80::7]:5300',
    '0.0.0.0:53',
    '[::]:53',
    '[::ffff:0.0.0.0]:53',
    '0.0.0.0:5300',
  ])('a query to %s would come back', (key) => {
    expect(keys.has(key)).toBe(true);
  });

  test('another port or another address is somebody else', () => {
    expect(keys.has('127.0.0.1:53')).toBe(false);
    expect(keys.has('127.0.0.2:5300')).toBe(false);
  });
});

describe('scopedAddress', () => {
  const loopback = localAddresses().find(({ address }) => address === '127.0.0.1')?.interfaceName;

  test('a link-local address keeps the name of its interface', () => {
    expect(scopedAddress('fe80::1', 'eth0')).toBe('fe80::1%eth0');
  });
  test('an unknown interface number is left out', () => {
    expect(scopedAddress('fe80::1', '4294967295')).toBe('fe80::1');
  });
  test('elsewhere a scope means nothing', () => {
    expect(scopedAddress('2001:db8::1', loopback)).toBe('2001:db8::1');
  });
});
