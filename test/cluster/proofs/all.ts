/** Every proof, in the order in which they run. */
import { nodeProofs } from './node.ts';
import type { Proof } from './proof.ts';

export const allProofs: readonly Proof[] = [...nodeProofs];
