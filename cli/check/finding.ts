/** What was found in a pod, and how sure it is. */
import type { CheckReason } from '../../shared/report/check-reasons.ts';
import type { PodFacts } from './pod-facts.ts';

/** From the worst. */
export const severities = ['error', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

/**
 * `certain`: the manifests say it. `likely`: it follows from them unless something that they do not hold says otherwise.
 * `possible`: it depends on what they do not hold.
 */
export type Certainty = 'certain' | 'likely' | 'possible';

export interface Finding {
  readonly code: CheckReason;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** One sentence, of this pod. */
  readonly text: string;
  /** What it rests on. */
  readonly facts: readonly string[];
  /** What to type or to change. */
  readonly fix: string;
  /** Of the part of the pod that it is about. */
  readonly path: readonly string[];
}

export type Rule = (facts: PodFacts) => Finding[];
