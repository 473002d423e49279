/** Rules on what the webhook does with a pod, and on what the sidecar meets in it. */
import { ownerOf, restartLine } from '../cluster/pod-owner.ts';
import { version } from '../../shared/values/version.ts';
import { skipText } from '../../webhook/review/event-texts.ts';
import { annotationsOf } from '../../webhook/kubernetes/pod.ts';
import type { Rule } from './finding.ts';
import { unknownIgnoredCode } from './ignored-codes.ts';
import { hasVariable } from './pod-facts.ts';

const injection: Rule = (facts) => {
  const { injection: verdict, isAlpine, isLive, hasSidecar, isNamespaceOptedIn, workload, surroundings } = facts;
  const common = { path: ['metadata'], certainty: 'certain' } as const;
  if (verdict.verdict === 'refuse')
    return [
      {
        ...common,
        code: 'refused-by-webhook',
        severity: 'error',
        text: verdict.message,
        facts: [],
        fix: 'mend the annotations that are named',
      },
    ];
  if (isLive && !hasSidecar && verdict.verdict === 'inject')
    return [
      {
        ...common,
        code: 'missed',
        severity: 'warning',
        text: 'the pod was created without the sidecar, though its namespace has opted in',
        facts: ['it is a pod of a cluster', 'the webhook would inject it'],
        fix: restartLine(ownerOf(workload.pod), surroundings.kubectl).replace(/^# /, ''),
      },
    ];
  if (verdict.verdict !== 'skip' || !isAlpine || hasSidecar) return [];
  if (!isNamespaceOptedIn)
    return [
      {
        ...common,
        code: 'not-injected-by-namespace',
        severity: 'note',
        text: `namespace ${workload.namespace} has not opted in`,
        facts: ['the manifests hold the namespace, without the label'],
        fix: `kubectl label namespace ${workload.namespace} alpine-resolver.io/inject=enabled`,
      },
    ];
  return [
    {
      ...common,
      code: 'not-injected',
      severity: 'warning',
      text: `the webhook leaves the pod alone: ${skipText(verdict)}`,
      facts: [`reason ${verdict.reason}`],
      fix: `alpine-resolver reasons ${verdict.reason}`,
    },
  ];
};

const webhookWarnings: Rule = ({ injection: { warnings } }) =>
  warnings.map(({ reason, message }) => ({
    code: 'webhook-warning',
    severity: 'warning',
    certainty: 'certain',
    text: message,
    facts: [`reason ${reason}`],
    fix: `alpine-resolver reasons ${reason}`,
    path: ['metadata', 'annotations'],
  }));

const olderSidecar: Rule = ({ sidecarVersion, surroundings: { webhookVersion } }) => {
  const current = webhookVersion ?? version;
  if (sidecarVersion === undefined || sidecarVersion === current) return [];
  const than = webhookVersion === undefined ? `this is ${version}` : `the webhook is ${webhookVersion}`;
  return [
    {
      code: 'sidecar-older',
      severity: 'note',
      certainty: 'certain',
      text: `the pod was injected by ${sidecarVersion}, ${than}`,
      facts: [`its status annotation says ${sidecarVersion}`],
      fix: 'kubectl rollout restart its owner, where the webhook is newer',
      path: ['metadata', 'annotations'],
    },
  ];
};

const meshDns: Rule = ({ workload: { pod }, context, hasSidecar }) => {
  const configured = [
    annotationsOf(pod)['proxy.istio.io/config'] ?? '',
    context.namespace.annotations['proxy.istio.io/config'] ?? '',
  ].some((text) => /ISTIO_META_DNS_CAPTURE["']?\s*:\s*["']?true/.test(text));
  if (!hasSidecar || !(configured || hasVariable(pod, 'ISTIO_META_DNS_CAPTURE', 'true'))) return [];
  return [
    {
      code: 'mesh-captures-dns',
      severity: 'warning',
      certainty: 'likely',
      text: "Istio answers the pod's DNS queries itself: what the sidecar asks goes through its proxy first",
      facts: ['ISTIO_META_DNS_CAPTURE is true'],
      fix: 'see docs/operations.md; turn the capture off for the pod where names are found otherwise',
      path: ['metadata', 'annotations'],
    },
  ];
};

const quota: Rule = ({ workload, hasSidecar, injection: verdict, surroundings }) => {
  const quotas = surroundings.quotas.filter(({ namespace }) => namespace === workload.namespace);
  const resources = [...new Set(quotas.flatMap((each) => each.resources))].filter((each) => /cpu|memory/.test(each));
  if (!hasSidecar || verdict.verdict !== 'inject' || resources.length === 0) return [];
  return [
    {
      code: 'quota-grows',
      severity: 'note',
      certainty: 'certain',
      text: `the sidecar adds to ${resources.join(', ')}, which a ResourceQuota of ${workload.namespace} bounds`,
      facts: [`ResourceQuota with ${resources.join(', ')}`],
      fix: 'see that the quota has room, or set cpu-request, cpu-limit, memory-request or memory-limit',
      path: ['spec'],
    },
  ];
};

export const injectionRules: readonly Rule[] = [
  ...[injection, webhookWarnings, unknownIgnoredCode],
  ...[olderSidecar, meshDns, quota],
];
