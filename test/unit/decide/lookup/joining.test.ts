/**
 * Which lookups have one search (semantics §6.2). Searches under way: `pair@0 A@50`, begun at so many milliseconds, the
 * youngest last, `own` before the lookup's own. Lookup: `open A`, `A`, `pair`; `given` where a client has data of it.
 */
import { describe, expect, test } from 'vitest';
import { endsEqual, isAlike, isCrowded, joinSearch } from '../../../../sidecar/decide/lookup/joining.ts';
import type { Half, Kind } from '../../../../sidecar/decide/search/pair.ts';
import { endOf } from '../reply/ends.ts';

interface Named {
  readonly name: string;
  readonly kind: Kind;
  readonly half: Half;
  readonly startedAt: number;
}

function kindOf(words: string): { kind: Kind; half: Half } {
  const half: Half = words.includes('AAAA') ? 1 : 0;
  if (words.includes('open')) return { kind: 'open', half };
  return { kind: words.includes('pair') ? 'pair' : 'solo', half };
}

function searchOf(text: string): Named {
  const [name = '', at] = text.split('@');
  return { name: text, ...kindOf(name), startedAt: Number(at) };
}

/** What a lookup does at 200 ms. */
function joining(lookup: string, underWay: string, crowded = false): string {
  const searches = underWay === '' ? [] : underWay.split(', ').map(searchOf);
  const own = searches.find(({ name }) => name.startsWith('own '));
  const joiner = { ...kindOf(lookup), own, given: lookup.includes('given') };
  const joined = joinSearch(joiner, searches, { now: 200, crowded });
  return 'search' in joined ? `${joined.do} ${joined.search.name}` : joined.do;
}

describe('a lookup that has no search', () => {
  test.each([
    ['begins one where there is none', 'pair', '', 'begin'],
    ['joins an equal one', 'pair', 'pair@150', 'join pair@150'],
    ['whichever half came first', 'pair AAAA', 'pair@150', 'join pair@150'],
    ['of exactly 100 ms', 'pair', 'pair@100', 'join pair@100'],
    ['but none that is older', 'pair', 'pair@99', 'begin'],
    ['the youngest of several', 'pair', 'pair@110, pair@150, AAAA@160', 'join pair@150'],
    ['none for one half', 'pair', 'A@150, AAAA@150', 'begin'],
    ['none whose kind is not known', 'pair', 'open A@150', 'begin'],
    ['for one half: one for that half', 'AAAA', 'A@150, AAAA@140, A@160', 'join AAAA@140'],
    ['for one half: none for the pair', 'A', 'pair@150', 'begin'],
    ['whose sibling may come: waits while a pair is searched for', 'open A', 'pair@150', 'wait'],
    ['whose sibling may come: waits for one that is just young enough', 'open A', 'pair@100', 'wait'],
    ['whose sibling may come: also where it is AAAA', 'open AAAA', 'pair@150', 'wait'],
    ['whose sibling may come: waits while its own half is', 'open AAAA', 'AAAA@150', 'wait'],
    ['whose sibling may come: and while that is open, too', 'open A', 'open A@150', 'wait'],
    ['whose sibling may come: not for the other half', 'open A', 'AAAA@150, open AAAA@150', 'begin'],
    ['whose sibling may come: not for an older one', 'open A', 'pair@99', 'begin'],
  ])('%s', (_, lookup, underWay, decision) => {
    expect(joining(lookup, underWay)).toBe(decision);
  });

  test.each([
    ['joins one of any age', 'pair', 'pair@0', 'join pair@0'],
    ['waits for one of any age', 'open A', 'pair@0', 'wait'],
    ['of its kind', 'A', 'pair@0, AAAA@0', 'begin'],
  ])('where many searches are under way it %s', (_, lookup, underWay, decision) => {
    expect(joining(lookup, underWay, true)).toBe(decision);
  });
});

describe('a lookup that has one, and now knows its kind', () => {
  test.each([
    ['goes on with it', 'pair', 'own A@150', 'go-on own A@150'],
    ['moves to an equal one', 'pair', 'pair@120, own A@150', 'move pair@120'],
    ['not to one of another kind', 'A', 'pair@120, AAAA@120, own A@150', 'go-on own A@150'],
    ['not to one that is older than 100 ms', 'pair', 'pair@99, own A@150', 'go-on own A@150'],
    ['not where a client has data of its own', 'pair given', 'pair@120, own A@150', 'go-on own A@150'],
    ['nor to itself', 'A', 'own A@150', 'go-on own A@150'],
  ])('%s', (_, lookup, underWay, decision) => {
    expect(joining(lookup, underWay)).toBe(decision);
  });

  test('also where many searches are under way', () => {
    expect(joining('pair', 'pair@99, own A@150', true)).toBe('go-on own A@150');
  });
});

test.each([
  [249, false],
  [250, true],
])('%d of 1000 searches: crowded %o', (searches, crowded) => {
  expect(isCrowded(searches, 1000)).toBe(crowded);
});

test.each([
  ['pair', 'pair', true],
  ['pair', 'pair AAAA', true],
  ['pair', 'A', false],
  ['A', 'A', true],
  ['A', 'AAAA', false],
  ['open A', 'A', false],
])('a search for %s and a lookup of %s are alike: %o', (search, lookup, alike) => {
  const { kind, half } = kindOf(lookup);
  expect(isAlike(kindOf(search), kind, half)).toBe(alike);
});

describe('equal searches end with one that took longer than clients wait', () => {
  test.each<[rule: string, end: string, kind: Kind, durationMs: number, ends: boolean]>([
    ['both halves known', 'POS foo; A DATA #1; AAAA EMPTY', 'pair', 9500, true],
    ['not before', 'POS foo; A DATA #1; AAAA EMPTY', 'pair', 9499, false],
    ['a half that does not exist is known', 'POS foo; A NX; AAAA DATA #1', 'pair', 9500, true],
    ['a half that failed is not', 'POS foo; A DATA #1; AAAA SERVFAIL', 'pair', 9500, false],
    ['nor one that was lost', 'POS foo; A DATA #1', 'pair', 9500, false],
    ['of one question the other half is none', 'POS foo; A DATA #1', 'solo', 9500, true],
    ['also where it is AAAA', 'POS foo; AAAA DATA #1', 'solo', 9500, true],
    ['but data there must be', 'POS foo; A EMPTY; AAAA EMPTY', 'pair', 9500, false],
    ['and the search must have found it', 'NODATA; A DATA #1; AAAA EMPTY', 'pair', 9500, false],
  ])('%s', (_, end, kind, durationMs, ends) => {
    expect(endsEqual(endOf(end), kind, durationMs)).toBe(ends);
  });
});
