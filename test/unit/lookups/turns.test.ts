/** The server that is first under `rotate`. */
import { expect, test } from 'vitest';
import { createTurns } from '../../../sidecar/lookups/turns.ts';

test('each object has turns of its own', () => {
  const turnOf = createTurns();
  const [one, other] = [{}, {}];
  expect([turnOf(one), turnOf(one), turnOf(other), turnOf(one), turnOf(other)]).toEqual([0, 1, 0, 2, 1]);
});
