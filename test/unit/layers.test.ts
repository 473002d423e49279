/** Who imports whom: the walls between rooms, and between suites of tests. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bundleOptions, bundles, foreignPackages } from '../../scripts/build.ts';
import { documentedRooms, importsText } from './layers/rooms-table.ts';
import { factsOf, importCircles, rooms, suiteBreaches, wallBreaches } from './layers/walls.ts';

const root = join(import.meta.dirname, '../..');
const sourcePaths = globSync('{shared,sidecar,webhook,cli}/**/*.ts', { cwd: root });
const sources = factsOf(new Map(sourcePaths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));

test('no file reaches through a wall', () => {
  expect(sources.size).toBeGreaterThan(50);
  expect(wallBreaches(sources)).toEqual([]);
});

test('no file is imported by what it imports', () => {
  expect(importCircles(sources)).toEqual([]);
  const planted = new Map([
    ['cli/a.ts', `import { b } from './b.ts';`],
    ['cli/b.ts', `import type { C } from './c.ts';`],
    ['cli/c.ts', `import './a.ts';`],
    ['cli/d.ts', `import './a.ts';`],
  ]);
  expect(importCircles(factsOf(planted))).toEqual(['cli/a.ts', 'cli/b.ts', 'cli/c.ts']);
});

test('docs/architecture.md says of each room what it may import', () => {
  const expected = new Map(Object.keys(rooms).map((name) => [name, importsText(name, rooms)]));
  expect(documentedRooms(readFileSync(join(root, 'docs/architecture.md'), 'utf8'))).toEqual(expected);
});

test('what a room may import is said in short', () => {
  const room = (...below: string[]) => ({ below, packages: /^node:net$/ });
  const some = { 'a/x': room(), 'a/y': room('a/x'), 'b/z': room('a/x', 'a/y'), 'b/v/w': room('b/z', 'a/y') };
  const other = { 'c/d': { below: ['a/y', 'b/v/w', 'b/z'], packages: /^(node:|express$)/ }, ...some };
  expect(Object.keys(other).map((name) => importsText(name, other))).toEqual([
    '`a/y` `b/*` `node:*` `express`',
    '`node:net`',
    '`x` `node:net`',
    '`a/*` `node:net`',
    '`z` `a/y` `node:net`',
  ]);
});

test('no suite of tests imports another', () => {
  const paths = globSync('{test,bench}/**/*.ts', { cwd: root });
  expect(suiteBreaches(new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])))).toEqual([]);
  const planted = new Map([
    ['test/crowd/a.ts', `import '../support/worlds/world.ts'; import '../system/a.ts';`],
    ['bench/a.ts', `import '../sidecar/main.ts'; import '../test/fuzz/a.ts';`],
    ['test/support/a.ts', `import '../clients/a.ts'; import './b.ts';`],
  ]);
  expect(suiteBreaches(planted)).toEqual([
    'test/crowd/a.ts imports test/system/a.ts',
    'bench/a.ts imports test/fuzz/a.ts',
    'test/support/a.ts imports test/clients/a.ts',
  ]);
});

describe('a breach is found', () => {
  test.each([
    [
      'shared/values/a.ts',
      `import { x } from '../../sidecar/wire/name.ts';`,
      'shared/values/a.ts imports sidecar/wire/name.ts',
    ],
    [
      'shared/values/a.ts',
      `import type { X } from '../../webhook/injection/facts/facts.ts';`,
      'shared/values/a.ts imports webhook/injection/facts/facts.ts',
    ],
    ['shared/values/a.ts', `import 'node:fs';`, 'shared/values/a.ts imports node:fs'],
    [
      'shared/resolv-conf/a.ts',
      `import { x } from '../settings/settings.ts';`,
      'shared/resolv-conf/a.ts imports shared/settings/settings.ts',
    ],
    [
      'shared/report/a.ts',
      `import { x } from '../settings/settings.ts';`,
      'shared/report/a.ts imports shared/settings/settings.ts',
    ],
    [
      'shared/settings/a.ts',
      `import { x } from '../program/clock.ts';`,
      'shared/settings/a.ts imports shared/program/clock.ts',
    ],
    [
      'sidecar/wire/a.ts',
      `export * from '../decide/query/admit.ts';`,
      'sidecar/wire/a.ts imports sidecar/decide/query/admit.ts',
    ],
    ['sidecar/wire/a.ts', `let x: import('../io/a.ts').X;`, 'sidecar/wire/a.ts imports sidecar/io/a.ts'],
    ['sidecar/decide/search/a.ts', `import { isIP } from 'node:net';`, 'sidecar/decide/search/a.ts imports node:net'],
    [
      'sidecar/decide/search/a.ts',
      `import { x } from '../reply/reply-plan.ts';`,
      'sidecar/decide/search/a.ts imports sidecar/decide/reply/reply-plan.ts',
    ],
    [
      'sidecar/decide/reply/a.ts',
      `import { x } from '../hosts/hosts.ts';`,
      'sidecar/decide/reply/a.ts imports sidecar/decide/hosts/hosts.ts',
    ],
    [
      'sidecar/decide/hosts/a.ts',
      `import { x } from '../configuration/mode.ts';`,
      'sidecar/decide/hosts/a.ts imports sidecar/decide/configuration/mode.ts',
    ],
    [
      'sidecar/decide/query/a.ts',
      `const a = await import('../../pipeline.ts');`,
      'sidecar/decide/query/a.ts imports sidecar/pipeline.ts',
    ],
    ['sidecar/decide/query/a.ts', `const a = await import(name);`, 'sidecar/decide/query/a.ts imports (computed)'],
    [
      'sidecar/decide/query/a.ts',
      `import type { Client } from '../../ports/client.ts';`,
      'sidecar/decide/query/a.ts imports sidecar/ports/client.ts',
    ],
    [
      'sidecar/search/a.ts',
      `import { x } from '../lookups/lookup.ts';`,
      'sidecar/search/a.ts imports sidecar/lookups/lookup.ts',
    ],
    ['sidecar/search/a.ts', `import { connect } from 'node:net';`, 'sidecar/search/a.ts imports node:net'],
    ['sidecar/lookups/a.ts', `import { p } from '../pipeline.ts';`, 'sidecar/lookups/a.ts imports sidecar/pipeline.ts'],
    ['sidecar/io/a.ts', `import { p } from '../pipeline.ts';`, 'sidecar/io/a.ts imports sidecar/pipeline.ts'],
    [
      'sidecar/io/a.ts',
      `import { p } from '../search/silent-servers.ts';`,
      'sidecar/io/a.ts imports sidecar/search/silent-servers.ts',
    ],
    ['sidecar/io/a.ts', `import express from 'express';`, 'sidecar/io/a.ts imports express'],
    ['sidecar/pipeline.ts', `import { connect } from 'node:net';`, 'sidecar/pipeline.ts imports node:net'],
    [
      'sidecar/main.ts',
      `import { x } from '../webhook/injection/facts/facts.ts';`,
      'sidecar/main.ts imports webhook/injection/facts/facts.ts',
    ],
    [
      'webhook/injection/facts/a.ts',
      `import { x } from '../changes/pod-changes.ts';`,
      'webhook/injection/facts/a.ts imports webhook/injection/changes/pod-changes.ts',
    ],
    [
      'webhook/injection/dns/a.ts',
      `import { u } from '../../../sidecar/decide/query/admit.ts';`,
      'webhook/injection/dns/a.ts imports sidecar/decide/query/admit.ts',
    ],
    ['webhook/review/a.ts', `import { u } from '../http/app.ts';`, 'webhook/review/a.ts imports webhook/http/app.ts'],
    [
      'webhook/certificates/a.ts',
      `import { u } from '../cluster/client.ts';`,
      'webhook/certificates/a.ts imports webhook/cluster/client.ts',
    ],
    [
      'webhook/http/a.ts',
      `import k from '@kubernetes/client-node';`,
      'webhook/http/a.ts imports @kubernetes/client-node',
    ],
    ['webhook/http/a.ts', `import s from 'selfsigned';`, 'webhook/http/a.ts imports selfsigned'],
    ['webhook/cluster/a.ts', `import e from 'express';`, 'webhook/cluster/a.ts imports express'],
    [
      'cli/models/a.ts',
      `import { x } from '../../shared/values/names.ts';`,
      'cli/models/a.ts imports shared/values/names.ts',
    ],
    ['cli/main.ts', `import '../test/unit/layers.test.ts';`, 'cli/main.ts imports test/unit/layers.test.ts'],
    ['shared/a.ts', ``, 'shared/a.ts belongs to no room'],
    ['webhook/a.ts', ``, 'webhook/a.ts belongs to no room'],
    ['sidecar/decide/a.ts', ``, 'sidecar/decide/a.ts belongs to no room'],
    ['other/a.ts', ``, 'other/a.ts belongs to no room'],
    ['sidecar/wire/a.ts', `let last = 0;`, 'sidecar/wire/a.ts keeps last between calls'],
    ['shared/values/a.ts', `export let last = 0;`, 'shared/values/a.ts keeps last between calls'],
  ])('%s: %s', (path, text, breach) => {
    expect(wallBreaches(factsOf(new Map([[path, text]])))).toContain(breach);
  });

  test.each([
    ['process.env', 'process'],
    ['const { env } = process;', 'process'],
    ['Date.now()', 'Date'],
    ['new Date()', 'Date'],
    ['performance.now()', 'performance'],
    ['Math.random()', 'Math.random'],
    ['Math["random"]()', 'Math.random'],
    ['crypto.getRandomValues(x)', 'crypto'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['f({ setImmediate })', 'setImmediate'],
    ['Buffer.from(x)', 'Buffer'],
    ['let x: Buffer;', 'Buffer'],
    ['globalThis["process"]', 'globalThis'],
    ['console.log(1)', 'console'],
  ])('in a pure file: %s', (text, name) => {
    const breach = `sidecar/decide/search/a.ts uses ${name}`;
    expect(wallBreaches(factsOf(new Map([['sidecar/decide/search/a.ts', text]])))).toContain(breach);
  });

  test('in what a pure file imports, however far', () => {
    const files = new Map([
      ['webhook/injection/decide.ts', `import { a } from './facts/a.ts';`],
      [
        'webhook/injection/facts/a.ts',
        `import { b } from '../../../shared/report/b.ts'; import type { T } from './types.ts';`,
      ],
      ['webhook/injection/facts/types.ts', `import type { readFileSync } from 'node:fs';`],
      ['shared/report/b.ts', `import { a } from '../../webhook/injection/a.ts'; export const now = () => Date.now();`],
    ]);
    expect(wallBreaches(factsOf(files))).toEqual([
      'webhook/injection/facts/types.ts imports node:fs',
      'shared/report/b.ts imports webhook/injection/a.ts',
      'webhook/injection/decide.ts reaches shared/report/b.ts, which uses Date',
      'webhook/injection/facts/a.ts reaches shared/report/b.ts, which uses Date',
    ]);
  });

  test('a file that reads process and is no composition root', () => {
    expect(wallBreaches(factsOf(new Map([['webhook/http/app.ts', 'process.exit(1)']])))).toEqual([
      'webhook/http/app.ts reads process',
    ]);
  });
});

test('what only looks like a breach is none', () => {
  const text = `
    import type { Log } from '../../../shared/report/log.ts';
    // process.env, Date.now(), import 'node:net'
    const text = 'process.env and Buffer';
    export const found = (log: Log, x: { Date: number; process(): void }) => x.Date + Math.max(1, text.length);
  `;
  const log = `export interface Log {} export const now = () => Date.now();`;
  const files = new Map([
    ['sidecar/decide/search/a.ts', text],
    ['shared/report/log.ts', log],
    ['sidecar/main.ts', 'process.exit()'],
  ]);
  expect(wallBreaches(factsOf(files))).toEqual([]);
});

test('the bundle of discovery is asked for by its name, and only where the sidecar needs it', async () => {
  const built = await Promise.all(
    bundles
      .filter(({ name }) => ['sidecar', 'discovery'].includes(name))
      .map(async (bundle) => build({ ...bundleOptions(bundle), write: false })),
  );
  const [sidecar, discovery] = built.map(
    ({ outputFiles }) => outputFiles.find(({ path }) => path.endsWith('.cjs'))?.text,
  );
  expect(sidecar?.match(/"\.\/[^"]+\.cjs"/g)).toEqual(['"./discovery.cjs"']);
  expect(discovery).toContain('createDiscovery');
  expect(sidecar).not.toContain('createDiscovery:');
});

test('the sidecar bundle holds the sidecar, the shared tables and dns-packet, nothing else', async () => {
  const sidecar = bundles.find(({ name }) => name === 'sidecar');
  expect(sidecar).toBeDefined();
  if (!sidecar) return;
  const { metafile } = await build({ ...bundleOptions(sidecar), write: false });
  const inputs = Object.keys(metafile.inputs);
  expect(foreignPackages(sidecar, metafile)).toEqual([]);
  expect(inputs.filter((path) => !/^(sidecar|shared|node_modules)\//.test(path))).toEqual([]);
  expect(inputs).toContain('sidecar/main.ts');
  expect(inputs.filter((path) => path.startsWith('sidecar/discovery/'))).toEqual([]);
  const strict = { ...sidecar, packages: [] };
  expect(foreignPackages(strict, metafile)).toContain('dns-packet');
});
