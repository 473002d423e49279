/** Messages over TCP: two bytes of length in front of each (RFC 1035 §4.2.2). */
import { readUint16 } from './bytes.ts';
import { maxMessageBytes } from './iana.ts';

export interface Deframer {
  /** The messages that `chunk` completes, in order. They may share memory with it. */
  push(chunk: Uint8Array): Uint8Array[];
  /** Bytes of an incomplete message that are held. */
  readonly pendingBytes: number;
  /** More messages came in one chunk than `maxMessages`: the stream has been given up, push returns nothing more. */
  readonly overflowed: boolean;
}

export interface DeframerOptions {
  /** Messages that one chunk may complete. */
  readonly maxMessages?: number;
}

/** Splits a byte stream, cut into chunks anywhere, into its messages. */
export function createDeframer(options: DeframerOptions = {}): Deframer {
  const maxMessages = options.maxMessages ?? Number.POSITIVE_INFINITY;
  let held = new Uint8Array(0);
  let heldBytes = 0;
  let overflowed = false;

  function hold(bytes: Uint8Array): void {
    const needed = heldBytes + bytes.length;
    if (held.length < needed) {
      // Doubling keeps a message that arrives byte by byte linear, and memory near what really arrived: a length says
      // only what is too much.
      const grown = new Uint8Array(Math.min(Math.max(needed, held.length * 2, 64), wholeBytes(bytes)));
      grown.set(held.subarray(0, heldBytes));
      held = grown;
    }
    held.set(bytes, heldBytes);
    heldBytes = needed;
  }

  /** Of the message that is being held, its length included, once `next` has come. */
  function wholeBytes(next: Uint8Array): number {
    const [high, low] = [...held.subarray(0, Math.min(heldBytes, 2)), ...next.subarray(0, 2)];
    return high === undefined || low === undefined ? 64 : 2 + ((high << 8) | low);
  }

  /** Takes from `chunk` what the held message still lacks; the offset behind it. */
  function complete(chunk: Uint8Array, messages: Uint8Array[]): number {
    let offset = 0;
    if (heldBytes < 2) {
      offset = Math.min(2 - heldBytes, chunk.length);
      hold(chunk.subarray(0, offset));
      if (heldBytes < 2) return offset;
    }
    const total = 2 + readUint16(held, 0);
    const taken = Math.min(total - heldBytes, chunk.length - offset);
    hold(chunk.subarray(offset, offset + taken));
    if (heldBytes === total) {
      messages.push(held.subarray(2, total));
      held = new Uint8Array(0);
      heldBytes = 0;
    }
    return offset + taken;
  }

  return {
    push(chunk) {
      const messages: Uint8Array[] = [];
      if (overflowed) return messages;
      let offset = heldBytes > 0 ? complete(chunk, messages) : 0;
      while (chunk.length - offset >= 2) {
        const end = offset + 2 + readUint16(chunk, offset);
        if (end > chunk.length) break;
        if (messages.length >= maxMessages) {
          overflowed = true;
          return messages;
        }
        messages.push(chunk.subarray(offset + 2, end));
        offset = end;
      }
      if (offset < chunk.length) hold(chunk.subarray(offset));
      return messages;
    },
    get pendingBytes() {
      return heldBytes;
    },
    get overflowed() {
      return overflowed;
    },
  };
}

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
