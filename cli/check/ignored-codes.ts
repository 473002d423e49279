/** The annotation that silences findings, of a pod or its namespace. */
import { checkReasons } from '../../shared/report/check-reasons.ts';
import { annotations } from '../../shared/values/names.ts';
import { suggestName } from '../../shared/values/suggest-name.ts';
import { textOf } from '../../webhook/kubernetes/json.ts';
import { annotationsOf } from '../../webhook/kubernetes/pod.ts';
import type { Rule } from './finding.ts';
import type { PodFacts } from './pod-facts.ts';

export function ignoredCodes({ workload, context }: Pick<PodFacts, 'workload' | 'context'>): Set<string> {
  const texts = [annotationsOf(workload.pod), context.namespace.annotations].map(
    (each) => textOf(each, annotations.checkIgnore) ?? '',
  );
  return new Set(texts.flatMap((text) => text.split(',').map((each) => each.trim())).filter((each) => each !== ''));
}

/** A code that is misspelled silences nothing. */
export const unknownIgnoredCode: Rule = (facts) =>
  [...ignoredCodes(facts)]
    .filter((code) => !Object.hasOwn(checkReasons, code))
    .map((code) => {
      const suggestion = suggestName(code, Object.keys(checkReasons));
      return {
        code: 'unknown-ignored-code',
        severity: 'warning',
        certainty: 'certain',
        text: `${annotations.checkIgnore}: there is no finding ${code}${suggestion === undefined ? '' : `, did you mean ${suggestion}?`}`,
        facts: ['an annotation of the pod or its namespace names it'],
        fix: suggestion === undefined ? 'alpine-resolver reasons has all' : `write ${suggestion}`,
        path: ['metadata', 'annotations'],
      };
    });
