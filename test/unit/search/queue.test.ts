/** What waits is taken in its order, also what is added meanwhile. */
import { expect, test } from 'vitest';
import { Queue } from '../../../sidecar/search/queue.ts';

test('first in, first out', () => {
  const queue = new Queue<number>();
  expect([queue.isEmpty, queue.take()]).toEqual([true, undefined]);
  queue.add(1);
  queue.add(2);
  expect([queue.isEmpty, queue.take()]).toEqual([false, 1]);
  queue.add(3);
  expect([queue.take(), queue.take(), queue.take(), queue.isEmpty]).toEqual([2, 3, undefined, true]);
  queue.add(4);
  expect(queue.take()).toBe(4);
});
