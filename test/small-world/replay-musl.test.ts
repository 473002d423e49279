/**
 * The recorded outcomes of real glibc, in simulated time: through the pipeline the models of musl give them too, and the
 * servers see the questions of glibc.
 */
import { describe, expect, test } from 'vitest';
import { grids } from './cells.ts';
import { pipelineDifferences } from './replay.ts';

const limitMs = 60_000;

describe.each(grids.map((grid) => ({ grid, what: `${grid.id}: ${grid.heading}` })))('$what', ({ grid }) => {
  // G3 differs from G4 in the length of replies only.
  test.each(['G2', 'G4'] as const)('musl %s through the pipeline', { timeout: limitMs }, async (generation) => {
    expect(await pipelineDifferences(grid, generation)).toEqual([]);
  });
});
