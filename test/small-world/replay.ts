/** One cell of the table played in simulated time through the pipeline, and what differs from the recording. */
import { cells, type Cell, type Grid } from './cells.ts';
import { judge } from './judge.ts';
import type { ModelClient } from '../support/simulation/model-lookup.ts';
import { runDirectModel, runThroughPipeline, type ModelRun } from './model.ts';
import { describeCell, formatEntry, outcomeOf, type Entry } from './entry.ts';
import { readTable } from './table.ts';

const table = readTable();

/** Time through the pipeline beyond glibc's own: the pairing window, once per query of the client. */
const lateMs = 100;
/** musl waits until its own deadline before it says AGAIN. */
const neverMs = 60_000;

/** The model of glibc, without a sidecar, in everything that was recorded. */
export async function directDifferences(grid: Grid): Promise<string[]> {
  const found: string[] = [];
  for (const cell of cellsOf(grid)) {
    const { name, observation, queries } = await directRun(cell);
    const seen = formatEntry({
      outcome: outcomeOf(cell, name, observation),
      seconds: Math.round(observation.elapsedMs / 1000),
      queries,
    });
    const recorded = formatEntry(entryOf(cell));
    if (seen !== recorded) found.push(`${describeCell(cell)}: ${seen} instead of ${recorded}`);
  }
  return found;
}

export async function pipelineDifferences(grid: Grid, client: ModelClient, siblingGapMs = 0): Promise<string[]> {
  const found: string[] = [];
  for (const cell of cellsOf(grid)) {
    const seen = await runThroughPipeline(cell, client, siblingGapMs);
    const entry = entryOf(cell);
    const waitsAlways = client !== 'glibc' && entry.outcome === 'ag';
    const { differences, late } = judge(cell, seen, {
      entry,
      asked: (await directRun(cell)).asked,
      knowsNoData: client !== 'G2',
      lateMs: waitsAlways ? neverMs : lateMs,
    });
    found.push(...[...differences, late ?? []].flat().map((difference) => `${describeCell(cell)}: ${difference}`));
  }
  return found;
}

const directRuns = new Map<Cell, Promise<ModelRun>>();

function directRun(cell: Cell): Promise<ModelRun> {
  const run = directRuns.get(cell) ?? runDirectModel(cell);
  directRuns.set(cell, run);
  return run;
}

function cellsOf(grid: Grid): Cell[] {
  return cells.filter((cell) => cell.grid === grid);
}

function entryOf(cell: Cell): Entry {
  const entry = table.get(cell);
  if (entry === undefined) throw new Error(`the table has no ${cell.label}`);
  return entry;
}
