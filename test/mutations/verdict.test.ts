/** The verdict on a run of mutants: what fails it, and its table. */
import { describe, expect, test } from 'vitest';
import type { Equivalent } from './equivalents.ts';
import { judge, type Mutant } from './verdict.ts';

const files = ['sidecar/decide/a.ts'];
const mutant = (status: string, to = 'false'): Mutant => ({
  file: 'sidecar/decide/a.ts',
  lineNumber: 7,
  line: 'if (x) y();',
  mutator: 'ConditionalExpression',
  from: 'x',
  to,
  status,
});
const killed = (count: number): Mutant[] => Array.from({ length: count }, () => mutant('Killed', 'true'));
const listed: Equivalent = {
  file: 'sidecar/decide/a.ts',
  line: 'if (x) y();',
  from: 'x',
  to: 'false',
  why: 'y does nothing then',
};

function failures(mutants: readonly Mutant[], equivalents: readonly Equivalent[] = []): string[] {
  const { lines, failed } = judge(mutants, equivalents, files, [...files, 'sidecar/decide/b.ts']);
  const found = lines.filter((line) => /^(SURVIVED|LISTED|TOO FEW|timeouts.*more)/.test(line));
  expect(failed).toBe(found.length);
  return found.map((line) => line.split(/[ :,]/)[0] ?? '');
}

describe('what fails', () => {
  test.each<[what: string, mutants: readonly Mutant[], equivalents: readonly Equivalent[], found: readonly string[]]>([
    ['nothing where all die', killed(20), [], []],
    ['one that survives', [...killed(30), mutant('Survived')], [], ['SURVIVED']],
    ['one that no test reaches', [...killed(30), mutant('NoCoverage')], [], ['SURVIVED']],
    ['not one that is listed', [...killed(30), mutant('Survived')], [listed], []],
    [
      'one that is listed for another replacement',
      [...killed(30), mutant('Survived', '!x')],
      [listed],
      ['SURVIVED', 'LISTED'],
    ],
    ['one that is listed and dies', [...killed(30), mutant('Killed')], [listed], ['LISTED']],
    ['one that is listed and is gone', killed(30), [listed], ['LISTED']],
    ['nothing listed for a file that was not looked at', killed(30), [{ ...listed, file: 'sidecar/decide/b.ts' }], []],
    [
      'one that is listed for a file that is gone',
      killed(30),
      [{ ...listed, file: 'sidecar/decide/c.ts' }],
      ['LISTED'],
    ],
    [
      'the second of two where one is listed',
      [...killed(60), mutant('Survived'), mutant('Survived')],
      [listed],
      ['SURVIVED'],
    ],
    ['not two that are listed', [...killed(60), mutant('Survived'), mutant('Survived')], [listed, listed], []],
    [
      'the second of two that are listed where one dies',
      [...killed(30), mutant('Survived'), mutant('Killed')],
      [listed, listed],
      ['LISTED'],
    ],
    ['under 95 % of a file, listed or not', [...killed(18), mutant('Survived')], [listed], ['TOO']],
    ['not 95 %', [...killed(19), mutant('Survived')], [listed], []],
    ['not the loops of a part', [...killed(98), mutant('Timeout'), mutant('Timeout')], [], []],
    ['nothing that does not compile', [...killed(20), mutant('CompileError')], [], []],
  ])('%s', (_, mutants, equivalents, found) => {
    expect(failures(mutants, equivalents)).toEqual(found);
  });
});

test.each([
  ['more than 1 % by a time limit alone', [...killed(98), mutant('Timeout'), mutant('Timeout')], 1],
  ['not 1 %', [...killed(99), mutant('Timeout')], 0],
])('of a whole run: %s', (_, mutants, failed) => {
  expect(judge(mutants, [], files).failed).toBe(failed);
});

test('the table has a line for each file and one for all', () => {
  expect(judge([...killed(19), mutant('Survived')], [listed], files).lines.slice(0, 3)).toEqual([
    'file                                                 mutants    dead   alive no test     dead',
    'sidecar/decide/a.ts                                       20      19       1       0   95.0 %',
    'all                                                       20      19       1       0   95.0 %',
  ]);
});
