/** The cluster of the test: the API server's plug-ins and the webhook see the same objects. */
import { labels, labelValues } from '../../shared/values/names.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';

interface Limits {
  readonly type: 'Container' | 'Pod';
  readonly [bound: string]: JsonObject | string;
}

const container = (bounds: Record<string, JsonObject>): Limits => ({ type: 'Container', ...bounds });
const pod = (bounds: Record<string, JsonObject>): Limits => ({ type: 'Pod', ...bounds });

/** Namespace → its LimitRanges, each a list of items. */
const limitRangeSets: Readonly<Record<string, readonly (readonly Limits[])[]>> = {
  free: [],
  usual: [[container({ default: { cpu: '500m', memory: '512Mi' }, defaultRequest: { cpu: '100m', memory: '128Mi' } })]],
  'small-max': [[container({ max: { cpu: '200m', memory: '160Mi' } })]],
  'with-min': [[container({ min: { cpu: '50m', memory: '100Mi' } })]],
  'with-ratio': [
    [
      container({
        default: { cpu: '1', memory: '1Gi' },
        defaultRequest: { cpu: '500m', memory: '1Gi' },
        maxLimitRequestRatio: { cpu: '2', memory: '1' },
      }),
    ],
  ],
  'pod-max': [[pod({ max: { cpu: '2', memory: '2Gi' } })]],
  'pod-ratio': [[pod({ min: { cpu: '20m' }, max: { cpu: '4', memory: '4Gi' }, maxLimitRequestRatio: { cpu: '3' } })]],
  'large-max': [[container({ max: { memory: '2Gi' } })]],
  'default-alone': [[container({ default: { cpu: '500m', memory: '256Mi' } })]],
  storage: [
    [
      container({ default: { 'ephemeral-storage': '2Gi' }, defaultRequest: { 'ephemeral-storage': '100Mi' } }),
      pod({ max: { 'ephemeral-storage': '3Gi' } }),
    ],
  ],
  'equal-defaults': [
    [
      container({
        default: { memory: '1Gi' },
        defaultRequest: { memory: '1Gi' },
        maxLimitRequestRatio: { memory: '2' },
      }),
    ],
  ],
  several: [
    // Of several any may be the first that fills in what is missing: each has a resource of its own.
    [container({ default: { memory: '300Mi' }, max: { memory: '1Gi' } })],
    [
      container({ min: { cpu: '5m' }, default: { cpu: '500m' }, defaultRequest: { cpu: '30m' } }),
      pod({ max: { memory: '3Gi' } }),
    ],
  ],
  impossible: [[container({ max: { memory: '10Mi' } })]],
};

/** Namespaces whose LimitRanges do not matter, but something else does. */
const annotated: Readonly<Record<string, { labels?: Record<string, string>; annotations?: Record<string, string> }>> = {
  openshift: { annotations: { 'openshift.io/sa.scc.uid-range': '1000620000/10000' } },
  mesh: { labels: { 'istio-injection': 'enabled' } },
  settings: { annotations: { 'alpine-resolver.io/ndots': '3', 'alpine-resolver.io/log-level': 'debug' } },
};

export const limitRangeNamespaces: readonly string[] = Object.keys(limitRangeSets);
export const namespaces: readonly string[] = [...limitRangeNamespaces, ...Object.keys(annotated)];

/** With a pull secret, and without a token. */
export const serviceAccounts: readonly string[] = ['default', 'puller', 'no-token'];

export function clusterObjects(): JsonObject[] {
  return namespaces.flatMap((name) => [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: {
          [labels.inject]: labelValues.optIn,
          'kubernetes.io/metadata.name': name,
          ...annotated[name]?.labels,
        },
        annotations: { ...annotated[name]?.annotations },
      },
    },
    ...serviceAccounts.map((account) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account, namespace: name },
      ...(account === 'puller' && { imagePullSecrets: [{ name: 'registry' }] }),
      ...(account === 'no-token' && { automountServiceAccountToken: false }),
    })),
    ...(limitRangeSets[name] ?? []).map((limits, index) => ({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: `limits-${index}`, namespace: name },
      spec: { limits: limits.map((item) => ({ ...item })) },
    })),
  ]);
}
