/**
 * One walk under way: performs the actions of the step functions (`decide/search-walk`, `decide/upstream-plan`) with
 * sockets and timers, and feeds what happens back to them as events.
 */
import type { IgnoredReplyReason } from '../shared/reasons.ts';
import type { CandidateOutcome, CandidateResult, ReplyClass, UpstreamReply } from './decide/candidate-outcome.ts';
import { clientPatienceMs, longestWalkMs, serverPatienceMs } from './decide/patience.ts';
import { isSameForPair } from './decide/reply-plan.ts';
import { mayAnswer, startWalk, stepWalk } from './decide/search-walk.ts';
import type { Candidate, SearchRequest, SearchRules, WalkEnd, WalkStep } from './decide/search-walk.ts';
import { startExchange, stepExchange } from './decide/upstream-plan.ts';
import type {
  ExchangeAction,
  ExchangeEvent,
  ExchangePlan,
  ExchangeState,
  ExchangeStep,
  Kind,
  SerialMode,
  Slot,
} from './decide/upstream-plan.ts';
import type { WalkConfiguration } from './decide/walk-configuration.ts';
import type { ConfigurationSnapshot, TcpExchange, UdpExchange, UpstreamPort } from './ports.ts';
import { readAnswer } from './wire/answer.ts';
import { classifyReply } from './wire/classify-reply.ts';
import type { ClassifiedReply } from './wire/classify-reply.ts';
import { isAddressType, recordTypes } from './wire/iana.ts';
import type { WireName } from './wire/name.ts';
import { buildQuery } from './wire/query.ts';

export interface WalkRunDependencies {
  readonly now: () => number;
  /** Calls `run` after `afterMs`; the returned function cancels. */
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** An unpredictable 16-bit query ID. */
  readonly randomId: () => number;
  /** Position of the first server for the next candidate under `rotate`. */
  readonly nextRotation: (count: number) => number;
  readonly upstream: UpstreamPort;
  readonly observe: WalkObserver;
  /** Replies that wait for something came to so many bytes more, or less. */
  readonly hold: (bytes: number) => void;
}

/** What is counted, by server address. */
export interface WalkObserver {
  query(server: string, transport: 'udp' | 'tcp'): void;
  reply(server: string, replyClass: ReplyClass | 'LOST'): void;
  ignored(reason: IgnoredReplyReason): void;
  /** What a candidate came to. */
  candidate(name: WireName, result: CandidateResult): void;
}

export interface WalkRunInput {
  readonly snapshot: ConfigurationSnapshot;
  readonly configuration: WalkConfiguration;
  readonly request: SearchRequest;
  /** Type of the first question. Of address questions, slot 0 is A and slot 1 AAAA, whichever came first. */
  readonly type: number;
  readonly kind: Kind;
  readonly slots: readonly Slot[];
  /** EDNS towards the upstream that the client's own OPT asks for; `edns0` of the resolv.conf is added here. */
  readonly edns: { readonly payloadSize: number; readonly dnssecOk: boolean } | undefined;
  /** The records of any type are read: the name may be searched. Else only those of address look-ups are. */
  readonly readAnswers: boolean;
}

export interface WalkRunEvents {
  /** Data for the only question seen so far. */
  early(slot: Slot, reply: UpstreamReply, candidate: Candidate): void;
  ended(end: WalkEnd): void;
  /** The longest time is over; the walk is given up. */
  capped(): void;
}

export interface WalkRun {
  readonly kind: Kind;
  /** Sends the first query. Events may be raised before this returns. */
  start(): void;
  join(slot: Slot): void;
  closeWindow(): void;
  /** Gives the walk up without a word. */
  abandon(): void;
}

/** Socket buffers hold what arrives while another server is waited for; more than this is dropped, in datagrams. */
const keptDatagrams = 8;

/** EDNS payload that glibc's `edns0` announces, in bytes (RESOLV_EDNS_BUFFER_SIZE in resolv/resolv-internal.h). */
const edns0PayloadSize = 1200;

interface Socket {
  readonly slot: Slot;
  readonly server: number;
  readonly exchange: UdpExchange;
  readonly kept: Uint8Array[];
  failed: boolean;
}

export function createWalkRun(deps: WalkRunDependencies, input: WalkRunInput, events: WalkRunEvents): WalkRun {
  const { snapshot } = input;
  const conf = input.configuration;
  const rules: SearchRules = {
    search: conf.search,
    ndots: conf.ndots,
    noTldQuery: conf.noTldQuery,
    hostNamesOnly: isAddressType(input.type) && snapshot.settings.hostNameFilter,
  };
  const noAaaa = conf.noAaaa && isAddressType(input.type);
  const startedAt = deps.now();
  let kind = input.kind;
  let slots: readonly Slot[] = input.slots;
  let expired: readonly boolean[] = conf.servers.map(() => false);
  let serial: SerialMode = conf.singleRequestReopen ? 'reopen' : conf.singleRequest ? 'serial' : 'parallel';
  let ended = false;
  let candidate: Candidate | undefined;
  let asks = 0;
  let walk: WalkStep | undefined;
  let state: ExchangeState | undefined;
  /** The outcome of a candidate that may still depend on the sibling question. */
  let held: CandidateOutcome | undefined;
  /** The end of a walk in which nothing was to be asked, while the sibling question may still come. */
  let heldEnd: WalkEnd | undefined;
  /** Of the replies to this candidate. */
  let heldBytes = 0;
  let cancelDeadline = (): void => {};
  const sockets = new Map<string, Socket>();
  const ids = new Map<string, number>();
  let tcp: { server: number; exchange: TcpExchange; ids: Map<number, Slot> } | undefined;
  /** Events not yet taken, with the exchange that they belong to. */
  const pending: { readonly event: ExchangeEvent; readonly stamp: string }[] = [];
  let working = false;
  const cancelHurry = deps.setTimer(clientPatienceMs, () => dispatch({ type: 'hurry' }));
  const cancelCap = deps.setTimer(longestWalkMs, () => {
    if (ended) return;
    finish();
    events.capped();
  });

  function follow(step: WalkStep): void {
    walk = step;
    if (step.do === 'ask') return ask(step.candidate);
    if (kind === 'open') heldEnd = step.end;
    else conclude(step.end);
  }

  function conclude(end: WalkEnd): void {
    finish();
    events.ended(end);
  }

  function ask(next: Candidate): void {
    candidate = next;
    asks += 1;
    held = undefined;
    releaseHeld();
    closeSockets();
    closeTcp();
    ids.clear();
    const count = conf.servers.length;
    const first = conf.rotate && count > 1 ? deps.nextRotation(count) : 0;
    const plan: ExchangePlan = {
      order: conf.servers.map((_, index) => (first + index) % count),
      attempts: conf.attempts,
      patienceMs: conf.servers.map((_, index) => serverPatienceMs(conf.timeoutSeconds, index, count)),
      useVc: conf.useVc,
      strictError: conf.strictError,
      keepSurvivingHalf: snapshot.settings.keepSurvivingHalf,
    };
    const time = { startedAt, expired, laterEntries: next.laterEntries, laterAsIs: next.laterAsIs };
    // With no-aaaa only the A question exists upstream, whatever the client asks.
    const start = noAaaa
      ? { plan, time, kind: 'solo' as const, slots: [0] as const, serial }
      : { plan, time, kind, slots, serial };
    take(startExchange(start, deps.now()));
    work();
  }

  function dispatch(event: ExchangeEvent): void {
    if (ended) return;
    enqueue(event);
    work();
  }

  function enqueue(event: ExchangeEvent): void {
    pending.push({ event, stamp: stamp() });
  }

  /** Names the server and transport of the moment: what was meant for another is void. */
  function stamp(): string {
    return state === undefined ? '' : `${asks} ${state.attempt} ${state.position} ${state.transport}`;
  }

  function work(): void {
    if (working) return;
    working = true;
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      if (ended || state === undefined || state.done || next.stamp !== stamp()) continue;
      take(stepExchange(state, next.event, deps.now()));
    }
    working = false;
  }

  function take(step: ExchangeStep): void {
    state = step.state;
    serial = step.state.serial;
    expired = step.state.time.expired;
    for (const action of step.actions) perform(action);
  }

  function perform(action: ExchangeAction): void {
    switch (action.do) {
      case 'send':
        return sendUdp(action.slot, action.server);
      case 'close-sockets':
        return closeSockets();
      case 'connect':
        return connectTcp(action.server, action.slots);
      case 'write':
        return writeTcp(action.slot);
      case 'deadline':
        return armDeadline(action.afterMs);
      case 'early':
        return giveEarly(action.slot, action.reply);
      case 'done':
        return onOutcome(action.outcome);
    }
  }

  /** After a stall the timer fires before the reply that already waits in the socket buffer: glibc's poll(2) sees it. */
  function armDeadline(afterMs: number): void {
    cancelDeadline();
    let isOver = false;
    const expire = () => {
      if (isOver) return;
      const unsent = ifUnsent();
      if (unsent !== undefined) return dispatch(unsent);
      if (state !== undefined) deps.observe.reply(serverName(state.plan.order[state.position] ?? 0), 'LOST');
      dispatch({ type: 'timeout' });
    };
    const cancelTimer = deps.setTimer(afterMs, () => deps.afterRead(expire));
    cancelDeadline = () => {
      isOver = true;
      cancelTimer();
    };
  }

  /**
   * A question that never left is not lost: taken for lost, it would end the search, and the name as it is could be told
   * in its place. To glibc a socket that cannot be opened is as a server that is not there.
   */
  function ifUnsent(): ExchangeEvent | undefined {
    if (tcp !== undefined)
      return tcp.exchange.isWaiting === true ? { type: 'tcp-failed', reason: 'refused' } : undefined;
    const server = state?.plan.order[state.position];
    const isWaiting = (socket: Socket): boolean => socket.server === server && socket.exchange.isWaiting === true;
    return [...sockets.values()].some(isWaiting) ? { type: 'dead' } : undefined;
  }

  function onOutcome(outcome: CandidateOutcome): void {
    cancelDeadline();
    if (kind === 'open') {
      held = outcome;
      const reply = outcome.halves[0];
      if (noAaaa && slots[0] === 0 && reply?.class === 'DATA') giveEarly(0, reply);
      return;
    }
    settle(outcome);
  }

  function giveEarly(slot: Slot, reply: UpstreamReply): void {
    if (candidate === undefined || !mayAnswer(candidate, rules) || !isSameForPair(reply)) return;
    events.early(slot, reply, candidate);
  }

  function settle(outcome: CandidateOutcome): void {
    if (candidate === undefined || walk?.do !== 'ask') return;
    const withoutAddress = noAaaa && kind === 'solo' && slots[0] === 1 && outcome.result === 'POS';
    const seen: CandidateOutcome = withoutAddress ? { ...outcome, result: 'NODATA' } : outcome;
    deps.observe.candidate(candidate.name, seen.result);
    follow(stepWalk(walk.state, candidate, seen));
  }

  function questionType(slot: Slot): number {
    if (slot === 1) return recordTypes.AAAA;
    // The pair may have been opened by its AAAA question.
    return isAddressType(input.type) ? recordTypes.A : input.type;
  }

  function queryFor(slot: Slot, id: number): Uint8Array {
    // The A question that glibc asks in place of AAAA alone is a plain one.
    const plain = noAaaa && !slots.includes(0);
    const edns = input.edns ?? (conf.edns0 && !plain ? { payloadSize: edns0PayloadSize, dnssecOk: false } : undefined);
    return buildQuery({
      id,
      name: candidate?.name ?? input.request.name,
      type: questionType(slot),
      rd: true,
      ad: conf.trustAd,
      ...(edns === undefined ? {} : { edns }),
    });
  }

  function isOwnAddress(server: number): boolean {
    const address = conf.servers[server];
    if (address === undefined) return true;
    if (address.address === '0.0.0.0' || address.address === '::') return true;
    const host = address.family === 6 ? `[${address.address}]` : address.address;
    return snapshot.ownAddresses.has(`${host}:${snapshot.upstreamPort}`);
  }

  function sendUdp(slot: Slot, server: number): void {
    const key = `${slot} ${server}`;
    const address = conf.servers[server];
    let socket = sockets.get(key);
    if (address === undefined || isOwnAddress(server) || socket?.failed === true) {
      enqueue({ type: 'dead' });
      return;
    }
    const id = ids.get(key) ?? deps.randomId();
    ids.set(key, id);
    if (socket === undefined) {
      const kept: Uint8Array[] = [];
      const opened: Socket = {
        slot,
        server,
        kept,
        failed: false,
        exchange: deps.upstream.openUdp(address, {
          message: (bytes) => onDatagram(opened, id, bytes),
          failed: () => {
            opened.failed = true;
            if (isCurrent(opened)) dispatch({ type: 'dead' });
          },
        }),
      };
      socket = opened;
      sockets.set(key, opened);
    }
    deps.observe.query(serverName(server), 'udp');
    socket.exchange.send(queryFor(slot, id));
    for (const bytes of socket.kept.splice(0)) enqueue(datagramEvent(socket, id, bytes));
  }

  function isCurrent(socket: Socket): boolean {
    if (state === undefined || state.done || state.transport !== 'udp') return false;
    return (
      state.plan.order[state.position] === socket.server && sockets.get(`${socket.slot} ${socket.server}`) === socket
    );
  }

  function onDatagram(socket: Socket, id: number, bytes: Uint8Array): void {
    if (isCurrent(socket)) return dispatch(datagramEvent(socket, id, bytes));
    if (socket.kept.length >= keptDatagrams) return;
    socket.kept.push(bytes);
    hold(bytes);
  }

  function datagramEvent(socket: Socket, id: number, bytes: Uint8Array): ExchangeEvent {
    const name = candidate?.name ?? input.request.name;
    const question = { id, name, type: questionType(socket.slot), class: 1 };
    const reply = classifyReply(bytes, question, 'udp');
    if (reply.accept === true) return accepted(socket.slot, socket.server, reply, bytes);
    const rcode = bytes[3] === undefined ? undefined : bytes[3] & 0x0f;
    if (reply.accept !== false) {
      deps.observe.ignored('too-short');
      return reply.accept === 'empty' ? { type: 'dead' } : { type: 'undersized', rcode };
    }
    deps.observe.ignored(reply.reason === 'id' ? 'wrong-id' : 'wrong-question');
    return { type: 'foreign', rcode: rcode ?? 0 };
  }

  type Accepted = Extract<ClassifiedReply, { accept: true }>;

  /** Until the candidate is decided. */
  function hold(message: Uint8Array): void {
    heldBytes += message.length;
    deps.hold(message.length);
  }

  function releaseHeld(): void {
    deps.hold(-heldBytes);
    heldBytes = 0;
  }

  function accepted(slot: Slot, server: number, reply: Accepted, message: Uint8Array): ExchangeEvent {
    hold(message);
    const name = candidate?.name ?? input.request.name;
    const unread = input.readAnswers && reply.class === 'DATA' && reply.answer === undefined;
    const answer = unread ? readAnswer(message, name, questionType(slot)) : reply.answer;
    const replyClass = unread && answer !== undefined ? answer.kind : reply.class;
    deps.observe.reply(serverName(server), replyClass);
    return { type: 'reply', slot, reply: { class: replyClass, rcode: reply.rcode, answer, message } };
  }

  function serverName(server: number): string {
    return conf.servers[server]?.address ?? '';
  }

  function connectTcp(server: number, asked: readonly Slot[]): void {
    closeTcp();
    const address = conf.servers[server];
    if (address === undefined || isOwnAddress(server)) {
      enqueue({ type: 'tcp-failed', reason: 'refused' });
      return;
    }
    const connection = {
      server,
      ids: new Map<number, Slot>(),
      exchange: deps.upstream.openTcp(address, {
        message: (bytes) => {
          if (tcp === connection) onTcpMessage(server, connection.ids, bytes);
        },
        failed: (reason) => {
          if (tcp === connection) dispatch({ type: 'tcp-failed', reason });
        },
      }),
    };
    tcp = connection;
    for (const slot of asked) writeTcp(slot);
  }

  function writeTcp(slot: Slot): void {
    if (tcp === undefined) return;
    let id = deps.randomId();
    while (tcp.ids.has(id)) id = deps.randomId();
    tcp.ids.set(id, slot);
    deps.observe.query(serverName(tcp.server), 'tcp');
    tcp.exchange.send(queryFor(slot, id));
  }

  function onTcpMessage(server: number, asked: ReadonlyMap<number, Slot>, bytes: Uint8Array): void {
    const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    const slot = asked.get(id);
    if (bytes.length < 12) return dispatch({ type: 'tcp-failed', reason: 'error' });
    if (slot === undefined) return;
    const name = candidate?.name ?? input.request.name;
    const reply = classifyReply(bytes, { id, name, type: questionType(slot), class: 1 }, 'tcp', true);
    if (reply.accept === true) dispatch(accepted(slot, server, reply, bytes));
  }

  function closeSockets(): void {
    for (const socket of sockets.values()) socket.exchange.close();
    sockets.clear();
  }

  function finish(): void {
    ended = true;
    cancelDeadline();
    cancelHurry();
    cancelCap();
    releaseHeld();
    closeSockets();
    closeTcp();
  }

  function closeTcp(): void {
    tcp?.exchange.close();
    tcp = undefined;
  }

  return {
    get kind() {
      return kind;
    },
    start() {
      follow(startWalk(input.request, rules));
    },
    join(slot) {
      if (ended || kind !== 'open') return;
      kind = 'pair';
      slots = [0, 1];
      if (heldEnd !== undefined) return conclude(heldEnd);
      const outcome = held;
      held = undefined;
      if (outcome === undefined && !noAaaa) return dispatch({ type: 'join', slot });
      if (outcome === undefined) return;
      if (noAaaa) settle(outcome);
      // The candidate failed for the one question before the other came: both are asked.
      else if (candidate !== undefined) ask(candidate);
    },
    closeWindow() {
      if (ended || kind !== 'open') return;
      kind = 'solo';
      if (heldEnd !== undefined) return conclude(heldEnd);
      const outcome = held;
      held = undefined;
      if (outcome !== undefined) settle(outcome);
      else dispatch({ type: 'window-closed' });
    },
    abandon() {
      if (!ended) finish();
    },
  };
}
