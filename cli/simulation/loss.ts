/**
 * Datagrams that the network loses, as a list: drawn from a seed, written down, and the same in every world that is played
 * from it. To who asks it is the same whether the query was lost or its reply, so a list holds the queries without one.
 */
import type { Script } from './script.ts';

/** Address of a nameserver → "name TYPE" (lower case, no final dot) → which of these queries over UDP, from 0, get no reply. */
export type LossList = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

export interface Loss {
  readonly seed: number;
  /** Of all datagrams, queries and replies alike: 0 to 1. */
  readonly share: number;
}

/** A query over UDP, by places instead of names: what is lost does not hang on what things are called. */
export interface QueryPlace {
  /** Among the nameservers, from 0. */
  readonly server: number;
  /** Among the names that the lookup may ask for, from 0. */
  readonly name: number;
  readonly type: 'A' | 'AAAA';
  /** The first, the second, … of these queries, from 0. */
  readonly number: number;
}

/** No library repeats a question to a server more often in one lookup; what comes after these is not lost. */
const drawnQueries = 16;

const types = ['A', 'AAAA'] as const;

/** Whether the query, or its reply, is lost. */
export function isLost({ seed, share }: Loss, { server, name, type, number }: QueryPlace): boolean {
  if (number >= drawnQueries) return false;
  const drawn = [seed, server, name, types.indexOf(type), number].reduce(mixed, 0) / 2 ** 32;
  return drawn < 1 - (1 - share) ** 2;
}

/** What a lookup may ask for: the name as it is, then with each domain of the search list; no final dot, lower case. */
export function candidateNames(name: string, search: readonly string[]): string[] {
  const bare = name.replace(/\.$/, '');
  const withEntry = search.map((entry) => [bare, entry.replace(/^\./, '')].filter((part) => part !== '').join('.'));
  return [bare, ...(bare === name ? withEntry : [])].map((text) => text.toLowerCase());
}

/** The same, written down for the names that the lookup may ask for. */
export function lossList(loss: Loss, servers: readonly string[], names: readonly string[]): LossList {
  const numbers = Array.from({ length: drawnQueries }, (_, number) => number);
  const ofServer = (server: number): [string, number[]][] =>
    [...new Set(names)].flatMap((text) =>
      types
        .map((type): [string, number[]] => [
          `${text} ${type}`,
          numbers.filter((number) => isLost(loss, { server, name: names.indexOf(text), type, number })),
        ])
        .filter(([, lost]) => lost.length > 0),
    );
  return Object.fromEntries(servers.map((address, server) => [address, Object.fromEntries(ofServer(server))]));
}

/** Nameservers behind a network that loses what the list says. */
export function withLoss({ servers }: Script, list: LossList): Script {
  return {
    servers: Object.fromEntries(
      Object.entries(servers).map(([address, server]) => [address, { ...server, lost: list[address] ?? {} }]),
    ),
  };
}

/** 32 bits that a change of either number changes as a whole: the finalizer of MurmurHash3 over both. */
function mixed(state: number, value: number): number {
  let hash = (Math.imul(state ^ value, 0x9e3779b1) + 0x7f4a7c15) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
