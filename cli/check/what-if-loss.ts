/** A lookup on a network that loses datagrams, so often that one sees how it fares. */
import type { LookupResult } from '../models/lookup.ts';
import { playRuns } from '../simulation/loss-runs.ts';
import type { QueryPlace } from '../simulation/loss.ts';
import type { Script } from '../simulation/script.ts';
import { loss } from './failure-scenarios.ts';
import type { NamedLookup } from './what-if-alike.ts';
import type { playLookup, Resolver } from './what-if-play.ts';

export interface LossEnd {
  /** Of all runs, 0 to 1. */
  readonly share: number;
  /** Within which 99 of 100 runs ended, whether they succeeded or not. */
  readonly p99Ms: number;
  readonly runs: number;
  /** The other runs lost the same as one of these. */
  readonly playedRuns: number;
}

export interface LossPlay {
  /** Without loss. */
  readonly script: Script;
  /** What glibc comes to without loss: an address, or that there is none. */
  readonly well: LookupResult;
  readonly runs: number;
  readonly play: typeof playLookup;
}

export async function playLoss(
  resolver: Resolver,
  { name, read, asked }: NamedLookup,
  { script, well, runs, play }: LossPlay,
): Promise<LossEnd> {
  const servers = read.glibc.servers.map(({ address }) => address);
  const { ends, played } = await playRuns(runs, loss.share, (losesReply) =>
    play(resolver, { name, read, script, scenario: {} }, (server, question, number) => {
      const place = placeOf(servers.indexOf(server), asked.indexOf(question.name.toLowerCase()), question.type, number);
      return place !== undefined && losesReply(place);
    }),
  );
  const times = ends.map(({ elapsedMs }) => elapsedMs).toSorted((a, b) => a - b);
  return {
    share: ends.filter((end) => succeeds(end, well)).length / ends.length,
    p99Ms: times[Math.ceil(times.length * percentile) - 1] ?? 0,
    runs: ends.length,
    playedRuns: played,
  };
}

const percentile = 0.99;

function placeOf(server: number, name: number, type: string, number: number): QueryPlace | undefined {
  if (type !== 'A' && type !== 'AAAA') return undefined;
  return { server, name, type, number };
}

/** One of several addresses is enough for a program. */
function succeeds({ outcome }: LookupResult, well: LookupResult): boolean {
  const isFound = outcome === 'OK';
  return well.outcome === 'OK' ? isFound : !isFound && outcome !== 'AGAIN';
}

/** More than chance makes of it, or felt. */
export function isOtherLoss(end: LossEnd, glibc: LossEnd): boolean {
  return Math.abs(end.share - glibc.share) > noticeableShare || Math.abs(end.p99Ms - glibc.p99Ms) > noticeableMs;
}

const noticeableShare = 0.01;
const noticeableMs = 500;
