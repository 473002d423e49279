/** Findings as SARIF 2.1.0, which code hosts and editors show beside the lines. */
import { createHash } from 'node:crypto';
import { checkReasons } from '../../shared/report/check-reasons.ts';
import { projectName } from '../../shared/values/names.ts';
import { version } from '../../shared/values/version.ts';
import type { CheckResult, PlacedFinding } from './check.ts';

/** Our severities are its levels. */
export function sarifDocument({ findings }: Pick<CheckResult, 'findings'>): object {
  const codes = Object.keys(checkReasons);
  return {
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: projectName,
            semanticVersion: version,
            rules: Object.entries(checkReasons).map(([id, sentence]) => ({
              id,
              shortDescription: { text: sentence },
              help: { text: `alpine-resolver reasons ${id}` },
            })),
          },
        },
        results: findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: codes.indexOf(finding.code),
          level: finding.severity,
          message: { text: messageOf(finding) },
          locations: [locationOf(finding)],
          partialFingerprints: { [`${projectName}/v1`]: digest(finding.fingerprint) },
          properties: { certainty: finding.certainty, facts: finding.facts, fix: finding.fix },
        })),
      },
    ],
  };
}

function messageOf({ workload, text, fix }: PlacedFinding): string {
  return `${workload}: ${text}. ${fix.replace(/^./, (letter) => letter.toUpperCase())}.`;
}

function locationOf({ file, line, column, namespace, workload }: PlacedFinding): object {
  const [kind = '', place = ''] = workload.split(' ');
  return {
    // What was read from a cluster has a name alone.
    ...(file !== '' && {
      physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
    }),
    logicalLocations: [{ fullyQualifiedName: `${namespace}/${kind}/${place.split('/').at(-1) ?? ''}` }],
  };
}

/** Names of files may hold what a URI may not. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
