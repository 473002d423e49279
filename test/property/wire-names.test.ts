/** Random names, as values and packed into messages. */
import { decode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatNames,
  encodeName,
  equalNames,
  formatName,
  labelCount,
  nameKey,
  stripSuffix,
} from '../../sidecar/wire/name.ts';
import { equalsNameAt, isPackedWithin, readName, skipName } from '../../sidecar/wire/packed-name.ts';
import { nameAt } from '../support/wire/decoder.ts';
import { chooser, labels, RandomPacker, sameName, toWire } from './wire-arbitraries.ts';

describe('names as values', () => {
  it('survive their text form', () => {
    fc.assert(
      fc.property(labels, (list) => {
        const name = toWire(list);
        const text = formatName(name);
        expect(text).toMatch(/^[!-~]+$/);
        expect(encodeName(text)).toEqual(name);
        expect(encodeName(`${text === '.' ? '' : text}.`)).toEqual(name);
        expect(labelCount(name)).toBe(list.length);
      }),
    );
  });

  it('encode any text to a name or to nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          fc.string({ unit: fc.constantFrom('.', '\\', '0', '2', 'a'), maxLength: 12 }),
        ),
        (text) => {
          const name = encodeName(text);
          if (name === undefined) return;
          expect(name.length).toBeLessThanOrEqual(255);
          expect(skipName(name, 0)).toBe(name.length);
          expect(encodeName(formatName(name))).toEqual(name);
        },
      ),
    );
  });

  it('are equal exactly when their keys are', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const equal = sameName(a, b);
        expect(equalNames(toWire(a), toWire(b))).toBe(equal);
        expect(nameKey(toWire(a)) === nameKey(toWire(b))).toBe(equal);
      }),
    );
  });

  it('lose the suffix that they were given', () => {
    fc.assert(
      fc.property(labels, labels, (list, suffix) => {
        const joined = concatNames(toWire(list), toWire(suffix));
        if (toWire(list).length + toWire(suffix).length - 1 > 255) {
          expect(joined).toBeUndefined();
          return;
        }
        expect(joined).toEqual(toWire([...list, ...suffix]));
        const upper = toWire(suffix.map((text) => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())));
        expect(joined && stripSuffix(joined, upper)).toEqual(toWire(list));
      }),
    );
  });

  it('have no suffix but their own', () => {
    fc.assert(
      fc.property(labels, labels, (list, suffix) => {
        const tail = list.slice(Math.max(0, list.length - suffix.length));
        const rest = list.slice(0, list.length - tail.length);
        expect(stripSuffix(toWire(list), toWire(suffix))).toEqual(sameName(tail, suffix) ? toWire(rest) : undefined);
      }),
    );
  });
});

describe('packed names', () => {
  const packed = fc.tuple(fc.array(labels, { minLength: 1, maxLength: 12 }), fc.array(fc.boolean(), { maxLength: 9 }));

  it('are read however they are compressed', () => {
    fc.assert(
      fc.property(packed, ([lists, bits]) => {
        const packer = new RandomPacker(chooser(bits));
        packer.put(Buffer.alloc(12));
        const places = lists.map((list) => {
          const start = packer.length;
          packer.putName(list);
          return { list, start, end: packer.length };
        });
        // glibc takes a pointer for a loop once it has looked at as many bytes as there are.
        packer.put(Buffer.alloc(600));
        const message = packer.bytes();
        for (const { list, start, end } of places) {
          expect(readName(message, start)).toEqual({ name: toWire(list), end });
          expect(skipName(message, start)).toBe(end);
          expect(equalsNameAt(message, start, toWire(list))).toBe(true);
          for (const other of lists) expect(equalsNameAt(message, start, toWire(other))).toBe(sameName(list, other));
          expect(isPackedWithin(message, start, 12, end)).toBe(true);
          expect(nameAt(Buffer.from(message), start)).toMatchObject({ labels: list, next: end });
        }
      }),
    );
  });

  it('are read like dns-packet reads them', () => {
    const plain = fc.array(fc.constantFrom('a', 'b', 'foo', 'test', 'x'.repeat(30)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        plain,
        fc.array(plain, { minLength: 1, maxLength: 8 }),
        fc.array(fc.boolean(), { maxLength: 9 }),
        (question, targets, bits) => {
          const packer = new RandomPacker(chooser(bits));
          for (const field of [0x1234, 0x8180, 1]) packer.putUint16(field);
          packer.putUint16(targets.length);
          packer.put(Buffer.alloc(4));
          packer.putName(question);
          packer.put(Buffer.of(0, 5, 0, 1));
          const places = targets.map((target) => {
            packer.putRecord(question, 5, 1, [target]);
            return target;
          });
          const message = packer.bytes();
          const { answers = [] } = decode(Buffer.from(message));
          expect(answers.map((answer) => ('data' in answer ? answer.data : undefined))).toEqual(
            places.map((target) => target.join('.')),
          );
          const first = readName(message, 12);
          expect(first && formatName(first.name)).toBe(question.join('.'));
        },
      ),
    );
  });
});
