/** Messages of a TCP stream. */
import { describe, expect, it } from 'vitest';
import { createDeframer, frameForTcp } from '../../../sidecar/wire/stream-framing.ts';
import { deframe } from '../../support/wire/deframe.ts';

const one = Uint8Array.of(1, 2, 3);
const two = Uint8Array.from({ length: 300 }, (_, index) => index);
const none = new Uint8Array(0);
const longest = new Uint8Array(65535).fill(7);

describe('frameForTcp', () => {
  it.each([
    [none, 0, 0],
    [one, 0, 3],
    [two, 1, 44],
    [longest, 255, 255],
  ])('puts the length in front', (message, high, low) => {
    const framed = frameForTcp(message);
    expect([...framed.subarray(0, 2)]).toEqual([high, low]);
    expect(framed.subarray(2)).toEqual(message);
  });

  it('refuses what no length can say', () => {
    expect(() => frameForTcp(new Uint8Array(65536))).toThrow(RangeError);
  });
});

describe('createDeframer', () => {
  const messages = [one, none, two, longest, one];
  const stream = Buffer.concat(messages.map(frameForTcp));

  it.each([1, 2, 3, 5, 7, 64, 301, 65537, stream.length])('chunks of %i bytes', (size) => {
    const deframer = createDeframer();
    const got: Uint8Array[] = [];
    for (let offset = 0; offset < stream.length; offset += size) {
      // A socket may use its buffer again: every chunk is overwritten after the push that it did not complete.
      const chunk = Uint8Array.from(stream.subarray(offset, offset + size));
      got.push(...deframe(deframer, chunk).map((message) => Uint8Array.from(message)));
      chunk.fill(0xee);
    }
    expect(got).toEqual(messages);
    expect(deframer.pendingBytes).toBe(0);
  });

  it('tells what it holds', () => {
    const deframer = createDeframer();
    expect(deframe(deframer, Uint8Array.of(0))).toEqual([]);
    expect(deframer.pendingBytes).toBe(1);
    expect(deframe(deframer, Uint8Array.of(5, 1, 2))).toEqual([]);
    expect(deframer.pendingBytes).toBe(4);
    expect(deframe(deframer, Uint8Array.of())).toEqual([]);
    expect(deframer.pendingBytes).toBe(4);
  });

  it.each([1, 100, 1000, 40_000])('takes no more memory than a message has, in chunks of %i bytes', (size) => {
    const framed = frameForTcp(longest.subarray(0, 50_000));
    const deframer = createDeframer();
    const got: Uint8Array[] = [];
    for (let offset = 0; offset < framed.length; offset += size) {
      got.push(...deframe(deframer, framed.subarray(offset, offset + size)));
    }
    expect(got.map((message) => [message.length, message.buffer.byteLength])).toEqual([[50_000, 50_002]]);
  });

  it('gives one message at a time, and holds the others as they came', () => {
    const deframer = createDeframer();
    expect(deframer.hasMessage).toBe(false);
    expect(deframer.next()).toBeUndefined();
    deframer.push(Buffer.concat([...[one, none, two].map(frameForTcp), Uint8Array.of(0)]));
    expect([deframer.hasMessage, deframer.pendingBytes]).toEqual([true, 5 + 2 + 302 + 1]);
    expect(deframer.next()).toEqual(Buffer.from(one));
    expect([deframer.hasMessage, deframer.pendingBytes]).toEqual([true, 2 + 302 + 1]);
    expect(deframer.next()).toEqual(Buffer.from(none));
    expect(deframer.next()).toEqual(Buffer.from(two));
    expect([deframer.hasMessage, deframer.pendingBytes]).toEqual([false, 1]);
    expect(deframer.next()).toBeUndefined();
  });

  it.each([0, 1, 2, 4])('takes more while messages wait, %i of them taken', (taken) => {
    const deframer = createDeframer();
    const got: Uint8Array[] = [];
    const framed = frameForTcp(one);
    // The first message is completed by a chunk that brings more, and the last one is cut, too.
    deframer.push(framed.subarray(0, 3));
    deframer.push(Buffer.concat([framed.subarray(3), framed, framed, framed.subarray(0, 1)]));
    for (let count = 0; count < taken; count++) got.push(deframer.next() ?? none);
    got.push(...deframe(deframer, Buffer.concat([framed.subarray(1), framed])));
    expect(got.filter((message) => message !== none).map((message) => [...message])).toEqual(
      Array.from({ length: 5 }, () => [...one]),
    );
    expect(deframer.pendingBytes).toBe(0);
  });

  it('gives the empty messages of one chunk one after the other', () => {
    const deframer = createDeframer();
    const count = 100_000;
    deframer.push(new Uint8Array(2 * count));
    expect(deframer.pendingBytes).toBe(2 * count);
    let given = 0;
    while (deframer.next() !== undefined) given += 1;
    expect([given, deframer.pendingBytes]).toEqual([count, 0]);
  });
});
