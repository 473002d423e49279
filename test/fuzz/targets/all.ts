/** All targets of the fuzzer. */
import type { Target } from '../target.ts';
import { plantedTargets } from './planted.ts';
import { queryTarget } from './query.ts';
import { replyTarget } from './reply.ts';
import { streamTarget } from './stream.ts';
import { annotationsTarget, hostsTarget, resolvConfTarget } from './texts.ts';
import { searchTarget } from './search.ts';

export const targets: readonly Target[] = [
  queryTarget,
  replyTarget,
  searchTarget,
  streamTarget,
  resolvConfTarget,
  hostsTarget,
  annotationsTarget,
  ...plantedTargets,
];
