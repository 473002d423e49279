/**
 * Edge counters for instrumented code, in the way of AFL: an edge is the pair of a block and the block before it, and
 * what counts as new is an edge, or an edge taken a number of times that falls into another bucket than before.
 */

const edgeCount = 2 ** 16;
const edgeMask = edgeCount - 1;

export interface Block {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Among the blocks of the file. */
  readonly index: number;
}

/** By block number. */
export const blocks: Block[] = [];

/** Spreads block numbers over the edges. */
const places: number[] = [];
const counts = new Uint32Array(edgeCount);
const touched = new Uint32Array(edgeCount);
const knownBuckets = new Uint8Array(edgeCount);
/** By block number: 1 once it was reached. */
const reached = new Uint8Array(edgeCount);
let touchedCount = 0;
let previous = 0;

export function addBlock(block: Block): number {
  const number = blocks.push(block) - 1;
  // Knuth's multiplicative hash; two blocks in one place cost a little precision and no more.
  places.push((Math.imul(number + 1, 0x9e3779b1) >>> 16) & edgeMask);
  return number;
}

/** Called by instrumented code on entry into a block. */
export function hit(block: number): void {
  const place = places[block] ?? 0;
  const edge = place ^ previous;
  const count = counts[edge] ?? 0;
  if (count === 0) touched[touchedCount++] = edge;
  counts[edge] = count + 1;
  reached[block] = 1;
  previous = place >>> 1;
}

/** Forgets the edges of the last input. */
export function beginInput(): void {
  for (let index = 0; index < touchedCount; index++) counts[touched[index] ?? 0] = 0;
  touchedCount = 0;
  previous = 0;
}

/** Whether the input since `beginInput` did something that none before it did. */
export function sawNewEdges(): boolean {
  let isNew = false;
  for (let index = 0; index < touchedCount; index++) {
    const edge = touched[index] ?? 0;
    const bucket = bucketOf(counts[edge] ?? 0);
    const known = knownBuckets[edge] ?? 0;
    if ((known & bucket) !== 0) continue;
    knownBuckets[edge] = known | bucket;
    isNew = true;
  }
  return isNew;
}

export function reachedBlocks(): Block[] {
  return blocks.filter((_, number) => reached[number] === 1);
}

export function edgesSeen(): number {
  return knownBuckets.reduce((sum, buckets) => sum + (buckets === 0 ? 0 : 1), 0);
}

function bucketOf(count: number): number {
  if (count < 4) return 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}
