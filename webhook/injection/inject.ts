/** From a pod to its verdict and patch: the function that webhook and command line share. */
import { annotations } from '../../shared/values/names.ts';
import type { InjectReason, RefuseReason, SkipReason, WarningReason } from '../../shared/report/reasons.ts';
import type { SettingIssue } from '../../shared/settings/read-settings.ts';
import { applyPatch, type Operation } from './patch/apply-patch.ts';
import { checkPod } from './check-pod.ts';
import { decide, type Decision } from './decide.ts';
import { collectFacts, type Facts } from './facts/facts.ts';
import type { InjectionContext } from './facts/injection-context.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import { buildPatch } from './patch/patch.ts';
import { boundsProblem } from './pod-bounds.ts';
import { podChanges, type PodChanges } from './changes/pod-changes.ts';

/**
 * Decides about a pod from its JSON and values alone, and builds its patch.
 * A patch is applied here and the changed pod checked, because the API server refuses a pod whose patch does not apply.
 */
export function injectPod(pod: JsonObject, context: InjectionContext): Injection {
  const tooLarge = boundsProblem(pod);
  if (tooLarge !== undefined) return { verdict: 'skip', reason: 'patch-failed', detail: tooLarge, warnings: [] };
  const facts = collectFacts(pod, context);
  const decision = decide(facts);
  const warnings = isConcerned(facts) ? settingWarnings(facts, decision) : [];
  if (decision.verdict !== 'inject') return { ...decision, warnings };
  const changes = podChanges(pod, { facts, scope: decision.scope, context });
  const patch = buildPatch(pod, changes);
  warnings.push(...changeWarnings(facts, changes));
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

/** What a pod that is injected does not get as its owner may think. */
function changeWarnings({ resources, ownResolver, originalLost }: Facts, { withOwnResolvConf }: PodChanges): Warning[] {
  const lowered = resources.fits ? (resources.lowered ?? []) : [];
  return [
    ...withOwnResolvConf.map((name): Warning => ({
      reason: 'resolv-conf-mounted',
      message: `container ${name} mounts /etc/resolv.conf or /etc itself and never asks the sidecar`,
    })),
    ...ownResolver.notCopied.map((message): Warning => ({ reason: 'variables-not-copied', message })),
    ...lowered.map((message): Warning => ({ reason: 'request-lowered', message })),
    ...(originalLost ? [originalLostWarning] : []),
  ];
}

const originalLostWarning: Warning = {
  reason: 'original-lost',
  message: 'the copied pod has lost its original dnsPolicy and dnsConfig: it was injected as with ClusterFirst',
};

/** Pods that the API server's filters should have kept away get no advice. */
function isConcerned({ excludedNamespace, namespaceOptedIn, optedOutByLabel, mirrorPod }: Facts): boolean {
  return !excludedNamespace && namespaceOptedIn && !optedOutByLabel && !mirrorPod;
}

/**
 * What is wrong with the settings of the namespace matters to pods that are injected. Where the annotation `inject`
 * decides whether one is, a bad value of it matters to those that are left alone: it may have asked for the sidecar.
 */
function settingWarnings(facts: Facts, decision: Decision): Warning[] {
  const { podIssues, namespaceIssues } = facts.settings;
  const unknownOnes = (issues: readonly SettingIssue[]): Warning[] =>
    issues
      .filter(({ problem }) => problem === 'unknown')
      .map(({ message }) => ({ reason: 'unknown-annotation', message }));
  const ignoredOnes = namespaceIssues.filter(({ problem }) => problem === 'invalid').map(ignoredOfNamespace);
  if (decision.verdict !== 'skip') return [...unknownOnes([...podIssues, ...namespaceIssues]), ...ignoredOnes];
  const warnings = unknownOnes(podIssues);
  if (!isByInject(facts)) return warnings;
  warnings.push(...podIssues.filter(isOfInject).map(ignoredOfPod));
  // Opted out, it is by a good value: the pod's, before which the namespace's does not count, or the namespace's.
  if (decision.reason !== 'opted-out') warnings.push(...namespaceIssues.filter(isOfInject).map(ignoredOfNamespace));
  return warnings;
}

/** Whether another value of the annotation `inject` would have turned the skip. */
function isByInject(facts: Facts): boolean {
  return decide({ ...facts, settings: { ...facts.settings, inject: 'always' } }).verdict !== 'skip';
}

function isOfInject({ name }: SettingIssue): boolean {
  return name === annotations.inject;
}

function ignoredOfPod({ message }: SettingIssue): Warning {
  return { reason: 'invalid-pod-annotation', message: `annotation ignored: ${message}` };
}

function ignoredOfNamespace({ message }: SettingIssue): Warning {
  return { reason: 'invalid-namespace-annotation', message: `namespace annotation ignored: ${message}` };
}
