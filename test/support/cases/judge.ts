/** Judges one library's observation through the sidecar: equal to direct glibc, a residue, or a difference. */
import type { Call } from './case.ts';
import { differencesOf, expectedAs, type Difference } from '../observation/expectation.ts';
import type { Run } from '../observation/observation.ts';
import type { Context, RowName } from './asked.ts';
import { otherCalls, rules } from './residue.ts';

export interface Judgement {
  /** Rows that explain what is not equal; empty when all is. */
  readonly rows: readonly RowName[];
  readonly differences: readonly Difference[];
}

/** `direct` looks up another call directly, for rows that say "as that call". */
export async function judge(context: Context, direct: (call: Call) => Promise<Run>): Promise<Judgement> {
  const own = explain(context);
  if (own.differences.length === 0) return own;
  for (const [row, otherCall] of Object.entries(otherCalls) as [RowName, (typeof otherCalls)[RowName]][]) {
    const call = otherCall?.(context);
    if (call === undefined) continue;
    const other = explain({ ...context, case: { ...context.case, call }, reference: await direct(call) });
    if (other.differences.length === 0) return { rows: [row, ...other.rows], differences: [] };
  }
  return own;
}

function explain(context: Context): Judgement {
  const rows: RowName[] = [];
  const differences: Difference[] = [];
  for (const difference of differencesOf(expectedAs(context.reference.observation), context.found)) {
    const row = (Object.keys(rules) as RowName[]).find((name) => rules[name]?.(context, difference) === true);
    if (row === undefined) differences.push(difference);
    else rows.push(row);
  }
  return { rows, differences };
}
