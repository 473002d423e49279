/**
 * Whatever arrives, nothing throws, hangs or reads past the end. Messages are random bytes, or good ones with bytes
 * changed, counts that lie, pointers in rings, or their end cut off.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../sidecar/wire/answer.ts';
import { classifyReply } from '../../sidecar/wire/classify-reply.ts';
import { composeError } from '../../sidecar/wire/compose-error.ts';
import { composeReply } from '../../sidecar/wire/compose.ts';
import { viewMessage } from '../../sidecar/wire/message-view.ts';
import { readName, skipName } from '../../sidecar/wire/packed-name.ts';
import { passThrough } from '../../sidecar/wire/pass-through.ts';
import { replyLimit } from '../../sidecar/wire/reply-header.ts';
import { createDeframer } from '../../sidecar/wire/stream-framing.ts';
import { deframe } from '../support/wire/deframe.ts';
import { decodeStrictly } from '../support/wire/decoder.ts';
import { bytes, message, opt, pointer, query, wire } from '../support/wire/messages.ts';
import { replies } from '../support/wire/samples.ts';

const q = pointer(12);
const types = [1, 28, 2, 5, 6, 12, 15, 16, 33, 35, 65, 255];

const good: readonly Uint8Array[] = [
  // Every byte of each is changed, and each is cut at every byte: the work grows with the square of the length.
  ...replies.filter(({ length }) => length <= 300),
  query({ additionals: [opt(4096, 0x8000, bytes('000a0008 0102030405060708'))] }),
];

/** Bytes that mean something at many places: lengths, pointers, small counts. */
const meaningful = fc.constantFrom(0, 1, 2, 3, 12, 16, 63, 64, 0x80, 0xc0, 0xc1, 0xff);
const changes = fc.array(fc.tuple(fc.nat({ max: 160 }), fc.oneof(meaningful, fc.nat({ max: 255 }))), { maxLength: 8 });
const mutated = fc
  .tuple(fc.constantFrom(...good), changes, fc.option(fc.nat({ max: 160 })))
  .map(([source, edits, cut]) => {
    const copy = Uint8Array.from(source);
    for (const [offset, byte] of edits) if (offset < copy.length) copy[offset] = byte;
    return cut === null ? copy : copy.subarray(0, cut);
  });
/** Nothing but pointers and short labels behind a header of high counts: rings of every kind. */
const pointers = fc
  .array(
    fc.oneof(
      fc.nat({ max: 80 }).map((offset) => [0xc0, offset]),
      fc.constant([1, 0x61]),
      fc.constant([0]),
    ),
    { maxLength: 40 },
  )
  .map((parts) => bytes('1234 8180 0001 ffff ffff ffff', Buffer.from(parts.flat())));
const anything = fc.oneof(mutated, pointers, fc.uint8Array({ maxLength: 200 }));

/**
 * A message in the middle of a buffer: the bytes around it must make no difference, or something reads past the end.
 */
function embedded(source: Uint8Array, filler: number): Uint8Array {
  const room = new Uint8Array(source.length + 300).fill(filler);
  room.set(source, 100);
  return room.subarray(100, 100 + source.length);
}

const expected = { id: 0x1234, name: wire('foo.test'), type: 1, class: 1 };

/** Everything that takes bytes from outside, and what comes of it. */
function useAll(source: Uint8Array): object {
  const view = viewMessage(source);
  const { bytes: _, ...seen } = view ?? { bytes: undefined };
  const asked = viewMessage(query({ type: 33, additionals: [opt()] })) ?? view;
  const results: unknown[] = [seen, composeError(source, 1)];
  for (const type of types) {
    const { chain, records, recordsBeforeFault } = readAnswer(source, wire('foo.test'), type);
    results.push(chain, records, recordsBeforeFault, classifyReply(source, { ...expected, type }, 'udp'));
    results.push(classifyReply(source, { ...expected, type }, 'tcp', true));
    if (view === undefined) continue;
    const input = {
      query: view,
      rcode: 0,
      type,
      chain,
      records: [...records, ...recordsBeforeFault],
      edns: true,
      ad: true,
    };
    results.push(composeReply(input, replyLimit(view, 'udp'), 'udp'), composeReply(input, 0, 'tcp'));
  }
  for (const client of [view, asked]) {
    if (client === undefined) continue;
    for (const limit of [512, 65535]) {
      results.push(passThrough(source, client, { limit, keepEdns: true, firstPtrOnly: limit === 512 }));
    }
  }
  for (let offset = 0; offset <= source.length; offset++)
    results.push(skipName(source, offset), readName(source, offset));
  return results;
}

describe('any bytes', () => {
  it('are read without an exception, and without a look at what lies around them', () => {
    fc.assert(
      fc.property(anything, (source) => {
        expect(useAll(embedded(source, 0xff))).toEqual(useAll(embedded(source, 0)));
      }),
      { numRuns: 600 },
    );
  });

  it('cut off anywhere', () => {
    for (const source of good) {
      for (let length = 0; length <= source.length; length++) {
        expect(useAll(embedded(source.subarray(0, length), 0xc0))).toEqual(
          useAll(embedded(source.subarray(0, length), 1)),
        );
      }
    }
  });

  it('with every count and every byte changed', () => {
    for (const source of good) {
      for (let offset = 0; offset < source.length; offset++) {
        for (const byte of [0, 1, 0x3f, 0x41, 0xc0, 0xff]) {
          const copy = Uint8Array.from(source);
          copy[offset] = byte;
          expect(() => useAll(copy)).not.toThrow();
        }
      }
    }
  });

  it('leave the message as it was', () => {
    fc.assert(
      fc.property(anything, (source) => {
        const before = Uint8Array.from(source);
        useAll(source);
        expect(source).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('take time that grows with their length only', () => {
    // 65535 bytes of pointers into one another, and counts that ask for as many records as there can be.
    const rings = new Uint8Array(65535).fill(0xc0);
    rings.set(message({ counts: [1, 0xffff, 0xffff, 0xffff] }));
    // A long row of pointers, each to the one before, and from there on records whose owners lead to the end of it.
    const row = new Uint8Array(65535);
    row.set(
      message({ counts: [1, 0xffff, 0xffff, 0xffff], answers: [{ owner: q, type: 16, rdata: Buffer.alloc(16000) }] }),
    );
    for (let offset = 40; offset < 16000; offset += 2) row.set(pointer(offset === 40 ? 12 : offset - 2), offset);
    for (let offset = 26 + 12 + 16000; offset + 12 < row.length; offset += 12) {
      row.set(bytes(pointer(15998), '0010 0001 00000000 0000'), offset);
    }
    for (const source of [rings, row]) {
      const view = viewMessage(source);
      const start = performance.now();
      readAnswer(source, wire('foo.test'), 16);
      if (view !== undefined) passThrough(source, view, { limit: 65535, keepEdns: false });
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});

describe('replies made of any bytes', () => {
  it('are sound where nothing of the upstream is copied blindly', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(512, 1232, 65535), (source, limit) => {
        const client = viewMessage(query({ type: 16, id: 7 }));
        if (client === undefined) throw new Error('no header');
        const { chain, records, recordsBeforeFault } = readAnswer(source, wire('foo.test'), 16);
        const input = {
          query: client,
          rcode: 0,
          type: 16,
          chain,
          records: [...records, ...recordsBeforeFault],
          edns: false,
          ad: false,
        };
        const { bytes: reply } = composeReply(input, limit, 'udp');
        expect(reply.length).toBeLessThanOrEqual(limit);
        expect(decodeStrictly(reply)).toMatchObject({ id: 7, questions: [{ name: ['foo', 'test'], type: 16 }] });
      }),
    );
  });
});

describe('streams', () => {
  it('give the same messages however they are cut', () => {
    const stream = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 50 }), { maxLength: 30 }), (source, cuts) => {
        const whole = deframe(createDeframer(), Uint8Array.from(source)).map((part) => [...part]);
        const deframer = createDeframer();
        const got: number[][] = [];
        let offset = 0;
        for (const size of [...cuts, source.length]) {
          got.push(...deframe(deframer, source.subarray(offset, offset + size)).map((part) => [...part]));
          offset += size;
        }
        expect(got).toEqual(whole);
        expect(deframer.pendingBytes).toBe(source.length - whole.reduce((sum, part) => sum + part.length + 2, 0));
      }),
    );
  });
});
