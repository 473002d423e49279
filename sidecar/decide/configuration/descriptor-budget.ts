/** Shares the file descriptors of the process out between clients, upstream sockets and the admin listener. */
import { maxServers } from '../../../shared/resolv-conf/resolv-conf.ts';

/** How the file descriptors of the process are shared out. */
export interface DescriptorBudget {
  readonly upstreamSockets: number;
  readonly clientConnections: number;
  readonly adminConnections: number;
}

/** Node's own, the listeners, files being read. */
const reserved = 30;

/** Probes and one or two scrapers. */
const usualAdminConnections = 32;

/** As many as eight lookups of both families leave behind at two servers that are silent. */
const maxLingeringSockets = 32;

/** Without a limit that can be read. */
const usualLimit = 1024;

/** A and AAAA; their sockets stay open until the candidate is decided. */
const questionsPerSearch = 2;

const maxSocketsPerSearch = questionsPerSearch * maxServers;

/** While more searches than this share of the most that are allowed are under way, no candidate is asked before its turn. */
const shareAhead = 1 / 4;

/** Per search, of the default number of candidates that are asked before their turn. */
const usualSocketsAhead = questionsPerSearch * 6 * shareAhead;

export function shareDescriptors(
  limit: number | undefined,
  { maxSearches, maxTcpConnections }: { readonly maxSearches: number; readonly maxTcpConnections: number },
): DescriptorBudget {
  const free = Math.max(2, (limit ?? usualLimit) - reserved);
  // Connections take what they are given and no more: the next free descriptor would else go to one that waits to be
  // accepted, and no query would go out.
  const adminConnections = Math.min(usualAdminConnections, Math.max(1, Math.floor(free / 8)));
  const clientConnections = Math.min(maxTcpConnections, Math.max(1, Math.floor(free / 3)));
  // Fewer than one search needs would hold it up for ever: its A would wait for the socket that its AAAA keeps.
  const upstreamSockets = Math.min(
    maxSearches * (maxSocketsPerSearch + usualSocketsAhead) + maxLingeringSockets,
    Math.max(maxSocketsPerSearch, free - clientConnections - adminConnections),
  );
  return { clientConnections, adminConnections, upstreamSockets };
}

/** Sockets that stay open for silent servers take nothing from those of searches. */
export function shareUpstreamSockets(upstreamSockets: number): { lingeringSockets: number; searchSockets: number } {
  const lingeringSockets = Math.min(maxLingeringSockets, Math.floor(upstreamSockets / 8));
  return { lingeringSockets, searchSockets: upstreamSockets - lingeringSockets };
}

/**
 * How many searches fit into so many sockets. A search that waits for a socket would take its question for lost and could
 * end in a wrong "no such name": it is better not to begin it.
 */
export function searchesThatFit(upstreamSockets: number, servers: number): number {
  return Math.max(1, Math.floor(upstreamSockets / (questionsPerSearch * servers)));
}

/** With how many searches under way candidates may be asked before their turn: with the sockets that all searches leave. */
export function searchesAheadThatFit(
  upstreamSockets: number,
  { servers, maxSearches, maxSearchAhead }: { servers: number; maxSearches: number; maxSearchAhead: number },
): number {
  const spare = upstreamSockets - questionsPerSearch * servers * maxSearches;
  const withSockets = maxSearchAhead === 0 ? 0 : Math.floor(spare / (questionsPerSearch * maxSearchAhead));
  return Math.max(0, Math.min(Math.floor(maxSearches * shareAhead), withSockets));
}
