/** Whether the API server reaches the webhook's port, as far as the objects of a cluster tell. */
import { objectsAt, stringAt, textsAt, valueAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { PlacedFinding } from './check.ts';
import { placedOf } from './cluster-finding.ts';
import { admissionAt, type Opening } from './network-policies.ts';

export interface PortSurroundings {
  readonly nodes: readonly JsonObject[];
  /** Of the webhook, if it is installed. */
  readonly webhookPods: readonly JsonObject[];
  /** Of its namespace. */
  readonly policies: readonly JsonObject[];
  readonly namespace: string;
  /** Pods of the Amazon VPC CNI; undefined: they are not known. */
  readonly vpcCniPods: number | undefined;
}

const manifestPort = 8443;

/** As the manifests name it. */
const portName = 'https';

export function portFindings(surroundings: PortSurroundings): PlacedFinding[] {
  const [pod] = surroundings.webhookPods;
  const port = portOf(pod);
  return [
    ...blockedByFirewall(surroundings.nodes, port),
    ...(isOnHost(pod) ? [] : [...overlaid(surroundings), ...blockedByPolicies(surroundings, pod, port)]),
  ];
}

function portOf(pod: JsonObject | undefined): number {
  const ports = objectsAt(pod, 'spec', 'containers').flatMap((container) => objectsAt(container, 'ports'));
  const port = valueAt(
    ports.find(({ name }) => name === portName),
    'containerPort',
  );
  return typeof port === 'number' ? port : manifestPort;
}

function isOnHost(pod: JsonObject | undefined): boolean {
  return valueAt(pod, 'spec', 'hostNetwork') === true;
}

/** Google's firewall lets a private control plane reach these of its nodes and pods, and no other port. */
const openAtGoogle = [443, 10250];

const googlePool = 'cloud.google.com/gke-nodepool';

/** Private are clusters of GKE whose nodes have no address outside; what others in that cloud open, nobody knows. */
function blockedByFirewall(nodes: readonly JsonObject[], port: number): PlacedFinding[] {
  const found = nodes.find((node) => (stringAt(node, 'spec', 'providerID') ?? '').startsWith('gce://'));
  if (found === undefined || openAtGoogle.includes(port)) return [];
  const addresses = objectsAt(found, 'status', 'addresses');
  const isPublic = addresses.some(({ type, address }) => type === 'ExternalIP' && address !== '');
  if (isPublic) return [];
  const isPrivate = addresses.length > 0 && textsAt(found, 'metadata', 'labels')[googlePool] !== undefined;
  return [
    placedOf('Node', stringAt(found, 'metadata', 'name') ?? '', {
      code: 'webhook-port-blocked',
      severity: isPrivate ? 'warning' : 'note',
      certainty: isPrivate ? 'likely' : 'possible',
      text: isPrivate
        ? `the cluster is private: unless it was opened, its firewall keeps the API server from port ${port} of the webhook`
        : `where the control plane is private, its firewall keeps the API server from port ${port} of the webhook`,
      facts: isPrivate ? ['the nodes are of GKE', 'they have no external address'] : ['the nodes are of Google Cloud'],
      fix: `open port ${port} from the control plane to the nodes, if webhooks are called in vain`,
      path: ['spec', 'providerID'],
    }),
  ];
}

const computeType = 'eks.amazonaws.com/compute-type';
const nodeGroup = 'eks.amazonaws.com/nodegroup';

/** EKS calls webhooks from its VPC, in which pods of another network have no address. Auto Mode and Fargate run no such pods. */
function overlaid({ nodes, vpcCniPods }: PortSurroundings): PlacedFinding[] {
  const found = nodes.find((node) => {
    const labels = textsAt(node, 'metadata', 'labels');
    return labels[computeType] === undefined && (labels[nodeGroup] !== undefined || isOfEks(node));
  });
  if (found === undefined || vpcCniPods !== 0) return [];
  return [
    placedOf('Node', stringAt(found, 'metadata', 'name') ?? '', {
      code: 'webhook-on-overlay',
      severity: 'warning',
      certainty: 'likely',
      text: 'pods have addresses that the control plane of EKS does not reach, and so has the webhook',
      facts: ['the nodes are of EKS', 'no pod of the Amazon VPC CNI (k8s-app=aws-node) is in kube-system'],
      fix: 'run the webhook with hostNetwork: true and dnsPolicy: ClusterFirstWithHostNet (docs/operations.md, Networks)',
      path: ['metadata', 'labels'],
    }),
  ];
}

/** Nodes that a cluster's owner adds to it have no label of EKS, and its kubelet. */
function isOfEks(node: JsonObject): boolean {
  const isOfAmazon = stringAt(node, 'spec', 'providerID')?.startsWith('aws://') === true;
  return isOfAmazon && stringAt(node, 'status', 'nodeInfo', 'kubeletVersion')?.includes('-eks-') === true;
}

type Barred = Exclude<Opening, 'open'>;

interface Bar extends Pick<PlacedFinding, 'severity' | 'certainty'> {
  readonly text: (port: number) => string;
}

const bars: Readonly<Record<Barred, Bar>> = {
  closed: { severity: 'error', certainty: 'likely', text: (port) => `nobody reach its port ${port}` },
  pods: {
    ...{ severity: 'warning', certainty: 'likely' },
    text: (port) => `pods alone reach its port ${port}, and an API server is none`,
  },
  addresses: {
    ...{ severity: 'note', certainty: 'possible' },
    text: (port) => `some addresses alone reach its port ${port}: that of the API server has to be one of them`,
  },
};

/** Before it is installed nothing bars it: its manifests have a policy that opens the port, and policies add up. */
function blockedByPolicies(
  { policies, namespace }: PortSurroundings,
  pod: JsonObject | undefined,
  port: number,
): PlacedFinding[] {
  if (pod === undefined) return [];
  const labels = textsAt(pod, 'metadata', 'labels');
  const { opening, policies: names } = admissionAt(policies, { labels, name: portName, port });
  if (opening === 'open') return [];
  const { severity, certainty, text } = bars[opening];
  const [first = ''] = names;
  return [
    placedOf('NetworkPolicy', `${namespace}/${first}`, {
      code: 'webhook-port-policy',
      ...{ severity, certainty },
      text: `the NetworkPolicies that select the webhook let ${text(port)}`,
      facts: [`NetworkPolicies ${names.join(', ')}`],
      fix: `kubectl apply -f manifests/network-policy.yaml, with its namespace ${namespace}`,
      path: ['spec', 'ingress'],
    }),
  ];
}
