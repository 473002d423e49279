/** Every proof, in the order in which they run. */
import { installProofs } from './install.ts';
import { nameProofs } from './names-table.ts';
import { nodeProofs } from './node.ts';
import { ownResolverProofs } from './own-resolver.ts';
import type { Proof } from './proof.ts';

export const allProofs: readonly Proof[] = [...nodeProofs, ...installProofs, ...nameProofs, ...ownResolverProofs];
