/**
 * The sockets with which one candidate is asked: sends its queries, and turns what arrives into events for `decide/search/servers`.
 */
import type { SearchServer } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import { AskedServers } from './asked-servers.ts';
import { CandidateTcp } from './candidate-tcp.ts';
import { CandidateUdp } from './candidate-udp.ts';
import { noEvents } from './candidate-seams.ts';
import type { CandidateQuestions, CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';

/** `server`: index into the configured ones. */
export interface CandidateSockets {
  /** False: it is this process, or leads back to it. */
  mayAsk(server: number): boolean;
  /** Returns what is known at once: no way to the server, or what it said before it was asked again. */
  sendUdp(half: Half, server: number): readonly TurnEvent[];
  /** Asks before the turn of the candidate: `sendUdp` then waits for the reply, or takes it. False: it cannot be asked. */
  sendAhead(half: Half, server: number): boolean;
  /** The replies to what was asked ahead, where nobody's turn it is any more. */
  takeAhead(): { readonly events: TurnEvent[]; readonly isComplete: boolean };
  /** Opens a connection in place of an earlier one, and asks there. */
  connectTcp(server: number, asked: readonly Half[]): readonly TurnEvent[];
  /** Asks over the connection of the moment. */
  writeTcp(half: Half): readonly TurnEvent[];
  /** Whether questions to this server, over the transport of the moment, never left: no socket could be opened for them. */
  isUnsent(server: number): boolean;
  /** The query IDs stay: questions that are asked again are the same ones. */
  closeUdp(): void;
  /** Nothing is raised afterwards. */
  end(): void;
}

export function openCandidateSockets(
  deps: CandidateSocketsDependencies,
  snapshot: ConfigurationSnapshot,
  servers: readonly SearchServer[],
  questions: CandidateQuestions,
  events: CandidateSocketsEvents,
): CandidateSockets {
  return new TransportSockets(deps, new AskedServers(deps, snapshot, servers, questions), events);
}

class TransportSockets implements CandidateSockets {
  readonly #deps: CandidateSocketsDependencies;
  readonly #asked: AskedServers;
  readonly #events: CandidateSocketsEvents;
  readonly #udp: CandidateUdp;
  /** Made where it is needed. */
  #tcp: CandidateTcp | undefined;

  constructor(deps: CandidateSocketsDependencies, asked: AskedServers, events: CandidateSocketsEvents) {
    this.#deps = deps;
    this.#asked = asked;
    this.#events = events;
    this.#udp = new CandidateUdp(deps, asked, events);
  }

  mayAsk(server: number): boolean {
    return this.#asked.addressOf(server) !== undefined;
  }

  sendUdp(half: Half, server: number): readonly TurnEvent[] {
    return this.#udp.send(half, server);
  }

  sendAhead(half: Half, server: number): boolean {
    return this.#udp.sendAhead(half, server);
  }

  takeAhead(): ReturnType<CandidateSockets['takeAhead']> {
    return this.#udp.takeAhead();
  }

  connectTcp(server: number, halves: readonly Half[]): readonly TurnEvent[] {
    this.#tcp ??= new CandidateTcp(this.#deps, this.#asked, this.#events);
    return this.#tcp.connect(server, halves);
  }

  writeTcp(half: Half): readonly TurnEvent[] {
    this.#tcp?.write(half);
    return noEvents;
  }

  isUnsent(server: number): boolean {
    return this.#tcp?.isUnsent() ?? this.#udp.isUnsent(server);
  }

  closeUdp(): void {
    this.#udp.close();
  }

  end(): void {
    this.#udp.close();
    this.#tcp?.close();
    this.#asked.release();
  }
}
