/** Manifests and what `check` finds in them, at 80 columns. Each begins with its options. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../../cli/check/check.ts';
import { checkText } from '../../../../cli/check/print.ts';
import { readOptions } from './read-options.ts';

const folder = join(import.meta.dirname, 'given');

/** In the shapes that charts have; inject and uninject have their goldens there. */
const shapes = join(import.meta.dirname, '..', 'inject', 'given');

test.each(readdirSync(folder))('%s', async (file) => {
  const [, line = ''] = /^# check:(.*)$/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
  const options = readOptions('-f', file, ...line.split(' ').filter((word) => word !== ''));
  const lines = checkText(check(options, folder), options, 80);
  expect(lines.filter((text) => text.length > 80)).toStrictEqual([]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`expected/${file.replace('.yaml', '.txt')}`);
});

test('there are manifests in at least sixty shapes that charts have', () => {
  expect(readdirSync(shapes).length).toBeGreaterThanOrEqual(60);
});

test.each(readdirSync(shapes))('as charts have it: %s', async (file) => {
  const options = readOptions('-f', file, '--all', '--kubernetes-version', '1.34');
  const lines = checkText(check(options, shapes), options, 80);
  expect(lines.filter((text) => text.length > 80)).toStrictEqual([]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`expected/shapes/${file.replace(/\.\w+$/, '.txt')}`);
});
