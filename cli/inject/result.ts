/** What `inject` and `uninject` print: manifests or their change as the result, a report beside it. */
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { formatOthers } from '../manifests/pods.ts';
import { formatDocument } from '../report/format-document.ts';
import { unifiedDiff } from '../report/unified-diff.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { printable, wrapped, type Style } from '../terminal/output.ts';
import { report, writeLines, writeResult } from '../terminal/streams.ts';
import type { Ending, Result } from './ending.ts';
import type { Verdict } from './manifests.ts';
import { reportDocument } from './report-document.ts';

/** What a command prints, before it does. */
export interface Outcome {
  /** Manifests, as bytes; or the lines of their change. */
  readonly result: { readonly bytes: readonly Uint8Array[] } | { readonly diff: readonly string[] };
  readonly report: readonly ReportLine[];
  /** Whether each workload is as it was asked for. */
  readonly exitCode: (typeof exitCodes)['done' | 'no'];
}

export interface ReportLine {
  readonly line: string;
  readonly style: Style | undefined;
}

/** @param columns width of the report */
export function outcomeOf(results: readonly Result[], ending: Ending, columns: number): Outcome {
  const { isDiff, output } = ending.options;
  const verdicts = results.flatMap((result) => result.verdicts);
  return {
    result: isDiff ? { diff: diffOf(results) } : { bytes: joined(results) },
    report:
      output === 'table'
        ? reportLines(results, ending, columns)
        : [{ line: formatDocument(reportDocument(results, ending), output).trimEnd(), style: undefined }],
    exitCode: verdicts.some(({ outcome }) => outcome === 'refused') ? exitCodes.no : exitCodes.done,
  };
}

function reportLines(results: readonly Result[], { done, remarks }: Ending, columns: number): ReportLine[] {
  const verdicts = results.flatMap((result) => result.verdicts);
  const paragraphs = [
    ...results.flatMap(({ verdicts: own, change }) => [
      ...own.flatMap(verdictParagraphs),
      ...change.notes.map((text): Paragraph => ({ text, style: 'yellow' })),
    ]),
    { text: sumOf(verdicts, { done, others: results.flatMap(({ manifest }) => manifest.others) }) },
    ...remarks.map((text) => ({ text })),
  ];
  return paragraphs.flatMap(({ text, style, indentation = '  ' }: Paragraph) =>
    wrapped(printable(text), columns, indentation).map((line) => ({ line, style })),
  );
}

export function printOutcome({ result, report: lines }: Outcome): void {
  if ('diff' in result)
    writeLines(result.diff, (line) => (line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined));
  else for (const bytes of result.bytes) writeResult(bytes);
  for (const { line, style } of lines) report(line, style);
}

interface Paragraph {
  readonly text: string;
  readonly style?: Style;
  readonly indentation?: string;
}

/** One file as it is; several as one stream of documents. */
function joined(results: readonly Result[]): Uint8Array[] {
  if (results.length === 1) return results.map(({ manifest, change }) => manifest.source.encode(change.text));
  return results.map(({ change: { text } }, i) => {
    const end = text === '' || text.endsWith('\n') ? '' : '\n';
    const mark = i === 0 || /^(%|---(\s|$))/.test(text) ? '' : '---\n';
    // Only what ends so may be followed by directives.
    const stop = results[i + 1]?.change.text.startsWith('%') === true ? '...\n' : '';
    return Buffer.from(mark + text + end + stop);
  });
}

function diffOf(results: readonly Result[]): string[] {
  return results.flatMap(({ manifest, change }) =>
    unifiedDiff({
      title: printable(manifest.source.title),
      before: manifest.source.text,
      after: change.text,
      edits: change.edits,
    }),
  );
}

const styles: Readonly<Record<Verdict['outcome'], Style>> = {
  changed: 'green',
  unchanged: 'dim',
  skipped: 'yellow',
  refused: 'red',
};

function verdictParagraphs({ workload, outcome, text, notes }: Verdict): Paragraph[] {
  const indentation = '    ';
  return [
    { text: `${workload.place} ${workload.title}`, style: 'bold' },
    { text, style: styles[outcome], indentation },
    ...notes.map((note): Paragraph => ({ text: note, style: 'yellow', indentation })),
  ];
}

function sumOf(
  verdicts: readonly Verdict[],
  { done, others }: { done: string; others: readonly JsonObject[] },
): string {
  const count = (outcome: Verdict['outcome']): number =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const parts = [`${count('changed')} ${done}`];
  if (count('unchanged') > 0) parts.push(`${count('unchanged')} unchanged`);
  parts.push(`${count('skipped')} skipped`, `${count('refused')} refused`);
  const kinds = new Map<string, number>();
  for (const { kind } of others) {
    const name = typeof kind === 'string' ? kind : 'without kind';
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  return `${parts.join(', ')}${kinds.size > 0 ? `; without pods: ${formatOthers(kinds)}` : ''}.`;
}
