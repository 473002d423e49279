/**
 * Look-ups under way: pairs the A with the AAAA query of one client, keeps repeats together, and answers all who ask
 * the same from one walk.
 *
 * A session belongs to (client address, UDP port or TCP connection, name). It is a pair as soon as the sibling question
 * arrives, else of one family once the pairing window is over.
 */
import type { HostsAnswer } from './decide/hosts.ts';
import { lookupHosts } from './decide/hosts.ts';
import { emptyPlan, planEarly, planReply, planWhole } from './decide/reply-plan.ts';
import type { ReplyPlan } from './decide/reply-plan.ts';
import type { Candidate, SearchRequest, WalkEnd } from './decide/search-walk.ts';
import type { Kind, Slot } from './decide/upstream-plan.ts';
import type { WalkConfiguration } from './decide/walk-configuration.ts';
import { hostsPlan, sameHostsAnswer } from './decide/hosts-plan.ts';
import type { ConfigurationSnapshot } from './ports.ts';
import type { Asker } from './reply-writer.ts';
import { createSharedRuns } from './shared-runs.ts';
import type { SharedRun } from './shared-runs.ts';
import { createWalkRun } from './walk-run.ts';
import type { WalkRunDependencies } from './walk-run.ts';
import { isAddressType, recordTypes } from './wire/iana.ts';
import { nameKey } from './wire/name.ts';
import type { WireName } from './wire/name.ts';

/** An answered session still takes its late sibling and repeats for this long, in milliseconds. */
const lingerMs = 50;

/**
 * Queries without a reply per walk that may run. Any number of ports may ask for one walk, each at 3 kB of heap: the
 * bound on walks does not bound them.
 */
const waitingPerWalk = 4;

/**
 * Bytes of replies that wait for their sibling: with so many no further walk is begun. A thousand usual ones have half a
 * MiB, a thousand of the largest 64.
 */
const maxHeldBytes = 8 * 1024 * 1024;

/** One admitted query, and what it is taken to ask for. */
export interface Lookup {
  readonly asker: Asker;
  /** As received: the owner of the first alias in the reply. */
  readonly questionName: WireName;
  readonly type: number;
  readonly request: SearchRequest;
  /** The hosts file comes before the nameservers. */
  readonly usesHosts: boolean;
  /** The name was asked under the marker: a follow-up query for the bare name is likely. */
  readonly marked: boolean;
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: WalkConfiguration;
}

export interface SessionDependencies extends Omit<WalkRunDependencies, 'hold'> {
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** Writes the reply; returns whether it was truncated. */
  readonly send: (plan: ReplyPlan, asker: Asker, lookup: Lookup) => boolean;
  /** What a session came to, for the memories; `end` is missing where the hosts file answered. */
  readonly ended: (session: EndedSession) => void;
  /** The longest time is over without a result. */
  readonly gaveUp: (asker: Asker) => void;
  readonly walkEnded: (walk: EndedWalk) => void;
  readonly repeated: () => void;
  readonly hostsAnswered: () => void;
}

/** A walk that is over; without an end it was given up. */
export interface EndedWalk {
  readonly request: SearchRequest;
  readonly type: number;
  readonly kind: Kind;
  readonly end: WalkEnd | undefined;
  readonly durationMs: number;
}

export interface EndedSession {
  readonly lookup: Lookup;
  readonly end: WalkEnd | undefined;
  readonly slots: readonly Slot[];
  readonly sides: readonly [Side, Side];
}

/** The side of a session that answers one question; kept for clients that come back over TCP. */
export interface Side {
  readonly askers: Asker[];
  plan: ReplyPlan | undefined;
}

export interface Sessions {
  /** Takes a query. False: the tables are full, and nothing was done. */
  take(lookup: Lookup): boolean;
  /** Adds a repeat over TCP of a question whose reply over UDP was, or will be, truncated. */
  addTo(side: Side, lookup: Lookup): void;
  readonly inFlight: number;
}

interface Session {
  readonly lookup: Lookup;
  readonly key: string;
  readonly slot: Slot;
  readonly sides: [Side, Side];
  readonly openedAt: number;
  readonly hosts: HostsAnswer | undefined;
  kind: Kind;
  run: SharedRun<Session> | undefined;
  /** The candidate whose data was given out before the sibling was known. */
  pinned: Candidate | undefined;
  /** Queries that count as waiting, until the session ends. */
  waiting: number;
  ended: boolean;
  truncated: boolean;
  cancelTimer: () => void;
}

export function createSessions(deps: SessionDependencies, keepTruncated: (side: Side, asker: Asker) => void): Sessions {
  const byKey = new Map<string, Session>();
  const openByName = new Map<string, Set<Session>>();
  const runs = createSharedRuns<Session>();
  let waiting = 0;
  let heldBytes = 0;
  const runDeps: WalkRunDependencies = {
    ...deps,
    hold(bytes) {
      heldBytes += bytes;
    },
  };

  function take(lookup: Lookup): boolean {
    const slot: Slot = lookup.type === recordTypes.AAAA ? 1 : 0;
    const key = sessionKey(lookup);
    const paired = isAddressType(lookup.type);
    const live = (paired ? byKey.get(key) : undefined) ?? byKey.get(`${key} ${lookup.type}`);
    if (live !== undefined && live.sides[slot].askers.length > 0) return repeat(live, live.sides[slot], lookup);
    const sibling = paired ? findSibling(lookup, slot, byKey.get(key)) : undefined;
    if (sibling !== undefined) {
      join(sibling, slot, lookup);
      return true;
    }
    const late = paired ? findLateSibling(lookup, slot, key) : undefined;
    if (late !== undefined) {
      rejoin(late, slot, lookup);
      return true;
    }
    if (runs.size >= lookup.snapshot.settings.maxInFlight || isCrowded(lookup)) return false;
    if (heldBytes > maxHeldBytes) return false;
    open(lookup, slot, key);
    return true;
  }

  function isCrowded({ snapshot }: Lookup): boolean {
    return waiting >= snapshot.settings.maxInFlight * waitingPerWalk;
  }

  function repeat(session: Session, side: Side, lookup: Lookup): boolean {
    const { asker } = lookup;
    const known = side.askers.some(({ client, view }) => isSameQuery(client, view, asker));
    if (!known && (side.askers.length >= maxAskers || isCrowded(lookup))) return false;
    if (known) tell(session, side, asker);
    else addAsker(session, side, asker);
    deps.repeated();
    return true;
  }

  function findSibling(lookup: Lookup, slot: Slot, own: Session | undefined): Session | undefined {
    const isOpen = (session: Session): boolean =>
      session.kind === 'open' &&
      session.sides[slot].askers.length === 0 &&
      session.lookup.request.absolute === lookup.request.absolute;
    if (own !== undefined && isOpen(own)) return own;
    if (lookup.asker.client.transport === 'tcp') return undefined;
    // Go asks A and AAAA from two ports.
    const now = deps.now();
    for (const session of openByName.get(openKey(lookup)) ?? []) {
      const young = now - session.openedAt < lookup.snapshot.settings.pairWindowMs;
      if (isOpen(session) && young && session.pinned === undefined && !session.ended) return session;
    }
    return undefined;
  }

  /**
   * A client that the kernel puts aside between its two queries sends the second one after the window. As long as nothing
   * was given out, the walk for the first alone begins anew as one for both.
   */
  function findLateSibling(lookup: Lookup, slot: Slot, key: string): Session | undefined {
    const session = byKey.get(`${key} ${slot === 0 ? recordTypes.AAAA : recordTypes.A}`);
    if (session?.run === undefined || session.ended || session.kind !== 'solo') return undefined;
    if (deps.now() - session.openedAt >= lingerMs || session.run.waiters.size > 1) return undefined;
    return session.lookup.request.absolute === lookup.request.absolute ? session : undefined;
  }

  function rejoin(session: Session, slot: Slot, lookup: Lookup): void {
    if (session.run !== undefined) {
      session.run.run.abandon();
      runs.remove(session.run);
      session.run = undefined;
    }
    byKey.delete(`${session.key} ${session.lookup.type}`);
    byKey.set(session.key, session);
    join(session, slot, lookup);
  }

  function open(lookup: Lookup, slot: Slot, key: string): void {
    const paired = isAddressType(lookup.type);
    const { hosts } = lookup.snapshot;
    const hostsKey = nameKey(lookup.request.name);
    const usesHosts = lookup.usesHosts && paired;
    const session: Session = {
      lookup,
      key,
      slot,
      sides: [newSide(), newSide()],
      openedAt: deps.now(),
      hosts: usesHosts ? lookupHosts(hosts, hostsKey, 'PAIR') : undefined,
      kind: paired ? 'open' : 'solo',
      run: undefined,
      pinned: undefined,
      waiting: 0,
      ended: false,
      truncated: false,
      cancelTimer: () => {},
    };
    addAsker(session, session.sides[slot], lookup.asker);
    if (!paired) {
      byKey.set(`${key} ${lookup.type}`, session);
      return attach(session);
    }
    byKey.set(key, session);
    remember(session);
    startWindow(session, lookup.snapshot.settings.pairWindowMs);
    const solo = usesHosts ? soloHosts(session) : undefined;
    if (session.hosts === undefined && solo === undefined) return attach(session);
    if (session.hosts === undefined || !sameHostsAnswer(session.hosts, solo, slot)) return;
    answer(session, slot, hostsReply(session, session.hosts, slot));
    startWindow(session, lingerMs);
  }

  function hostsReply(session: Session, hosts: HostsAnswer, slot: Slot): ReplyPlan {
    deps.hostsAnswered();
    return hostsPlan(hosts, slot, session.lookup.questionName, session.lookup.request.name);
  }

  function soloHosts(session: Session): HostsAnswer | undefined {
    const { snapshot, request } = session.lookup;
    return lookupHosts(snapshot.hosts, nameKey(request.name), session.slot === 0 ? 'A' : 'AAAA');
  }

  function startWindow(session: Session, afterMs: number): void {
    session.cancelTimer();
    // The sibling may already wait in the socket buffer when the timer fires late.
    session.cancelTimer = deps.setTimer(afterMs, () => deps.afterRead(() => closeWindow(session)));
  }

  function join(session: Session, slot: Slot, lookup: Lookup): void {
    session.kind = 'pair';
    forget(session);
    session.cancelTimer();
    addAsker(session, session.sides[slot], lookup.asker);
    const otherPort = sessionKey(lookup);
    if (otherPort !== session.key && !byKey.has(otherPort)) aliasKey(session, otherPort);
    if (session.hosts !== undefined) {
      for (const each of [0, 1] as const) answer(session, each, hostsReply(session, session.hosts, each));
      return end(session, undefined);
    }
    if (session.run === undefined) return attach(session);
    if (!moveToEqual(session)) session.run.run.join(slot);
  }

  const aliases = new Map<Session, string[]>();
  function aliasKey(session: Session, key: string): void {
    byKey.set(key, session);
    aliases.set(session, [...(aliases.get(session) ?? []), key]);
  }

  function closeWindow(session: Session): void {
    if (session.kind !== 'open') return;
    session.kind = 'solo';
    forget(session);
    const side = session.sides[session.slot];
    if (!session.ended && session.hosts !== undefined && side.plan !== undefined) return end(session, undefined);
    const { type, snapshot } = session.lookup;
    if (byKey.get(session.key) === session) {
      byKey.delete(session.key);
      byKey.set(`${session.key} ${type}`, session);
    }
    const solo = session.lookup.usesHosts && snapshot.hosts.lines.size > 0 ? soloHosts(session) : undefined;
    if (solo !== undefined) {
      answer(session, session.slot, hostsReply(session, solo, session.slot));
      return end(session, undefined);
    }
    if (session.run === undefined) return attach(session);
    if (!moveToEqual(session)) session.run.run.closeWindow();
  }

  /** Leaves a walk of its own, of which nothing was given out yet, for an equal one that began earlier. */
  function moveToEqual(session: Session): boolean {
    const own = session.run;
    if (own === undefined || session.kind === 'open' || session.pinned !== undefined) return false;
    const equal = runs.findEqual(own.key, session.kind, session.slot, own);
    if (equal === undefined) return false;
    own.run.abandon();
    runs.remove(own);
    equal.waiters.add(session);
    session.run = equal;
    return true;
  }

  function attach(session: Session): void {
    const key = runKey(session.lookup);
    if (session.kind === 'open') {
      // A walk that may serve this one too is under way: the kind is known within the window.
      if (runs.findAny(key, session.slot) !== undefined) return;
    } else {
      const equal = runs.findEqual(key, session.kind, session.slot);
      if (equal !== undefined) {
        equal.waiters.add(session);
        session.run = equal;
        return;
      }
    }
    startRun(session, key);
  }

  function startRun(session: Session, key: string): void {
    const { lookup, slot, kind } = session;
    const startedAt = deps.now();
    const closed = (walkEnd: WalkEnd | undefined): void => {
      runs.remove(shared);
      const { request, type } = lookup;
      deps.walkEnded({ request, type, kind: run.kind, end: walkEnd, durationMs: deps.now() - startedAt });
    };
    const run = createWalkRun(
      runDeps,
      {
        snapshot: lookup.snapshot,
        configuration: lookup.configuration,
        request: lookup.request,
        type: lookup.type,
        kind,
        slots: kind === 'pair' ? [0, 1] : [slot],
        edns: upstreamEdns(lookup),
        readAnswers: lookup.marked,
      },
      {
        early(first, reply, candidate) {
          session.pinned = candidate;
          answer(session, first, planEarly(reply, first, lookup.questionName, candidate.name));
          startWindow(session, lingerMs);
        },
        ended(walkEnd) {
          closed(walkEnd);
          for (const waiter of shared.waiters) finish(waiter, walkEnd);
        },
        capped() {
          closed(undefined);
          for (const waiter of shared.waiters) giveUp(waiter);
        },
      },
    );
    const shared: SharedRun<Session> = { run, key, slot, waiters: new Set([session]) };
    session.run = shared;
    runs.add(shared);
    run.start();
  }

  function finish(session: Session, walkEnd: WalkEnd): void {
    if (session.ended) return;
    for (const slot of [0, 1] as const) {
      if (session.sides[slot].askers.length > 0) answer(session, slot, planFor(session, slot, walkEnd));
    }
    end(session, walkEnd);
  }

  function planFor(session: Session, slot: Slot, walkEnd: WalkEnd): ReplyPlan {
    const { lookup, pinned } = session;
    if (!isAddressType(lookup.type) && !lookup.marked) return planWhole(walkEnd);
    // What was given out early holds: the sibling has data there or none at all.
    if (pinned !== undefined && walkEnd.candidate !== pinned) return emptyPlan(0);
    const asker = session.sides[slot].askers[0];
    return planReply(walkEnd, slot, asker?.view.question?.name ?? lookup.questionName);
  }

  function giveUp(session: Session): void {
    if (session.ended) return;
    for (const side of session.sides) if (side.plan === undefined) side.askers.forEach(deps.gaveUp);
    end(session, undefined);
    // There is no reply that a repeat could be given.
    remove(session);
  }

  function answer(session: Session, slot: Slot, plan: ReplyPlan): void {
    const side = session.sides[slot];
    if (side.plan !== undefined || side.askers.length === 0) return;
    side.plan = plan;
    // A copy has its aliases and records read once for all.
    const read = side.askers.length > 1 ? { ...plan } : plan;
    for (const asker of side.askers) send(session, read, asker);
  }

  function send(session: Session, plan: ReplyPlan | undefined, asker: Asker): void {
    if (plan === undefined) return;
    if (!deps.send(plan, asker, session.lookup) || session.truncated) return;
    // The client comes back over TCP, glibc with both questions.
    session.truncated = true;
    for (const each of session.sides) for (const one of each.askers) keepTruncated(each, one);
  }

  function addAsker(session: Session, side: Side, asker: Asker): void {
    side.askers.push(asker);
    if (!session.ended) {
      session.waiting += 1;
      waiting += 1;
    }
    tell(session, side, asker);
  }

  /** Gives the asker what is decided already. */
  function tell(session: Session, side: Side, asker: Asker): void {
    if (session.truncated) keepTruncated(side, asker);
    send(session, side.plan, asker);
  }

  function end(session: Session, walkEnd: WalkEnd | undefined): void {
    session.ended = true;
    waiting -= session.waiting;
    session.waiting = 0;
    session.run = undefined;
    forget(session);
    session.cancelTimer();
    const slots = ([0, 1] as const).filter((slot) => session.sides[slot].askers.length > 0);
    deps.ended({ lookup: session.lookup, end: walkEnd, slots, sides: session.sides });
    session.cancelTimer = deps.setTimer(lingerMs, () => remove(session));
  }

  function remove(session: Session): void {
    for (const key of [session.key, `${session.key} ${session.lookup.type}`, ...(aliases.get(session) ?? [])]) {
      if (byKey.get(key) === session) byKey.delete(key);
    }
    aliases.delete(session);
  }

  function remember(session: Session): void {
    const key = openKey(session.lookup);
    const open = openByName.get(key) ?? new Set();
    open.add(session);
    openByName.set(key, open);
  }

  function forget(session: Session): void {
    const key = openKey(session.lookup);
    const open = openByName.get(key);
    open?.delete(session);
    if (open?.size === 0) openByName.delete(key);
  }

  return {
    take,
    addTo(side, lookup) {
      if (side.plan !== undefined) deps.send(side.plan, lookup.asker, lookup);
      else if (side.askers.length < maxAskers) side.askers.push(lookup.asker);
    },
    get inFlight() {
      return runs.size;
    },
  };
}

/** Askers of one question in one session. */
const maxAskers = 64;

function newSide(): Side {
  return { askers: [], plan: undefined };
}

function isSameQuery(client: Asker['client'], view: Asker['view'], other: Asker): boolean {
  return (
    client.transport === 'udp' &&
    other.client.transport === 'udp' &&
    client.port === other.client.port &&
    view.id === other.view.id
  );
}

const connectionNumbers = new WeakMap<object, number>();
let lastConnectionNumber = 0;

function sessionKey({ asker: { client }, questionName }: Lookup): string {
  return `${client.address} ${origin(client)} ${nameKey(questionName)}`;
}

function origin({ port, connection }: Asker['client']): string {
  if (connection === undefined) return String(port);
  const known = connectionNumbers.get(connection);
  if (known !== undefined) return `c${known}`;
  lastConnectionNumber += 1;
  connectionNumbers.set(connection, lastConnectionNumber);
  return `c${lastConnectionNumber}`;
}

function openKey({ asker: { client }, questionName }: Lookup): string {
  return `${client.address} ${nameKey(questionName)}`;
}

const snapshotNumbers = new WeakMap<object, number>();
let lastSnapshotNumber = 0;

/** Equal walks: the name to the letter (it becomes the canonical name), search or not, type, EDNS, configuration. */
function runKey({ request, type, snapshot, asker, marked }: Lookup): string {
  let number = snapshotNumbers.get(snapshot);
  if (number === undefined) {
    number = lastSnapshotNumber += 1;
    snapshotNumbers.set(snapshot, number);
  }
  const what = isAddressType(type) ? 'address' : `${type} ${asker.view.edns?.dnssecOk ?? ''} ${marked}`;
  return `${number} ${request.absolute} ${what} ${String.fromCharCode(...request.name)}`;
}

/** A client's own OPT goes on for names that are not searched and are no address look-up (DO only). */
function upstreamEdns({ asker, type, marked }: Lookup): { payloadSize: number; dnssecOk: boolean } | undefined {
  const { edns } = asker.view;
  if (edns === undefined || marked || isAddressType(type)) return undefined;
  return { payloadSize: upstreamPayloadSize, dnssecOk: edns.dnssecOk };
}

/** EDNS payload for questions that are passed on, in bytes: DNS flag day 2020. */
const upstreamPayloadSize = 1232;
