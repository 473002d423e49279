/**
 * When a client's A and AAAA queries for one name count as one lookup, as a step function: an arrival goes in, what
 * is to be done comes out.
 *
 * glibc and musl send both from one port within microseconds, Go from two ports and with OPT; one that is alone shows
 * only by the time that passes. No I/O, no clock.
 */
import type { HostsAnswer } from '../hosts/hosts.ts';
import { sameHostsAnswer } from '../hosts/hosts-plan.ts';
import { bothHalves } from '../search/pair.ts';
import type { Half, Kind } from '../search/pair.ts';

/**
 * A lookup that was answered early still takes its late sibling and repeats for this long, in milliseconds; one that is over answers repeats
 * for as long at most (`lookups/ended-lookups`).
 */
export const lingerMs = 50;

export interface Pairing {
  /** `open` as long as the sibling may still come. */
  readonly kind: Kind;
  /** Of the first question. */
  readonly half: Half;
  /** How long the sibling of an unanswered question is waited for, in milliseconds. */
  readonly windowMs: number;
  readonly hosts: HostsAnswers;
  /** The first question has its reply, though the kind is not known; from memory sooner than a sibling can come. */
  readonly answered: boolean;
  readonly fromMemory: boolean;
}

/** What the hosts file says to a program that asks for both families, and to one that asks for the first question's. */
export interface HostsAnswers {
  readonly pair: HostsAnswer | undefined;
  readonly alone: HostsAnswer | undefined;
}

export type PairingEvent =
  /** The question of the other type. */
  | { readonly type: 'sibling' }
  /** The window is over, and the sockets were read once more. */
  | { readonly type: 'window-over' }
  /** The search has data for the only question seen so far. */
  | { readonly type: 'data'; readonly fromMemory: boolean };

export type PairingAction =
  /** Raise `window-over` after so many milliseconds, and at no other time. */
  | { readonly do: 'window'; readonly afterMs: number }
  /** Begin the search, or give the one under way the kind. */
  | { readonly do: 'search' }
  /** Answer the question in `half` with what the search has. */
  | { readonly do: 'answer-early'; readonly half: Half }
  | { readonly do: 'answer-from-hosts'; readonly half: Half; readonly answer: HostsAnswer }
  | { readonly do: 'end' };

export interface PairingStep {
  readonly state: Pairing;
  readonly actions: readonly PairingAction[];
}

/** Where the hosts file says nothing, as of nearly every name. */
export const noHostsAnswers: HostsAnswers = { pair: undefined, alone: undefined };

const search = { do: 'search' } as const;
const searching: readonly PairingAction[] = [search];
const ending: readonly PairingAction[] = [{ do: 'end' }];
const nothing: readonly PairingAction[] = [];

/** A question of another type than A and AAAA has no sibling. */
export function startAlone(half: Half): PairingStep {
  const state: Pairing = {
    kind: 'solo',
    half,
    windowMs: 0,
    hosts: noHostsAnswers,
    answered: false,
    fromMemory: false,
  };
  return { state, actions: searching };
}

/** The first question of a possible pair. It does not wait for what the answer does not depend on. */
export function startPairing(half: Half, windowMs: number, hosts: HostsAnswers): PairingStep {
  const state: Pairing = { kind: 'open', half, windowMs, hosts, answered: false, fromMemory: false };
  const window = { do: 'window', afterMs: windowMs } as const;
  const { pair, alone } = hosts;
  if (pair === undefined && alone === undefined) return { state, actions: [window, search] };
  if (pair === undefined || !sameHostsAnswer(pair, alone, half)) return { state, actions: [window] };
  return {
    state: { ...state, answered: true },
    actions: [
      { do: 'answer-from-hosts', half, answer: pair },
      { do: 'window', afterMs: lingerMs },
    ],
  };
}

export function stepPairing(state: Pairing, event: PairingEvent): PairingStep {
  switch (event.type) {
    case 'sibling':
      return becomePair(state);
    case 'window-over':
      return state.kind === 'open' ? becomeSolo(state) : { state, actions: nothing };
    case 'data':
      return {
        state: { ...state, answered: true, fromMemory: event.fromMemory },
        actions: [
          { do: 'answer-early', half: state.half },
          { do: 'window', afterMs: lingerMs },
        ],
      };
  }
}

function becomePair(before: Pairing): PairingStep {
  const state: Pairing = { ...before, kind: 'pair' };
  const { pair } = state.hosts;
  if (pair === undefined) return { state, actions: searching };
  const answers = bothHalves.map((half) => ({ do: 'answer-from-hosts', half, answer: pair }) as const);
  return { state, actions: [...answers, { do: 'end' }] };
}

function becomeSolo(before: Pairing): PairingStep {
  const state: Pairing = { ...before, kind: 'solo' };
  const { half, answered, hosts } = state;
  const { pair, alone } = hosts;
  if (answered && pair !== undefined) return { state, actions: ending };
  if (alone === undefined) return { state, actions: searching };
  return { state, actions: [{ do: 'answer-from-hosts', half, answer: alone }, { do: 'end' }] };
}

/** A query beside a lookup: whether it is the sibling that is waited for. */
export interface Newcomer {
  readonly half: Half;
  /** From the UDP port, or over the TCP connection, of the first question. */
  readonly fromSamePort: boolean;
  /** Both queries carry OPT, as Go's do and no C library's. */
  readonly bothHaveOpt: boolean;
  /** How long ago the lookup was opened, in milliseconds. */
  readonly ageMs: number;
}

/**
 * From another port it comes at once, and both carry OPT: two threads or programs that look a name up for one family each
 * at the same moment are no pair. Of Go's two queries the second comes when the first has its answer from memory.
 */
export function takesSibling(state: Pairing, { half, fromSamePort, bothHaveOpt, ageMs }: Newcomer): boolean {
  if (state.kind !== 'open' || state.half === half) return false;
  return fromSamePort || (bothHaveOpt && (!state.answered || state.fromMemory) && ageMs < state.windowMs);
}

/**
 * A client that the kernel puts aside between its two queries sends the second one after the window. As long as nothing
 * was given out, the search for the first alone begins anew as one for both.
 */
export function takesLateSibling(state: Pairing, half: Half, ageMs: number): boolean {
  return state.kind === 'solo' && state.half !== half && !state.answered && ageMs < lingerMs;
}
