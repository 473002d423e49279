/** Reads what tells whether the API server reaches the webhook. */
import { readWebhookPods } from '../cluster/installation.ts';
import { paths } from '../cluster/paths.ts';
import { collected, unlessForbidden, type ClusterReader } from '../cluster/reader.ts';
import type { PortSurroundings } from './port-rules.ts';

export interface ReadPortSurroundings {
  readonly found: Omit<PortSurroundings, 'nodes'>;
  /** What is taken in the place of what may not be read. */
  readonly unknown: readonly string[];
}

const vpcCni = 'k8s-app=aws-node';

/** @param namespace of the webhook */
export async function readPortSurroundings(reader: ClusterReader, namespace: string): Promise<ReadPortSurroundings> {
  const [policies, webhookPods, vpcCniPods] = await Promise.all([
    unlessForbidden(collected(reader.list(paths.networkPolicies(namespace)))),
    unlessForbidden(readWebhookPods(reader, namespace)),
    unlessForbidden(collected(reader.list(paths.inNamespace('pods', 'kube-system'), { labelSelector: vpcCni }))),
  ]);
  const instead = 'no NetworkPolicy keeps the API server from the webhook';
  // Of a webhook that is not there nothing has to be known.
  const isThere = !webhookPods.isKnown || webhookPods.value.length > 0;
  const why = isThere ? [webhookPods, policies].find((fact) => !fact.isKnown) : undefined;
  return {
    found: {
      namespace,
      policies: policies.isKnown ? policies.value : [],
      webhookPods: webhookPods.isKnown ? webhookPods.value : [],
      vpcCniPods: vpcCniPods.isKnown ? vpcCniPods.value.length : undefined,
    },
    unknown: why?.isKnown === false ? [`${instead} (${why.why})`] : [],
  };
}
