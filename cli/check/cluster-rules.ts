/** Rules on the cluster itself: what stands in the way before the first pod is injected. */
import { stringAt, textsAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { WebhookSettings } from '../../shared/settings/settings.ts';
import type { PlacedFinding } from './check.ts';
import { placedOf } from './cluster-finding.ts';
import { podSecurityFinding } from './pod-security.ts';

/** Native sidecars are on by default from there on. */
const minKubeletMinor = 29;

export function nodeFindings(nodes: readonly JsonObject[]): PlacedFinding[] {
  return nodes.flatMap((node) => {
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
}

export function namespaceFindings(
  namespaces: readonly JsonObject[],
  { runAsUser }: Pick<WebhookSettings, 'runAsUser'>,
): PlacedFinding[] {
  return namespaces.flatMap((namespace) => {
    const finding = podSecurityFinding(textsAt(namespace, 'metadata', 'labels'), runAsUser !== 0);
    return finding === undefined ? [] : [placedOf('Namespace', stringAt(namespace, 'metadata', 'name') ?? '', finding)];
  });
}
