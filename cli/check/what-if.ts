/** Groups of pods, played through the failures of nameservers in simulated time. */
import type { LookupResult } from '../models/lookup.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import { failureScenarios, loss, type FailureScenario, type HealthyWorld } from './failure-scenarios.ts';
import type { PodFacts } from './pod-facts.ts';
import type { NamedLookup } from './what-if-alike.ts';
import { createPlays, type PlayedEnds, type Plays } from './what-if-ends.ts';
import { createPodGroups, type GroupOptions, type PodGroup } from './what-if-groups.ts';
import type { LossEnd } from './what-if-loss.ts';
import { askedNames, existingNames } from './what-if-names.ts';
import type { StagedLookup } from './what-if-play.ts';

export interface WhatIfGroup {
  /** Titles of its workloads. */
  readonly workloads: readonly string[];
  readonly musl: MuslChoice;
  readonly resolvConf: string;
  readonly hasSidecar: boolean;
  readonly rows: readonly WhatIfRow[];
  readonly losses: readonly LossRow[];
}

export interface WhatIfRow extends PlayedEnds<LookupResult> {
  readonly scenario: string;
  readonly name: string;
}

/** Many runs of a lookup on a network that loses datagrams. */
export interface LossRow extends PlayedEnds<LossEnd> {
  readonly scenario: string;
  readonly name: string;
}

export async function whatIf(
  groups: readonly PodGroup[],
  onDone: (done: number, total: number) => void,
  lossRuns: number = loss.runs,
): Promise<WhatIfGroup[]> {
  const plays = createPlays(worldOf, lossRuns);
  const results: WhatIfGroup[] = [];
  for (const group of groups) {
    onDone(results.length, groups.length);
    results.push(await playGroup(group, plays));
  }
  return results;
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

async function playGroup(group: PodGroup, plays: Plays): Promise<WhatIfGroup> {
  const { workloads, musl, hasSidecar, read, names } = group;
  const generations = [...new Set(musl.members.map(({ generation }) => generation))];
  const lookups = names.map((name) => plays.keyed(namedLookup(name, group)));
  const rows: WhatIfRow[] = [];
  const losses: LossRow[] = [];
  for (const scenario of failureScenarios)
    for (const lookup of lookups) {
      const ends = await plays.failure(scenario, lookup, generations);
      if (ends !== undefined) rows.push({ scenario: scenario.title, name: lookup.name, ...ends });
    }
  for (const lookup of lookups) {
    const ends = await plays.loss(lookup, generations);
    losses.push({ scenario: loss.title, name: lookup.name, ...ends });
  }
  return { workloads, musl, resolvConf: read.source.original, hasSidecar, rows, losses };
}

function namedLookup(name: string, { read, names, namespace, known }: PodGroup): NamedLookup {
  const asked = askedNames(name, read);
  return { name, read, asked, existing: existingNames(asked, { names, namespace, read }, known) };
}

function worldOf({ name, read: { glibc }, existing }: NamedLookup): HealthyWorld {
  const servers = glibc.servers.map(({ address }) => address);
  return { existing, name: name.replace(/\.$/, ''), servers, search: glibc.search };
}
