/**
 * The recorded outcomes of real glibc, in simulated time: the model of glibc gives every cell to the second and the
 * query; through the pipeline it gives the same outcome, no later, and the servers see the same questions.
 */
import { describe, expect, test } from 'vitest';
import { grids } from './cells.ts';
import { directDifferences, pipelineDifferences } from './replay.ts';

const limitMs = 60_000;

describe.each(grids.map((grid) => ({ grid, what: `${grid.id}: ${grid.heading}` })))('$what', ({ grid }) => {
  test('the model of glibc', { timeout: limitMs }, async () => {
    expect(await directDifferences(grid)).toEqual([]);
  });

  test('glibc through the pipeline', { timeout: limitMs }, async () => {
    expect(await pipelineDifferences(grid, 'glibc')).toEqual([]);
  });

  if (grid.family !== 'u') return;
  test('AAAA comes after the reply to A', { timeout: limitMs }, async () => {
    expect(await pipelineDifferences(grid, 'glibc', 2)).toEqual([]);
  });
});
