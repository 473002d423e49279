/** Rules on the cluster itself: what stands in the way before the first pod is injected. */
import { stringAt, textsAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { WebhookSettings } from '../../shared/settings/settings.ts';
import { fingerprintOf, type PlacedFinding } from './check.ts';
import type { Finding } from './finding.ts';

/** Native sidecars are on by default from there on. */
const minKubeletMinor = 29;

export function nodeFindings(nodes: readonly JsonObject[]): PlacedFinding[] {
  const findings = nodes.flatMap((node) => {
    const kubelet = stringAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? '';
    const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(kubelet) ?? [];
    if (minor === undefined || Number(major) > 1 || Number(minor) >= minKubeletMinor) return [];
    return [
      placedOf('Node', stringAt(node, 'metadata', 'name') ?? '', {
        code: 'kubelet-too-old',
        severity: 'error',
        certainty: 'certain',
        text: `the kubelet is ${kubelet}, and native sidecars need 1.${minKubeletMinor}`,
        facts: [`kubelet ${kubelet}`],
        fix: 'renew the node before its pods are injected',
        path: ['status', 'nodeInfo', 'kubeletVersion'],
      }),
    ];
  });
  return [...findings, ...blockedPort(nodes)];
}

/** Google's firewall lets a private control plane reach 443 and 10250 of its nodes, and no other port. */
function blockedPort(nodes: readonly JsonObject[]): PlacedFinding[] {
  const found = nodes.find((node) => (stringAt(node, 'spec', 'providerID') ?? '').startsWith('gce://'));
  if (found === undefined) return [];
  return [
    placedOf('Node', stringAt(found, 'metadata', 'name') ?? '', {
      code: 'webhook-port-blocked',
      severity: 'note',
      certainty: 'possible',
      text: 'where the control plane is private, its firewall keeps the API server from port 8443 of the webhook',
      facts: ['the nodes are of Google Cloud'],
      fix: 'open port 8443 from the control plane to the nodes, if webhooks are called in vain',
      path: ['spec', 'providerID'],
    }),
  ];
}

const enforce = 'pod-security.kubernetes.io/enforce';

export function namespaceFindings(
  namespaces: readonly JsonObject[],
  { runAsUser }: Pick<WebhookSettings, 'runAsUser'>,
): PlacedFinding[] {
  return namespaces.flatMap((namespace) => {
    const level = textsAt(namespace, 'metadata', 'labels')[enforce];
    if (level !== 'restricted' && level !== 'baseline') return [];
    const isWithoutUser = level === 'restricted' && runAsUser === 0;
    return [
      placedOf('Namespace', stringAt(namespace, 'metadata', 'name') ?? '', {
        code: 'pod-security',
        severity: isWithoutUser ? 'warning' : 'note',
        certainty: isWithoutUser ? 'possible' : 'certain',
        text: isWithoutUser
          ? 'it enforces restricted, and the webhook leaves the user of the sidecar to the cluster'
          : `it enforces ${level}, which the sidecar passes`,
        facts: [`label ${enforce}: ${level}`],
        fix: isWithoutUser ? 'unset WEBHOOK_RUN_AS_USER' : 'nothing is to do',
        path: ['metadata', 'labels'],
      }),
    ];
  });
}

function placedOf(kind: string, name: string, finding: Finding): PlacedFinding {
  const workload = `${kind} ${name}`;
  const namespace = kind === 'Namespace' ? name : '';
  return {
    ...finding,
    workload,
    namespace,
    file: '',
    line: 1,
    column: 1,
    fingerprint: fingerprintOf(finding, workload),
  };
}
