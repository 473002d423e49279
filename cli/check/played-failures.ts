/** The failures of nameservers that `check --what-if` plays, with the pods that it comes by. */
import { assumedDomain } from '../inject/options.ts';
import type { CheckOptions } from './options.ts';
import type { PodFacts } from './pod-facts.ts';
import { createPodGroups } from './what-if-groups.ts';
import { whatIf, type PlayingOptions, type WhatIfReport } from './what-if.ts';

export interface PlayedFailures {
  addPod(facts: PodFacts): void;
  /** Undefined: they were not asked for. */
  play(show: (text: string) => void, options?: Omit<PlayingOptions, 'onDone'>): Promise<WhatIfReport | undefined>;
}

export function createPlayedFailures({
  isPlayed,
  names,
  clusterDomain = assumedDomain,
}: Pick<CheckOptions, 'isPlayed' | 'names' | 'clusterDomain'>): PlayedFailures {
  if (!isPlayed) return { addPod() {}, play: () => Promise.resolve(undefined) };
  const groups = createPodGroups({ names, clusterDomain });
  return {
    addPod: groups.add,
    play: (show, playing) =>
      whatIf(groups, {
        ...playing,
        onDone: (done, total) => show(`playing failures of nameservers, ${done} of ${total} groups of pods done …`),
      }),
  };
}
