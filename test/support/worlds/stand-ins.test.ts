/** Which C library plays one that no Debian suite brings. */
import { describe, expect, test } from 'vitest';
import { libcNames, type LibcName } from './libcs.ts';
import { generations, lostGeneration, standInFor, standInRemark } from './stand-ins.ts';

describe('a C library that no suite brings any more', () => {
  test.each<[LibcName, LibcName[], LibcName | undefined]>([
    ['musl-1.2.6', [...libcNames], 'musl-1.2.5'],
    ['musl-1.2.6', ['musl-1.2.4', 'musl-1.2.6', 'glibc'], undefined],
    ['musl-1.2.2', ['musl-1.2.3', 'musl-1.2.5'], 'musl-1.2.3'],
    ['musl-1.2.4', ['musl-1.2.3', 'musl-1.2.5'], undefined],
    ['glibc-2.41', ['glibc', 'musl-1.2.5'], undefined],
  ])('%s among %j is played by %s', (name, here, expected) => {
    expect(standInFor(name, here)).toBe(expected);
  });

  test('the run names the player, or the generation that is lost', () => {
    const movedOn = 'Debian forky has 1.2.7, Debian sid has 1.2.7';
    expect(standInRemark('musl-1.2.6', 'musl-1.2.5', movedOn)).toBe(
      `musl-1.2.6 is played by musl-1.2.5, of the same generation (${generations.G4.what}): ${movedOn}`,
    );
    expect(lostGeneration('musl-1.2.6', movedOn)).toBe(
      `${movedOn}; no other member of its generation (${generations.G4.what}) is here: musl-1.2.5, musl-1.2.6`,
    );
  });
});
