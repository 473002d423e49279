/** What the tests of a file give back after each of them. */
import { afterEach } from 'vitest';

/** Called once in a file, outside of its tests; what is pushed into the list runs when the test is over. */
export function cleanUpsOfTests(): (() => unknown)[] {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  return cleanUps;
}
