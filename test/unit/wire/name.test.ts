/** Names in wire form and as text. */
import { describe, expect, it } from 'vitest';
import {
  concatNames,
  encodeName,
  equalNames,
  formatName,
  labelCount,
  nameKey,
  stripSuffix,
} from '../../../sidecar/wire/name.ts';
import { bytes, wire } from '../../support/wire/messages.ts';

const label63 = 'x'.repeat(63);

describe('encodeName', () => {
  it.each([
    ['', '00'],
    ['.', '00'],
    ['a', '01 61 00'],
    ['a.', '01 61 00'],
    ['Foo.Test', '03 466f6f 04 54657374 00'],
    ['a\\.b.c', '03 612e62 01 63 00'],
    ['a\\046b', '03 612e62 00'],
    ['\\000\\255', '02 00ff 00'],
    ['a\\\\b', '03 615c62 00'],
    ['\\@x', '02 4078 00'],
    ['a b', '03 612062 00'],
    ['#', '01 23 00'],
    ['s1.test\r', '02 7331 05 746573740d 00'],
    ['ü', '02 c3bc 00'],
  ])('%j', (text, hex) => {
    expect(encodeName(text)).toEqual(bytes(hex));
  });

  it.each([
    ['empty inner label', 'a..b'],
    ['leading dot', '.a'],
    ['only dots', '..'],
    ['two final dots', 'a..'],
    ['label of 64 bytes', `${'x'.repeat(64)}.a`],
    ['last label of 64 bytes', `a.${'x'.repeat(64)}`],
    ['label of 256 bytes, whose length would wrap to 0', 'x'.repeat(256)],
    ['256 bytes in all', [label63, label63, label63, 'x'.repeat(62)].join('.')],
    ['backslash at the end', 'a\\'],
    ['two digits', 'a\\12'],
    ['two digits and a letter', 'a\\12x'],
    ['256', '\\256'],
  ])('refuses %s', (_, text) => {
    expect(encodeName(text)).toBeUndefined();
  });

  it('takes 255 bytes, with and without a final dot', () => {
    const text = [label63, label63, label63, 'x'.repeat(61)].join('.');
    expect(encodeName(text)).toHaveLength(255);
    expect(encodeName(`${text}.`)).toHaveLength(255);
  });
});

describe('formatName', () => {
  it.each([
    ['00', '.'],
    ['01 61 00', 'a'],
    ['03 466f6f 04 54657374 00', 'Foo.Test'],
    ['03 612e62 01 63 00', 'a\\.b.c'],
    ['03 00ff20 00', '\\000\\255\\032'],
    ['08 22283b2940245c2e 00', '\\"\\(\\;\\)\\@\\$\\\\\\.'],
    ['04 2a5f2d31 00', '*_-1'],
  ])('%s', (hex, text) => {
    expect(formatName(bytes(hex))).toBe(text);
  });
});

describe('equalNames and nameKey', () => {
  it.each([
    ['Foo.TEST', 'foo.test', true],
    ['foo.test', 'foo.tes', false],
    ['foo.test', 'foo.tesu', false],
    ['a.bc', 'ab.c', false],
    ['', '', true],
    ['a[b', 'a{b', false], // next to the letters, and differing by the case bit
    ['a@b', 'a`b', false],
    ['\u00c0', '\u00e0', false],
  ])('%j %j', (left, right, equal) => {
    expect(equalNames(wire(left), wire(right))).toBe(equal);
    expect(nameKey(wire(left)) === nameKey(wire(right))).toBe(equal);
  });

  it('keeps a dot inside a label apart from one between labels', () => {
    const inside = bytes('03 612e62 00');
    expect(nameKey(inside)).not.toBe(nameKey(wire('a.b')));
  });
});

it.each([
  ['', 0],
  ['a', 1],
  ['a.b.c', 3],
])('labelCount(%j) is %i', (name, count) => {
  expect(labelCount(wire(name))).toBe(count);
});

describe('concatNames', () => {
  it.each([
    ['foo', 's1.test', 'foo.s1.test'],
    ['foo', '', 'foo'],
    ['', 's1.test', 's1.test'],
    ['FOO', 'S1.Test', 'FOO.S1.Test'],
  ])('%j + %j', (name, suffix, joined) => {
    expect(concatNames(wire(name), wire(suffix))).toEqual(wire(joined));
  });

  it('ends at 255 bytes', () => {
    const name = wire([label63, label63, label63].join('.')); // 193 bytes
    expect(concatNames(name, wire('y'.repeat(61)))).toHaveLength(255);
    expect(concatNames(name, wire('y'.repeat(62)))).toBeUndefined();
  });
});

describe('stripSuffix', () => {
  const marker = wire('glibc.internal');
  it.each([
    ['foo.glibc.internal', 'foo'],
    ['A.b.GLIBC.Internal', 'A.b'],
    ['glibc.internal', ''],
    ['foo.glibc.internal.glibc.internal', 'foo.glibc.internal'],
    ['foo.xglibc.internal', undefined],
    ['xglibc.internal', undefined],
    ['internal', undefined],
    ['', undefined],
  ])('%j', (name, rest) => {
    expect(stripSuffix(wire(name), marker)).toEqual(rest === undefined ? undefined : wire(rest));
  });

  it('does not take the inside of a label for the suffix', () => {
    // One label whose bytes look like "a", then the marker in wire form.
    const inner = Buffer.concat([Buffer.from('a'), marker.subarray(0, -1)]);
    expect(stripSuffix(bytes(inner.length, inner, 0), marker)).toBeUndefined();
  });

  it('strips the root from anything', () => {
    expect(stripSuffix(wire('a.b'), wire(''))).toEqual(wire('a.b'));
  });
});
