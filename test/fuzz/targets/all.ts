import type { Target } from '../target.ts';
import { plantedTargets } from './planted.ts';
import { queryTarget } from './query.ts';
import { replyTarget } from './reply.ts';
import { streamTarget } from './stream.ts';
import { annotationsTarget, hostsTarget, resolvConfTarget } from './texts.ts';
import { walkTarget } from './walk.ts';

export const targets: readonly Target[] = [
  queryTarget,
  replyTarget,
  walkTarget,
  streamTarget,
  resolvConfTarget,
  hostsTarget,
  annotationsTarget,
  ...plantedTargets,
];
