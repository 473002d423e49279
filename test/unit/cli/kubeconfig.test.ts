/** Which cluster is meant, where KUBECONFIG names several files, some of which are not there: the one that kubectl means. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { readKubeConfig } from '../../../cli/cluster/kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

function written(
  name: string,
  { current, contexts = [] }: { current?: string; contexts?: [string, string][] },
): string {
  const path = join(folder, name);
  const entries = contexts.map(([context, server]) => ({
    context: { name: context, context: { cluster: `c-${context}`, user: 'u' } },
    cluster: { name: `c-${context}`, cluster: { server } },
  }));
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', ...(current !== undefined && { 'current-context': current }) },
    contexts: entries.map(({ context }) => context),
    clusters: entries.map(({ cluster }) => cluster),
    users: [{ name: 'u', user: { token: name } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const empty = join(folder, 'empty');
writeFileSync(empty, ' \n');
const none = join(folder, 'none');
const first = written('first', {
  current: 'a',
  contexts: [
    ['a', 'http://first'],
    ['b', 'http://first-b'],
  ],
});
const second = written('second', {
  current: 'c',
  contexts: [
    ['a', 'http://second'],
    ['c', 'http://second-c'],
  ],
});
const silent = written('silent', { contexts: [['d', 'http://silent']] });

test.each<[string, string[], string, string, string[]]>([
  ['one', [first], 'a', 'http://first', ['a', 'b']],
  [
    'two: the first one says which is current, and what a name means',
    [first, second],
    'a',
    'http://first',
    ['a', 'b', 'c'],
  ],
  ['the other way round', [second, first], 'c', 'http://second-c', ['a', 'c', 'b']],
  ['one that says nothing of the current one', [silent, second], 'c', 'http://second-c', ['d', 'a', 'c']],
  ['one that is not there', [none, first], 'a', 'http://first', ['a', 'b']],
  ['one that is empty', [empty, first, ''], 'a', 'http://first', ['a', 'b']],
  [
    'none that is there: not that of the home folder',
    [none, empty],
    'loaded-context',
    'http://localhost:8080',
    ['loaded-context'],
  ],
])('%s', (_what, files, current, server, contexts) => {
  vi.stubEnv('KUBECONFIG', files.join(delimiter));
  const kubeConfig = readKubeConfig(undefined);
  expect(kubeConfig.getCurrentContext()).toBe(current);
  expect(kubeConfig.getCurrentCluster()?.server).toBe(server);
  expect(kubeConfig.getContexts().map(({ name }) => name)).toEqual(contexts);
});

test('users of one name are that of the first file', () => {
  vi.stubEnv('KUBECONFIG', [second, first].join(delimiter));
  expect(readKubeConfig(undefined).getCurrentUser()?.token).toBe('second');
});

test('a file that is asked for has to be there', () => {
  expect(() => readKubeConfig(none)).toThrow('the kubeconfig cannot be read: ENOENT');
});

test('one of several that is no kubeconfig is a fault', () => {
  const odd = join(folder, 'odd');
  writeFileSync(odd, 'a: [');
  vi.stubEnv('KUBECONFIG', [first, odd].join(delimiter));
  expect(() => readKubeConfig(undefined)).toThrow('the kubeconfig cannot be read');
});

describe('nothing of what stands in a kubeconfig is in its fault', () => {
  const canary = 'CANARY';
  const user = (lines: string): string => `users:\n- name: u\n  user:\n${lines}`;

  test.each<[string, string, string]>([
    [
      'beside the fault',
      user(`    token: ${canary}\n     password: ${canary}\n`),
      ':5:14: bad indentation of a mapping entry',
    ],
    ['an alias', user(`    password: *${canary}\n`), ':4:16: unidentified alias …'],
    ['a tag', user(`    password: !${canary} a\n`), ':4:15: unknown scalar tag …'],
    ['a tag with a handle', user(`    password: !${canary}!a b\n`), ':4:24: undeclared tag handle …'],
    [
      'a tag of odd characters',
      user(`    password: !<${canary}"> a\n`),
      ':4:25: tag name cannot contain such characters …',
    ],
    ['a number that is none', user(`    password: !!int ${canary}\n`), ':4:15: cannot resolve a node with …'],
    [
      'two documents',
      `a: ${canary}\n---\nb: ${canary}\n`,
      ': expected a single document in the stream, but found more',
    ],
    ['a user without a name', `users: [{user: {token: ${canary}}}]`, ': users[0].name is missing'],
  ])('%s', (_what, text, expected) => {
    const file = join(folder, 'faulty');
    writeFileSync(file, text);
    for (const asked of [file, undefined]) {
      vi.stubEnv('KUBECONFIG', file);
      let message = '';
      try {
        readKubeConfig(asked);
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).toBe(`the kubeconfig cannot be read: ${file}${expected}`);
      expect(message).not.toContain(canary);
    }
  });
});
