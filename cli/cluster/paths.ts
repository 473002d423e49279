/** Where the API server has what the commands read, and the rights that each of it needs. */
import { projectName } from '../../shared/values/names.ts';

export const paths = {
  configuration: `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${projectName}`,
  version: '/version',
  namespaces: '/api/v1/namespaces',
  nodes: '/api/v1/nodes',
  /** Not of the documented rights: what they do not allow is not known. */
  networkPolicies: (namespace: string) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
  clusterDns: '/api/v1/namespaces/kube-system/services/kube-dns',
  namespace: (name: string) => `/api/v1/namespaces/${name}`,
  deployment: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${projectName}`,
  pod: (namespace: string, name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`,
  podMetrics: (namespace: string, name: string, port: number) =>
    `/api/v1/namespaces/${namespace}/pods/${name}:${port}/proxy/metrics`,
  /** Of one namespace, or of all. */
  inNamespace: (resource: NamespacedResource, namespace: string | undefined) =>
    namespace === undefined ? `/api/v1/${resource}` : `/api/v1/namespaces/${namespace}/${resource}`,
} as const;

export type NamespacedResource = 'pods' | 'services' | 'limitranges' | 'resourcequotas' | 'events';
