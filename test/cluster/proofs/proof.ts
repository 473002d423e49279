import type { Cluster } from '../up.ts';
import type { Kubectl } from '../kubectl.ts';

/** Images that the proofs use; on a cluster of the user's own they are arguments. */
export interface ProofImages {
  readonly webhook: string;
  readonly sidecar: string;
  readonly alpine: string;
  readonly glibc: string;
}

export interface ProofContext {
  readonly kubectl: Kubectl;
  readonly images: ProofImages;
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
