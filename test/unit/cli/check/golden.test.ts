/** Manifests and what `check` finds in them, at 80 columns. Each begins with its options. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../../cli/check/check.ts';
import { checkText } from '../../../../cli/check/print.ts';
import { readOptions } from './read-options.ts';

const folder = join(import.meta.dirname, 'given');

test.each(readdirSync(folder))('%s', async (file) => {
  const [, line = ''] = /^# check:(.*)$/m.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
  const options = readOptions('-f', file, ...line.split(' ').filter((word) => word !== ''));
  const lines = checkText(check(options, folder), options, 80);
  expect(lines.filter((text) => text.length > 80)).toStrictEqual([]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`expected/${file.replace('.yaml', '.txt')}`);
});
