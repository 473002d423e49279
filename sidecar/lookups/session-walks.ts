/** The walks of the sessions: one is begun for a session, or it waits for an equal one. */
import type { ReplyClass, UpstreamReply } from '../decide/search/candidate-outcome.ts';
import { asksForDnssec, clientFlag, readsAd } from '../decide/query/client-flags.ts';
import { clientDeadlineMs } from '../decide/search/timeouts.ts';
import type { Candidate, SearchEnd } from '../decide/search/candidates.ts';
import type { Half as Slot, Kind } from '../decide/search/pair.ts';
import { isAddressLookup } from './session.ts';
import type { EndedWalk, Lookup, Session } from './session.ts';
import { createSharedRuns } from './shared-runs.ts';
import type { SharedRun } from './shared-runs.ts';
import type { LimitEnd } from '../decide/search/search.ts';
import { createSearch } from '../search/run-search.ts';
import type { SearchDependencies, SearchInput } from '../search/run-search.ts';

export interface SessionWalkEvents {
  /** Data for the only question seen so far; the walk goes on if its sibling comes. */
  early(session: Session, slot: Slot, reply: UpstreamReply, candidate: Candidate): void;
  ended(session: Session, end: SearchEnd): void;
  /** The longest time is over without a result. */
  gaveUp(session: Session): void;
  /** Once for a walk, however many waited for it. */
  walkEnded(walk: EndedWalk): void;
}

export interface SessionWalks {
  /** Begins a walk, joins an equal one that is young enough, or tells the one under way the kind that the session has now. */
  walk(session: Session): void;
  /** Gives up the session's walk, so that `walk` begins another. */
  abandon(session: Session): void;
  readonly size: number;
}

/**
 * How old a walk may be that a session joins, in milliseconds. What an older one was told, or lost, is of a time when the
 * new client had not asked yet: alone it would be answered at once where the older one waits for its next attempt.
 */
const joinableMs = 100;

/** With this share of the allowed walks under way, any equal one is joined: sooner that than to take no more. */
const crowdedShare = 0.25;

/** EDNS payload for questions that are passed on, in bytes: DNS flag day 2020. */
const upstreamPayloadSize = 1232;

export function createSessionWalks(deps: SearchDependencies, events: SessionWalkEvents): SessionWalks {
  const runs = createSharedRuns<Session>();

  function begin(session: Session): void {
    const key = runKey(session.lookup);
    const { kind, slot } = session.pairing;
    if (kind === 'open') {
      // A walk that may serve this one too is under way: the kind is known within the window.
      if (runs.findAny(key, slot, joinableSince(session)) !== undefined) return;
    } else {
      const equal = runs.findEqual({ key, kind, slot }, joinableSince(session));
      if (equal !== undefined) return wait(session, equal);
    }
    start(session, key);
  }

  function joinableSince({ lookup }: Session): number {
    const isCrowded = runs.size >= lookup.snapshot.settings.maxSearches * crowdedShare;
    return isCrowded ? -Infinity : deps.now() - joinableMs;
  }

  function wait(session: Session, run: SharedRun<Session>): void {
    run.waiters.add(session);
    session.run = run;
  }

  function start(session: Session, key: string): void {
    const { lookup } = session;
    const startedAt = deps.now();
    let given: Candidate | undefined;
    let earlyAt: number | undefined;
    /** A lone query had its answer early, if at all: what passed since then was the wait for a sibling. */
    const answeredAt = (): number => (run.kind === 'solo' ? earlyAt : undefined) ?? deps.now();
    const close = (end: SearchEnd | LimitEnd): void => {
      runs.remove(shared);
      const { request, type, receivedAt } = lookup;
      events.walkEnded({ request, type, kind: run.kind, end, given, durationMs: answeredAt() - receivedAt });
    };
    const run = createSearch(deps, walkInput(session), {
      early(slot, reply, candidate) {
        earlyAt ??= deps.now();
        given = candidate;
        events.early(session, slot, reply, candidate);
      },
      ended(end) {
        close(end);
        if (end.result === 'LIMIT') return shared.waiters.forEach(events.gaveUp);
        for (const waiter of shared.waiters) events.ended(waiter, end);
        if (endsOthers(end, run.kind, answeredAt() - startedAt)) endOthers(shared, end);
      },
    });
    const { slot } = session.pairing;
    const shared: SharedRun<Session> = { run, key, slot, startedAt, waiters: new Set([session]), close };
    session.run = shared;
    runs.add(shared);
    run.start();
  }

  /** Leaves a walk of its own, of which nothing was given out yet, for an equal one. */
  function moveToEqual(session: Session, own: SharedRun<Session>): boolean {
    const { kind, slot } = session.pairing;
    if (kind === 'open' || session.pinned !== undefined) return false;
    const equal = runs.findEqual({ key: own.key, kind, slot }, deps.now() - joinableMs, own);
    if (equal === undefined) return false;
    abandon(session);
    wait(session, equal);
    return true;
  }

  /** What was given out early of another walk is for that walk to complete. */
  function endOthers(shared: SharedRun<Session>, end: SearchEnd): void {
    for (const other of runs.others(shared)) {
      if ([...other.waiters].some(({ pinned }) => pinned !== undefined)) continue;
      other.run.abandon();
      other.close(end);
      for (const waiter of other.waiters) events.ended(waiter, end);
    }
  }

  function abandon(session: Session): void {
    if (session.run === undefined) return;
    session.run.run.abandon();
    runs.remove(session.run);
    session.run = undefined;
  }

  return {
    walk(session) {
      const { run, pairing } = session;
      if (run === undefined) return begin(session);
      if (moveToEqual(session, run)) return;
      if (pairing.kind === 'pair') run.run.addSibling(pairing.slot === 0 ? 1 : 0);
      else run.run.closeWindow();
    },
    abandon,
    get size() {
      return runs.size;
    },
  };
}

/**
 * Whether equal walks end with what this one found: it took longer than clients wait, so that those who wait for the
 * others have most likely asked again, and would never be told. A half that failed may succeed for the others.
 */
function endsOthers({ result, outcome }: SearchEnd, kind: Kind, durationMs: number): boolean {
  if (result !== 'POS' || durationMs < clientDeadlineMs) return false;
  const [first, second] = outcome.halves;
  const halves = kind === 'pair' ? outcome.halves : [first ?? second];
  return (
    halves.every((half) => half !== undefined && wholeClasses.has(half.class)) &&
    halves.some((half) => half?.class === 'DATA')
  );
}

const wholeClasses: ReadonlySet<ReplyClass> = new Set(['DATA', 'EMPTY', 'NX']);

function walkInput({ lookup, pairing: { kind, slot } }: Session): SearchInput {
  const { snapshot, configuration, request, type, marked, flags } = lookup;
  const halves = kind === 'pair' ? ([0, 1] as const) : [slot];
  return {
    snapshot,
    configuration,
    request,
    type,
    kind,
    halves,
    addresses: isAddressLookup(lookup),
    edns: upstreamEdns(lookup),
    ad: readsAd(flags),
    cd: (flags & clientFlag.cd) !== 0,
    readAnswers: marked,
  };
}

/** A client's own OPT goes on where the reply is passed on whole, with DO and no options. */
function upstreamEdns({ asker, whole, flags }: Lookup): SearchInput['edns'] {
  if (!whole || asker.view.edns === undefined) return undefined;
  return { payloadSize: upstreamPayloadSize, dnssecOk: asksForDnssec(flags) };
}

const snapshotNumbers = new WeakMap<object, number>();
let lastSnapshotNumber = 0;

/**
 * Equal walks: the name to the letter (it becomes the canonical name), search or not, type, EDNS and flags towards the
 * upstream, configuration.
 */
function runKey(lookup: Lookup): string {
  const { request, type, snapshot, asker, whole, flags } = lookup;
  let number = snapshotNumbers.get(snapshot);
  if (number === undefined) {
    number = lastSnapshotNumber += 1;
    snapshotNumbers.set(snapshot, number);
  }
  const edns = whole && asker.view.edns !== undefined;
  const what = isAddressLookup(lookup) ? 'address' : `${type} ${whole} ${edns}`;
  return `${number} ${request.absolute} ${what} ${flags} ${String.fromCharCode(...request.name)}`;
}
