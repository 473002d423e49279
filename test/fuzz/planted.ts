/** Code with faults on purpose: a fuzzer that does not find them finds nothing. Loaded with counters, like the product. */

/** By chance once in 2^40 inputs; step by step, if steps are seen, soon. */
export function throwForWord(bytes: Uint8Array): void {
  if (bytes[0] === 0x46 && bytes[1] === 0x55 && bytes[2] === 0x5a && bytes[3] === 0x5a && bytes[4] === 0x21) {
    throw new Error('planted: the word');
  }
}

/** Looks at the byte behind the end, as code with an offset into the whole buffer would. */
export function readPastEnd(bytes: Uint8Array): number {
  const length = bytes[0] ?? 0;
  if (length < bytes.length || length > bytes.length + 8) return 0;
  return new Uint8Array(bytes.buffer)[bytes.byteOffset + length] ?? 0;
}

/** A pointer to itself, followed without a bound. */
export function followForEver(bytes: Uint8Array): void {
  let at = 0;
  while ((bytes[at] ?? 0) > 0xc0) at = (bytes[at] ?? 0) & 0x3f;
}

/** Remembers more than any limit of the heap. */
export function remember(bytes: Uint8Array): number {
  const kept: number[][] = [];
  if ((bytes[1] ?? 0) < 0x80) return 0;
  for (let row = 0; row < 1e6; row++) kept.push(Array.from({ length: 1000 }, (_, column) => column / 3));
  return kept.length;
}
