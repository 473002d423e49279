/** Why no nameserver can be asked. */
import { expect, test } from 'vitest';
import { parseOverridden } from '../../../../shared/resolv-conf/overrides.ts';
import { upstreamFault } from '../../../../sidecar/decide/configuration/upstream-fault.ts';

const ownAddresses = new Set(['127.0.0.1:53', '0.0.0.0:53', '[::1]:53']);

test.each([
  ['no server', 'search a.test\n', 53, 'no-nameserver'],
  ['no server, and a port that is not ours', '', 5353, 'no-nameserver'],
  ['a server that cannot be read', 'nameserver here\n', 53, 'no-nameserver'],
  ['itself', 'nameserver 127.0.0.1\n', 53, 'own-nameserver'],
  ['itself in every way', 'nameserver 127.1\nnameserver 0.0.0.0\nnameserver ::1\n', 53, 'own-nameserver'],
  [
    'itself three times, and another that is never asked',
    `${'nameserver 127.0.0.1\n'.repeat(3)}nameserver 192.0.2.1\n`,
    53,
    'own-nameserver',
  ],
  ['another server on its address', 'nameserver 127.0.0.1\n', 5353, undefined],
  ['another one beside itself', 'nameserver 127.0.0.1\nnameserver 192.0.2.1\n', 53, undefined],
  ['another one', 'nameserver 192.0.2.1\n', 53, undefined],
])('%s', (_, text, upstreamPort, fault) => {
  expect(upstreamFault(parseOverridden(text, {}, { hostName: 'pod' }), { upstreamPort, ownAddresses })).toBe(fault);
});

test('servers of a setting are servers', () => {
  const conf = parseOverridden('', { nameservers: ['192.0.2.1'] }, { hostName: 'pod' });
  expect(upstreamFault(conf, { upstreamPort: 53, ownAddresses })).toBeUndefined();
});

test.each([
  ['127.0.0.1:5353', undefined],
  ['127.0.0.1:53', 'own-nameserver'],
  ['[::1]:53', 'own-nameserver'],
])('with a port of its own: %s', (server, fault) => {
  const conf = parseOverridden('', { nameservers: [server] }, { hostName: 'pod' });
  expect(upstreamFault(conf, { upstreamPort: 5353, ownAddresses })).toBe(fault);
});
