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
import type { CandidateQuestions, CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';

/** `server`: index into the configured ones. */
export interface CandidateSockets {
  /** False: it is this process, or leads back to it. */
  mayAsk(server: number): boolean;
  /** Returns what is known at once: no way to the server, or what it said before it was asked again. */
  sendUdp(half: Half, server: number): TurnEvent[];
  /** Asks before the turn of the candidate: `sendUdp` then waits for the reply, or takes it. False: it cannot be asked. */
  sendAhead(half: Half, server: number): boolean;
  /** The replies to what was asked ahead, where nobody's turn it is any more. */
  takeAhead(): { readonly events: TurnEvent[]; readonly isComplete: boolean };
  /** Opens a connection in place of an earlier one, and asks there. */
  connectTcp(server: number, asked: readonly Half[]): TurnEvent[];
  /** Asks over the connection of the moment. */
  writeTcp(half: Half): TurnEvent[];
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
  const asked = new AskedServers(deps, snapshot, servers, questions);
  const udp = new CandidateUdp(deps, asked, events);
  const tcp = new CandidateTcp(deps, asked, events);
  return {
    mayAsk: (server) => asked.addressOf(server) !== undefined,
    sendUdp: (half, server) => udp.send(half, server),
    sendAhead: (half, server) => udp.sendAhead(half, server),
    takeAhead: () => udp.takeAhead(),
    connectTcp: (server, halves) => tcp.connect(server, halves),
    writeTcp(half) {
      tcp.write(half);
      return [];
    },
    isUnsent: (server) => tcp.isUnsent() ?? udp.isUnsent(server),
    closeUdp: () => udp.close(),
    end() {
      udp.close();
      tcp.close();
      asked.release();
    },
  };
}
