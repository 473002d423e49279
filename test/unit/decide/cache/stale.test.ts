/** When an answer whose lifetime is over is given (cache semantics §4). */
import { describe, expect, test } from 'vitest';
import { mayBeStale, takesStale } from '../../../../sidecar/decide/cache/stale.ts';
import type { OldAnswer, StaleLookup, StaleQuery } from '../../../../sidecar/decide/cache/stale.ts';

const found: OldAnswer = { isPositive: true, goodUntil: 1000 };
const marked: StaleQuery = { isAddress: true, marked: true, wantsMore: false, mayBeLocal: false };
const forMs = 300;

describe('an answer may be given', () => {
  test.each<[rule: string, changed: Partial<OldAnswer & StaleQuery>, now: number, may: boolean]>([
    ['from the end of its lifetime on', {}, 1000, true],
    ['not before: then it is a hit', {}, 999, false],
    ['as long as is set', {}, 1299, true],
    ['and no longer', {}, 1300, false],
    ['not where nothing was found', { isPositive: false }, 1000, false],
    ['not to questions for other types', { isAddress: false }, 1000, false],
    ['to whoever searches, with OPT, AD or CD', { wantsMore: true }, 1000, true],
    ['to a query for the name as it is', { marked: false }, 1000, true],
    ['but not with OPT, AD or CD', { marked: false, wantsMore: true }, 1000, false],
    ['not where the search may come to a name of our own', { mayBeLocal: true }, 1000, false],
  ])('%s', (_, changed, now, may) => {
    expect(mayBeStale({ ...found, ...changed }, { ...marked, ...changed }, forMs, now)).toBe(may);
  });

  test('never where it is off', () => {
    expect(mayBeStale(found, marked, 0, 1000)).toBe(false);
  });
});

/** It has lasted long, and nothing is there. */
const slow: StaleLookup = { hasFailed: false, kind: 'pair', isGiven: false, isInHand: false, alone: false };

describe('a lookup is given it', () => {
  test.each<[rule: string, changed: Partial<StaleLookup>, takes: boolean]>([
    ['after a while without anything', {}, true],
    ['not with a usable reply in hand', { isInHand: true }, false],
    ['where its search has failed', { hasFailed: true }, true],
    ['whatever was in hand then', { hasFailed: true, isInHand: true }, true],
    ['not where one half was given', { isGiven: true }, false],
    ['nor then where its search has failed', { isGiven: true, hasFailed: true }, false],
    ['not before its kind is known', { kind: 'open', alone: true }, false],
    ['of one family, where the half is the same alone', { kind: 'solo', alone: true }, true],
    ['and not where its sibling made it', { kind: 'solo' }, false],
    ['nor then where its search has failed', { kind: 'solo', hasFailed: true }, false],
  ])('%s', (_, changed, takes) => {
    expect(takesStale({ ...slow, ...changed })).toBe(takes);
  });
});
