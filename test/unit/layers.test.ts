import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bundleOptions, bundles, foreignPackages } from '../../scripts/build.ts';
import { wallBreaches } from './layers/walls.ts';

const root = join(import.meta.dirname, '../..');
const sourcePaths = globSync('{shared,sidecar,webhook,cli}/**/*.ts', { cwd: root });

test('no file reaches through a wall', () => {
  const files = new Map(sourcePaths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  expect(files.size).toBeGreaterThan(50);
  expect(wallBreaches(files)).toEqual([]);
});

describe('a breach is found', () => {
  test.each([
    ['shared/a.ts', `import { x } from '../sidecar/wire/name.ts';`, 'shared/a.ts imports sidecar/wire/name.ts'],
    ['shared/a.ts', `import type { X } from '../webhook/facts.ts';`, 'shared/a.ts imports webhook/facts.ts'],
    ['shared/a.ts', `import 'node:fs';`, 'shared/a.ts imports node:fs'],
    ['sidecar/wire/a.ts', `export * from '../decide/admit.ts';`, 'sidecar/wire/a.ts imports sidecar/decide/admit.ts'],
    ['sidecar/wire/a.ts', `let x: import('../io/a.ts').X;`, 'sidecar/wire/a.ts imports sidecar/io/a.ts'],
    ['sidecar/decide/a.ts', `import { isIP } from 'node:net';`, 'sidecar/decide/a.ts imports node:net'],
    [
      'sidecar/decide/a.ts',
      `const a = await import('../pipeline.ts');`,
      'sidecar/decide/a.ts imports sidecar/pipeline.ts',
    ],
    ['sidecar/decide/a.ts', `const a = await import(name);`, 'sidecar/decide/a.ts imports (computed)'],
    ['sidecar/io/a.ts', `import { p } from '../pipeline.ts';`, 'sidecar/io/a.ts imports sidecar/pipeline.ts'],
    ['sidecar/io/a.ts', `import express from 'express';`, 'sidecar/io/a.ts imports express'],
    ['sidecar/pipeline.ts', `import { connect } from 'node:net';`, 'sidecar/pipeline.ts imports node:net'],
    ['sidecar/main.ts', `import { x } from '../webhook/facts.ts';`, 'sidecar/main.ts imports webhook/facts.ts'],
    ['webhook/a.ts', `import { u } from '../sidecar/io/udp.ts';`, 'webhook/a.ts imports sidecar/io/udp.ts'],
    ['webhook/a.ts', `import k from '@kubernetes/client-node';`, 'webhook/a.ts imports @kubernetes/client-node'],
    ['webhook/a.ts', `import s from 'selfsigned';`, 'webhook/a.ts imports selfsigned'],
    ['cli/a.ts', `import '../test/unit/layers.test.ts';`, 'cli/a.ts imports test/unit/layers.test.ts'],
    ['other/a.ts', ``, 'other/a.ts belongs to no layer'],
  ])('%s: %s', (path, text, breach) => {
    expect(wallBreaches(new Map([[path, text]]))).toContain(breach);
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
    const breach = `sidecar/decide/a.ts uses ${name}`;
    expect(wallBreaches(new Map([['sidecar/decide/a.ts', text]]))).toContain(breach);
  });

  test('in what a pure file imports, however far', () => {
    const files = new Map([
      ['webhook/decide.ts', `import { a } from './a.ts';`],
      ['webhook/a.ts', `import { b } from '../shared/b.ts'; import type { T } from './types.ts';`],
      ['webhook/types.ts', `import { readFileSync } from 'node:fs';`],
      ['shared/b.ts', `import { a } from '../webhook/a.ts'; export const now = () => Date.now();`],
    ]);
    expect(wallBreaches(files)).toEqual([
      'shared/b.ts imports webhook/a.ts',
      'webhook/decide.ts reaches shared/b.ts, which uses Date',
    ]);
  });

  test('a file that reads process and is no composition root', () => {
    expect(wallBreaches(new Map([['webhook/app.ts', 'process.exit(1)']]))).toEqual(['webhook/app.ts reads process']);
  });
});

test('what only looks like a breach is none', () => {
  const text = `
    import type { Log } from '../../shared/log.ts';
    // process.env, Date.now(), import 'node:net'
    const text = 'process.env and Buffer';
    export const found = (log: Log, x: { Date: number; process(): void }) => x.Date + Math.max(1, text.length);
  `;
  const log = `export interface Log {} export const now = () => Date.now();`;
  expect(
    wallBreaches(
      new Map([
        ['sidecar/decide/a.ts', text],
        ['shared/log.ts', log],
        ['sidecar/main.ts', 'process.exit()'],
      ]),
    ),
  ).toEqual([]);
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
  const strict = { ...sidecar, packages: [] };
  expect(foreignPackages(strict, metafile)).toContain('dns-packet');
});
