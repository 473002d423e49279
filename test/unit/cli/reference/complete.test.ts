/** What a shell offers behind the words of a command line. */
import { describe, expect, test } from 'vitest';
import { commandDescriptions } from '../../../../cli/commands.ts';
import { complete, completionLines } from '../../../../cli/reference/complete.ts';

/** Words, and `:files` where names of files are welcome. */
function completed(...words: string[]): string[] {
  const { candidates, takesFiles } = complete(words, commandDescriptions);
  return [...candidates.map(({ word }) => word), ...(takesFiles ? [':files'] : [])];
}

describe('at the end of', () => {
  test.each<[string[], string[]]>([
    [[''], commandDescriptions.map(({ name }) => name)],
    [['un'], ['uninject']],
    [['--'], ['--help', '--version']],
    [['nothing', ''], []],
    [['inject', '--cl'], ['--cluster-domain']],
    [['inject', '--diff', '--di'], []],
    [
      ['inject', '--nameserver', '10.0.0.1', '--names'],
      ['--namespace', '--nameserver', '--namespace-label', '--namespace-annotation'],
    ],
    [['inject', '-f', ''], [':files']],
    [['inject', '--file', ''], [':files']],
    [['inject', '-f', 'a.yaml', ''], []],
    [
      ['inject', '--output', ''],
      ['table', 'json', 'yaml'],
    ],
    [['inject', '-o', 'j'], ['json']],
    [['inject', '--output=y'], ['--output=yaml']],
    [['inject', '--output', '=', 'y'], ['yaml']],
    [
      ['inject', '--output', '='],
      ['table', 'json', 'yaml'],
    ],
    [['inject', '--namespace', ''], []],
    [['explain', 'x', '--musl', '3.19'], ['3.19']],
    [['explain', '--', '--o'], []],
    [
      ['reasons', 'M1'],
      ['M1', 'M10', 'M11', 'M12', 'M13'],
    ],
    [['reasons', 'M3', ''], []],
    [['reasons', '-o', 'json', 'not-al'], ['not-alpine']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
  ])('%j', (words, expected) => {
    expect(completed(...words)).toStrictEqual(expected);
  });
});

test('what shells and kubectl read: a line each, and whether files are welcome', () => {
  expect(completionLines(complete(['unin'], commandDescriptions))).toBe(
    'uninject\ttakes the sidecar out of manifests again\n:4\n',
  );
  expect(completionLines(complete(['inject', '-f', ''], commandDescriptions))).toBe(':0\n');
  expect(completionLines(complete(['completion', 'b'], commandDescriptions))).toBe('bash\n:4\n');
});
