/** Addresses on `nameserver` lines. */
import { describe, expect, test } from 'vitest';
import {
  formatServerAddress,
  parseServerAddress,
  parseServerEndpoint,
} from '../../../../shared/resolv-conf/server-address.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['10.1', '10.0.0.1'],
  ['10.1.513', '10.1.2.1'],
  ['3221225985', '192.0.2.1'],
  ['0xC0000201', '192.0.2.1'],
  ['0X7f.1', '127.0.0.1'],
  ['0177.0.0.01', '127.0.0.1'],
  ['0', '0.0.0.0'],
  ['1.16777215', '1.255.255.255'],
  ['::1', '::1'],
  ['2001:DB8:0:0::0:1', '2001:db8::1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['fe80::1%7', 'fe80::1%7'],
  ['fe80::1%', 'fe80::1'],
  ['ff02::fb%eth0', 'ff02::fb%eth0'],
  ['ff11::1%eth0', 'ff11::1%eth0'],
  ['ff05::1%eth0', 'ff05::1'],
  ['2001:db8::1%007', '2001:db8::1%7'],
  ['2001:db8::1%4294967295', '2001:db8::1%4294967295'],
  ['febf::1%eth0', 'febf::1%eth0'],
  ['fec0::1%eth0', 'fec0::1'],
  ['4294967295', '255.255.255.255'],
  ['1.2.3.255', '1.2.3.255'],
  ['255.2.3.4', '255.2.3.4'],
])('%o is %o', (token, address) => {
  const server = parseServerAddress(token);
  expect(server && formatServerAddress(server)).toBe(address);
  expect(server?.family).toBe(address.includes(':') ? 6 : 4);
});

test.each(['', '%eth0', '%0', '%4294967296', '%', '%1x', '%0x10', '%1e3'])(
  'the scope of 2001:db8::1%s means nothing',
  (scope) => {
    expect(parseServerAddress(`2001:db8::1${scope}`)).toStrictEqual({ family: 6, address: '2001:db8::1' });
  },
);

test('a link-local address without a scope has none', () => {
  expect(parseServerAddress('fe80::1')).toStrictEqual({ family: 6, address: 'fe80::1' });
});

test.each([
  ...[
    '',
    '.',
    '1.2.3.4.5',
    '1.2.3.4.0',
    '1.2.3.',
    '1..2',
    '256.1.1.1',
    '1.2.3.256',
    '1.2.65536',
    '1.16777216',
    '4294967296',
    '08.1',
  ],
  ...[
    '0x',
    '0x.1',
    '1.2.3.4:53',
    '1.2.3.4\r',
    ' 1.2.3.4',
    '-1',
    '+1',
    '1e3',
    '1.2.3.4%lo',
    'localhost',
    '%lo',
    '٣.1.1.1',
  ],
  ...['[::1]', ':::', '1::2::3', '12345::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::1.2.3', '::1.2.3.04', 'fe80::1\r'],
])('%o is no server', (token) => {
  expect(parseServerAddress(token)).toBeUndefined();
});

describe('as settings have it', () => {
  test.each([
    ['192.0.2.1', { family: 4, address: '192.0.2.1' }, '192.0.2.1'],
    ['192.0.2.1:53', { family: 4, address: '192.0.2.1', port: 53 }, '192.0.2.1:53'],
    ['2001:DB8::1', { family: 6, address: '2001:db8::1' }, '2001:db8::1'],
    ['::1:53', { family: 6, address: '::1:53' }, '::1:53'],
    ['192.0.2.1:1', { family: 4, address: '192.0.2.1', port: 1 }, '192.0.2.1:1'],
    ['[::1]:65535', { family: 6, address: '::1', port: 65_535 }, '[::1]:65535'],
    ['fe80::1%eth0', { family: 6, address: 'fe80::1', scope: 'eth0' }, 'fe80::1%eth0'],
    ['[fe80::1%eth0]:53', { family: 6, address: 'fe80::1', scope: 'eth0', port: 53 }, '[fe80::1%eth0]:53'],
  ])('%s', (text, server, written) => {
    const parsed = parseServerEndpoint(text);
    expect(parsed).toEqual(server);
    expect(parsed && formatServerAddress(parsed)).toBe(written);
  });

  test.each([
    '',
    'a',
    '10.1',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    '192.0.2.1:',
    'x192.0.2.1:53',
    '192.0.2.1:53x',
    '[192.0.2.1]:53',
    '[::1]',
    '[::1]:',
    'a:53',
  ])('%o is none', (text) => {
    expect(parseServerEndpoint(text)).toBeUndefined();
  });
});
