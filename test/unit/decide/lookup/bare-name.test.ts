/**
 * The client's own query for the bare name after a failed search (semantics §6.4). Query: its type, `marked`, `do`. What
 * ended before: `alone` or `pair` for its name and type, `sibling` where the other question waits with the same end,
 * `other sibling` where with another one.
 */
import { describe, expect, test } from 'vitest';
import {
  decideBareName,
  decideWithoutSibling,
  mayBeBareName,
  readsErrno,
} from '../../../../sidecar/decide/lookup/bare-name.ts';
import type { RememberedSearch } from '../../../../sidecar/decide/lookup/bare-name.ts';
import { clientFlag } from '../../../../sidecar/decide/query/client-flags.ts';
import { endOf } from '../reply/ends.ts';

const types: Readonly<Record<string, number>> = { A: 1, AAAA: 28, TXT: 16 };
const end = endOf('NONAME');
const alone: RememberedSearch = { end, paired: false };
const pair: RememberedSearch = { end, paired: true };

function decide(query: string, before: string): string {
  const [type = ''] = query.split(' ');
  const flags = query.includes('do') ? clientFlag.dnssecOk : 0;
  if (!mayBeBareName({ marked: query.includes('marked'), flags })) return 'pass';
  return decideBareName({
    type: types[type] ?? 0,
    ended: before.includes('alone') ? alone : before.includes('pair') ? pair : undefined,
    siblingEnded: before.includes('other sibling')
      ? { end: endOf('NONAME'), paired: true }
      : before.includes('sibling')
        ? pair
        : undefined,
    wasSearched: () => before.includes('domain'),
  });
}

describe('a query', () => {
  test.each([
    ['of which nothing is remembered is of another lookup', 'A', '', 'pass'],
    ['under the marker is none', 'A marked', 'pair', 'pass'],
    ['of a client that checks signatures gets nothing made up', 'A do', 'pair', 'pass'],
    ['nor as a sibling', 'A do', 'pair sibling', 'pass'],
    ['for an address waits for its sibling', 'A', 'pair', 'wait'],
    ['also after a search for one family', 'AAAA', 'alone', 'wait'],
    ['of another type is answered', 'TXT', 'alone', 'answer'],
    ['whose sibling waits is answered with it', 'AAAA', 'pair sibling', 'answer-both'],
    [
      'is searched for with its sibling where that belongs to another search',
      'AAAA',
      'pair other sibling',
      'search-both',
    ],
    ['is searched for with its sibling after a search for one family', 'AAAA', 'alone sibling', 'search-both'],
    ['is searched for with its sibling where nothing is remembered of it', 'AAAA', 'sibling', 'search-both'],
    ['for a domain behind the marker, where the search has been, is denied', 'A', 'domain', 'deny'],
    ['but not where its own name was searched for', 'A', 'domain pair', 'wait'],
    ['of a client that checks signatures is not denied either', 'A do', 'domain', 'pass'],
  ])('%s', (_, query, before, decision) => {
    expect(decide(query, before)).toBe(decision);
  });
});

test('without its sibling a question is answered after a search for one family, and searched for after a pair', () => {
  expect(decideWithoutSibling(alone)).toBe('answer');
  expect(decideWithoutSibling(pair)).toBe('search');
});

test.each([
  ['A', false, alone, true],
  ['A', true, alone, false],
  ['A', false, pair, false],
  ['AAAA', false, alone, false],
])('%s, OPT %o: may go by errno', (type, hasOpt, ended, may) => {
  expect(readsErrno(types[type] ?? 0, hasOpt, ended)).toBe(may);
});
