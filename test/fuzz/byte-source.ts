/** An input taken apart: whatever the bytes are, they mean something, and behind their end come zeros. */
export interface ByteSource {
  byte(): number;
  uint16(): number;
  /** At most `count`; a view of the input. */
  bytes(count: number): Uint8Array;
  readonly left: number;
}

export function readInput(input: Uint8Array): ByteSource {
  let offset = 0;
  const byte = (): number => input[offset++] ?? 0;
  return {
    byte,
    uint16: () => (byte() << 8) | byte(),
    bytes(count) {
      const taken = input.subarray(offset, offset + count);
      offset += taken.length;
      return taken;
    },
    get left() {
      return Math.max(0, input.length - offset);
    },
  };
}
