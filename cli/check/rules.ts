/** All rules: each looks at the facts of a pod and says what it finds, if anything. */
import { afterInjectionRules } from './after-injection-rules.ts';
import type { Finding } from './finding.ts';
import { injectionRules } from './injection-rules.ts';
import { muslRules } from './musl-rules.ts';
import type { PodFacts } from './pod-facts.ts';

export function findingsOf(facts: PodFacts): Finding[] {
  return [...injectionRules, ...afterInjectionRules, ...(facts.isAlpine ? muslRules : [])].flatMap((rule) =>
    rule(facts),
  );
}
