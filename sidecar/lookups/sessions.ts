/**
 * Look-ups under way: pairs the A with the AAAA query of one client, keeps repeats together, and answers all who
 * ask the same at the same time from one walk. Performs the actions of `decide/lookup/pairing`.
 */
import { lookupHosts } from '../decide/hosts/hosts.ts';
import { hostsPlan } from '../decide/hosts/hosts-plan.ts';
import {
  startAlone,
  startPairing,
  stepPairing,
  takesLateSibling,
  takesSibling,
  lingerMs,
} from '../decide/lookup/pairing.ts';
import type { HostsAnswers, PairingAction, PairingEvent, PairingStep } from '../decide/lookup/pairing.ts';
import { emptyPlan, planEarly, planReply, planWhole } from '../decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { SearchEnd } from '../decide/search/candidates.ts';
import type { Half as Slot } from '../decide/search/pair.ts';
import type { Asker } from './reply-writer.ts';
import { isAddressLookup, newSession } from './session.ts';
import type { EndedSession, EndedWalk, Lookup, Session, Side } from './session.ts';
import { createSessionReplies } from './session-replies.ts';
import type { KeepTruncated, SendReply } from './session-replies.ts';
import { createSessionTable, siblingTypes } from './session-table.ts';
import { createSessionWalks } from './session-walks.ts';
import type { SearchDependencies } from '../search/run-search.ts';
import { rcodes, recordTypes } from '../wire/iana.ts';
import { nameKey } from '../wire/name.ts';

/**
 * Bytes of replies that wait for their sibling, or over TCP for their own rest: with so many no further walk is begun. A
 * thousand usual ones have half a MiB, a thousand of the largest 64.
 */
const maxHeldBytes = 8 * 1024 * 1024;

export interface SessionDependencies extends Omit<SearchDependencies, 'hold'> {
  readonly send: SendReply;
  /** What a session came to, for the memories; `end` is missing where the hosts file answered. */
  readonly ended: (session: EndedSession) => void;
  /** The longest time is over without a result. */
  readonly gaveUp: (asker: Asker) => void;
  readonly walkEnded: (walk: EndedWalk) => void;
  readonly repeated: () => void;
  /** The hosts file answered so many queries. */
  readonly hostsAnswered: (queries: number) => void;
}

export interface Sessions {
  /** Takes a query. False: the tables are full, and nothing was done. */
  take(lookup: Lookup): boolean;
  /** Adds a repeat over TCP of a question whose reply over UDP was, or will be, truncated. False: too many wait already. */
  addTo(side: Side, lookup: Lookup): boolean;
  readonly inFlight: number;
}

export function createSessions(deps: SessionDependencies, keepTruncated: KeepTruncated): Sessions {
  const table = createSessionTable();
  const replies = createSessionReplies(deps.send, keepTruncated);
  let heldBytes = 0;
  const hold = (bytes: number): void => {
    heldBytes += bytes;
  };
  const walks = createSessionWalks(
    { ...deps, hold },
    {
      early(session, slot, reply, candidate) {
        session.pinned = candidate;
        const plan = planEarly(reply, slot, session.lookup.questionName, candidate.name);
        follow(session, stepPairing(session.pairing, { type: 'data' }), plan);
      },
      ended: finish,
      gaveUp: giveUp,
      walkEnded: deps.walkEnded,
    },
  );

  function take(lookup: Lookup): boolean {
    const paired = isAddressLookup(lookup);
    const slot: Slot = paired && lookup.type === recordTypes.AAAA ? 1 : 0;
    const live = (paired ? table.joint(lookup) : undefined) ?? table.alone(lookup, lookup.type);
    if (live !== undefined && live.sides[slot].askers.length > 0) return repeat(live, slot, lookup);
    const sibling = paired ? findSibling(lookup, slot) : undefined;
    if (sibling !== undefined) {
      join(sibling, slot, lookup);
      return true;
    }
    const { maxSearches } = lookup.snapshot.settings;
    if (walks.size >= maxSearches || replies.isCrowded(maxSearches) || heldBytes > maxHeldBytes) return false;
    open(lookup, slot);
    return true;
  }

  function repeat(session: Session, slot: Slot, lookup: Lookup): boolean {
    const isTaken = replies.repeat(session, slot, lookup);
    if (isTaken) deps.repeated();
    return isTaken;
  }

  function findSibling(lookup: Lookup, slot: Slot): Session | undefined {
    const now = deps.now();
    const isSearchedAlike = (session: Session): boolean =>
      !session.ended && session.lookup.request.absolute === lookup.request.absolute;
    const takes = (session: Session, fromSamePort: boolean): boolean =>
      isSearchedAlike(session) &&
      takesSibling(session.pairing, {
        slot,
        fromSamePort,
        bothHaveOpt: hasOpt(lookup) && hasOpt(session.lookup),
        ageMs: now - session.openedAt,
      });
    const own = table.joint(lookup);
    if (own !== undefined && takes(own, true)) return own;
    if (lookup.asker.client.transport === 'udp') {
      for (const session of table.open(lookup)) if (takes(session, false)) return session;
    }
    const late = table.alone(lookup, siblingTypes[lookup.type] ?? lookup.type);
    if (late?.run === undefined || late.run.waiters.size > 1 || !isSearchedAlike(late)) return undefined;
    return takesLateSibling(late.pairing, slot, now - late.openedAt) ? late : undefined;
  }

  function open(lookup: Lookup, slot: Slot): void {
    const { pairWindowMs } = lookup.snapshot.settings;
    const step = isAddressLookup(lookup)
      ? startPairing(slot, pairWindowMs, hostsAnswers(lookup, slot))
      : startAlone(slot);
    const session = newSession(lookup, step.state, deps.now());
    replies.add(session, slot, lookup.asker);
    table.add(session);
    follow(session, step);
  }

  function join(session: Session, slot: Slot, lookup: Lookup): void {
    // Only an open walk can be told of a sibling.
    if (session.pairing.kind === 'solo') walks.abandon(session);
    const step = stepPairing(session.pairing, { type: 'sibling' });
    session.cancelTimer();
    replies.add(session, slot, lookup.asker);
    table.addPort(session, lookup);
    follow(session, step);
  }

  function happen(session: Session, event: PairingEvent): void {
    if (!session.ended) follow(session, stepPairing(session.pairing, event));
  }

  /** `early` is what `answer-early` gives. */
  function follow(session: Session, { state, actions }: PairingStep, early?: ReplyPlan): void {
    const hasSettled = state.kind !== session.pairing.kind;
    session.pairing = state;
    if (hasSettled) table.move(session);
    for (const action of actions) perform(session, action, early);
  }

  function perform(session: Session, action: PairingAction, early: ReplyPlan | undefined): void {
    switch (action.do) {
      case 'window':
        session.cancelTimer();
        // The sibling may already wait in the socket buffer when the timer fires late.
        session.cancelTimer = deps.setTimer(action.afterMs, () =>
          deps.afterRead(() => happen(session, { type: 'window-over' })),
        );
        return;
      case 'walk':
        return walks.walk(session);
      case 'answer-early':
        if (early !== undefined) replies.answer(session, action.slot, early);
        return;
      case 'answer-from-hosts': {
        const { questionName, request } = session.lookup;
        const plan = hostsPlan(action.answer, action.slot, questionName, request.name);
        return deps.hostsAnswered(replies.answer(session, action.slot, plan));
      }
      case 'end':
        return end(session, undefined);
    }
  }

  function finish(session: Session, walkEnd: SearchEnd): void {
    if (session.ended) return;
    for (const slot of [0, 1] as const) {
      if (session.sides[slot].askers.length > 0) replies.answer(session, slot, planFor(session, slot, walkEnd));
    }
    end(session, walkEnd);
  }

  function giveUp(session: Session): void {
    if (session.ended) return;
    for (const side of session.sides) {
      if (side.plan !== undefined) continue;
      side.askers.forEach(deps.gaveUp);
      // For clients that come back over TCP to a truncated reply of the other side.
      side.plan = emptyPlan(rcodes.SERVFAIL);
    }
    end(session, undefined);
    // There is no reply that a repeat could be given.
    table.remove(session);
  }

  function end(session: Session, walkEnd: SearchEnd | undefined): void {
    session.ended = true;
    replies.release(session);
    session.run = undefined;
    table.close(session);
    session.cancelTimer();
    const slots = ([0, 1] as const).filter((slot) => session.sides[slot].askers.length > 0);
    deps.ended({ lookup: session.lookup, end: walkEnd, slots, sides: session.sides });
    session.cancelTimer = deps.setTimer(lingerMs, () => table.remove(session));
  }

  return {
    take,
    addTo: replies.addTo,
    get inFlight() {
      return walks.size;
    },
  };
}

function hasOpt({ asker }: Lookup): boolean {
  return asker.view.edns !== undefined;
}

function planFor({ lookup, pairing, pinned, sides }: Session, slot: Slot, walkEnd: SearchEnd): ReplyPlan {
  if (lookup.whole) return planWhole(walkEnd);
  // What was given out early holds: the sibling has data there or none at all.
  if (pinned !== undefined && walkEnd.candidate !== pinned) return emptyPlan(0);
  const [asker] = sides[slot].askers;
  const questionName = asker?.view.question?.name ?? lookup.questionName;
  return planReply(walkEnd, slot, questionName, { alone: pairing.kind === 'solo', marked: lookup.marked });
}

function hostsAnswers({ snapshot: { hosts }, request, usesHosts }: Lookup, slot: Slot): HostsAnswers {
  if (!usesHosts || hosts.lines.size === 0) return { pair: undefined, alone: undefined };
  const name = nameKey(request.name);
  return { pair: lookupHosts(hosts, name, 'PAIR'), alone: lookupHosts(hosts, name, slot === 0 ? 'A' : 'AAAA') };
}
