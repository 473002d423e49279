/** Kubernetes' quantities. */
import { expect, test } from 'vitest';
import { formatCpu, formatMemory, parseQuantity } from '../../../../shared/values/quantity.ts';

const unit = 1_000_000_000n;

test.each([
  ['0', 0n],
  ['1', unit],
  ['0.5', unit / 2n],
  ['.5', unit / 2n],
  ['1.', unit],
  ['100m', unit / 10n],
  ['1500u', 1_500_000n],
  ['1n', 1n],
  ['0.1n', 1n],
  ['64Mi', 67_108_864n * unit],
  ['1.5Gi', 1_610_612_736n * unit],
  ['2k', 2000n * unit],
  ['1e3', 1000n * unit],
  ['1E-3', unit / 1000n],
  ['1E', unit * 10n ** 18n],
  ['-1', -unit],
  ['+1', unit],
] as const)('%s', (text, expected) => {
  expect(parseQuantity(text)).toBe(expected);
});

test.each(['', 'm', '1x', '1 ', 'constructor', '1constructor', '1Mi2', '0x10', '1e999', '1e', '9'.repeat(80), '1.2.3'])(
  '%s is none',
  (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  },
);

test('a number of JSON is read too', () => {
  expect(parseQuantity(268_435_456)).toBe(268_435_456n * unit);
});

test('amounts are written as kubectl shows them', () => {
  expect(formatCpu(unit / 4n)).toBe('250m');
  expect(formatCpu(2n * unit)).toBe('2');
  expect(formatCpu(1n)).toBe('1m');
  expect(formatMemory(67_108_864n * unit)).toBe('64Mi');
  expect(formatMemory(1025n * unit)).toBe('1025');
});
