/** The reply cache: what a nameserver said to a question, as it said it. */
import type { Remembered } from '../decide/cache/recall.ts';
import type { Budget } from './budget.ts';

/** One upstream reply, its question with it. */
export interface KeptReply extends Remembered {
  readonly message: Uint8Array;
  /** When it was received. */
  readonly since: number;
  /** Its server. */
  readonly server: string;
}

export interface ReplyCache {
  get(key: string): KeptReply | undefined;
  keep(key: string, reply: KeptReply): void;
  /** Numbers the exchanges whose replies belong together. */
  nextExchange(): number;
  /** Keeps the replies of these servers alone. */
  keepServers(servers: ReadonlySet<string>): void;
  clear(): void;
  readonly size: number;
}

/** Of an entry, beside its message and its key, in bytes as measured. */
const entryBytes = 470;

export function createReplyCache(budget: Budget): ReplyCache {
  const entries = budget.createStore<KeptReply>();
  let exchanges = 0;
  return {
    get: (key) => entries.get(key),
    keep: (key, reply) => entries.set(key, reply, entryBytes + key.length + reply.message.length),
    nextExchange: () => (exchanges += 1),
    keepServers(servers) {
      entries.deleteWhere(({ server }) => !servers.has(server));
    },
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
}
