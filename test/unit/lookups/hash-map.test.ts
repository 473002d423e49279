/** What is under way is found by its hash, whatever came and went before. */
import { expect, test } from 'vitest';
import { HashMap } from '../../../sidecar/lookups/hash-map.ts';
import { createRandom } from '../../support/random.ts';

test('is like a Map through thousands of steps: grows, gets empty, and finds what stands behind a gap', () => {
  const random = createRandom(7);
  // Few hashes, so that they meet; some that differ in the upper bits alone, some negative.
  const hashes = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? index << 24 : -index));
  const map = new HashMap<number>();
  const expected = new Map<number, number>();
  for (let step = 0; step < 20_000; step += 1) {
    const hash = random.pick(hashes);
    // By turns more is put in than taken out, and the other way round.
    if (random.chance(Math.floor(step / 2000) % 2 === 0 ? 0.8 : 0.1)) {
      map.set(hash, step);
      expected.set(hash, step);
    } else {
      map.delete(hash);
      expected.delete(hash);
    }
    expect(map.size).toBe(expected.size);
    if (step % 100 === 0)
      for (const each of hashes)
        expect([map.has(each), map.get(each)]).toEqual([expected.has(each), expected.get(each)]);
  }
});

test('takes a hash of 32 bits with and without a sign for the same', () => {
  const map = new HashMap<string>();
  map.set(0xffff_fff0, 'one');
  expect(map.get(-16)).toBe('one');
  map.delete(-16);
  expect([map.has(0xffff_fff0), map.size]).toEqual([false, 0]);
});
