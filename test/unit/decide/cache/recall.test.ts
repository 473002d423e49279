/**
 * Which remembered replies stand in for asking a server (cache semantics §2). What is remembered: `A#1 AAAA#1`, each half with the
 * number of its exchange; `TC#1` in place of the type is a truncated half; `old` behind it, its lifetime ends now.
 */
import { describe, expect, test } from 'vitest';
import { isPair, recall } from '../../../../sidecar/decide/cache/recall.ts';
import type { Remembered } from '../../../../sidecar/decide/cache/recall.ts';
import type { Half, Halves, TruncatedSuffices } from '../../../../sidecar/decide/search/pair.ts';
import { kindOf } from '../exchange/machine.ts';

const now = 1000;

function rememberedOf(text: string): Remembered | undefined {
  if (text === '-') return undefined;
  const [, type = '', exchange = '', old = ''] = /^(A|AAAA|TC)#(\d)(old)?$/.exec(text) ?? [];
  if (type === '') throw new Error(`nothing that can be remembered: ${text}`);
  return { exchange: Number(exchange), goodUntil: old === 'old' ? now : now + 1, truncated: type === 'TC' };
}

function halvesOf(remembered: string): Halves<Remembered> {
  const [one = '-', other = '-'] = remembered.split(' ');
  return [rememberedOf(one), rememberedOf(other)];
}

/** Unless said otherwise both halves are there over TCP. */
function recalled(
  asking: string,
  remembered: string,
  truncatedSuffices: TruncatedSuffices = 'either',
  overTcp = 'A#9 AAAA#9',
): string {
  const [kind] = kindOf(asking);
  const half: Half = asking.endsWith('AAAA') ? 1 : 0;
  return recall({ half, kind, truncatedSuffices }, halvesOf(remembered), now, halvesOf(overTcp));
}

describe('a question on its own', () => {
  test.each([
    ['is asked where nothing is remembered', 'solo A', '- -', 'ask'],
    ['takes what is remembered of it', 'solo A', 'A#1 -', 'use'],
    ['of its own half', 'solo AAAA', '- AAAA#1', 'use'],
    ['and of no other', 'solo AAAA', 'A#1 -', 'ask'],
    ['from whatever exchange', 'solo A', 'A#1 AAAA#2', 'use'],
    ['is asked once the lifetime is over', 'solo A', 'A#1old -', 'ask'],
    ['takes a truncated reply as it was', 'solo A', 'TC#1 -', 'use'],
    ['whatever the other half is', 'solo A', '- TC#1', 'ask'],
  ])('%s', (_, asking, remembered, decision) => {
    expect(recalled(asking, remembered)).toBe(decision);
  });
});

describe('a pair', () => {
  test.each([
    ['takes both halves of one exchange', 'pair A', 'A#1 AAAA#1', 'use'],
    ['whichever is asked first', 'pair AAAA', 'A#1 AAAA#1', 'use'],
    ['asks both where they are of two exchanges', 'pair A', 'A#1 AAAA#2', 'ask'],
    ['where one is not there', 'pair A', 'A#1 -', 'ask'],
    ['or the other', 'pair A', '- AAAA#1', 'ask'],
    ['where one has lived', 'pair A', 'A#1 AAAA#1old', 'ask'],
    ['or the other', 'pair A', 'A#1old AAAA#1', 'ask'],
    ['or both', 'pair A', 'A#1old AAAA#1old', 'ask'],
    ['where nothing is there', 'pair A', '- -', 'ask'],
    ['goes over TCP where its half was truncated', 'pair A', 'TC#1 -', 'use-truncated'],
    ['or the other', 'pair A', '- TC#1', 'use-truncated'],
    ['of whatever exchange', 'pair A', 'A#1 TC#2', 'use-truncated'],
    ['or both', 'pair A', 'TC#1 TC#1', 'use-truncated'],
    ['but not where that is too old', 'pair A', 'TC#1old -', 'ask'],
    ['nor the other', 'pair A', 'A#1 TC#1old', 'ask'],
  ])('%s', (_, asking, remembered, decision) => {
    expect(recalled(asking, remembered)).toBe(decision);
  });

  test.each([
    ['takes both', 'pair A', 'TC#1 AAAA#1', 'use'],
    ['or asks both', 'pair A', 'TC#1 -', 'ask'],
    ['also where the other is the truncated one', 'pair A', '- TC#1', 'ask'],
  ])('whose halves are waited for all the same %s', (_, asking, remembered, decision) => {
    expect(recalled(asking, remembered, 'neither')).toBe(decision);
  });
});

describe('a pair whose halves are asked one after the other', () => {
  test.each([
    ['goes over TCP where the first was truncated', 'pair A', 'TC#1 -', 'use-truncated'],
    ['not yet where the other was', 'pair A', '- TC#1', 'ask'],
    ['but takes the first, of one exchange', 'pair A', 'A#1 TC#1', 'use'],
  ])('%s', (_, asking, remembered, decision) => {
    expect(recalled(asking, remembered, 'own')).toBe(decision);
  });
});

describe('a question whose sibling may come', () => {
  test.each([
    ['is asked where nothing is remembered', 'open A', '- -', 'ask'],
    ['takes both halves of one exchange', 'open A', 'A#1 AAAA#1', 'use'],
    ['waits with one half', 'open A', 'A#1 -', 'use-if-alone'],
    ['with one of another exchange', 'open AAAA', 'A#1 AAAA#2', 'use-if-alone'],
    ['and with one whose other half has lived', 'open A', 'A#1 AAAA#1old', 'use-if-alone'],
    ['is asked where only the other half is there', 'open A', '- AAAA#1', 'ask'],
    ['goes over TCP at once where its half was truncated', 'open A', 'TC#1 -', 'use-truncated'],
    ['but not for the other', 'open A', 'A#1 TC#1', 'use'],
    ['which is not there yet', 'open A', '- TC#1', 'ask'],
    ['nor for one that is too old', 'open A', 'TC#1old -', 'ask'],
  ])('%s', (_, asking, remembered, decision) => {
    expect(recalled(asking, remembered)).toBe(decision);
  });

  test('goes over TCP at once where a pair would wait for both', () => {
    expect(recalled('open A', 'TC#1 -', 'neither')).toBe('use-truncated');
  });
});

describe('a truncated reply', () => {
  test.each([
    ['is one while its form over TCP is remembered', 'solo A', 'TC#1 -', 'A#9 -', 'use'],
    ['and is asked for again behind that', 'solo A', 'TC#1 -', 'A#9old -', 'ask'],
    ['or without it', 'solo A', 'TC#1 -', '- AAAA#9', 'ask'],
    ['of a pair while both forms are', 'pair A', 'TC#1 -', 'A#9 AAAA#9', 'use-truncated'],
    ['of one exchange', 'pair A', 'TC#1 -', 'A#8 AAAA#9', 'ask'],
    ['not where one has lived', 'pair A', '- TC#1', 'A#9 AAAA#9old', 'ask'],
    ['nor where one is not there', 'pair A', 'A#1 TC#1', 'A#9 -', 'ask'],
    ['whose sibling may come while both forms are', 'open A', 'TC#1 -', 'A#9 AAAA#9', 'use-truncated'],
    ['waits where its own is', 'open A', 'TC#1 -', 'A#9 -', 'use-if-alone'],
    ['or the other has lived', 'open A', 'TC#1 -', 'A#9 AAAA#9old', 'use-if-alone'],
    ['or is of another exchange', 'open A', 'TC#1 AAAA#1', 'A#8 AAAA#9', 'use-if-alone'],
    ['but not once it has lived', 'open A', 'TC#1old -', 'A#9 -', 'ask'],
    ['nor without its form', 'open A', 'TC#1 -', '- AAAA#9', 'ask'],
    ['is none for a sibling whose form would wait', 'open AAAA', 'TC#1 AAAA#1', 'A#8 AAAA#9', 'use-if-alone'],
    ['counts for nothing beside another that does', 'open A', 'A#1 TC#1', '- -', 'use-if-alone'],
  ])('%s', (_, asking, remembered, overTcp, decision) => {
    expect(recalled(asking, remembered, 'either', overTcp)).toBe(decision);
  });

  test('is none where nothing is said of TCP', () => {
    expect(recall({ half: 0, kind: 'solo', truncatedSuffices: 'either' }, halvesOf('TC#1 -'), now)).toBe('ask');
  });
});

describe('what is remembered is a pair', () => {
  test.each([
    ['of one exchange', 'A#1 AAAA#1', true],
    ['not of two', 'A#1 AAAA#2', false],
    ['nor where one has lived', 'A#1old AAAA#1', false],
    ['or the other', 'A#1 AAAA#1old', false],
    ['or is not there', '- AAAA#1', false],
    ['or neither is', '- -', false],
    ['or there is one alone', 'A#1 -', false],
  ])('%s', (_, remembered, isOne) => {
    expect(isPair(halvesOf(remembered), now)).toBe(isOne);
  });
});
