/** The sockets that a list of addresses needs. */
import { expect, test } from 'vitest';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import { listenAddresses } from '../../../shared/values/network-kinds.ts';
import { socketAddresses } from '../../../sidecar/io/socket-addresses.ts';

/** As a setting would have them; IPv6 that keeps out of IPv4 has a 6 behind it. */
function bound(list: string): string {
  const parsed = listenAddresses().parse(list);
  if (!parsed.ok) throw new Error(list);
  return socketAddresses(parsed.value)
    .map((address) => `${formatEndpoint(address)}${address.ipv6Only && address.host.includes(':') ? ' 6' : ''}`)
    .toSorted()
    .join(', ');
}

test.each([
  [':9953', ':9953'],
  ['[::]:9953', '[::]:9953'],
  ['[::]:9953,0.0.0.0:9953', '0.0.0.0:9953, [::]:9953 6'],
  ['[::]:9953,127.0.0.1:9953', '127.0.0.1:9953, [::]:9953 6'],
  ['[::]:9953,127.0.0.1:9954', '127.0.0.1:9954, [::]:9953'],
  ['[::]:9953,[::1]:9953,[0:0::0]:9953', '[::]:9953'],
  ['0.0.0.0:9953,127.0.0.1:9953,[::1]:9953', '0.0.0.0:9953, [::1]:9953'],
  [':9953,127.0.0.1:9953,[::1]:9953,0.0.0.0:9953,[::]:9953', ':9953'],
  [':9953,127.0.0.1:9954', '127.0.0.1:9954, :9953'],
  ['127.0.0.1:9953,127.0.0.1:9953', '127.0.0.1:9953'],
  ['127.0.0.1:0,127.0.0.1:0,:0,:0', '127.0.0.1:0, 127.0.0.1:0, :0, :0'],
])('%s', (list, expected) => {
  expect(bound(list)).toBe(expected);
});
