/** The picture of a query's way in the docs, and the table under it, have the stages of the pipeline in their order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stages } from '../../sidecar/pipeline.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8');
const [, picture = '', table = ''] = /```\n(socket bytes[^`]*)```\n\n((?:\|.*\n)*)/.exec(page) ?? [];

test('the picture', () => {
  const steps = picture.split('→').map((step) => step.replace(/ {3}.*/s, '').trim());
  expect(steps.slice(4, 4 + stages.length)).toEqual([...stages]);
});

test('the table', () => {
  const steps = table.split('\n').map((row) => row.split('|')[1]?.trim());
  const named = steps.filter((step) => stages.some((stage) => stage === step));
  expect(named).toEqual(stages.filter((stage) => stage !== 'lookup'));
});
