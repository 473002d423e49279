/** Networks, and which addresses are of whom. */
import { describe, expect, test } from 'vitest';
import {
  clientAddressBytes,
  contains,
  formatIpNetwork,
  isLoopbackHost,
  isShelteredHost,
  parseIpNetwork,
} from '../../../../shared/values/ip-network.ts';

describe('as text', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['10.255.0.0/9', '10.128.0.0/9'],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:ff00::1/33', '2001:db8:8000::/33'],
    ['::1', '::1'],
    ['::/0', '::/0'],
  ])('%s: %s', (text, written) => {
    const network = parseIpNetwork(text);
    expect(network && formatIpNetwork(network)).toBe(written);
  });

  test.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '10.0.0.0/-1',
  ])('%o is none', (text) => {
    expect(parseIpNetwork(text)).toBeUndefined();
  });
});

test.each([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['10.128.0.0/9', '10.128.0.1', true],
  ['10.128.0.0/9', '10.127.255.255', false],
  ['0.0.0.0/0', '203.0.113.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '2001:db8::1', true],
  ['2001:db8::/33', '2001:db8:7fff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.0/24', '::ffff:192.0.2.1', true],
  ['fe80::/10', 'fe80::1%eth0', true],
])('%s holds %s: %s', (network, address, holds) => {
  const bytes = clientAddressBytes(address);
  const parsed = parseIpNetwork(network);
  expect(bytes && parsed && contains(parsed, bytes)).toBe(holds);
});

test.each([
  ['127.0.0.1', true, true],
  ['127.255.0.1', true, true],
  ['::1', true, true],
  ['::ffff:127.0.0.1', true, true],
  ['10.0.0.1', false, true],
  ['172.16.0.1', false, true],
  ['172.31.255.255', false, true],
  ['172.32.0.1', false, false],
  ['192.168.1.1', false, true],
  ['192.169.0.1', false, false],
  ['169.254.20.10', false, true],
  ['fd00::1', false, true],
  ['fe80::1%eth0', false, true],
  ['febf::1', false, true],
  ['fec0::1', false, false],
  ['100.64.0.1', false, false],
  ['8.8.8.8', false, false],
  ['2001:db8::1', false, false],
  ['0.0.0.0', false, false],
  ['::', false, false],
  ['', false, false],
])('%o: loopback %s, sheltered %s', (host, isLoopback, isSheltered) => {
  expect(isLoopbackHost(host)).toBe(isLoopback);
  expect(isShelteredHost(host)).toBe(isSheltered);
});
