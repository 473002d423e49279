/** Rules on what an injection changes around the pod: its class, what it is measured by, and where its images come from. */
import { isGuaranteed } from '../../webhook/injection/resources/pod-resources.ts';
import { objectsAt, stringAt, textsAt, valueAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { sidecarOf } from '../../webhook/kubernetes/pod.ts';
import { podSecurityFinding } from './pod-security.ts';
import type { Rule } from './finding.ts';
import type { PodFacts } from './pod-facts.ts';

const guaranteed: Rule = (facts) => {
  const sidecar = addedSidecar(facts);
  if (sidecar === undefined || !isGuaranteed(facts.workload.pod)) return [];
  const { cpu, memory } = textsAt(sidecar, 'resources', 'limits');
  const amounts = `cpu ${cpu ?? ''}, memory ${memory ?? ''}`;
  return [
    {
      code: 'guaranteed-grows',
      severity: 'note',
      certainty: 'certain',
      text: `the pod stays Guaranteed, and its node has to have more room: ${amounts}`,
      facts: ['requests equal limits in all containers', `those of the sidecar are ${amounts}`],
      fix: 'nothing, or set cpu-limit and memory-limit',
      path: ['spec', 'containers', '0', 'resources'],
    },
  ];
};

const neverPulled: Rule = (facts) => {
  const sidecar = addedSidecar(facts);
  const containers = objectsAt(facts.workload.pod, 'spec', 'containers');
  const isNever = containers.length > 0 && containers.every(({ imagePullPolicy }) => imagePullPolicy === 'Never');
  if (sidecar === undefined || !isNever) return [];
  return [
    {
      code: 'never-pulled',
      severity: 'note',
      certainty: 'possible',
      text: 'no image of the pod is ever pulled, and that of the sidecar is, where its node has none',
      facts: ['imagePullPolicy Never in all containers', `${stringAt(sidecar, 'imagePullPolicy')} in the sidecar`],
      fix: `load ${stringAt(sidecar, 'image')} on the nodes, too, if they reach no registry`,
      path: ['spec', 'containers', '0', 'imagePullPolicy'],
    },
  ];
};

/** Of a cluster each namespace is told once, whatever its pods are. */
const podSecurity: Rule = (facts) => {
  const sidecar = addedSidecar(facts);
  if (sidecar === undefined || facts.isLive) return [];
  const hasUser = valueAt(sidecar, 'securityContext', 'runAsUser') !== undefined;
  const finding = podSecurityFinding(facts.context.namespace.labels, hasUser);
  return finding === undefined ? [] : [{ ...finding, path: ['spec'] }];
};

export const afterInjectionRules: readonly Rule[] = [guaranteed, neverPulled, podSecurity];

/** The container that is added; undefined: none is. */
function addedSidecar({ injection }: PodFacts): JsonObject | undefined {
  return injection.verdict === 'inject' ? sidecarOf(injection.pod)?.value : undefined;
}
