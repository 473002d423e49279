/** One cell of the table played in simulated time through the pipeline, and what differs from the recording. */
import { cells, type Cell, type Grid } from './cells.ts';
import { judge } from './judge.ts';
import { runDirectModel, runThroughPipeline, type ModelClient, type ModelRun } from './model.ts';
import { describeCell, formatObservation, outcomeOf, type Observation } from './observation.ts';
import { readTable } from './table.ts';

const table = readTable();

/** Time through the pipeline beyond glibc's own: the pairing window, once per query of the client. */
const lateMs = 100;
/** musl waits its whole patience before it says AGAIN. */
const neverMs = 60_000;

/** The model of glibc, without a sidecar, in everything that was recorded. */
export async function directDifferences(grid: Grid): Promise<string[]> {
  const found: string[] = [];
  for (const cell of cellsOf(grid)) {
    const { name, result } = await directRun(cell);
    const seen = formatObservation({
      outcome: outcomeOf(cell, name, { ...result, canonical: result.canonicalName }),
      seconds: Math.round(result.elapsedMs / 1000),
      queries: result.queries,
    });
    const recorded = formatObservation(observationOf(cell));
    if (seen !== recorded) found.push(`${describeCell(cell)}: ${seen} instead of ${recorded}`);
  }
  return found;
}

export async function pipelineDifferences(grid: Grid, client: ModelClient, siblingGapMs = 0): Promise<string[]> {
  const found: string[] = [];
  for (const cell of cellsOf(grid)) {
    const { name, result, asked } = await runThroughPipeline(cell, client, siblingGapMs);
    const observation = observationOf(cell);
    const isPatient = client !== 'glibc' && observation.outcome === 'ag';
    const { differences, late } = judge(
      cell,
      { name, result: { ...result, canonical: result.canonicalName }, asked },
      {
        observation,
        asked: (await directRun(cell)).asked,
        knowsNoData: client !== 'G2',
        lateMs: isPatient ? neverMs : lateMs,
      },
    );
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

function observationOf(cell: Cell): Observation {
  const observation = table.get(cell);
  if (observation === undefined) throw new Error(`the table has no ${cell.label}`);
  return observation;
}
