/** Messages over TCP: two bytes of length in front of each (RFC 1035 §4.2.2). */
import { joinBytes, readUint16 } from './bytes.ts';
import { maxMessageBytes } from './iana.ts';

/** Messages are given one by one: a chunk of empty ones would be half as many objects as it has bytes. */
export interface Deframer {
  /** What came. It is used until `next` has given all that it completes. */
  push(chunk: Uint8Array): void;
  /** The next whole message. It may share memory with its chunk. */
  next(): Uint8Array | undefined;
  /** `next` has one. */
  readonly hasMessage: boolean;
  /** Bytes that are held: of messages that nobody took, and of an incomplete one. */
  readonly pendingBytes: number;
}

/** Splits a byte stream, cut into chunks anywhere, into its messages. */
export function createDeframer(): Deframer {
  /** Of an incomplete message, from its length on. */
  let held: Uint8Array = nothing;
  let heldBytes = 0;
  /** From here on it was not looked at. It is empty unless it completes a message. */
  let chunk: Uint8Array = nothing;
  let offset = 0;

  function hold(bytes: Uint8Array): void {
    const needed = heldBytes + bytes.length;
    if (held.length < needed) {
      // Doubling keeps a message that arrives byte by byte linear, and memory near what really arrived: a length says
      // only what is too much.
      const grown = new Uint8Array(Math.min(Math.max(needed, held.length * 2, 64), wholeBytes(bytes) ?? 64));
      grown.set(held.subarray(0, heldBytes));
      held = grown;
    }
    held.set(bytes, heldBytes);
    heldBytes = needed;
  }

  /** Of the message that comes next, its length included, with `more` behind what is held; undefined: it does not say yet. */
  function wholeBytes(more: Uint8Array): number | undefined {
    const high = heldBytes > 0 ? held[0] : more[0];
    const low = heldBytes > 1 ? held[1] : more[1 - heldBytes];
    return high === undefined || low === undefined ? undefined : 2 + ((high << 8) | low);
  }

  /** Nothing of a chunk is kept but what an incomplete message has of it. */
  function settle(): void {
    const rest = chunk.subarray(offset);
    const whole = wholeBytes(rest);
    if (whole !== undefined && heldBytes + rest.length >= whole) return;
    if (rest.length > 0) hold(rest);
    chunk = nothing;
    offset = 0;
  }

  /** Of the message that the chunk completes. */
  function complete(): Uint8Array {
    const lacking = (wholeBytes(chunk.subarray(offset, offset + 2)) ?? 0) - heldBytes;
    hold(chunk.subarray(offset, offset + lacking));
    offset += lacking;
    const message = held.subarray(2, heldBytes);
    held = nothing;
    heldBytes = 0;
    return message;
  }

  function cut(): Uint8Array {
    const start = offset + 2;
    offset = start + readUint16(chunk, offset);
    return chunk.subarray(start, offset);
  }

  return {
    push(bytes) {
      chunk = chunk === nothing ? bytes : joinBytes([chunk.subarray(offset), bytes]);
      offset = 0;
      settle();
    },
    next() {
      if (chunk === nothing) return undefined;
      const message = heldBytes > 0 ? complete() : cut();
      settle();
      return message;
    },
    get hasMessage() {
      return chunk !== nothing;
    },
    get pendingBytes() {
      return heldBytes + chunk.length - offset;
    },
  };
}

const nothing: Uint8Array = new Uint8Array(0);

/** The message with its length in front. Every message of ours fits; a longer one is a mistake of the caller. */
export function frameForTcp(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(message.length + 2);
  framed.set(lengthForTcp(message));
  framed.set(message, 2);
  return framed;
}

/** What stands in front of the message. */
export function lengthForTcp(message: Uint8Array): Uint8Array {
  if (message.length > maxMessageBytes) throw new RangeError(`DNS message of ${message.length} bytes`);
  return Uint8Array.of(message.length >> 8, message.length & 0xff);
}
