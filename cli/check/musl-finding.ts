/** What findings about musl have in common. */
import type { MuslGeneration } from '../models/musl-generations.ts';
import type { Certainty, Finding, Severity } from './finding.ts';
import type { PodFacts } from './pod-facts.ts';

/** Of a pod whose programs resolve names by musl; with the sidecar it is a note. */
export function ofMusl(
  facts: PodFacts,
  found: Omit<Finding, 'fix' | 'severity'> & { readonly severity: Severity },
): Finding {
  const severity = facts.hasSidecar ? 'note' : found.severity;
  return { ...found, severity, fix: injectionFix(facts) };
}

/** `certain` where every release that it may be does so. */
export function certaintyOf({ musl }: PodFacts, does: (generation: MuslGeneration) => boolean): Certainty | undefined {
  const doing = musl.members.filter(({ generation }) => does(generation)).length;
  if (doing === 0) return undefined;
  return doing === musl.members.length ? 'certain' : 'possible';
}

function injectionFix({ hasSidecar, isNamespaceOptedIn, injection, workload }: PodFacts): string {
  if (hasSidecar) return 'nothing: the sidecar of the pod resolves names as glibc does';
  if (!isNamespaceOptedIn)
    return `kubectl label namespace ${workload.namespace} alpine-resolver.io/inject=enabled, and create the pod anew`;
  return injection.verdict === 'inject'
    ? 'create the pod anew, so that it gets the sidecar'
    : 'the sidecar would help; the webhook leaves the pod alone, as another finding says';
}
