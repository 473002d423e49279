/** The reviews that load the webhook are of the size that they say, and all of their pods are injected. */
import { expect, test } from 'vitest';
import { reviewBodies } from './reviews.ts';

test('the pods have from 2 to 8 kB, in steps', () => {
  const pods = reviewBodies(16).map((body) => (JSON.parse(body) as { request: { object: object } }).request.object);
  const sizes = pods.map((pod) => JSON.stringify(pod).length);
  expect(sizes).toEqual(sizes.toSorted((one, other) => one - other));
  expect(sizes[0]).toBeGreaterThanOrEqual(2000);
  expect(sizes[0]).toBeLessThan(2500);
  expect(sizes.at(-1)).toBeGreaterThanOrEqual(8000);
  expect(sizes.at(-1)).toBeLessThan(8500);
  expect(new Set(sizes).size).toBeGreaterThan(12);
});
