import type { InjectReason, RefuseReason, SkipReason, WarningReason } from '../shared/reasons.ts';
import type { SettingIssue } from '../shared/read-settings.ts';
import { applyPatch, type Operation } from './apply-patch.ts';
import { checkPod } from './check-pod.ts';
import { decide, type Decision } from './decide.ts';
import { collectFacts, type Facts } from './facts.ts';
import type { InjectionContext } from './injection-context.ts';
import type { JsonObject } from './json.ts';
import { buildPatch } from './patch.ts';
import { podChanges } from './pod-changes.ts';

/**
 * What becomes of a pod, from its JSON and values alone: the webhook and the command line call the same function.
 * A patch is applied here and its result checked, because the API server refuses a pod whose patch does not apply.
 */
export function injectPod(pod: JsonObject, context: InjectionContext): Injection {
  const facts = collectFacts(pod, context);
  const decision = decide(facts);
  const warnings = isConcerned(facts) ? settingWarnings(facts, decision) : [];
  if (decision.verdict !== 'inject') return { ...decision, warnings };
  const changes = podChanges(pod, { facts, scope: decision.scope, context });
  const patch = buildPatch(pod, changes);
  for (const name of changes.withOwnResolvConf)
    warnings.push({
      reason: 'resolv-conf-mounted',
      message: `container ${name} mounts /etc/resolv.conf or /etc itself and is left alone`,
    });
  if (patch.length === 0) return { verdict: 'skip', reason: 'unchanged', warnings };
  const applied = applyPatch(pod, patch);
  if (!applied.applies) return { verdict: 'skip', reason: 'patch-failed', detail: applied.problem, warnings };
  const problem = checkPod(pod, applied.value);
  if (problem !== undefined) return { verdict: 'skip', reason: 'patch-failed', detail: problem, warnings };
  return { verdict: 'inject', reason: decision.reason, patch, pod: applied.value, warnings };
}

export type Injection =
  | {
      readonly verdict: 'inject';
      readonly reason: InjectReason;
      readonly patch: readonly Operation[];
      readonly pod: JsonObject;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly verdict: 'skip';
      readonly reason: SkipReason;
      readonly detail?: string;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly verdict: 'refuse';
      readonly reason: RefuseReason;
      readonly message: string;
      readonly warnings: readonly Warning[];
    };

export interface Warning {
  readonly reason: WarningReason;
  readonly message: string;
}

/** Pods that the API server's filters should have kept away get no advice. */
function isConcerned({ excludedNamespace, namespaceOptedIn, optedOutByLabel, mirrorPod }: Facts): boolean {
  return !excludedNamespace && namespaceOptedIn && !optedOutByLabel && !mirrorPod;
}

/** What is wrong with the namespace matters to pods that are injected. */
function settingWarnings({ settings: { podIssues, namespaceIssues } }: Facts, { verdict }: Decision): Warning[] {
  const unknownOnes = (issues: readonly SettingIssue[]): Warning[] =>
    issues
      .filter(({ problem }) => problem === 'unknown')
      .map(({ message }) => ({ reason: 'unknown-annotation', message }));
  if (verdict === 'skip') return unknownOnes(podIssues);
  const ignored = namespaceIssues.filter(({ problem }) => problem === 'invalid');
  return [
    ...unknownOnes([...podIssues, ...namespaceIssues]),
    ...ignored.map(({ message }): Warning => ({
      reason: 'invalid-namespace-annotation',
      message: `namespace annotation ignored: ${message}`,
    })),
  ];
}
