/** Runs proofs one after the other and shows them in a table with their time. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { seconds } from '../../support/machine/steps.ts';
import type { Proof, ProofContext } from './proof.ts';

type Outcome = 'ok' | 'failed' | 'left out';

interface Row {
  readonly proof: Proof;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly detail: string;
}

export interface ProofResults {
  /** Did not hold, or could not be tried because of one that did not. */
  readonly failed: number;
  /** Those that failed, and the sum as the last line. */
  readonly summary: string;
}

export async function runProofs(proofs: readonly Proof[], context: ProofContext): Promise<ProofResults> {
  const rows: Row[] = [];
  let broken: Proof | undefined;
  for (const proof of proofs) {
    if (broken !== undefined) {
      rows.push({ proof, outcome: 'failed', durationMs: 0, detail: `not tried: needs ${broken.number}` });
      continue;
    }
    if (proof.ownCluster === true && context.cluster === undefined) {
      rows.push({ proof, outcome: 'left out', durationMs: 0, detail: 'needs a cluster of its own' });
      continue;
    }
    process.stdout.write(`\n${styleText('bold', `${proof.number} ${proof.name}`)}\n`);
    const row = await runProof(proof, context);
    process.stdout.write(`  ${mark(row.outcome)} ${seconds(row.durationMs)} ${row.detail}\n`);
    rows.push(row);
    if (row.outcome === 'failed' && proof.foundation === true) broken = proof;
  }
  process.stdout.write(`\n${table(rows)}\n`);
  const count = (outcome: Outcome) => rows.filter((row) => row.outcome === outcome).length;
  if (count('left out') > 0) process.stdout.write(`${count('left out')} left out\n`);
  const failures = rows
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ proof, detail }) => `failed: ${proof.number} ${proof.name}\n  ${detail.replaceAll('\n', '\n  ')}\n`);
  return {
    failed: count('failed'),
    summary: `${failures.join('')}${count('ok')} passed, ${count('failed')} failed`,
  };
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
      row.detail.split('\n')[0]?.slice(0, 120) ?? '',
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
