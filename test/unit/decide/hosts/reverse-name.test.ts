/** Addresses in the names of PTR queries. */
import { expect, test } from 'vitest';
import { formatAddressBytes } from '../../../../shared/values/address-bytes.ts';
import { reverseAddress } from '../../../../sidecar/decide/hosts/reverse-name.ts';
import { encodeName, rootName } from '../../../../sidecar/wire/name.ts';

const addressOf = (text: string): string | undefined => {
  const bytes = reverseAddress(text === '.' ? rootName : (encodeName(text) ?? new Uint8Array()));
  return bytes && formatAddressBytes(bytes);
};

/** 32 digits, the last of the address first. */
const ip6 = (digits: string, end = 'ip6.arpa'): string => `${digits.split('').join('.')}.${end}`;
const digits = '10000000000000000000000000fa8ed0';

test.each([
  ['4.3.2.1.in-addr.arpa', '1.2.3.4'],
  ['255.0.10.192.IN-ADDR.ARPA', '192.10.0.255'],
  [ip6(digits), 'de8:af00::1'],
  [ip6(digits.toUpperCase(), 'IP6.Arpa'), 'de8:af00::1'],
])('%s is %s', (name, address) => {
  expect(addressOf(name)).toBe(address);
});

test.each([
  ...['.', 'arpa', 'in-addr.arpa', 'ip6.arpa', '3.2.1.in-addr.arpa', '5.4.3.2.1.in-addr.arpa', '4.3.2.1.ip6.arpa'],
  ...[
    '4.3.2.1.x.arpa',
    '4.3.2.1.in-addr.test',
    '256.3.2.1.in-addr.arpa',
    '04.3.2.1.in-addr.arpa',
    'x4.3.2.1.in-addr.arpa',
  ],
  ...['4.3.2.x.in-addr.arpa', '1000.3.2.1.in-addr.arpa', '4x.3.2.1.in-addr.arpa'],
  ...[ip6(digits.slice(1)), ip6(`${digits}0`), ip6(digits, 'in-addr.arpa'), ip6(digits, 'x.arpa')],
  ...[
    ip6(`g${digits.slice(1)}`),
    `1f.${ip6(digits.slice(1))}`,
    `f-.${ip6(digits.slice(1))}`,
    `-f.${ip6(digits.slice(1))}`,
  ],
])('%s is no whole address', (name) => {
  expect(addressOf(name)).toBeUndefined();
});
