/** What a proof is: a name, the images it needs, and what it does with a cluster. */
import type { Kubectl } from '../kubectl.ts';
import type { Cluster } from '../up.ts';

/** Images that the proofs use; on a cluster of the user's own they are arguments. */
export interface ProofImages {
  readonly webhook: string;
  readonly sidecar: string;
  readonly alpine: string;
  readonly glibc: string;
  /** Images whose names are not recognised as Alpine, with the behaviour of alpine-kubernetes. */
  readonly ownResolver: string;
  /** A DNS server for the scripted names, where the cluster's own does not serve them. */
  readonly coredns: string;
}

/** Whom pods ask for the scripted names. */
export interface ProofNames {
  readonly clusterDomain: string;
  /** A nameserver that knows the names outside the cluster alone. */
  readonly outsideNameserver: string;
  /** Keys of the specification of a pod in this namespace: with them it resolves the scripted names. */
  dns(namespace: string): object;
}

export interface ProofContext {
  readonly kubectl: Kubectl;
  readonly images: ProofImages;
  /** Folder that is installed by `kubectl apply -k`. */
  readonly manifests: string;
  readonly names: ProofNames;
  /** The cluster that this command brought up; undefined on an existing one, whose node cannot be touched. */
  readonly cluster: Cluster | undefined;
  /** Prints below the proof's name. */
  print(text: string): void;
}

export interface Proof {
  /** As `2` or `2.3`: the number of what must be shown. */
  readonly number: string;
  readonly name: string;
  /** Nothing after it makes sense when it fails. */
  readonly foundation?: boolean;
  /** Needs the node, the cluster's DNS or the API server's audit log: cannot run on an existing cluster. */
  readonly ownCluster?: boolean;
  /** Throws when it does not hold; gives a figure for the table. */
  prove(context: ProofContext): Promise<string | void>;
}

export class ProofFailure extends Error {
  readonly code = 'PROOF_FAILED';
}

/** What a proof asks of the cluster, with a message that names what was seen instead. */
export function hold(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new ProofFailure(message());
}

/** The cluster of a proof with `ownCluster`. */
export function ownClusterOf({ cluster }: ProofContext): Cluster {
  if (cluster === undefined) throw new ProofFailure('this proof needs a cluster of its own');
  return cluster;
}
