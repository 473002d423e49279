/** Groups of pods, played through the failures of nameservers in simulated time. */
import type { LookupResult } from '../models/lookup.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import { createPause } from '../terminal/pause.ts';
import { failureScenarios, loss, type FailureScenario } from './failure-scenarios.ts';
import type { PodFacts } from './pod-facts.ts';
import type { NamedLookup } from './what-if-alike.ts';
import { createPlays, worldOf, type KeyedLookup, type PlayedEnds, type Plays } from './what-if-ends.ts';
import {
  createPodGroups,
  type GroupOptions,
  type LeftOutPod,
  type PodGroup,
  type PodGroups,
} from './what-if-groups.ts';
import type { LossEnd } from './what-if-loss.ts';
import { askedNames, existingNames } from './what-if-names.ts';
import type { StagedLookup } from './what-if-play.ts';

export interface WhatIfReport {
  /** Fewer than there are, where it was interrupted. */
  readonly groups: readonly WhatIfGroup[];
  readonly total: number;
  readonly leftOut: readonly LeftOutPod[];
}

export interface WhatIfGroup {
  /** Titles of its workloads. */
  readonly workloads: readonly string[];
  readonly musl: MuslChoice;
  readonly resolvConf: string;
  readonly hasSidecar: boolean;
  readonly rows: readonly WhatIfRow[];
  readonly losses: readonly LossRow[];
  /** How many names more there are, none of which is like one that is played. */
  readonly unplayedNames: number;
}

export interface WhatIfRow extends PlayedEnds<LookupResult> {
  readonly scenario: string;
  /** Those that are alike. */
  readonly names: readonly string[];
}

/** Many runs of a lookup on a network that loses datagrams. */
export interface LossRow extends PlayedEnds<LossEnd> {
  readonly scenario: string;
  readonly names: readonly string[];
}

export interface PlayingOptions {
  readonly onDone: (done: number, total: number) => void;
  readonly lossRuns?: number | undefined;
  /** Ends it, with the groups that are done. */
  readonly signal?: AbortSignal | undefined;
  /** So many names of a group are played, not counting those that are like one of them. */
  readonly maxUnlike?: number | undefined;
}

/** Names that a setting such as a stub zone is about are like no other, and there may be many. */
const usualMaxUnlike = 100;

export async function whatIf(
  pods: Pick<PodGroups, 'all' | 'leftOut'>,
  { onDone, lossRuns = loss.runs, signal, maxUnlike = usualMaxUnlike }: PlayingOptions,
): Promise<WhatIfReport> {
  const groups = pods.all();
  const plays = createPlays({ lossRuns, pause: createPause(signal) });
  const played: WhatIfGroup[] = [];
  try {
    for (const group of groups) {
      onDone(played.length, groups.length);
      played.push(await playGroup(group, plays, maxUnlike));
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
  return { groups: played, total: groups.length, leftOut: pods.leftOut() };
}

/** What each name of a pod meets in each failure that can be, to be played elsewhere, too. */
export function stagedLookups(
  facts: PodFacts,
  options: GroupOptions,
): (StagedLookup & { readonly scenario: FailureScenario })[] {
  const groups = createPodGroups(options);
  groups.add(facts);
  return groups.all().flatMap((group) =>
    failureScenarios.flatMap((scenario) =>
      group.names.flatMap((name) => {
        const script = scenario.script(worldOf(namedLookup(name, group)));
        return script === undefined ? [] : [{ name, read: group.read, script, scenario }];
      }),
    ),
  );
}

async function playGroup(group: PodGroup, plays: Plays, maxUnlike: number): Promise<WhatIfGroup> {
  const { workloads, musl, hasSidecar, read } = group;
  const generations = [...new Set(musl.members.map(({ generation }) => generation))];
  const { alike, unplayedNames } = await alikeNames(group, plays, maxUnlike);
  const rows: WhatIfRow[] = [];
  const losses: LossRow[] = [];
  for (const scenario of failureScenarios)
    for (const { lookup, names } of alike) {
      const ends = await plays.failure(scenario, lookup, generations);
      if (ends !== undefined) rows.push({ scenario: scenario.title, names, ...ends });
    }
  for (const { lookup, names } of alike) {
    const ends = await plays.loss(lookup, generations);
    losses.push({ scenario: loss.title, names, ...ends });
  }
  return { workloads, musl, resolvConf: read.source.original, hasSidecar, rows, losses, unplayedNames };
}

interface AlikeNames {
  /** Of the first of them. */
  readonly lookup: KeyedLookup;
  readonly names: string[];
}

async function alikeNames(
  group: PodGroup,
  plays: Plays,
  maxUnlike: number,
): Promise<{ readonly alike: readonly AlikeNames[]; readonly unplayedNames: number }> {
  const alike = new Map<string, AlikeNames>();
  let unplayedNames = 0;
  for (const name of group.names) {
    await plays.pause();
    const lookup = plays.keyed(namedLookup(name, group));
    const key = JSON.stringify(lookup.keys);
    const known = alike.get(key);
    if (known !== undefined) known.names.push(name);
    else if (alike.size < maxUnlike) alike.set(key, { lookup, names: [name] });
    else unplayedNames++;
  }
  return { alike: [...alike.values()], unplayedNames };
}

function namedLookup(name: string, group: PodGroup): NamedLookup {
  const { read, external } = group;
  const asked = askedNames(name, read);
  return { name, read, asked, existing: existingNames(asked, external, group) };
}
