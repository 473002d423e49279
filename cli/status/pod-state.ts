/** What became of a pod of the cluster, decided as the webhook decides. */
import { labels, sidecar } from '../../shared/values/names.ts';
import type { SkipReason } from '../../shared/report/reasons.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import { readStatus } from '../../webhook/injection/facts/status.ts';
import { injectPod } from '../../webhook/injection/inject.ts';
import { objectsAt, textOf, valueAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { isOptedIn } from '../../webhook/kubernetes/namespace.ts';
import { isOver, labelsOf, sidecarOf } from '../../webhook/kubernetes/pod.ts';
import { skipText } from '../../webhook/review/event-texts.ts';

export type PodState =
  | { readonly is: 'injected'; readonly version: string; readonly restarts: number; readonly isReady: boolean }
  /** The webhook would inject it now, and it has no sidecar. */
  | { readonly is: 'missed' }
  | { readonly is: 'skipped'; readonly reason: SkipReason; readonly text: string }
  /** It runs, and the webhook would refuse it if it were created anew. */
  | { readonly is: 'refused'; readonly message: string }
  /** It has ended, or is about to. */
  | { readonly is: 'over' }
  | { readonly is: 'not-concerned' };

export function podState(pod: JsonObject, context: InjectionContext): PodState {
  if (isOver(pod)) return { is: 'over' };
  if (sidecarOf(pod) !== undefined && isOurs(pod)) return injectedState(pod);
  if (!isOptedIn(context.namespace)) return { is: 'not-concerned' };
  const injection = injectPod(pod, context);
  if (injection.verdict === 'inject') return { is: 'missed' };
  if (injection.verdict === 'refuse') return { is: 'refused', message: injection.message };
  return { is: 'skipped', reason: injection.reason, text: skipText(injection) };
}

/** Another program may have a container of our name. */
function isOurs(pod: JsonObject): boolean {
  return textOf(labelsOf(pod), labels.injected) !== undefined || readStatus(pod) !== undefined;
}

function injectedState(pod: JsonObject): PodState {
  const container = objectsAt(pod, 'status', 'initContainerStatuses').find(
    (one) => one['name'] === sidecar.containerName,
  );
  const restarts = valueAt(container, 'restartCount');
  return {
    is: 'injected',
    version: readStatus(pod)?.version ?? '',
    restarts: typeof restarts === 'number' ? restarts : 0,
    isReady: valueAt(container, 'started') === true,
  };
}
