/** What a shell offers behind the words of a command line. */
import { describe, expect, test } from 'vitest';
import { commandDescriptions } from '../../../../cli/commands.ts';
import { candidatesFor, complete, completionLines } from '../../../../cli/reference/complete.ts';

const known = { contexts: ['prod', 'arn:aws:eks:eu:1:cluster/a', 'admin@kind'], namespaces: ['shop'], pods: ['web-0'] };

/** Words, and `:files` where names of files are welcome. */
function completed(...words: string[]): string[] {
  const completion = complete(words, commandDescriptions);
  const { wanted, takesFiles } = completion;
  const names = wanted === undefined ? [] : known[wanted.names.kind];
  return [...candidatesFor(words, completion, names).map(({ word }) => word), ...(takesFiles ? [':files'] : [])];
}

const linesOf = (...words: string[]): string => {
  const completion = complete(words, commandDescriptions);
  return completionLines(candidatesFor(words, completion), completion.takesFiles);
};

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
    [
      ['status', ''],
      ['missed', 'pod/'],
    ],
    [['status', 'po'], ['pod/']],
    [['status', 'pod/'], ['pod/web-0']],
    [['status', 'po/web'], ['po/web-0']],
    [['status', 'missed', 'pod/'], []],
    [['status', '-n', 'sh'], ['shop']],
    [
      ['status', '--namespace=', ''],
      ['missed', 'pod/'],
    ],
    [['status', '--namespace=s'], ['--namespace=shop']],
    [['status', '--namespace', '=', 's'], ['shop']],
    [['explain', ''], []],
    [['explain', 'pod/web-0', ''], []],
    [['explain', '--in-pod', 'w'], ['web-0']],
    [['explain', '--in-pod', 'pod/w'], ['pod/web-0']],
    [['explain', '--in-pod=pod/w'], ['--in-pod=pod/web-0']],
    [['explain', '-f', 'a.yaml', '-n', ''], []],
    [['check', '--cluster', '-n', ''], ['shop']],
    [['status', '--context', ''], known.contexts],
    [['status', '--context', 'arn:aws'], ['arn:aws:eks:eu:1:cluster/a']],
    [['status', '--context', 'arn', ':', 'aws', ':', 'e'], ['eks:eu:1:cluster/a']],
    [['status', '--context', 'arn', ':'], ['aws:eks:eu:1:cluster/a']],
    [['status', '--context', '=', 'arn', ':', 'aws', ':', 'e'], ['eks:eu:1:cluster/a']],
    [['status', '--context', 'admin', '@', 'k'], ['@kind']],
    [['status', '--context', 'admin', '@'], ['@kind']],
    [['status', '--context', 'admin', '@', 'kind', '-o', 'js'], ['json']],
    [['explain', 'x', '--nameserver', 'fe80', '::', '1', '-o', 'js'], ['json']],
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
  expect(linesOf('unin')).toBe('uninject\ttakes the sidecar out of manifests again\n:4\n');
  expect(linesOf('inject', '-f', '')).toBe(':0\n');
  expect(linesOf('completion', 'b')).toBe('bash\n:4\n');
  // Behind it something has to follow: no space.
  expect(linesOf('status', 'po')).toBe('pod/\n:6\n');
  expect(linesOf('status', '')).toBe('missed\npod/\n:4\n');
});

describe('which cluster is meant', () => {
  const nobody = { kubeconfig: undefined, context: undefined, as: undefined, namespace: undefined };

  test.each<[string[], object]>([
    [['status', '-n', ''], nobody],
    [
      ['status', '--kubeconfig', '/k', '--as=eve', '-nshop', '--context', 'admin', '@', 'kind', 'pod/'],
      { kubeconfig: '/k', context: 'admin@kind', as: 'eve', namespace: 'shop' },
    ],
    [['explain', 'pod/', '--context'], nobody],
    [['status', '--namespace=shop', 'pod/w'], { ...nobody, namespace: 'shop' }],
  ])('%j', (words, target) => {
    const { wanted } = complete(words.at(-1) === '--context' ? [...words, ''] : words, commandDescriptions);
    expect(wanted?.names.target).toStrictEqual(target);
  });
});
