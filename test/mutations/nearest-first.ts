/** The order in which tests look for a mutant: those of its own file first, then those of its folder; the short ones first. */
import { basename, dirname } from 'node:path';

export function nearestFirst<Test extends { readonly id: string }>(
  tests: readonly Test[],
  mutatedFile: string,
  timesMs: ReadonlyMap<string, number>,
): Test[] {
  const name = basename(mutatedFile, '.ts');
  const folder = basename(dirname(mutatedFile));
  const distance = ({ id }: Test): number => {
    const [file = ''] = id.split(' > ');
    if (basename(file, '.test.ts') === name) return 0;
    return basename(dirname(file)) === folder ? 1 : 2;
  };
  const places = new Map(tests.map((test) => [test, { distance: distance(test), ms: timesMs.get(test.id) ?? 0 }]));
  const placeOf = (test: Test) => places.get(test) ?? { distance: 2, ms: 0 };
  return tests.toSorted((one, other) => {
    const [a, b] = [placeOf(one), placeOf(other)];
    return a.distance - b.distance || a.ms - b.ms;
  });
}
