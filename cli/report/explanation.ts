/** What an explanation holds: text, JSON and the page are made from this one value. */
import type { ChosenMusl } from '../models/alpine-releases.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import type { Timeline } from '../models/timeline.ts';
import type { Lookup } from './comparison.ts';
import type { MuslDivergenceNumber } from './musl-divergences.ts';
import type { ResidualNumber } from './residual-divergences.ts';

export interface Explanation {
  readonly name: string;
  readonly source: ExplainedSource;
  readonly musl: MuslChoice;
  /** Times are those of a scenario, not of this machine. */
  readonly isSimulated: boolean;
  readonly glibc: Lookup;
  /** From the oldest; releases that do the same stand together. */
  readonly alone: readonly MuslLookups[];
  readonly sidecar: SidecarLookups;
  readonly partings: readonly ExplainedParting[];
  /** glibc's, then those of each musl, then the sidecar's. */
  readonly timelines: readonly ExplainedTimeline[];
  /** What this machine's libraries say, where they were asked. */
  readonly real: readonly RealLookup[];
  /** A nameserver said something to somebody. */
  readonly isAnswered: boolean;
}

export interface ExplainedSource {
  /** `/etc/resolv.conf`, `Deployment shop/web` */
  readonly title: string;
  /** Of the pod as it would be without the sidecar. */
  readonly resolvConf: string;
  /** What the containers see with it. */
  readonly seenResolvConf: string;
  /** What was assumed or left out. */
  readonly remarks: readonly string[];
}

export interface MuslLookups {
  readonly members: readonly ChosenMusl[];
  readonly lookup: Lookup;
}

export interface SidecarLookups {
  /** What it does upstream. */
  readonly lookup: Pick<Lookup, 'timeline'> & { readonly queries: number; readonly elapsedMs: number };
  readonly isFromHosts: boolean;
  /** What musl behind it gets. */
  readonly clients: readonly MuslLookups[];
}

export interface ExplainedParting {
  /** Of docs/musl-divergences.md or docs/residual-divergences.md; none where neither page has it. */
  readonly number: MuslDivergenceNumber | ResidualNumber | undefined;
  readonly who: 'musl' | 'sidecar';
  readonly members: readonly ChosenMusl[];
  /** Where, of the names that are asked. */
  readonly candidate: string | undefined;
  readonly text: string;
  /** Otherwise it is a remark: the same end in another way, or at another time. */
  readonly isDifference: boolean;
}

export interface ExplainedTimeline {
  readonly resolver: 'glibc' | 'musl' | 'sidecar';
  readonly title: string;
  readonly timeline: Timeline;
  /** What was made of each candidate. */
  readonly words: readonly string[];
  /** Where it parts from glibc: the index of a candidate. */
  readonly partsAt: { readonly candidate: number; readonly number: ExplainedParting['number'] } | undefined;
  readonly elapsedMs: number;
}

export interface RealLookup {
  /** `musl 1.2.5` */
  readonly title: string;
  readonly lookup: Lookup;
}

/** Whether what programs get differs between resolvers. */
export function isDifferent({ partings }: Explanation): boolean {
  return partings.some((parting) => parting.isDifference);
}
