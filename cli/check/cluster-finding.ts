/** A finding on an object of the cluster that is no pod. */
import { fingerprintOf, type PlacedFinding } from './check.ts';
import type { Finding } from './finding.ts';

/** @param name with its namespace, where it has one */
export function placedOf(kind: string, name: string, finding: Finding): PlacedFinding {
  const workload = `${kind} ${name}`;
  const [namespace = ''] = kind === 'Namespace' ? [name] : name.split('/').slice(0, -1);
  return {
    ...finding,
    workload,
    namespace,
    file: '',
    line: 1,
    column: 1,
    fingerprint: fingerprintOf(finding, workload),
  };
}
