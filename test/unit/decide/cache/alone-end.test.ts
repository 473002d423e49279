/**
 * What a search for one type alone would have found (cache semantics §2). Settings: those of the order of candidates in
 * `../search/machine.ts`, and `no-aaaa`. Candidates that were asked for both: `NX/DATA EMPTY/NX`, A before AAAA, `-` for what was not used.
 */
import { describe, expect, test } from 'vitest';
import { endAlone } from '../../../../sidecar/decide/cache/alone-end.ts';
import type { ReplyClass } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import type { SearchEnd } from '../../../../sidecar/decide/search/candidates.ts';
import { nothingConsumed } from '../../../../sidecar/decide/search/consumed.ts';
import type { Half } from '../../../../sidecar/decide/search/pair.ts';
import type { SearchPlan } from '../../../../sidecar/decide/search/search.ts';
import { formatName } from '../../../../sidecar/wire/name.ts';
import { has } from '../script.ts';
import { searchOf } from '../search/machine.ts';

function planOf(settings: string): SearchPlan {
  return {
    ...searchOf(settings),
    exchange: {
      order: [0],
      attempts: 2,
      timeoutsMs: [5000],
      useVc: false,
      strictError: false,
      keepSurvivingHalf: false,
    },
    rotate: false,
    onlyA: has(settings, 'no-aaaa'),
    serial: 'parallel',
    ahead: undefined,
  };
}

function endOf(settings: string, asked: string, half: Half): SearchEnd | undefined {
  const words = asked === '' ? [] : asked.split(' ');
  const candidates = words.map((candidate) => {
    const [one, other] = candidate.split('/').map((word) => (word === '-' ? undefined : (word as ReplyClass)));
    return { code: 'NX' as const, classes: [one, other] as const };
  });
  return endAlone(planOf(settings), { ...nothingConsumed, candidates }, half);
}

/** `POS foo.a`, `NODATA`, or `-`. */
function textOf(end: SearchEnd | undefined): string {
  if (end === undefined) return '-';
  return [end.code, ...(end.candidate === undefined ? [] : [formatName(end.candidate.name)])].join(' ');
}

const search = 'name foo search a,b';

describe('the search for one type alone', () => {
  test.each([
    ['finds what the pair found', search, 'DATA/EMPTY', 'POS foo.a', '-'],
    ['at the same candidate', search, 'NX/NX EMPTY/DATA', '-', 'POS foo.b'],
    ['each by its own half', search, 'NX/NX DATA/DATA', 'POS foo.b', 'POS foo.b'],
    ['goes on to what was not asked', search, 'NX/NX ALIAS/NX', 'POS foo.b', '-'],
    ['is denied as the pair is', search, 'NX/NX NX/NX NX/NX', 'NONAME', 'NONAME'],
    ['and where it is the only type that is', search, 'NX/EMPTY NX/NX NX/NX', 'NONAME', 'NODATA'],
    ['as it is alone', 'name foo absolute', 'EMPTY/NX', 'NODATA', 'NONAME'],
    ['as it is, beside the data of the other half', 'name foo absolute', 'EMPTY/DATA', 'NODATA', 'POS foo'],
    ['has no name that is no host name', 'name foo search *.a host-names-only', 'DATA/NX', 'NONAME', '-'],
    ['is not known where nothing was asked', search, '', '-', '-'],
    [
      'and ends where nothing is to be asked',
      `name foo search ${'x.'.repeat(128)}a no-tld-query`,
      '',
      'NORECOVERY',
      'NORECOVERY',
    ],
    ['whatever comes behind its end', 'name foo absolute', 'NX/NX DATA/DATA', 'NONAME', 'NONAME'],
    ['nor behind the name with which the pair ended', search, 'NX/DATA', '-', 'POS foo.a'],
    ['nor behind one that is answered for here, to which there is no reply', search, '-/- DATA/DATA', '-', '-'],
    ['with no-aaaa: AAAA is never asked', `${search} no-aaaa`, 'DATA/DATA', 'POS foo.a', '-'],
  ])('%s', (_, settings, asked, a, aaaa) => {
    expect(([0, 1] as const).map((half) => textOf(endOf(settings, asked, half)))).toEqual([a, aaaa]);
  });

  test.each(['-', 'SF', 'NI', 'RF', 'LAME', 'ODD', 'BAD', 'TC'])('is not known behind %s', (word) => {
    expect(textOf(endOf(search, `${word}/NX NX/NX NX/NX`, 0))).toBe('-');
    expect(textOf(endOf(search, `${word}/NX NX/NX NX/NX`, 1))).toBe('NONAME');
  });

  test.each(['DATA', 'ALIAS', 'EMPTY', 'NX'])('ends by the reply of its own half: %s', (word) => {
    expect(endOf('name foo absolute', `ODD/${word}`, 1)?.outcome.halves[0]?.class).toBe(word);
  });
});
