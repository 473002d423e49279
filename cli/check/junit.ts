/** Findings as JUnit XML, which pipelines show as tests: one for each workload. */
import { printable } from '../terminal/output.ts';
import { isAtLeast, type CheckResult, type PlacedFinding } from './check.ts';
import type { Severity } from './finding.ts';

/** @param failOn the least severity that is a failure; undefined: none is */
export function junitText(
  { findings, workloads }: Pick<CheckResult, 'findings' | 'workloads'>,
  failOn: Severity | undefined,
): string {
  const byWorkload = Map.groupBy(findings, keyOf);
  const cases = workloads.map(({ title, place }) => {
    const file = place.replace(/:\d+$/, '');
    return { file, title, own: byWorkload.get(keyOf({ file, workload: title })) ?? [] };
  });
  const isFailure = (finding: PlacedFinding): boolean => failOn !== undefined && isAtLeast(finding, failOn);
  const failures = cases.filter(({ own }) => own.some(isFailure)).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="alpine-resolver check" tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="alpine-resolver check" tests="${cases.length}" failures="${failures}">`,
    ...cases.flatMap(({ file, title, own }) => [
      `    <testcase classname="${xml(file)}" name="${xml(title)}">`,
      ...own.filter(isFailure).map(failureElement),
      ...outputElement(own.filter((finding) => !isFailure(finding))),
      '    </testcase>',
    ]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function keyOf({ file, workload }: Pick<PlacedFinding, 'file' | 'workload'>): string {
  return `${file} ${workload}`;
}

function failureElement(finding: PlacedFinding): string {
  return `      <failure type="${finding.code}" message="${xml(finding.text)}">${xml(linesOf(finding))}</failure>`;
}

function outputElement(findings: readonly PlacedFinding[]): string[] {
  return findings.length === 0 ? [] : [`      <system-out>${xml(findings.map(linesOf).join('\n'))}</system-out>`];
}

function linesOf({ severity, certainty, code, file, line, column, text, facts, fix }: PlacedFinding): string {
  return [`${severity}, ${certainty}: ${code} (${file}:${line}:${column})`, text, ...facts, fix].join('\n');
}

/** XML 1.0 takes no control character, not even as a reference. */
function xml(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
