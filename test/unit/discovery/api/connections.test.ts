/** Which connection makes room. */
import { expect, test } from 'vitest';
import { connectionToClose } from '../../../../sidecar/discovery/api/connections.ts';

/** `a1 b1! a2`: peer and number, in the order in which they began to wait; `!` is busy. */
test.each<[connections: string, closed: string | undefined]>([
  ['a1', 'a1'],
  ['a1 a2 a3', 'a1'],
  ['a1! a2 a3', 'a2'],
  // The peer that has the most, not the one that has waited the longest.
  ['b1 a1 a2', 'a1'],
  ['b1 a1 b2 a2 a3', 'a1'],
  ['a1! a2! a3! b1 b2', 'b1'],
  ['a1! a2! a3 b1 b2', 'b1'],
  ['a1 b1', 'a1'],
  ['b1 a1', 'b1'],
  ['a1! b1! c1', 'c1'],
  ['a1! b1!', undefined],
  ['', undefined],
])('%s: %s', (text, closed) => {
  const connections = text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ name: word.replace('!', ''), address: word.charAt(0), isBusy: word.endsWith('!') }));
  expect(connectionToClose(connections)?.name).toBe(closed);
});
