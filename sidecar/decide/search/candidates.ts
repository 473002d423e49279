/**
 * The order of the candidate names of one search, as a step function: the outcome of a candidate goes in, the next
 * candidate or the end comes out.
 *
 * Follows `__res_context_search` and `__res_context_querydomain` (resolv/res_query.c). No I/O, no clock.
 */
import { concatNames } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import type { CandidateOutcome, OutcomeCode } from './candidate-outcome.ts';
import { noSuchName, unencodable } from './candidate-outcome.ts';
import { isHostName } from './host-name.ts';
import type { WireSearchEntry } from './search-list.ts';

/** What the program asked for, as far as a DNS message tells. */
export interface SearchRequest {
  /** The name as the program gave it, without the marker. */
  readonly name: WireName;
  /** Dots in the program's string; a trailing dot does not count here, see `absolute`. */
  readonly dots: number;
  /** The name is asked as it is and nothing else: it had a trailing dot, or the call does not search. */
  readonly absolute: boolean;
}

export interface CandidateRules {
  readonly search: readonly WireSearchEntry[];
  readonly ndots: number;
  readonly noTldQuery: boolean;
  /** The name as it is may not be sent; of one that is not searched for that is known before. */
  readonly withoutAsIs?: boolean;
  /** An answer to a searched name that is no host name, because of the search entry, is none. */
  readonly hostNamesOnly: boolean;
}

export interface Candidate {
  readonly name: WireName;
  /** The program's own name, without a search entry. */
  readonly asIs: boolean;
  /** Search entries that may still come after this candidate, and whether the name as it is may. */
  readonly laterEntries: number;
  readonly laterAsIs: boolean;
}

/** `NORECOVERY` is glibc's NO_RECOVERY: getaddrinfo reports EAI_NONAME. `LOCAL`: at a name that is answered for here. */
export type EndCode = 'POS' | 'NONAME' | 'NODATA' | 'AGAIN' | 'NORECOVERY' | 'LOCAL';

/** What glibc's search ends with. */
export interface SearchEnd {
  readonly code: EndCode;
  /** The candidate that stopped the search: set for POS and LOCAL. */
  readonly candidate: Candidate | undefined;
  /** The outcome of that candidate, or of the last one asked; of a LOCAL one, what nameservers would say. */
  readonly outcome: CandidateOutcome;
  /** The outcome of the name as it is, if it was asked: the answer to a bare-name fallback. */
  readonly asIs: CandidateOutcome | undefined;
}

export interface CandidatesState {
  readonly request: SearchRequest;
  readonly rules: CandidateRules;
  /** Search entries taken so far. */
  readonly index: number;
  readonly phase: 'as-is-first' | 'entries' | 'as-is-last';
  readonly noData: boolean;
  readonly servFail: boolean;
  readonly rootReached: boolean;
  readonly first: CandidateOutcome | undefined;
  readonly asIs: CandidateOutcome | undefined;
}

export type CandidatesStep = AskedCandidate | { readonly do: 'end'; readonly end: SearchEnd };

export interface AskedCandidate {
  readonly do: 'ask';
  readonly candidate: Candidate;
  readonly state: CandidatesState;
}

/** The first candidate of a search. */
export function startCandidates(request: SearchRequest, rules: CandidateRules): CandidatesStep {
  const asIsFirst = request.dots >= rules.ndots && rules.withoutAsIs !== true;
  const phase = request.absolute || asIsFirst ? 'as-is-first' : 'entries';
  const state: CandidatesState = {
    request,
    rules,
    index: 0,
    phase,
    noData: false,
    servFail: false,
    rootReached: false,
    first: undefined,
    asIs: undefined,
  };
  return phase === 'entries' ? nextEntry(state, undefined) : askAsIs(state);
}

/** What comes after `candidate` ended with `outcome`. */
export function stepCandidates(
  state: CandidatesState,
  candidate: Candidate,
  outcome: CandidateOutcome,
): CandidatesStep {
  const isAsIs = candidate.asIs && state.phase !== 'entries';
  if (outcome.code === 'POS') {
    if (!mayAnswer(candidate, state.rules)) return { do: 'end', end: { ...nothing, outcome } };
    return { do: 'end', end: { code: 'POS', candidate, outcome, asIs: isAsIs ? outcome : state.asIs } };
  }
  const seen: CandidatesState = isAsIs ? { ...state, asIs: outcome } : state;
  switch (state.phase) {
    case 'as-is-first':
      if (state.request.absolute) return end(seen, outcome, outcome.code);
      return nextEntry({ ...seen, phase: 'entries', first: outcome }, outcome);
    case 'as-is-last':
      return endOfSearch(seen, outcome);
    case 'entries':
      return afterEntry(seen, outcome);
  }
}

/**
 * glibc asks for whatever a search entry makes of the name, but reads an answer only if the name in it is a host name
 * (`gaih_getanswer_slice`, `getanswer_r`): HOST_NOT_FOUND, which no later query of the client changes.
 */
export function mayAnswer(candidate: Candidate, rules: CandidateRules): boolean {
  return !rules.hostNamesOnly || candidate.asIs || isHostName(candidate.name);
}

const nothing = { code: 'NONAME', candidate: undefined, asIs: undefined } as const;

function afterEntry(state: CandidatesState, outcome: CandidateOutcome): CandidatesStep {
  switch (outcome.code) {
    case 'DEAD':
      return end(state, outcome, 'DEAD');
    case 'NODATA':
      return nextEntry({ ...state, noData: true }, outcome);
    case 'NX':
      return nextEntry(state, outcome);
    case 'SF':
      return nextEntry({ ...state, servFail: true }, outcome);
    // TEMP and FATAL.
    default:
      return lastAsIs(state, outcome);
  }
}

function nextEntry(state: CandidatesState, last: CandidateOutcome | undefined): CandidatesStep {
  const entry = state.rules.search[state.index];
  if (entry === undefined) return lastAsIs(state, last);
  const { root } = entry;
  const taken: CandidatesState = { ...state, index: state.index + 1, rootReached: state.rootReached || root };
  if (root && state.rules.withoutAsIs === true) return nextEntry(taken, last);
  const name = nameWith(entry, state.request);
  if (name === undefined) return lastAsIs(taken, unencodable);
  const candidate: Candidate = {
    name,
    asIs: root,
    laterEntries: entriesLeft(taken),
    laterAsIs: maySearchAsIs(taken),
  };
  return { do: 'ask', candidate, state: taken };
}

function nameWith({ root, name }: WireSearchEntry, request: SearchRequest): WireName | undefined {
  return root ? request.name : name && concatNames(request.name, name);
}

function entriesLeft({ rules, index }: CandidatesState): number {
  return rules.search.length - index;
}

function lastAsIs(state: CandidatesState, last: CandidateOutcome | undefined): CandidatesStep {
  if (maySearchAsIs(state)) return askAsIs({ ...state, phase: 'as-is-last' });
  // Nothing may be asked: there is no such name.
  return endOfSearch(state, last ?? noSuchName);
}

function maySearchAsIs(state: CandidatesState): boolean {
  if (state.first !== undefined || state.rootReached || state.rules.withoutAsIs === true) return false;
  return !(state.rules.noTldQuery && state.request.dots === 0 && state.index > 0);
}

function askAsIs(state: CandidatesState): CandidatesStep {
  const searches = state.phase === 'as-is-first' && !state.request.absolute;
  const candidate: Candidate = {
    name: state.request.name,
    asIs: true,
    laterEntries: searches ? entriesLeft(state) : 0,
    laterAsIs: false,
  };
  return { do: 'ask', candidate, state };
}

/** The error that wins when nothing was found: see the end of `__res_context_search`. */
function endOfSearch(state: CandidatesState, last: CandidateOutcome): CandidatesStep {
  if (state.first !== undefined) return end(state, state.first, state.first.code);
  if (state.noData) return end(state, last, 'NODATA');
  if (state.servFail) return end(state, last, 'SF');
  return end(state, last, last.code);
}

function end(state: CandidatesState, outcome: CandidateOutcome, code: OutcomeCode): CandidatesStep {
  return { do: 'end', end: { code: endCodeOf(code), candidate: undefined, outcome, asIs: state.asIs } };
}

/** The end of a search whose last word is this outcome of a candidate. */
export function endCodeOf(code: OutcomeCode): EndCode {
  switch (code) {
    case 'POS':
      return 'POS';
    case 'NX':
      return 'NONAME';
    case 'NODATA':
      return 'NODATA';
    case 'FATAL':
      return 'NORECOVERY';
    case 'SF':
    case 'TEMP':
    case 'DEAD':
      return 'AGAIN';
  }
}
