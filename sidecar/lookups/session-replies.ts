/** Who waits in a session for which reply: each gets it once, and at a repeat again. */
import { readOnce } from '../decide/reply/reply-plan.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { Half as Slot } from '../decide/search/pair.ts';
import type { Asker } from './reply-writer.ts';
import type { Lookup, Session, Side } from './session.ts';

/**
 * Queries without a reply per walk that may run. Any number of ports may ask for one walk, each at 3 kB of heap: the
 * bound on walks does not bound them.
 */
const waitingPerWalk = 4;

/** Askers of one question in one session. */
const maxAskers = 64;

/** Writes the reply; returns whether the client may come back for the whole of it over TCP. */
export type SendReply = (plan: ReplyPlan, asker: Asker, lookup: Lookup) => boolean;

/** Keeps a side whose reply was truncated, for the asker that comes back over TCP. */
export type KeepTruncated = (side: Side, asker: Asker) => void;

export interface SessionReplies {
  /** A question that is new in the session. */
  add(session: Session, slot: Slot, asker: Asker): void;
  /** One that was asked before. False: too many wait already. */
  repeat(session: Session, slot: Slot, lookup: Lookup): boolean;
  /** A repeat over TCP of a question whose reply over UDP was, or will be, truncated. False: too many wait already. */
  addTo(side: Side, lookup: Lookup): boolean;
  /** Returns how many queries it answered: none where they have their reply already. */
  answer(session: Session, slot: Slot, plan: ReplyPlan): number;
  /** The session has ended: nobody waits in it any more. */
  release(session: Session): void;
  isCrowded(maxSearches: number): boolean;
}

export function createSessionReplies(send: SendReply, keepTruncated: KeepTruncated): SessionReplies {
  let waiting = 0;

  const isCrowded = (maxSearches: number): boolean => waiting >= maxSearches * waitingPerWalk;

  function sendTo(session: Session, plan: ReplyPlan | undefined, asker: Asker): void {
    if (plan === undefined || !send(plan, asker, session.lookup) || session.truncated) return;
    // The client comes back over TCP, glibc with both questions.
    session.truncated = true;
    for (const each of session.sides) for (const one of each.askers) keepTruncated(each, one);
  }

  /** Gives the asker what is decided already. */
  function tell(session: Session, side: Side, asker: Asker): void {
    if (session.truncated) keepTruncated(side, asker);
    sendTo(session, side.plan, asker);
  }

  function add(session: Session, slot: Slot, asker: Asker): void {
    const side = session.sides[slot];
    side.askers.push(asker);
    if (!session.ended) {
      session.waiting += 1;
      waiting += 1;
    }
    tell(session, side, asker);
  }

  return {
    add,
    repeat(session, slot, { asker, snapshot }) {
      const side = session.sides[slot];
      if (side.askers.some((other) => isSameQuery(other, asker))) {
        tell(session, side, asker);
        return true;
      }
      if (side.askers.length >= maxAskers || isCrowded(snapshot.settings.maxSearches)) return false;
      add(session, slot, asker);
      return true;
    },
    addTo(side, lookup) {
      if (side.plan !== undefined) send(side.plan, lookup.asker, lookup);
      else if (side.askers.length >= maxAskers) return false;
      else side.askers.push(lookup.asker);
      return true;
    },
    answer(session, slot, plan) {
      const side = session.sides[slot];
      if (side.plan !== undefined || side.askers.length === 0) return 0;
      side.plan = plan;
      // Kept before its reply was there, it weighs more now.
      if (session.truncated) for (const asker of side.askers) keepTruncated(side, asker);
      const read = side.askers.length > 1 ? readOnce(plan) : plan;
      for (const asker of side.askers) sendTo(session, read, asker);
      return side.askers.length;
    },
    release(session) {
      waiting -= session.waiting;
      session.waiting = 0;
    },
    isCrowded,
  };
}

function isSameQuery(one: Asker, other: Asker): boolean {
  return (
    one.client.transport === 'udp' &&
    other.client.transport === 'udp' &&
    one.client.port === other.client.port &&
    one.view.id === other.view.id
  );
}
