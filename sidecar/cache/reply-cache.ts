/**
 * The reply cache: what a nameserver said to a question, as it said it.
 *
 * Bytes are kept as strings, one character each: a buffer of its own takes 300 bytes beside its content.
 */
import type { Remembered } from '../decide/cache/recall.ts';
import { Entry } from './budget.ts';
import type { Budget } from './budget.ts';

/** What is known of an upstream reply beside its bytes. */
export interface ReplyFacts extends Remembered {
  /** It has records of the asked type. */
  readonly isData: boolean;
  /** When it was received. */
  readonly since: number;
  /** Its server. */
  readonly server: string;
}

/** One upstream reply, its question with it. */
export class KeptReply extends Entry<string> implements ReplyFacts {
  readonly exchange: number;
  readonly goodUntil: number;
  readonly truncated: boolean;
  readonly isData: boolean;
  readonly since: number;
  readonly server: string;
  /** See `bytesOf`. */
  readonly message: string;
  #turn = -1;

  constructor(key: string, { exchange, goodUntil, truncated, isData, since, server }: ReplyFacts, message: string) {
    super(key);
    this.exchange = exchange;
    this.goodUntil = goodUntil;
    this.truncated = truncated;
    this.isData = isData;
    this.since = since;
    this.server = server;
    this.message = message;
  }

  /** By how many places its addresses are turned this time; `begin` says where the first turn is. */
  nextTurn(begin: () => number): number {
    this.#turn = this.#turn < 0 ? begin() : this.#turn + 1;
    return this.#turn;
  }
}

export interface ReplyCache {
  get(key: string): KeptReply | undefined;
  keep(key: string, facts: ReplyFacts, message: Uint8Array): KeptReply;
  delete(key: string): void;
  /** Numbers the exchanges whose replies belong together. */
  nextExchange(): number;
  /** Changes when what the server said before is to be forgotten; undefined: it is none of the servers that are asked. */
  epochOf(server: string): number | undefined;
  /** Keeps the replies of these servers alone. */
  keepServers(servers: ReadonlySet<string>): void;
  clear(): void;
  /** None of them counts as used. */
  entries(): Iterable<KeptReply>;
  readonly size: number;
}

/** Of an entry, beside its message and its key, in bytes as measured. */
const entryBytes = 320;

export function createReplyCache(budget: Budget): ReplyCache {
  const entries = budget.createStore<KeptReply>();
  let exchanges = 0;
  let epoch = 0;
  /** Since when each server is asked without a break; undefined: any may be. */
  let servers: Map<string, number> | undefined;
  return {
    get: (key) => entries.get(key),
    keep(key, facts, message) {
      const text = Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1');
      const kept = new KeptReply(key, facts, text);
      entries.set(kept, entryBytes + key.length + text.length);
      return kept;
    },
    delete: (key) => entries.delete(key),
    nextExchange: () => (exchanges += 1),
    epochOf: (server) => (servers === undefined ? epoch : servers.get(server)),
    keepServers(kept) {
      const before = servers;
      const since = before === undefined ? epoch : (epoch += 1);
      servers = new Map([...kept].map((server) => [server, before?.get(server) ?? since]));
      entries.deleteWhere(({ server }) => !kept.has(server));
    },
    clear() {
      epoch += 1;
      servers &&= new Map([...servers.keys()].map((server) => [server, epoch]));
      entries.clear();
    },
    entries: entries.entries,
    get size() {
      return entries.size;
    },
  };
}

/** What a search needs of it. */
export type SearchMemory = Pick<ReplyCache, 'get' | 'keep' | 'delete' | 'nextExchange' | 'epochOf'>;

/** Notes what a search takes from it and puts into it. */
export class NotedReplies implements SearchMemory {
  readonly #cache: SearchMemory;
  readonly #notes: ReplyNotes;

  constructor(cache: SearchMemory, notes: ReplyNotes) {
    this.#cache = cache;
    this.#notes = notes;
  }

  get(key: string): KeptReply | undefined {
    const found = this.#cache.get(key);
    if (found !== undefined) this.#notes.note(found);
    return found;
  }

  keep(key: string, facts: ReplyFacts, message: Uint8Array): KeptReply {
    const kept = this.#cache.keep(key, facts, message);
    this.#notes.note(kept);
    return kept;
  }

  delete(key: string): void {
    this.#cache.delete(key);
  }

  epochOf(server: string): number | undefined {
    return this.#cache.epochOf(server);
  }

  nextExchange(): number {
    return this.#cache.nextExchange();
  }
}

export interface ReplyNotes {
  note(reply: KeptReply): void;
}

/** The message in a buffer of its own. */
export function bytesOf({ message }: Pick<KeptReply, 'message'>): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(message.length);
  bytes.write(message, 'latin1');
  return bytes;
}
