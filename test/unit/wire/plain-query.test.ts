/** The hash by which names are found: who does not know its seed makes up no names that collide. */
import { expect, test } from 'vitest';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import type { WireName } from '../../../sidecar/wire/name.ts';
import { hashOfName } from '../../../sidecar/wire/plain-query.ts';

const nameOf = (text: string): WireName => encodeName(text) ?? rootName;

/** Pairs of names with the same hash: of so many names a few have, by chance. */
function collisions(seed: number): [WireName, WireName][] {
  const seen = new Map<number, WireName>();
  const found: [WireName, WireName][] = [];
  for (let number = 0; number < 200_000; number++) {
    const name = nameOf(`${(Math.imul(number, 0x9e37_79b1) >>> 0).toString(36)}.${number}.example`);
    const hash = hashOfName(name, seed);
    const before = seen.get(hash);
    if (before !== undefined) found.push([before, name]);
    seen.set(hash, name);
  }
  return found;
}

test('names that collide with one seed do not with another', () => {
  const found = collisions(1);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(30);
  const others = [2, 3, -1, 0x7fff_ffff];
  expect(
    found.flatMap(([one, other]) => others.filter((seed) => hashOfName(one, seed) === hashOfName(other, seed))),
  ).toEqual([]);
});

test('letter case does not count', () => {
  expect(hashOfName(nameOf('Api.EXAMPLE'), 7)).toBe(hashOfName(nameOf('api.example'), 7));
});
