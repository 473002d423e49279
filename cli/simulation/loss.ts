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

/** No library repeats a question to a server more often in one lookup; what comes after these is not lost. */
const drawnQueries = 16;

/** Whether a query over UDP, or its reply, is lost. */
export function isLost({ seed, share }: Loss, server: string, question: string, number: number): boolean {
  if (number >= drawnQueries) return false;
  const limit = share * 2 ** 32;
  return ['query', 'reply'].some((leg) => mixed(`${seed} ${server} ${question} ${number} ${leg}`) < limit);
}

/** The same, written down for these questions ("name TYPE") at each of the servers. */
export function lossList(loss: Loss, servers: readonly string[], questions: readonly string[]): LossList {
  const numbers = Array.from({ length: drawnQueries }, (_, number) => number);
  const ofServer = (server: string): [string, number[]][] =>
    questions
      .map((question): [string, number[]] => [
        question,
        numbers.filter((number) => isLost(loss, server, question, number)),
      ])
      .filter(([, lost]) => lost.length > 0);
  return Object.fromEntries(servers.map((server) => [server, Object.fromEntries(ofServer(server))]));
}

/** Nameservers behind a network that loses what the list says. */
export function withLoss({ servers }: Script, list: LossList): Script {
  return {
    servers: Object.fromEntries(
      Object.entries(servers).map(([address, server]) => [address, { ...server, lost: list[address] ?? {} }]),
    ),
  };
}

/** A number of 32 bits that a change of any character changes as a whole: FNV-1a, then the finalizer of MurmurHash3. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
