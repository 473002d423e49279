/** Inputs out of inputs: bytes changed, moved, cut, repeated, and parts of other inputs put in. */
import type { Random } from '../support/random.ts';

export interface MutationSource {
  readonly random: Random;
  readonly tokens: readonly Uint8Array[];
  readonly maxBytes: number;
  /** Another input of the corpus. */
  another(): Uint8Array;
}

/** Bytes at limits: lengths, pointers, counts, text. */
const meaningfulBytes = [0, 1, 2, 3, 12, 16, 0x20, 0x2e, 0x3f, 0x40, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xff];

/** Most inputs stay small: large ones are slow and seldom new. */
const usualBytes = 700;

export function mutate(input: Uint8Array, source: MutationSource): Uint8Array {
  const { random, maxBytes } = source;
  let bytes: Uint8Array = Uint8Array.from(input);
  for (let left = 1 + random.below(random.oneIn(4) ? 12 : 3); left > 0; left--) {
    bytes = random.pick(mutations)(bytes, source);
  }
  if (random.oneIn(2000)) bytes = repeatRange(bytes, random, maxBytes);
  const limit = random.oneIn(200) || bytes.length <= input.length ? maxBytes : Math.min(usualBytes, maxBytes);
  return bytes.length > limit ? bytes.subarray(0, limit) : bytes;
}

/** A seed with a token, or a part of itself, put in again and again until it has full size. */
export function enlarge(seed: Uint8Array, { random, tokens, maxBytes }: MutationSource): Uint8Array {
  const [from, to] = range(seed, random);
  const part = tokens.length > 0 && random.oneIn(2) ? random.pick(tokens) : seed.subarray(from, to);
  const unit = part.length === 0 ? Uint8Array.of(random.below(256)) : part;
  const room = Math.max(0, maxBytes - seed.length);
  const repeated = new Uint8Array(room);
  for (let at = 0; at < room; at += unit.length) repeated.set(unit.subarray(0, room - at), at);
  const place = random.below(seed.length + 1);
  return join(seed.subarray(0, place), repeated, seed.subarray(place)).subarray(0, maxBytes);
}

type Mutation = (bytes: Uint8Array, source: MutationSource) => Uint8Array;

const mutations: readonly Mutation[] = [
  (bytes, { random }) => {
    const at = random.below(bytes.length + 1);
    if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  (bytes, { random }) => setByte(bytes, random, random.below(256)),
  (bytes, { random }) => setByte(bytes, random, random.pick(meaningfulBytes)),
  (bytes, { random }) => setByte(bytes, random, random.pick(meaningfulBytes)),
  // A byte put in: what is too short to go on grows.
  (bytes, { random }) => {
    const at = random.below(bytes.length + 1);
    const byte = random.oneIn(2) ? random.below(256) : random.pick(meaningfulBytes);
    return join(bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at));
  },
  // A 16-bit number changed by a little: counts, lengths, pointers.
  (bytes, { random }) => {
    const at = random.below(bytes.length + 1);
    if (at + 1 >= bytes.length) return bytes;
    const value = ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0) + random.below(33) - 16;
    bytes[at] = value >> 8;
    bytes[at + 1] = value;
    return bytes;
  },
  // A pointer to anywhere near.
  (bytes, { random }) => {
    const at = random.below(bytes.length + 1);
    if (at + 1 >= bytes.length) return bytes;
    const target = random.below(random.oneIn(3) ? 0x4000 : bytes.length + 1);
    bytes[at] = 0xc0 | (target >> 8);
    bytes[at + 1] = target;
    return bytes;
  },
  (bytes, { random }) => {
    const [from, to] = range(bytes, random);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  (bytes, { random }) => {
    const [from, to] = range(bytes, random);
    const at = random.below(bytes.length + 1);
    return join(bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at));
  },
  (bytes, { random }) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, { random }) => repeatRange(bytes, random, bytes.length + 1 + random.below(usualBytes)),
  (bytes, { random, tokens }) => {
    if (tokens.length === 0) return bytes;
    const at = random.below(bytes.length + 1);
    return join(bytes.subarray(0, at), random.pick(tokens), bytes.subarray(at));
  },
  (bytes, { random, tokens }) => {
    if (tokens.length === 0) return bytes;
    const token = random.pick(tokens);
    const at = random.below(bytes.length + 1);
    return join(bytes.subarray(0, at), token, bytes.subarray(at + token.length));
  },
  (bytes, { random, another }) => {
    const other = another();
    const [from, to] = range(other, random);
    const at = random.below(bytes.length + 1);
    return join(bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(random.oneIn(2) ? at : at + to - from));
  },
  (bytes, { random, another }) => {
    const other = another();
    return join(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)));
  },
];

function setByte(bytes: Uint8Array, random: Random, value: number): Uint8Array {
  const at = random.below(bytes.length + 1);
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}

function range(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = random.below(bytes.length + 1);
  const longest = random.oneIn(4) ? bytes.length - from : Math.min(bytes.length - from, 24);
  return [from, from + random.below(longest + 1)];
}

/** A range of the input again and again, until it has `length` bytes. */
function repeatRange(bytes: Uint8Array, random: Random, length: number): Uint8Array {
  const [from, to] = range(bytes, random);
  if (to === from || bytes.length >= length) return bytes;
  const grown = new Uint8Array(length);
  grown.set(bytes.subarray(0, to));
  let end = to;
  while (end < length) {
    const chunk = bytes.subarray(from, Math.min(to, from + length - end));
    grown.set(chunk, end);
    end += chunk.length;
  }
  if (random.oneIn(2)) grown.set(bytes.subarray(to).subarray(0, length), length - Math.min(length, bytes.length - to));
  return grown;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
