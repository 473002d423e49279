/** Names inside messages. */
import { describe, expect, it } from 'vitest';
import {
  equalsNameAt,
  isPackedWithin,
  isUnderNameAt,
  partName,
  readName,
  skipName,
  skipPlainName,
} from '../../../sidecar/wire/packed-name.ts';
import { bytes, pointer, wire } from '../../support/wire/messages.ts';

const header = Buffer.alloc(12);

describe('partName', () => {
  const packed = bytes(header, wire('foo.test'), '01 61', pointer(12));
  // Not at the beginning of its buffer.
  const small = Uint8Array.from(bytes('00 00 00', packed)).subarray(3);
  const inBuffer = (length: number) => new Uint8Array(length).subarray(length - packed.length);
  const filled = (target: Uint8Array) => (target.set(packed), target);

  it.each([
    ['a name that is whole', small, 12, 'foo.test', true],
    ['one with a pointer', small, 22, 'a.foo.test', false],
    ['one in a buffer that is just small', filled(inBuffer(1024)), 12, 'foo.test', true],
    ['one in a large buffer', filled(inBuffer(1025)), 12, 'foo.test', false],
  ])('%s', (_, message, offset, name, isPart) => {
    const found = partName(message, offset, skipName(message, offset));
    expect(found).toEqual(Uint8Array.from(wire(name)));
    expect(found.buffer === message.buffer).toBe(isPart);
  });
});

describe('readName', () => {
  it.each([
    ['plain', bytes(header, wire('foo.test'), 'ff'), 12, 'foo.test', 22],
    ['root', bytes(header, 0), 12, '', 13],
    ['pointer only', bytes(header, wire('foo.test'), pointer(12)), 22, 'foo.test', 24],
    ['pointer to an ending', bytes(header, wire('foo.test'), '01 61', pointer(16)), 22, 'a.test', 26],
    [
      'pointer to a pointer',
      bytes(header, wire('test'), '01 62', pointer(12), '01 61', pointer(18)),
      22,
      'a.b.test',
      26,
    ],
    ['pointer forward, as glibc allows', bytes(header, pointer(14), wire('foo.test')), 12, 'foo.test', 14],
    ['pointer into the header', bytes(header, '01 61', pointer(0)), 12, 'a', 16],
    ['letter case kept', bytes(header, wire('FoO')), 12, 'FoO', 17],
  ])('%s', (_, message, offset, name, end) => {
    expect(readName(message, offset)).toEqual({ name: wire(name), end });
    expect(skipName(message, offset)).toBe(end);
    expect(skipPlainName(message, offset)).toBe(end - offset === wire(name).length ? end : -1);
    expect(equalsNameAt(message, offset, wire(name.toUpperCase()))).toBe(true);
    expect(equalsNameAt(message, offset, wire(`${name}x`))).toBe(false);
    expect(equalsNameAt(message, offset, wire('x'))).toBe(false);
    for (const below of ['', 'x.', 'y.foo.'])
      expect(isUnderNameAt(message, offset, wire(`${below}${name.toUpperCase()}`.replace(/\.$/, '')))).toBe(true);
    expect(isUnderNameAt(message, offset, wire(`${name}x`))).toBe(name === '');
    // One label that ends in the bytes of the name.
    const label = bytes('78', wire(name).subarray(0, -1));
    expect(isUnderNameAt(message, offset, Uint8Array.from(bytes(label.length, label, 0)))).toBe(name === '');
    expect(isUnderNameAt(message, offset, wire(name.replace(/^[^.]*\.?/, '')))).toBe(name === '');
  });

  it.each([
    ['nothing there', bytes(header), 12],
    ['beyond the end', bytes(header), 40],
    ['label over the end', bytes(header, '05 61'), 12],
    ['label up to the end, no root', bytes(header, '01 61'), 12],
    ['half a pointer', bytes(header, 'c0'), 12],
    ['pointer past the end', bytes(header, pointer(99)), 12],
    ['pointer to itself', bytes(header, pointer(12), Buffer.alloc(50)), 12],
    ['two pointers in a ring', bytes(header, pointer(14), pointer(12), Buffer.alloc(50)), 12],
    ['label in a ring', bytes(header, '01 61', pointer(12), Buffer.alloc(500)), 12],
    // Ends after all, but by way of the same bytes twice: glibc 2.36 has seen too many by then.
    ['overlapping labels', bytes('6105030cc00202020003c005030161c001'), 9],
    ['label type 01', bytes(header, '40', Buffer.alloc(70)), 12],
    ['label type 10', bytes(header, '80', Buffer.alloc(70)), 12],
    ['256 bytes', bytes(header, wire(Array(5).fill('x'.repeat(50)).join('.'))), 12],
  ])('refuses: %s', (_, message, offset) => {
    expect(readName(message, offset)).toBeUndefined();
    expect(skipName(message, offset)).toBe(-1);
    expect(skipPlainName(message, offset)).toBe(-1);
  });
});

describe('isPackedWithin', () => {
  // 12: foo.test  22: a + pointer to test  26: pointer forward  28: pointer to itself
  const message = bytes(header, wire('foo.test'), '01 61', pointer(16), pointer(30), pointer(28), 0);
  it.each([
    [12, 12, 22, true],
    [12, 13, 22, false],
    [12, 12, 21, false],
    [22, 12, 26, true],
    [22, 16, 26, true],
    [22, 17, 26, false],
    [22, 12, 25, false],
    [26, 12, 30, false], // points forward
    [28, 12, 40, false], // points at itself
  ])('name at %i between %i and %i', (offset, from, to, within) => {
    expect(isPackedWithin(message, offset, from, to)).toBe(within);
  });
});
