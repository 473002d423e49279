/** Runs proofs one after the other and shows them in a table with their time. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { seconds } from '../steps.ts';
import type { Proof, ProofContext } from './proof.ts';

type Outcome = 'ok' | 'failed' | 'not run';

interface Row {
  readonly proof: Proof;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly detail: string;
}

/** Gives the number of proofs that did not hold. */
export async function runProofs(proofs: readonly Proof[], context: ProofContext): Promise<number> {
  const rows: Row[] = [];
  let broken: Proof | undefined;
  for (const proof of proofs) {
    if (broken !== undefined) {
      rows.push({ proof, outcome: 'not run', durationMs: 0, detail: `needs ${broken.number}` });
      continue;
    }
    process.stdout.write(`\n${styleText('bold', `${proof.number} ${proof.name}`)}\n`);
    const row = await runProof(proof, context);
    process.stdout.write(`  ${mark(row.outcome)} ${seconds(row.durationMs)} ${row.detail}\n`);
    rows.push(row);
    if (row.outcome === 'failed' && proof.foundation === true) broken = proof;
  }
  process.stdout.write(`\n${table(rows)}\n`);
  return rows.filter((row) => row.outcome !== 'ok').length;
}

async function runProof(proof: Proof, context: ProofContext): Promise<Row> {
  const startedMs = performance.now();
  try {
    const detail = (await proof.prove(context)) ?? '';
    return { proof, outcome: 'ok', durationMs: performance.now() - startedMs, detail };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { proof, outcome: 'failed', durationMs: performance.now() - startedMs, detail };
  }
}

function mark(outcome: Outcome): string {
  return styleText(outcome === 'ok' ? 'green' : outcome === 'failed' ? 'red' : 'yellow', outcome);
}

function table(rows: readonly Row[]): string {
  return columns(
    rows.map((row) => [
      row.proof.number,
      row.proof.name,
      mark(row.outcome),
      seconds(row.durationMs),
      row.detail.split('\n')[0]?.slice(0, 100) ?? '',
    ]),
  );
}

/** Pads every cell to its column's width, colours not counted. */
export function columns(lines: readonly (readonly string[])[]): string {
  const width = (cell: string) => stripVTControlCharacters(cell).length;
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, width(cell))));
  }
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
