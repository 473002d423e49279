/** What the servers of one candidate said before, and what they say now: `remembered-server` of each, over each transport. */
import type { ReplyCache } from '../cache/reply-cache.ts';
import { nameKey } from '../wire/name.ts';
import { rememberServer } from './remembered-server.ts';
import type { MemorySettings, RememberedQuestions, RememberedServer, Transport } from './remembered-server.ts';

export interface RememberedReplies {
  /** Of a server, by its key. */
  at(server: string, transport: Transport): RememberedServer;
  /** The candidate is decided. */
  end(): void;
}

export function rememberReplies(
  cache: ReplyCache,
  questions: RememberedQuestions,
  settings: MemorySettings,
  now: () => number,
): RememberedReplies {
  const name = nameKey(questions.name);
  const byTransport: Record<Transport, Map<string, RememberedServer>> = { udp: new Map(), tcp: new Map() };
  return {
    at(server, transport) {
      const known = byTransport[transport].get(server);
      if (known !== undefined) return known;
      const remembered = rememberServer({ cache, now }, { server, transport, nameKey: name }, questions, settings);
      byTransport[transport].set(server, remembered);
      return remembered;
    },
    end() {
      for (const [server, remembered] of byTransport.udp) {
        remembered.keep(byTransport.tcp.get(server)?.goodUntil() ?? -Infinity);
      }
      for (const remembered of byTransport.tcp.values()) remembered.keep(-Infinity);
    },
  };
}
