/** One name through every resolver, and where they part. */
import { readGlibcConfiguration } from '../models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../models/glibc.ts';
import type { ChosenMusl } from '../models/alpine-releases.ts';
import { readMuslConfiguration } from '../models/musl-configuration.ts';
import { lookUpAsMusl } from '../models/musl.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import { createTimeline, type Timeline } from '../models/timeline.ts';
import { wasAnswered, type Lookup } from '../report/comparison.ts';
import type { Explanation, MuslLookups, SidecarLookups } from '../report/explanation.ts';
import { partingsOf } from '../report/explained-partings.ts';
import { timelinesOf } from '../report/explained-timelines.ts';
import { isSameTimeline, timelineOf, withoutStart } from '../report/lookup-records.ts';
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import { startOwnSidecar } from '../simulation/own-sidecar.ts';
import type { Redactor } from './redact.ts';
import type { ResolverSource } from './sources.ts';
import type { OpenStage, Stage } from './stage.ts';

const standardDnsPort = 53;

export interface Play {
  readonly name: string;
  readonly source: ResolverSource;
  readonly musl: MuslChoice;
  readonly stage: Stage;
  /** Changes the names in what is shown. */
  readonly redactor: Redactor;
  /** Called after each lookup. */
  readonly onDone: (done: number, total: number) => void;
}

/** Lookups of real nameservers wait for their timeouts together. */
export async function play({ name, source, musl, stage, redactor, onDone }: Play): Promise<Explanation> {
  const { original, port, hostName } = source;
  const total = 1 + 2 * musl.members.length;
  let done = 0;
  const counted = async <Value>(result: Promise<Value>): Promise<Value> => {
    const value = await result;
    onDone(++done, total);
    return value;
  };
  const glibcConfiguration = readGlibcConfiguration(original, hostName, port);
  const muslConfiguration = readMuslConfiguration(original, port);
  const seen = readMuslConfiguration(source.seen, standardDnsPort);
  const asGlibc = recorded(stage.open(), (network, timeline) =>
    lookUpAsGlibc(name, 'both', { configuration: glibcConfiguration, network, timeline }),
  );
  const asMusl = musl.members.map(({ generation }) =>
    recorded(stage.open(), (network, timeline) =>
      lookUpAsMusl(name, 'both', { configuration: muslConfiguration, generation, network, timeline }),
    ),
  );
  const behind = musl.members.map(async ({ generation }) => {
    const open = stage.open();
    const sidecar = startOwnSidecar(open.network, { snapshot: source.snapshot, name, afterRead: open.afterRead });
    const lookup = await recorded({ ...open, network: sidecar.network }, (network, timeline) =>
      lookUpAsMusl(name, 'both', { configuration: seen, generation, network, timeline }),
    );
    return { lookup, record: sidecar.record() };
  });
  const [glibc, alone, injected] = await Promise.all([
    counted(asGlibc),
    Promise.all(asMusl.map(counted)),
    Promise.all(behind.map(counted)),
  ]);
  const shown = {
    name: redactor.name(name),
    source: redactor.source(source.explained),
    glibc: redactor.lookup(glibc),
    alone: alone.map(redactor.lookup),
    injected: injected.map(({ lookup, record }) => ({
      lookup: redactor.lookup(lookup),
      record: redactor.record(record),
    })),
  };
  const explained = {
    ...{ name: shown.name, source: shown.source, musl, isSimulated: stage.isSimulated, glibc: shown.glibc },
    alone: grouped(musl.members, shown.alone, isSameWay),
    sidecar: sidecarLookups(musl.members, shown.injected),
    isAnswered: [glibc, ...alone].some(wasAnswered) || injected.some(({ lookup }) => lookup.outcome === 'OK'),
    real: [],
  };
  const configurations = {
    musl: redactor.configuration(muslConfiguration),
    glibc: redactor.configuration(glibcConfiguration),
    injected: seen,
  };
  const parted = { ...explained, partings: partingsOf(explained, configurations) };
  return { ...parted, timelines: timelinesOf(parted, configurations.musl) };
}

async function recorded(
  { network, run }: OpenStage,
  lookUp: (network: OpenStage['network'], timeline: Timeline) => Promise<Lookup>,
): Promise<Lookup> {
  const timeline = createTimeline();
  const startMs = network.now();
  const result = await run(lookUp(network, timeline));
  return { ...result, timeline: withoutStart(timeline, startMs) };
}

/** Neighbours that are alike. */
function grouped(
  members: readonly ChosenMusl[],
  lookups: readonly Lookup[],
  isAlike: (a: Lookup, b: Lookup) => boolean,
): MuslLookups[] {
  const groups: { members: ChosenMusl[]; lookup: Lookup }[] = [];
  members.forEach((member, i) => {
    const lookup = lookups[i];
    if (lookup === undefined) return;
    const last = groups.at(-1);
    if (last !== undefined && isAlike(last.lookup, lookup)) last.members.push(member);
    else groups.push({ members: [member], lookup });
  });
  return groups;
}

function isSameWay(a: Lookup, b: Lookup): boolean {
  return isSameEnd(a, b) && a.queries === b.queries && isSameTimeline(a.timeline, b.timeline);
}

function isSameEnd(a: Lookup, b: Lookup): boolean {
  return a.outcome === b.outcome && a.addresses.toSorted().join(' ') === b.addresses.toSorted().join(' ');
}

function sidecarLookups(
  members: readonly ChosenMusl[],
  injected: readonly { readonly lookup: Lookup; readonly record: LookupRecord }[],
): SidecarLookups {
  // Of the youngest: those before 1.2.4 come back over UDP alone.
  const last = injected.at(-1);
  const record = last?.record ?? { candidates: [] };
  const steps = record.candidates.flatMap((candidate) => candidate.steps);
  const ends = record.candidates.map(({ endMs }) => endMs);
  return {
    lookup: {
      timeline: timelineOf(record),
      queries: steps.filter(({ kind }) => kind === 'query').length,
      elapsedMs: Math.max(0, ...ends),
    },
    isFromHosts: record.isFromHosts === true,
    clients: grouped(
      members,
      injected.map(({ lookup }) => lookup),
      isSameEnd,
    ),
  };
}
