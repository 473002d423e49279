/** Who may ask, and how often the log tells of those who may not. */
import { describe, expect, test } from 'vitest';
import { clientRules } from '../../../../shared/settings/client-networks-kind.ts';
import {
  allowedNetworks,
  mayAsk,
  noteRefused,
  nothingTold,
  usualClients,
} from '../../../../sidecar/decide/query/client-access.ts';

const local = [
  { address: '127.0.0.1', prefix: 8 },
  { address: '192.168.7.9', prefix: 24 },
  { address: '203.0.113.9', prefix: 24 },
  { address: 'fe80::9%eth0', prefix: 64 },
  { address: 'fd00:1::9', prefix: 64 },
  { address: '10.9.0.1', prefix: 32 },
  // What cannot be read is nobody's network.
  { address: '', prefix: 8 },
  { address: '10.8.0.1', prefix: 33 },
];

function answers(setting: string | undefined, address: string): boolean {
  const parsed = setting === undefined ? undefined : clientRules().parse(setting);
  if (parsed?.ok === false) throw new Error(parsed.accepted);
  return mayAsk(address, allowedNetworks(parsed?.value ?? usualClients, local));
}

describe('by itself', () => {
  test.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['192.168.7.200', true],
    ['192.168.8.1', false],
    ['203.0.113.10', false],
    ['fe80::1%eth0', true],
    ['fd00:1::1', true],
    ['fd00:2::1', false],
    ['10.9.0.1', true],
    ['10.9.0.2', false],
    ['10.8.0.1', false],
    ['::ffff:192.168.7.1', true],
    ['8.8.8.8', false],
    ['', false],
  ])('%o: %s', (address, may) => {
    expect(answers(undefined, address)).toBe(may);
  });
});

describe('as set, and nobody else', () => {
  test.each([
    ['203.0.113.0/24', '203.0.113.10', true],
    ['203.0.113.0/24', '127.0.0.1', false],
    ['203.0.113.0/24', '192.168.7.200', false],
    ['Loopback 203.0.113.7', '127.0.0.1', true],
    ['loopback,203.0.113.7', '203.0.113.7', true],
    ['loopback,203.0.113.7', '203.0.113.8', false],
    ['attached', '192.168.7.200', true],
    ['attached', '127.0.0.1', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
  ])('%s, %s: %s', (setting, address, may) => {
    expect(answers(setting, address)).toBe(may);
  });
});

test('what is no network is refused, with what was meant', () => {
  expect(clientRules().parse('atached')).toMatchObject({
    ok: false,
    fault: '"atached" is wrong, did you mean attached?',
  });
  expect(clientRules().parse('')).toMatchObject({ ok: false });
  expect(clientRules().format(['loopback', { bytes: Uint8Array.of(10, 0, 0, 0), prefix: 8 }])).toBe(
    'loopback,10.0.0.0/8',
  );
});

test('the log has one line a minute, with how many there were since', () => {
  let told = nothingTold;
  const tell = [0, 1, 59_999, 60_000, 60_001, 500_000].map((now) => {
    const step = noteRefused(told, now);
    ({ told } = step);
    return step.tell;
  });
  expect(tell).toEqual([1, undefined, undefined, 3, undefined, 2]);
});
