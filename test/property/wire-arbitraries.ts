/** Random names, messages and compressions for the property tests of `sidecar/wire`. */
import fc from 'fast-check';

export type Labels = readonly string[];

/** Few different labels, so that endings are shared and cases collide; now and then any bytes, or the longest. */
const label = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'foo', 'FOO', 'test', 'Test', 's1', 'x'.repeat(20)) },
  { weight: 1, arbitrary: fc.constant('l'.repeat(63)) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 8, unit: byteCharacter() }) },
);

function byteCharacter(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
}

/** At most 255 bytes in wire form. */
export const labels: fc.Arbitrary<Labels> = fc
  .array(label, { maxLength: 7 })
  .map((list) => list.filter((_, index) => list.slice(0, index + 1).join('').length + index + 2 <= 255));

export function toWire(list: Labels): Uint8Array {
  return Uint8Array.from(
    Buffer.concat([
      ...list.map((text) => Buffer.from(`${String.fromCharCode(text.length)}${text}`, 'latin1')),
      Buffer.of(0),
    ]),
  );
}

export const sameName = (a: Labels, b: Labels): boolean => folded(a) === folded(b);

/** ASCII letters only, as RFC 4343 has it. */
function folded(list: Labels): string {
  return JSON.stringify(list.map((text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())));
}

/**
 * Puts messages together and compresses as `choose` says: for every name and every ending of it that stands in the
 * message already, true is a pointer. All endings of all names are candidates, at any offset.
 */
export class RandomPacker {
  readonly #parts: Buffer[] = [];
  readonly #places = new Map<string, number>();
  readonly #choose: () => boolean;
  length = 0;

  constructor(choose: () => boolean) {
    this.#choose = choose;
  }

  put(part: Uint8Array): void {
    this.#parts.push(Buffer.from(part));
    this.length += part.length;
  }

  putUint16(value: number): void {
    this.put(Buffer.of(value >> 8, value & 255));
  }

  putName(list: Labels): void {
    for (const [index, text] of list.entries()) {
      const key = JSON.stringify(list.slice(index));
      const place = this.#places.get(key);
      if (place !== undefined && this.#choose()) {
        this.putUint16(0xc000 + place);
        return;
      }
      if (this.length < 0x4000 && place === undefined) this.#places.set(key, this.length);
      this.put(Buffer.from(`${String.fromCharCode(text.length)}${text}`, 'latin1'));
    }
    this.put(Buffer.of(0));
  }

  /** `names` and byte strings in the order of the record data. */
  putRecord(owner: Labels, type: number, ttl: number, rdata: readonly (Labels | Uint8Array)[]): void {
    this.putName(owner);
    this.putUint16(type);
    this.putUint16(1);
    this.putUint16(Math.floor(ttl / 0x10000));
    this.putUint16(ttl % 0x10000);
    const lengthAt = this.#parts.length;
    this.putUint16(0);
    const start = this.length;
    for (const part of rdata) {
      if (part instanceof Uint8Array) this.put(part);
      else this.putName(part);
    }
    this.#parts[lengthAt]?.writeUInt16BE(this.length - start);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(Buffer.concat(this.#parts));
  }
}

/** An endless supply of choices from a seed of bits. */
export function chooser(bits: readonly boolean[]): () => boolean {
  let index = 0;
  return () => bits.length > 0 && (bits[index++ % bits.length] ?? false);
}
