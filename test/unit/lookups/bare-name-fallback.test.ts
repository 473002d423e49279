/** The end of a search under the marker is kept for a second, the last one counts, and a fallback keeps what it was given. */
import { expect, test } from 'vitest';
import type { RememberedSearch } from '../../../sidecar/decide/lookup/bare-name.ts';
import { createBareNameFallback } from '../../../sidecar/lookups/bare-name-fallback.ts';
import type { QueryContext } from '../../../sidecar/lookups/lookup.ts';
import { nameKey, encodeName } from '../../../sidecar/wire/name.ts';

const from = { address: '10.1.0.9', flags: 0 };
const name = encodeName('db.test') ?? new Uint8Array();
const [txt, a] = [16, 1];

function setUp() {
  let now = 0;
  const timers: (() => void)[] = [];
  const answered: RememberedSearch[] = [];
  const fallback = createBareNameFallback(
    {
      now: () => now,
      setTimer: (_afterMs, run) => {
        timers.push(run);
        return () => {};
      },
      answer: (_context, ended) => void answered.push(ended),
      deny() {},
      search() {},
    },
    10,
  );
  const note = (at: number, ended: RememberedSearch, type = txt) => {
    now = at;
    fallback.note(from, nameKey(name), type, ended);
  };
  const take = (at: number, type = txt): boolean => {
    now = at;
    const query = { client: { address: from.address }, view: {} };
    const snapshot = { domainsBehindMarker: [], settings: { pairWindowMs: 5 } };
    return fallback.take({
      query,
      questionName: name,
      type,
      marked: false,
      flags: 0,
      snapshot,
    } as unknown as QueryContext);
  };
  return { note, take, answered, runTimers: () => timers.splice(0).forEach((run) => run()) };
}

const [first, second] = (['NONAME', 'NODATA'] as const).map(
  (code) => ({ end: { code }, paired: false }) as unknown as RememberedSearch,
) as [RememberedSearch, RememberedSearch];

test.each([
  ['noted once', [[0, first]], 999, first],
  ['its time is over', [[0, first]], 1000, undefined],
  [
    'noted again soon: the last one, in the time of the first',
    [
      [0, first],
      [99, second],
    ],
    999,
    second,
  ],
  [
    'and no longer',
    [
      [0, first],
      [99, second],
    ],
    1000,
    undefined,
  ],
  [
    'noted again later: in its own time',
    [
      [0, first],
      [100, second],
    ],
    1099,
    second,
  ],
] as const)('%s', (_what, notes, at, expected) => {
  const { note, take, answered } = setUp();
  for (const [when, ended] of notes) note(when, ended);
  expect(take(at)).toBe(expected !== undefined);
  expect(answered).toEqual(expected === undefined ? [] : [expected]);
});

test('a query that waits for its sibling gets what was noted when it came', () => {
  const { note, take, answered, runTimers } = setUp();
  note(0, first, a);
  expect(take(1, a)).toBe(true);
  note(2, second, a);
  runTimers();
  expect(answered).toEqual([first]);
});
