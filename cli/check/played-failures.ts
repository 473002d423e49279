/** The failures of nameservers that `check --what-if` plays. */
import { assumedDomain } from '../inject/options.ts';
import type { CheckResult } from './check.ts';
import type { CheckOptions } from './options.ts';
import { whatIf, type WhatIfGroup } from './what-if.ts';

/** Undefined: they were not asked for. */
export async function playedFailures(
  { facts }: CheckResult,
  { isPlayed, names, clusterDomain = assumedDomain }: CheckOptions,
  show: (text: string) => void,
): Promise<WhatIfGroup[] | undefined> {
  if (!isPlayed) return undefined;
  return whatIf(facts, { names, clusterDomain }, (done, total) =>
    show(`playing failures of nameservers, ${done} of ${total} groups of pods done …`),
  );
}
