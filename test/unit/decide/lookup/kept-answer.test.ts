/**
 * Which ends of searches are kept as whole answers (cache semantics §2). An end is written as in `../reply/ends.ts`; the settings
 * are those of the order of candidates in `../search/machine.ts`, with `rotate`, `unmarked`, `whole`, `early`, `solo` and `other` (no
 * question for an address). Candidates that were asked: `NX/NX DATA/EMPTY`, the A half before the AAAA half. Unless said
 * otherwise a pair asks for foo under a marker, and nothing has lived yet.
 */
import { describe, expect, test } from 'vitest';
import { keepAnswer } from '../../../../sidecar/decide/lookup/kept-answer.ts';
import type { AnsweredLookup, KeptAnswer, KeptHalf } from '../../../../sidecar/decide/lookup/kept-answer.ts';
import { nothingConsumed } from '../../../../sidecar/decide/search/consumed.ts';
import type { Consumed } from '../../../../sidecar/decide/search/consumed.ts';
import type { ReplyClass, UpstreamReply } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { endOf, nameOf, textOfPlan } from '../reply/ends.ts';
import { given, has } from '../script.ts';
import { searchOf } from '../search/machine.ts';

const now = 1000;

function lookupOf(settings: string, end: string, asked: string, changed: Partial<Consumed> = {}): AnsweredLookup {
  const candidates = asked.split(' ').map((candidate) => {
    const [one, other] = candidate.split('/').map((word) => (word === '-' ? undefined : (word as ReplyClass)));
    return { code: 'NX' as const, classes: [one, other] as const };
  });
  const marked = !has(settings, 'unmarked');
  return {
    end: endOf(end),
    plan: {
      ...searchOf(settings),
      exchange: {
        order: [0],
        attempts: 2,
        timeoutsMs: [5000],
        useVc: false,
        strictError: false,
        keepSurvivingHalf: false,
      },
      rotate: has(settings, 'rotate'),
      onlyA: false,
      serial: 'parallel',
      ahead: undefined,
    },
    consumed: { ...nothingConsumed, goodUntil: now + 1, candidates, ...changed },
    questionName: nameOf(`${given(settings, 'name') ?? 'foo'}${marked ? '.marker' : ''}`),
    marked,
    whole: has(settings, 'whole'),
    kind: has(settings, 'other') ? 'none' : has(settings, 'solo') ? 'solo' : 'pair',
    early: has(settings, 'early'),
  };
}

function kept(settings: string, end: string, asked: string, changed?: Partial<Consumed>): KeptAnswer | undefined {
  return keepAnswer(lookupOf(settings, end, asked, changed), now);
}

/** `NOERROR #1 alone, bare name NX`: the reply, whether it is the same alone, and what is kept for the bare name then. */
function textOf(half: KeptHalf | undefined): string {
  if (half === undefined) return '-';
  const { plan, alone, bareNameAlone } = half;
  const bareName = bareNameAlone === undefined ? '' : `, bare name ${bareNameAlone.asIs?.code ?? bareNameAlone.code}`;
  return `${textOfPlan(plan)}${alone ? ' alone' : ''}${bareName}`;
}

const found = 'POS foo.a; A DATA #1; AAAA EMPTY';
const search = 'name foo search a';

describe('an end is kept', () => {
  test.each([
    ['that found something', search, found, 'DATA/EMPTY'],
    ['that found an alias that leads nowhere', search, 'POS foo.a; A ALIAS x.test; AAAA ALIAS x.test', 'ALIAS/ALIAS'],
    ['that denies the name', search, 'NONAME; bare name NX', 'NX/NX NX/NX'],
    ['that denies a name for which nobody was asked', 'name foo absolute whole unmarked other', 'NONAME', '-/-'],
    ['that denies its records', search, 'NODATA; bare name NODATA', 'EMPTY/EMPTY NX/NX'],
    ['of another type', `${search} other`, 'POS foo.a; A DATA #1', 'DATA/-'],
    ['of another type, whatever comes early', `${search} other early`, 'POS foo.a; A DATA #1', 'DATA/-'],
  ])('%s', (_, settings, end, asked) => {
    expect(kept(settings, end, asked)).toMatchObject({ goodUntil: now + 1, whileSilent: false });
  });

  test('with whether it is an answer', () => {
    expect(kept(search, found, 'DATA/EMPTY')).toMatchObject({ isPositive: true });
    expect(kept(search, 'NONAME; bare name NX', 'NX/NX NX/NX')).toMatchObject({ isPositive: false });
  });

  test('that was given early to one half, where both were remembered', () => {
    const lookup = lookupOf(`${search} early`, found, 'DATA/EMPTY');
    const [one, other] = lookup.end.outcome.halves;
    const withHalves = (halves: AnsweredLookup['end']['outcome']['halves']): AnsweredLookup => ({
      ...lookup,
      end: { ...lookup.end, outcome: { ...lookup.end.outcome, halves } },
    });
    const isRecalled = true as const;
    const remembered = [one && { ...one, isRecalled }, other && { ...other, isRecalled }] as const;
    expect(keepAnswer(withHalves(remembered), now)).toBeDefined();
    expect(keepAnswer(withHalves([remembered[0], other]), now)).toBeUndefined();
    expect(keepAnswer(withHalves([one, remembered[1]]), now)).toBeUndefined();
    expect(keepAnswer(withHalves([remembered[0], undefined]), now)).toBeUndefined();
  });

  test('for as long as a server is silent that was passed over', () => {
    expect(kept(search, found, 'DATA/EMPTY', { passedSilent: true })).toMatchObject({ whileSilent: true });
  });
});

describe('an end is not kept', () => {
  test.each([
    ['that is a failure for now', search, 'AGAIN', 'NX/NX NX/NX'],
    ['or for ever', search, 'NORECOVERY', 'NX/NX NX/NX'],
    ['that no program can read', search, 'POS foo.a; A BAD #1; AAAA EMPTY', 'BAD/EMPTY'],
    ['of a question on its own', `${search} solo`, found, 'DATA/EMPTY'],
    ['that was given early to one half', `${search} early`, found, 'DATA/EMPTY'],
    ['of servers that take turns', `${search} rotate`, found, 'DATA/EMPTY'],
  ])('%s', (_, settings, end, asked) => {
    expect(kept(settings, end, asked)).toBeUndefined();
  });

  test('whose lifetime is over', () => {
    expect(kept(search, found, 'DATA/EMPTY', { goodUntil: now })).toBeUndefined();
    expect(kept(search, found, 'DATA/EMPTY', { goodUntil: -Infinity })).toBeUndefined();
  });
});

describe('a half is the same without its sibling', () => {
  test.each([
    ['where it is data', found, 'DATA/EMPTY', 'NOERROR foo.a #1, canonical foo.a alone', 'NOERROR'],
    [
      'each of them',
      'POS foo.a; A DATA #1; AAAA DATA #2',
      'DATA/DATA',
      'NOERROR foo.a #1, canonical foo.a alone',
      'NOERROR foo.a #2, canonical foo.a alone',
    ],
    [
      'but not with an alias behind the data',
      'POS foo.a; A DATA #1 later:y.test; AAAA EMPTY',
      'DATA/EMPTY',
      'NOERROR foo.a #1, canonical foo.a',
      'NOERROR',
    ],
    [
      'nor where the other half names it',
      'POS foo.a; A DATA x.test #1; AAAA DATA y.test #2',
      'DATA/DATA',
      'NOERROR x.test #1, canonical x.test alone',
      'NOERROR x.test #2, canonical x.test',
    ],
    [
      'nor an alias that leads nowhere',
      'POS foo.a; A ALIAS x.test; AAAA ALIAS x.test',
      'ALIAS/ALIAS',
      'NOERROR x.test, canonical x.test',
      'NOERROR x.test, canonical x.test',
    ],
    [
      'where an earlier candidate is one for it alone',
      'POS foo; A DATA #1; AAAA DATA #2',
      'NX/EMPTY DATA/DATA',
      'NOERROR foo #1, canonical foo alone',
      'NOERROR foo #2, canonical foo alone',
    ],
    [
      'a denial that both give',
      'NONAME; bare name NX',
      'NX/NX NX/NX',
      'NXDOMAIN alone, bare name NX',
      'NXDOMAIN alone, bare name NX',
    ],
    [
      'and of records',
      'NODATA; bare name NODATA',
      'EMPTY/EMPTY EMPTY/EMPTY',
      'NOERROR alone, bare name NODATA',
      'NOERROR alone, bare name NODATA',
    ],
    [
      'but not one that it would not get alone',
      'NONAME; bare name NX',
      'NX/EMPTY NX/NX',
      'NXDOMAIN alone, bare name NX',
      'NXDOMAIN',
    ],
    [
      'nor one that hides what it was not asked for',
      found,
      'DATA/NX',
      'NOERROR foo.a #1, canonical foo.a alone',
      'NOERROR',
    ],
  ])('%s', (_, end, asked, a, aaaa) => {
    const { halves } = kept(search, end, asked) ?? { halves: [] };
    expect(halves.map(textOf)).toEqual([a, aaaa]);
  });

  test('no records beside the data of the other half', () => {
    const { halves } = kept('name foo absolute', 'POS foo; A DATA #1; AAAA EMPTY; as it is', 'DATA/EMPTY') ?? {
      halves: [],
    };
    expect(halves.map(textOf)).toEqual(['NOERROR foo #1, canonical foo alone', 'NOERROR alone, bare name NODATA']);
  });

  test('but not no such name', () => {
    const { halves } = kept('name foo absolute', 'POS foo; A DATA #1; AAAA NX; as it is', 'DATA/NX') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NOERROR foo #1, canonical foo alone', 'NOERROR']);
  });

  test('which says nothing of the bare name where the name had no marker', () => {
    const { halves } = kept(`${search} unmarked`, 'NONAME; as it is', 'NX/NX NX/NX') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NXDOMAIN alone', 'NXDOMAIN alone']);
  });

  test('and nobody vouches for what was asked under a marker', () => {
    const { halves } = kept('name foo absolute', 'NONAME; A NX ad; AAAA NX ad; as it is', 'NX/NX') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NXDOMAIN alone, bare name NX', 'NXDOMAIN alone, bare name NX']);
  });

  test('but its server vouches for it where the name had none', () => {
    const settings = 'name foo absolute unmarked';
    const { halves } = kept(settings, 'NONAME; A NX ad; AAAA NX ad; as it is', 'NX/NX') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NXDOMAIN, ad alone', 'NXDOMAIN, ad alone']);
  });
});

describe('of a type that is no address', () => {
  test('the only half is the same alone, and has its later aliases', () => {
    const end = 'POS foo.a; A DATA #1 later:y.test';
    const { halves } = kept(`${search} other`, end, 'DATA/-') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NOERROR y.test #1, canonical y.test alone', '-']);
  });

  test('the only half says what the bare name is', () => {
    const { halves, bareName } = kept(`${search} other`, 'NONAME; bare name NX', 'NX/- NX/-') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NXDOMAIN alone, bare name NX', '-']);
    expect(bareName?.code).toBe('NONAME');
  });

  test('a reply is passed on whole', () => {
    const { halves } = kept('name foo absolute whole unmarked other', 'POS foo; A DATA #1; as it is', 'DATA/-') ?? {
      halves: [],
    };
    expect(halves.map(textOf)).toEqual(['NOERROR, whole alone', '-']);
  });

  test('an answer that vouches for itself keeps that where the name had no marker', () => {
    const settings = 'name foo absolute unmarked other';
    const { halves } = kept(settings, 'NONAME; A NX ad; as it is', 'NX/-') ?? { halves: [] };
    expect(halves.map(textOf)).toEqual(['NXDOMAIN, ad alone', '-']);
    const { halves: marked } = kept('name foo absolute other', 'NONAME; A NX ad; as it is', 'NX/-') ?? { halves: [] };
    expect(marked.map(textOf)).toEqual(['NXDOMAIN alone, bare name NX', '-']);
  });
});

describe('the TTLs of a half are true', () => {
  const at = (since: number): UpstreamReply['kept'] => ({ since, goodUntil: now, goodUntilBesideData: now });
  /** The A half was received at 100, the AAAA half at 90. */
  const halvesOf = (settings: string, end: string, asked: string): (number | undefined)[] => {
    const lookup = lookupOf(settings, end, asked);
    const [one, other] = lookup.end.outcome.halves;
    const halves = [one && { ...one, kept: at(100) }, other && { ...other, kept: at(90) }] as const;
    const { halves: both } = keepAnswer(
      { ...lookup, end: { ...lookup.end, outcome: { ...lookup.end.outcome, halves } } },
      now,
    ) ?? {
      halves: [],
    };
    return both.map((half) => half?.since);
  };

  test.each([
    ['when it came', search, 'POS foo.a; A DATA #1; AAAA DATA #2', 'DATA/DATA', [100, 90]],
    [
      'when the half came that names it',
      search,
      'POS foo.a; A DATA x.test #1; AAAA DATA y.test #2',
      'DATA/DATA',
      [100, 90],
    ],
    ['where there are any', search, found, 'DATA/EMPTY', [100, undefined]],
    ['when the only one came', `${search} other`, 'POS foo.a; A DATA #1', 'DATA/-', [100, undefined]],
    [
      'also if that is a denial as it came',
      'name foo absolute whole unmarked other',
      'NONAME; A NX',
      'NX/-',
      [100, undefined],
    ],
  ])('%s', (_, settings, end, asked, since) => {
    expect(halvesOf(settings, end, asked)).toEqual(since);
  });

  test('when the first of both came, where the later one gives the addresses', () => {
    const lookup = lookupOf(search, 'POS foo.a; A DATA x.test #1; AAAA DATA y.test #2', 'DATA/DATA');
    const [one, other] = lookup.end.outcome.halves;
    const halves = [one && { ...one, kept: at(80) }, other && { ...other, kept: at(90) }] as const;
    const kept = keepAnswer({ ...lookup, end: { ...lookup.end, outcome: { ...lookup.end.outcome, halves } } }, now);
    expect(kept?.halves.map((half) => half?.since)).toEqual([80, 80]);
  });

  test('at no time that is known, where nothing was remembered', () => {
    expect(kept(search, found, 'DATA/EMPTY')?.halves.map((half) => half?.since)).toEqual([undefined, undefined]);
    const whole = kept('name foo absolute whole unmarked other', 'POS foo; A DATA #1; as it is', 'DATA/-');
    expect(whole?.halves[0]?.since).toBeUndefined();
  });
});

describe('for the bare name', () => {
  test('the end of the whole search is kept, without its replies', () => {
    const bareName = kept(search, 'NONAME; A NX; AAAA NX; as it is', 'NX/NX NX/NX')?.bareName;
    expect(bareName).toMatchObject({ code: 'NONAME', outcome: { halves: [undefined, undefined] } });
  });

  test.each([
    ['where the search found something', search, found, 'DATA/EMPTY'],
    ['where the name had no marker', `${search} unmarked`, 'NONAME; as it is', 'NX/NX NX/NX'],
  ])('nothing is kept %s', (_, settings, end, asked) => {
    expect(kept(settings, end, asked)?.bareName).toBeUndefined();
  });
});
