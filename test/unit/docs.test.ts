/** The pages: generated ones are up to date, and what they name exists. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generators } from '../../scripts/generate.ts';
import { table } from '../../scripts/generate/markdown.ts';
import { environmentFaults } from './docs/environments.ts';
import { brokenLinks, headingAnchors } from './docs/links.ts';
import { unknownNames } from './docs/names.ts';
import { oldKeyNames, readRenames } from './docs/renames.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = globSync('{*.md,docs/**/*.md}', { cwd: root });
const manifests = globSync('manifests/**/*.{yaml,yml}', { cwd: root });
const others = globSync('{*,{docs,manifests,scripts,shared,sidecar,webhook,cli,test,bench}/**/*}', {
  cwd: root,
  exclude: ['node_modules/**', 'dist/**'],
});
const files = new Map([
  ...others.map((path) => [path, ''] as const),
  ...pages.map((path) => [path, read(path)] as const),
]);
const npmScripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);

test.each(generators.map((generator) => [generator.path, generator] as const))(
  '%s is current (npm run generate)',
  async (path, { text }) => {
    expect(read(path)).toBe(await text());
  },
);

test.each(pages)('the links of %s lead somewhere', (path) => {
  expect(brokenLinks(path, read(path), files)).toEqual([]);
});

test.each([...pages, ...manifests])('%s names only what exists', (path) => {
  const { rest } = readRenames(read(path));
  expect(unknownNames(rest, npmScripts)).toEqual([]);
});

test('the names that changed: the old ones are gone, the new ones are there, and no setting is missing', () => {
  const { renames } = readRenames(read('CHANGELOG.md'));
  const settings = renames.filter(([what]) => what === 'setting').map(([, old, now]) => [old, now]);
  expect(settings).toEqual(oldKeyNames());
  const named = renames.map(([, old, now]) => [old, now]);
  expect(named.flatMap(([old = '']) => unknownNames(old, npmScripts)).length).toBeGreaterThan(5);
  expect(named.flatMap(([, now = '']) => unknownNames(now, npmScripts))).toEqual([]);
  const sources = globSync('{shared,sidecar,webhook,manifests,bench}/**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'sidecar-settings.ts')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  const old = named.flatMap(([names = '']) => [...names.matchAll(/`(\w+[-_][\w-]+)`/g)]);
  const stillThere = old.map((match) => match[1] ?? '').filter((name) => sources.includes(name));
  expect(old.length).toBeGreaterThan(5);
  expect(stillThere).toEqual([]);
});

test.each(manifests)('the variables in %s have values that the programs accept', (path) => {
  expect(environmentFaults(read(path))).toEqual([]);
});

describe('the checks find faults', () => {
  const known = new Map([
    ['README.md', '# Title\n## A `b` & c\n'],
    ['docs/a.md', '# A\n'],
  ]);

  test.each([
    ['[x](docs/missing.md)', 'docs/missing.md'],
    ['[x](missing.md "title")', 'missing.md'],
    ['[x](docs/a.md#b)', 'docs/a.md#b'],
    ['[x](#nowhere)', '#nowhere'],
    ['[x]: nowhere.md', 'nowhere.md'],
    ['<img src="nowhere.png">', 'nowhere.png'],
  ])('%s', (text, target) => {
    expect(brokenLinks('README.md', text, known)).toEqual([`README.md links to ${target}`]);
  });

  test.each([
    '[x](docs/a.md)',
    '[x](docs/a.md#a)',
    '[x](docs/)',
    '[x](#a-b--c)',
    '[x](https://example.com/missing.md)',
    '`[x](missing.md)`',
    '```\n[x](missing.md)\n```\n',
  ])('but none in %j', (text) => {
    expect(brokenLinks('README.md', `${known.get('README.md')}${text}`, known)).toEqual([]);
  });

  test('in the values of variables, wherever they stand', () => {
    const text = `
kind: Deployment
spec: { template: { spec: { containers: [{ env: [{ name: WEBHOOK_LISTEN, value: here }] }] } } }
---
kind: Pod
spec:
  initContainers:
    - env:
        - { name: RESOLVER_NDOTS, value: "16" }
        - { name: RESOLVER_MODE, value: plain }
        - { name: WEBHOOK_SIDECAR_IMAGE, valueFrom: {} }
`;
    expect(environmentFaults(text)).toEqual([
      expect.stringContaining('WEBHOOK_LISTEN: "here"'),
      expect.stringContaining('RESOLVER_NDOTS: "16"'),
    ]);
  });

  test('in names', () => {
    const text =
      'alpine-resolver.io/ndot alpine-resolver.io/ndots RESOLVER_LISTN RESOLVER_LISTEN POD_NAMESPACE ' +
      'alpine_resolver_search_duration_seconds_bucket alpine_resolver_searches npm run nothing npm run build';
    expect(unknownNames(text, ['build'])).toEqual([
      'alpine-resolver.io/ndot',
      'RESOLVER_LISTN',
      'alpine_resolver_searches',
      'nothing',
    ]);
  });
});

test('anchors are those of GitHub', () => {
  expect(headingAnchors('# The `npm test` run!\n## Twice\n## Twice\n```\n# no heading\n```\n')).toEqual([
    'the-npm-test-run',
    'twice',
    'twice-1',
  ]);
});

test('a table cell may hold what would end it', () => {
  expect(table(['a'], [['x | y\nz']])).toBe('| a |\n|---|\n| x \\| y z |');
});

/** Residual divergences that no row and no case of another client pins by number: what shows them, or why nothing does. */
const elsewhere: Readonly<Record<string, string>> = {
  V4: 'test/scenarios/two-threads.test.ts',
  V7: 'test/system/row-run.ts, for every row without addresses',
  V8: 'test/small-world/judge.ts: how long musl waits',
  V12: 'not shown: how one thread of glibc asks later, which no result shows',
  V28: 'test/clients/judge.ts, for every alias',
  V37: 'test/scenarios/bare-name-fallback.test.ts: a name that exists in a domain behind the marker',
  V30: 'test/weak-spots/spoofing.test.ts: nothing but the chain is passed on',
  V34: 'test/scenarios/client-flags.test.ts: AD of the reply',
  V35: 'test/scenarios/client-flags.test.ts: AD of the reply, a name that was searched',
  V31: 'test/system/parser.test.ts',
  V38: 'test/scenarios/stale-answers.test.ts',
};

test('the table cells of docs/residual-divergences.md are short: what needs more has a section', () => {
  const longest = 140;
  const cells = read('docs/residual-divergences.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split(' | '));
  expect(cells.filter((cell) => cell.length > longest)).toEqual([]);
});

test('each residual divergence is pinned by a test, and each that a test names is on the page', () => {
  const listed = [...read('docs/residual-divergences.md').matchAll(/^\| (V\d+) \|/gm)].map(([, number]) => number);
  const cases = globSync('test/{support/rows,clients/cases}/*.ts', { cwd: root }).map(read).join('\n');
  const pinned = [...cases.matchAll(/row: '(V\d+)'/g)].map(([, number]) => number);
  expect(new Set([...pinned, ...Object.keys(elsewhere)])).toEqual(new Set(listed));
});
