/** `status` for programs: docs/schemas/status-v1.schema.json says what it holds. */
import { documentVersion } from '../terminal/output-format.ts';
import { knownDocument } from '../cluster/known.ts';
import type { KubectlTarget } from '../cluster/reader.ts';
import { problemsOf, type ClusterStatus } from './cluster-status.ts';
import { restartLine } from '../cluster/pod-owner.ts';
import type { MissedOwner, PodTally } from './tally.ts';

export function statusDocument(status: ClusterStatus, nowMs: number): object {
  const { context, kubectl, webhook, namespaces, pods, refusals, troubles, assumed, isComplete } = status;
  const { certificateEndsMs, configuration, replicas } = webhook;
  return {
    apiVersion: documentVersion,
    kind: 'Status',
    context,
    isComplete,
    problems: problemsOf(status, nowMs),
    webhook: {
      namespace: webhook.namespace,
      ...(webhook.version !== undefined && { version: webhook.version }),
      replicas: knownDocument(replicas, (found) => found ?? null),
      configuration: knownDocument(
        configuration,
        (found) =>
          found && {
            failurePolicy: found.failurePolicy,
            timeoutSeconds: found.timeoutSeconds,
            authorities: found.authorities.map(({ subject, endsMs }) => ({ subject, ends: timeText(endsMs) })),
          },
      ),
      certificateEnds: knownDocument(certificateEndsMs, timeText),
      settings: webhook.settings,
    },
    namespaces: knownDocument(namespaces),
    pods: knownDocument(pods, (tally) => podsDocument(tally, kubectl)),
    refusals: knownDocument(refusals),
    troubles: knownDocument(troubles, (found) => ({
      sampled: found.sampled,
      troubles: found.troubles.map(({ reason, ...trouble }) => ({
        ...trouble,
        ...(reason !== undefined && { reason }),
      })),
    })),
    assumed,
  };
}

function podsDocument(tally: PodTally, kubectl: KubectlTarget): object {
  const { injected, missed, missedOwners, skipped, refused, versions, restarts, notStarted } = tally;
  return {
    ...{ injected, missed, skipped, refused, versions, restarts, notStarted },
    missedOwners: missedOwners.map((owner) => ownerDocument(owner, kubectl)),
  };
}

function ownerDocument(owner: MissedOwner, kubectl: KubectlTarget): object {
  const { namespace, kind, name, isRestarted, pods } = owner;
  return { namespace, kind, name, isRestarted, pods, line: restartLine(owner, kubectl) };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
