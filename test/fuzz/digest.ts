/** One number out of everything that a run gave: FNV-1a, 32 bits. */
export interface Digest {
  add(value: number | boolean | undefined): void;
  addBytes(bytes: Uint8Array | undefined): void;
  readonly value: number;
}

export function createDigest(): Digest {
  let state = 0x811c9dc5;
  const mix = (byte: number): void => {
    state = Math.imul(state ^ byte, 0x01000193);
  };
  return {
    add(value) {
      const number = value === undefined ? 0x7fffffff : Number(value);
      mix(number & 0xff);
      mix((number >>> 8) & 0xff);
      mix((number >>> 16) & 0xffff);
    },
    addBytes(bytes) {
      mix(bytes === undefined ? 0x1ff : 0x100);
      if (bytes === undefined) return;
      mix(bytes.length);
      for (const byte of bytes) mix(byte);
    },
    get value() {
      return state >>> 0;
    },
  };
}
