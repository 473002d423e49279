/** Candidates that are asked before their turn, with sockets that keep what comes until then. */
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Candidate } from '../decide/search/candidates.ts';
import type { Half } from '../decide/search/pair.ts';
import { nameKey } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import type { CandidateSocketsEvents } from './candidate-seams.ts';
import type { OpenSockets } from './open-sockets.ts';

export interface AheadDependencies {
  readonly now: () => number;
  readonly observe: { askedAhead(isUsed: boolean): void };
  /** Of the candidate whose turn it is. */
  readonly events: CandidateSocketsEvents;
  readonly open: (candidate: Candidate, events: CandidateSocketsEvents) => OpenSockets;
}

interface AskedAhead {
  readonly sockets: OpenSockets;
  /** Undefined: nothing was asked, because it is known what the server would say. */
  askedAt: number | undefined;
  hasTurn: boolean;
}

export class AheadSockets {
  readonly #deps: AheadDependencies;
  readonly #asked = new Map<string, AskedAhead>();

  constructor(deps: AheadDependencies) {
    this.#deps = deps;
  }

  ask(candidates: readonly Candidate[], halves: readonly Half[], server: number): void {
    for (const candidate of candidates) {
      const asked = this.#of(candidate);
      for (const half of halves) {
        if (asked.sockets.sendAhead(half, server)) asked.askedAt ??= this.#deps.now();
      }
    }
  }

  /** The turn of the candidate has come. */
  take(name: WireName): { readonly sockets: OpenSockets; readonly askedAt: number | undefined } | undefined {
    const key = nameKey(name);
    const asked = this.#asked.get(key);
    if (asked === undefined) return undefined;
    this.#asked.delete(key);
    asked.hasTurn = true;
    if (asked.askedAt !== undefined) this.#deps.observe.askedAhead(true);
    return asked;
  }

  /** No further turn comes. */
  end(): void {
    for (const { sockets, askedAt } of this.#asked.values()) {
      if (askedAt !== undefined) this.#deps.observe.askedAhead(false);
      if (askedAt === undefined || sockets.endAhead === undefined) sockets.end();
      else sockets.endAhead();
    }
    this.#asked.clear();
  }

  #of(candidate: Candidate): AskedAhead {
    const key = nameKey(candidate.name);
    const known = this.#asked.get(key);
    if (known !== undefined) return known;
    const { events, open } = this.#deps;
    const inTurn: CandidateSocketsEvents = {
      arrived: (event: TurnEvent) => asked.hasTurn && events.arrived(event),
      isAwaited: (server) => asked.hasTurn && events.isAwaited(server),
    };
    const asked: AskedAhead = { sockets: open(candidate, inTurn), askedAt: undefined, hasTurn: false };
    this.#asked.set(key, asked);
    return asked;
  }
}
