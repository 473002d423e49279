/** `status` for people, in the width of the terminal. */
import { countText } from '../terminal/count-text.ts';
import { printable, styled, wrapped } from '../terminal/output.ts';
import { rowOf } from '../terminal/rows.ts';
import { unknownText } from '../cluster/known.ts';
import type { Known, KubectlTarget } from '../cluster/reader.ts';
import { daysText, problemsOf, unknownOf, type ClusterStatus, type WebhookStatus } from './cluster-status.ts';
import { restartLine } from '../cluster/pod-owner.ts';
import type { PodTally } from './tally.ts';

const maxNames = 12;
const maxAssumed = 8;

export function statusText(status: ClusterStatus, nowMs: number, columns: number): string[] {
  const { context, webhook, namespaces, pods, refusals, troubles, assumed, isComplete } = status;
  const problems = problemsOf(status, nowMs);
  const row = rowOf(columns);
  return [
    styled('bold', printable(`alpine-resolver in context ${context}`)),
    ...(isComplete ? [] : wrapped('Interrupted: of the pods, what was read so far.', columns, '  ')),
    ...(problems.length === 0 ? wellText(status, columns) : []),
    ...problems.flatMap((problem) => row('✗', [problem], 'red')),
    '',
    ...webhookText(webhook, nowMs, columns),
    ...row('namespaces', [told(namespaces, (names) => `${names.length} opted in${listed(names)}`)]),
    ...(pods.isKnown ? podsText(pods.value, webhook.version, columns) : row('pods', [unknownText(pods)])),
    ...(refusals.isKnown
      ? row('refused', [
          refusals.value.length === 0
            ? 'none, as the events of the webhook have it'
            : `${refusals.value.length} events`,
          ...refusals.value
            .slice(0, maxNames)
            .map(({ owner, message, count }) => `${owner}: ${message} (${count} times)`),
        ])
      : row('refused', [unknownText(refusals)])),
    ...row(
      'trouble',
      told1(troubles, ({ sampled, troubles: found }) => [
        found.length === 0
          ? `none in the metrics of ${countText(sampled, 'sidecar')}`
          : `in the metrics of ${countText(sampled, 'sidecar')}, since they started:`,
        ...found.map(
          ({ what, count, pods: inPods, reason }) =>
            `${count} ${what}, in ${countText(inPods, 'pod')}${reason === undefined ? '' : ` (reasons ${reason})`}`,
        ),
      ]),
    ),
    ...(assumed.length === 0 ? [] : ['', ...wrapped('Assumed:', columns, '  ')]),
    ...assumed.slice(0, maxAssumed).flatMap((one) => wrapped(printable(one), columns, '    ', '      ')),
  ];
}

function wellText(status: ClusterStatus, columns: number): string[] {
  const unknownParts = unknownOf(status);
  const row = rowOf(columns);
  if (unknownParts.length === 0) return row('', ['nothing is wrong'], 'green');
  return row('', [`nothing that could be read is wrong; not known: ${unknownParts.join(', ')}`], 'yellow');
}

function webhookText(webhook: WebhookStatus, nowMs: number, columns: number): string[] {
  const { namespace, version, replicas, configuration, certificateEndsMs, settings } = webhook;
  const row = rowOf(columns);
  const ends = (ms: number): string => (ms > nowMs ? `ends in ${daysText(ms - nowMs)}` : 'has ended');
  return [
    ...row('webhook', [
      `${version ?? 'of unknown version'} in namespace ${namespace}, ${told(replicas, (found) =>
        found === undefined ? 'its Deployment is not there' : `${found.ready} of ${found.wanted} replicas ready`,
      )}`,
    ]),
    ...row('configuration', [
      told(configuration, (found) =>
        found === undefined ? 'not there' : `failurePolicy ${found.failurePolicy}, timeout ${found.timeoutSeconds} s`,
      ),
    ]),
    ...row(
      'CA',
      told1(configuration, (found) =>
        (found?.authorities ?? []).length === 0
          ? ['none is published']
          : (found?.authorities ?? []).map(({ subject, endsMs }) => `${subject} ${ends(endsMs)}`),
      ),
    ),
    ...row('certificate', [told(certificateEndsMs, ends)]),
    ...row(
      'settings',
      settings.length === 0 ? ['the defaults'] : settings.map(({ name, value }) => `${name}=${value}`),
    ),
  ];
}

function podsText(pods: PodTally, version: string | undefined, columns: number): string[] {
  const { injected, missed, missedOwners, skipped, refused, versions, restarts } = pods;
  const row = rowOf(columns);
  return [
    ...row('injected', [
      countText(injected, 'pod'),
      ...versions.map(
        (one) =>
          `${one.pods} by ${one.version || 'an unknown release'}${one.version === version || version === undefined ? '' : ', other than the webhook'}`,
      ),
    ]),
    ...row('restarts', [
      restarts.total === 0 ? 'none of a sidecar' : `${restarts.total} of sidecars`,
      ...restarts.worst.map(({ pod, restarts: count }) => `${pod}: ${count}`),
    ]),
    ...row('missed', [
      missed === 0 ? 'none' : `${countText(missed, 'pod')} of ${countText(missedOwners.length, 'owner')}`,
      ...missedOwners
        .slice(0, maxNames)
        .map(({ namespace, kind, name, pods: count }) => `${kind} ${namespace}/${name}: ${countText(count, 'pod')}`),
    ]),
    ...row('skipped', [
      ...(skipped.length === 0 ? ['none'] : []),
      ...skipped.flatMap(({ reason, pods: count, example }) => [
        `${countText(count, 'pod')}: ${reason}`,
        `  such as ${example}`,
      ]),
    ]),
    ...refused.flatMap(({ pod, message }) => row('would refuse', [`${pod}: ${message}`], 'yellow')),
  ];
}

/** `status missed` */
export function missedText(pods: PodTally, kubectl: KubectlTarget, columns: number): string[] {
  if (pods.missedOwners.length === 0) return ['# no pod missed the sidecar'];
  return [
    `# ${countText(pods.missed, 'pod')} in namespaces that have opted in were created without the sidecar.`,
    ...pods.missedOwners.flatMap((owner) => {
      const line = restartLine(owner, kubectl);
      return line.startsWith('#') ? wrapped(line.slice(2), columns, '# ') : [line];
    }),
  ];
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : '';
  return `: ${names.slice(0, maxNames).join(', ')}${more}`;
}

function told<Value>(known: Known<Value>, say: (value: Value) => string): string {
  return known.isKnown ? say(known.value) : unknownText(known);
}

function told1<Value>(known: Known<Value>, say: (value: Value) => string[]): string[] {
  return known.isKnown ? say(known.value) : [unknownText(known)];
}
