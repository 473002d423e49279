/** Messages of a TCP stream. */
import { describe, expect, it } from 'vitest';
import { createDeframer, frameForTcp } from '../../../sidecar/wire/stream-framing.ts';

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
      got.push(...deframer.push(chunk).map((message) => Uint8Array.from(message)));
      chunk.fill(0xee);
    }
    expect(got).toEqual(messages);
    expect(deframer.pendingBytes).toBe(0);
  });

  it('tells what it holds', () => {
    const deframer = createDeframer();
    expect(deframer.push(Uint8Array.of(0))).toEqual([]);
    expect(deframer.pendingBytes).toBe(1);
    expect(deframer.push(Uint8Array.of(5, 1, 2))).toEqual([]);
    expect(deframer.pendingBytes).toBe(4);
    expect(deframer.push(Uint8Array.of())).toEqual([]);
    expect(deframer.pendingBytes).toBe(4);
  });

  it.each([1, 100, 1000, 40_000])('takes no more memory than a message has, in chunks of %i bytes', (size) => {
    const framed = frameForTcp(longest.subarray(0, 50_000));
    const deframer = createDeframer();
    const got: Uint8Array[] = [];
    for (let offset = 0; offset < framed.length; offset += size) {
      got.push(...deframer.push(framed.subarray(offset, offset + size)));
    }
    expect(got.map((message) => [message.length, message.buffer.byteLength])).toEqual([[50_000, 50_002]]);
  });

  it('gives up when one chunk brings too many', () => {
    const deframer = createDeframer({ maxMessages: 2 });
    expect(deframer.push(Buffer.concat([one, one].map(frameForTcp)))).toHaveLength(2);
    expect(deframer.overflowed).toBe(false);
    expect(deframer.push(Buffer.concat([one, one, one].map(frameForTcp)))).toHaveLength(2);
    expect(deframer.overflowed).toBe(true);
    expect(deframer.push(frameForTcp(one))).toEqual([]);
  });
});
