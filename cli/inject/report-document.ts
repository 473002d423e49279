/** The report of `inject` and `uninject` for programs: docs/schemas/injection-report-v1.schema.json says what it holds. */
import { documentVersion } from '../terminal/output-format.ts';
import type { Ending, Result } from './ending.ts';
import type { Verdict } from './manifests.ts';

export function reportDocument(
  results: readonly Result[],
  { command, remarks }: Pick<Ending, 'command' | 'remarks'>,
): object {
  const verdicts = results.flatMap((result) => result.verdicts);
  const count = (outcome: Verdict['outcome']): number => verdicts.filter((one) => one.outcome === outcome).length;
  return {
    apiVersion: documentVersion,
    kind: 'InjectionReport',
    command,
    workloads: verdicts.map(workloadOf),
    withoutPods: results.flatMap(({ manifest }) =>
      manifest.others.map(({ kind }) => (typeof kind === 'string' ? kind : '')),
    ),
    notes: results.flatMap(({ change }) => change.notes),
    remarks,
    counts: {
      changed: count('changed'),
      unchanged: count('unchanged'),
      skipped: count('skipped'),
      refused: count('refused'),
    },
  };
}

function workloadOf({ workload: { title, namespace, place, path }, outcome, reason, text, notes }: Verdict): object {
  const colon = place.lastIndexOf(':');
  return {
    title,
    namespace,
    file: place.slice(0, colon),
    line: Number(place.slice(colon + 1)),
    path: path.join('.'),
    outcome,
    ...(reason !== undefined && { reason }),
    text,
    notes,
  };
}
