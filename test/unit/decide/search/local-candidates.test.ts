/** Where the local names stand among the candidates of a search, and what they do to it. */
import { describe, expect, test } from 'vitest';
import { startCandidates } from '../../../../sidecar/decide/search/candidates.ts';
import {
  askedBefore,
  endsAtFirst,
  findLocalCandidates,
  judgeLocal,
  laterAsked,
  localOutcomes,
} from '../../../../sidecar/decide/search/local-candidates.ts';
import type {
  LocalCandidates,
  LocalJudgement,
  LocalName,
  LocalOutcome,
  LocalOutcomes,
} from '../../../../sidecar/decide/search/local-candidates.ts';
import type { Half, Kind } from '../../../../sidecar/decide/search/pair.ts';
import { wireSearchEntries } from '../../../../sidecar/decide/search/search-list.ts';
import { encodeName, formatName, rootName } from '../../../../sidecar/wire/name.ts';

const words: Readonly<Record<string, LocalOutcome>> = {
  yes: 'records',
  no: 'no-data',
  gone: 'no-such-name',
  later: 'not-ready',
};

/** Of A and of AAAA, or of the only type. */
function outcomesOf(text: string): LocalOutcomes {
  const [first, second] = text.split(' ').map((word) => words[word]);
  return [first, second];
}

const known: Readonly<Record<string, string>> = {
  'web.docker': 'yes yes',
  'four.docker': 'yes no',
  'six.docker': 'no yes',
  'four.second': 'yes yes',
  'six.second': 'yes no',
  'none.docker': 'no no',
  'none.second': 'yes yes',
  'new.docker': 'later later',
  'gone.docker': 'gone gone',
  'gone.second': 'yes yes',
  'text.docker': 'yes',
  'a.b': 'yes yes',
};

const wire = (name: string) => encodeName(name) ?? rootName;

function searching(name: string, search: readonly string[]) {
  const rules = { search: wireSearchEntries([...search]), ndots: 1, noTldQuery: false, hostNamesOnly: true };
  return { request: { name: wire(name), dots: name.split('.').length - 1, absolute: false }, rules };
}

function find(name: string, search: readonly string[], nobodyElse = false): LocalCandidates | undefined {
  const { request, rules } = searching(name, search);
  const outcomes = (one: Uint8Array): LocalOutcomes | undefined => {
    const text = known[formatName(one)];
    return text === undefined ? undefined : outcomesOf(text);
  };
  return findLocalCandidates(request, rules, outcomes, nobodyElse);
}

function textOf(local: LocalCandidates | undefined): string {
  if (local === undefined) return 'none';
  const { names, first, end } = local;
  const found = names.map((one) => `${formatName(one.name)}${one === first ? ' first' : ''}`).join(', ');
  return `${found}${end === undefined ? '' : `; end ${formatName(end)}`}`;
}

describe('where they are', () => {
  test.each<[name: string, search: string[], found: string]>([
    ['web', ['docker'], 'web.docker first; end web.docker'],
    ['web', ['corp', 'docker'], 'web.docker'],
    ['web', ['docker', 'corp'], 'web.docker first; end web.docker'],
    ['web', ['corp'], 'none'],
    ['web', [], 'none'],
    // The other family is looked for behind it, and nameservers may have it.
    ['four', ['docker'], 'four.docker first'],
    ['four', ['corp', 'docker'], 'four.docker'],
    ['four', ['docker', 'second', 'docker'], 'four.docker first, four.second'],
    ['six', ['docker', 'second'], 'six.docker first, six.second'],
    // What has no data is passed over, and what is denied is none; no nameserver comes before what follows.
    ['none', ['docker', 'second'], 'none.docker, none.second first; end none.second'],
    ['none', ['docker'], 'none.docker'],
    ['gone', ['docker', 'second'], 'gone.second first; end gone.second'],
    ['gone', ['docker'], 'none'],
    ['none', ['docker', 'corp', 'second'], 'none.docker, none.second'],
    ['new', ['docker'], 'new.docker first; end new.docker'],
    // Of the only type.
    ['text', ['docker'], 'text.docker first; end text.docker'],
    // With so many dots the name itself comes first.
    ['a.b', ['docker'], 'a.b first; end a.b'],
    ['x.a.b', ['docker'], 'none'],
  ])('%s with search %j: %s', (name, search, found) => {
    expect(textOf(find(name, search))).toBe(found);
  });

  test.each<[name: string, search: string[], found: string]>([
    ['web', ['corp', 'docker'], 'web.docker first; end web.docker'],
    ['four', ['corp', 'docker', 'second'], 'four.docker first, four.second; end four.docker'],
    ['none', ['docker'], 'none.docker'],
    ['web', ['corp'], 'none'],
  ])('where nobody else is asked: %s with search %j: %s', (name, search, found) => {
    expect(textOf(find(name, search, true))).toBe(found);
  });

  test.each<[name: string, search: string[], half: Half, isAtFirst: boolean]>([
    ['web', ['docker'], 1, true],
    ['four', ['docker'], 0, true],
    ['four', ['docker'], 1, false],
    ['web', ['corp', 'docker'], 0, false],
    ['web', ['corp'], 0, false],
  ])('%s with search %j has half %i at the first: %j', (name, search, half, isAtFirst) => {
    expect(endsAtFirst(find(name, search), half)).toBe(isAtFirst);
  });
});

test.each<[outcomes: string, kind: Kind, half: Half, judgement: LocalJudgement]>([
  ['yes yes', 'open', 0, 'ends'],
  ['yes no', 'open', 0, 'ends'],
  ['yes no', 'open', 1, 'ends-a-pair'],
  ['no yes', 'open', 0, 'ends-a-pair'],
  ['no no', 'open', 0, 'passed'],
  ['yes no', 'pair', 1, 'ends'],
  ['no yes', 'pair', 0, 'ends'],
  ['no no', 'pair', 0, 'passed'],
  ['yes no', 'solo', 0, 'ends'],
  ['yes no', 'solo', 1, 'passed'],
  ['later later', 'solo', 1, 'ends'],
  ['yes', 'solo', 0, 'ends'],
  ['no', 'solo', 0, 'passed'],
])('%s does to a search that is %s of half %i: %s', (outcomes, kind, half, judgement) => {
  expect(judgeLocal(outcomesOf(outcomes), kind, half)).toBe(judgement);
});

const names: readonly LocalName[] = [
  { name: wire('foo.b'), outcomes: outcomesOf('no no') },
  { name: wire('foo.d'), outcomes: outcomesOf('yes no') },
];

test('what is known of a name is found in any letter case', () => {
  const found = ['FOO.d', 'foo.a'].map((name) => localOutcomes(names, wire(name)));
  expect([...found, localOutcomes(undefined, wire('foo.d'))]).toEqual([['records', 'no-data'], undefined, undefined]);
});

test('of those that follow, the ones that are asked for before the first with records', () => {
  const candidates = ['foo.a', 'foo.b', 'foo.c', 'foo.d', 'foo.e'].map((name) => ({
    ...{ name: wire(name), asIs: false, laterEntries: 0, laterAsIs: false },
  }));
  const left = (local: readonly LocalName[]): string[] =>
    askedBefore(local, candidates).map(({ name }) => formatName(name));
  expect(left(names)).toEqual(['foo.a', 'foo.c']);
  expect(left(names.slice(0, 1))).toEqual(['foo.a', 'foo.c', 'foo.d', 'foo.e']);
  expect(askedBefore(undefined, candidates)).toBe(candidates);
});

describe('how many are asked for behind the first candidate', () => {
  test.each<[name: string, search: string[], kind: Kind, half: Half, later: string]>([
    ['foo', ['a', 'b', 'c', 'd', 'e'], 'pair', 0, '1 + as it is'],
    ['foo', ['a', 'b', 'c', 'd', 'e'], 'open', 1, '1 + as it is'],
    ['foo', ['a', 'b', 'c', 'd', 'e'], 'solo', 0, '1 + as it is'],
    ['foo', ['a', 'b', 'c', 'd', 'e'], 'solo', 1, '2 + as it is'],
    ['foo', ['a', 'd'], 'pair', 0, '0 + as it is'],
    ['foo', ['a', 'e'], 'pair', 0, '1 + as it is'],
    ['x.foo', ['a', 'b'], 'pair', 0, '2'],
    ['own', ['a', 'b'], 'pair', 0, '1'],
  ])('%s with search %j, %s of half %i: %s', (name, search, kind, half, later) => {
    const { request, rules } = searching(name, search);
    const step = startCandidates(request, rules);
    if (step.do === 'end') throw new Error('nothing is asked');
    const own = { name: wire('own'), outcomes: outcomesOf('no yes') };
    const { laterEntries, laterAsIs } = laterAsked([...names, own], step, kind, half);
    expect(`${laterEntries}${laterAsIs ? ' + as it is' : ''}`).toBe(later);
  });

  test('without any of ours, as many as there are', () => {
    const { request, rules } = searching('foo', ['a', 'b']);
    const step = startCandidates(request, rules);
    if (step.do === 'end') throw new Error('nothing is asked');
    expect(laterAsked(undefined, step, 'pair', 0)).toBe(step.candidate);
  });
});
