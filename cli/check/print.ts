/** What `check` prints: findings for people, or a document. */
import { isRestartCommand } from '../cluster/pod-owner.ts';
import type { LookupResult } from '../models/lookup.ts';
import { formatDocument, jsonPieces } from '../report/format-document.ts';
import { countText } from '../terminal/count-text.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { documentVersion } from '../terminal/output-format.ts';
import { outputColumns, print, printable, styled, wrapped, type Style } from '../terminal/output.ts';
import { writeText } from '../terminal/streams.ts';
import { isAtLeast, type CheckResult, type PlacedFinding } from './check.ts';
import { severities, type Severity } from './finding.ts';
import { junitText } from './junit.ts';
import type { CheckFormat, CheckOptions } from './options.ts';
import { sarifDocument } from './sarif.ts';
import type { LossRow, WhatIfGroup, WhatIfReport, WhatIfRow } from './what-if.ts';
import type { LossEnd } from './what-if-loss.ts';
import { leftOutText } from './what-if-left-out.ts';
import { whatIfText } from './what-if-text.ts';

/** @returns the exit code */
export function printCheck(
  result: CheckResult,
  played: WhatIfReport | undefined,
  options: Pick<CheckOptions, 'output' | 'failOn' | 'isAll'>,
): number {
  const { output, failOn } = options;
  if (output === 'table') for (const line of tableLines(result, played, options)) print(line);
  else for (const piece of documentPieces(result, played, { output, failOn })) writeText(piece);
  const isNo = failOn !== undefined && result.findings.some((finding) => isAtLeast(finding, failOn));
  return isNo ? exitCodes.no : exitCodes.done;
}

function tableLines(
  result: CheckResult,
  played: WhatIfReport | undefined,
  options: Pick<CheckOptions, 'isAll'>,
): string[] {
  const columns = outputColumns();
  if (played === undefined) return checkText(result, options, columns);
  const tables = whatIfText(played.groups, options.isAll, columns);
  const rest = leftOutText(played, columns);
  const more = [tables, rest].flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines]));
  return [...checkText(result, options, columns), ...more];
}

export function* documentPieces(
  result: CheckResult,
  played: WhatIfReport | undefined,
  { output, failOn }: { readonly output: Exclude<CheckFormat, 'table'>; readonly failOn: Severity | undefined },
): Generator<string> {
  switch (output) {
    case 'sarif':
      return yield formatDocument(sarifDocument(result), 'json');
    case 'junit':
      return yield junitText(result, failOn);
    case 'json':
      if (played !== undefined)
        return yield* jsonPieces(headDocument(result, played), 'whatIf', played.groups, groupDocument);
      return yield formatDocument(checkDocument(result), output);
    case 'yaml':
      return yield formatDocument(checkDocument(result, played), output);
  }
}

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'dim' };

export function checkText(result: CheckResult, { isAll }: Pick<CheckOptions, 'isAll'>, columns: number): string[] {
  const shown = result.findings.filter(({ severity }) => isAll || severity !== 'note');
  const byWorkload = Map.groupBy(shown, ({ file, workload }) => `${file} ${workload}`);
  return [
    ...[...byWorkload.values()].flatMap((findings) => [...workloadText(findings, columns), '']),
    ...unknownText(result, columns),
    ...sumText(result, shown.length, columns),
  ];
}

function unknownText({ unknown = [], isComplete }: CheckResult, columns: number): string[] {
  return [
    ...(isComplete === false ? ['Interrupted: of the pods, what was read so far.', ''] : []),
    ...(unknown.length === 0 ? [] : wrapped('Assumed:', columns)),
    ...unknown.flatMap((one) => wrapped(printable(one), columns, '  ', '    ')),
    ...(unknown.length === 0 ? [] : ['']),
  ];
}

function workloadText(findings: readonly PlacedFinding[], columns: number): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  return [
    ...wrapped(printable(first.file === '' ? first.workload : `${first.file}: ${first.workload}`), columns).map(
      (line) => styled('bold', line),
    ),
    ...findings.flatMap((finding) => findingText(finding, columns)),
  ];
}

function findingText(
  { code, severity, certainty, text, facts, fix, file, line, column }: PlacedFinding,
  columns: number,
): string[] {
  const indent = '    ';
  return [
    styled(styles[severity], `  ${severity}, ${certainty}: ${code}${file === '' ? '' : ` (${line}:${column})`}`),
    ...wrapped(printable(text), columns, indent),
    ...(facts.length === 0 ? [] : wrapped(printable(`Because: ${facts.join('; ')}.`), columns, indent, `${indent}  `)),
    ...(isRestartCommand(fix)
      ? [`${indent}→ ${printable(fix)}`]
      : wrapped(printable(`→ ${fix}`), columns, indent, `${indent}  `)),
  ];
}

function sumText(
  { findings, pods, alpinePods, injectedPods, silenced }: CheckResult,
  shown: number,
  columns: number,
): string[] {
  const counts = severities.map((severity) =>
    countText(findings.filter((each) => each.severity === severity).length, severity),
  );
  const hidden = findings.length - shown;
  const sentences = [
    `${countText(pods, 'pod')}, ${alpinePods} on Alpine, ${injectedPods} of them with the sidecar.`,
    `${counts.join(', ')}${hidden > 0 ? ' (--all shows the notes)' : ''}${silenced > 0 ? `, ${silenced} silenced` : ''}.`,
  ];
  return wrapped(sentences.join(' '), columns);
}

/** docs/schemas/check-report-v1.schema.json says what it holds. */
export function checkDocument(result: CheckResult, played?: WhatIfReport): object {
  return { ...headDocument(result, played), ...(played !== undefined && { whatIf: played.groups.map(groupDocument) }) };
}

/** All but what was played, which may be long. */
function headDocument(result: CheckResult, played: WhatIfReport | undefined): object {
  const { findings, pods, alpinePods, injectedPods, silenced, unknown } = result;
  const isPlayed = played === undefined || played.groups.length === played.total;
  const isComplete = isPlayed ? result.isComplete : false;
  return {
    apiVersion: documentVersion,
    kind: 'CheckReport',
    findings: findings.map(findingDocument),
    counts: { pods, alpinePods, injectedPods, silenced },
    ...(unknown !== undefined && { unknown }),
    ...(isComplete !== undefined && { isComplete }),
    ...(played !== undefined && played.leftOut.length > 0 && { whatIfLeftOut: played.leftOut }),
  };
}

function groupDocument(group: WhatIfGroup): object {
  const { workloads, musl, resolvConf, hasSidecar, rows, losses, unplayedNames } = group;
  return {
    workloads,
    musl: { kind: musl.kind, versions: musl.members.map(({ version }) => version) },
    resolvConf,
    hasSidecar,
    rows: alikeNames([...rows, ...losses]),
    ...(unplayedNames > 0 && { unplayedNames }),
  };
}

/** Names that come to the same ends share a row. */
function alikeNames(rows: readonly (WhatIfRow | LossRow)[]): object[] {
  const alike = new Map<string, { readonly scenario: string; readonly names: string[] }>();
  for (const { scenario, names, glibc, musl, sidecar, isDifferent } of rows) {
    const ends = { isDifferent, glibc: endOf(glibc), musl: musl.map(endOf), sidecar: sidecar.map(endOf) };
    const key = JSON.stringify([scenario, ends]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { scenario, names: [...names], ...ends });
    else for (const name of names) known.names.push(name);
  }
  return [...alike.values()];
}

function endOf(end: LookupResult | LossEnd): object {
  if ('share' in end) return { runs: end.runs, share: end.share, p99Ms: end.p99Ms };
  return { outcome: end.outcome, addresses: end.addresses.length, elapsedMs: end.elapsedMs };
}

/** What was read from a cluster stands in no file. */
function findingDocument({ path, file, line, column, ...finding }: PlacedFinding): object {
  return { ...finding, ...(file !== '' && { file, line, column }), path: path.join('.') };
}
