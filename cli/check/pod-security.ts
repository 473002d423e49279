/** What the Pod Security level of a namespace makes of the sidecar. */
import type { Finding } from './finding.ts';

const enforce = 'pod-security.kubernetes.io/enforce';

/**
 * @param labels of the namespace
 * @param hasUser whether the sidecar says as whom it runs
 */
export function podSecurityFinding(labels: Readonly<Record<string, string>>, hasUser: boolean): Finding | undefined {
  const level = labels[enforce];
  if (level !== 'restricted' && level !== 'baseline') return undefined;
  const isWithoutUser = level === 'restricted' && !hasUser;
  return {
    code: 'pod-security',
    severity: isWithoutUser ? 'warning' : 'note',
    certainty: isWithoutUser ? 'possible' : 'certain',
    text: isWithoutUser
      ? 'the namespace enforces restricted, and the webhook leaves the user of the sidecar to the cluster'
      : `the namespace enforces ${level}, which the sidecar passes`,
    facts: [`label ${enforce}: ${level}`],
    fix: isWithoutUser ? 'unset WEBHOOK_RUN_AS_USER' : 'nothing is to do',
    path: ['metadata', 'labels'],
  };
}
