import { readFileSync } from 'node:fs';

/** How the file descriptors of the process are shared out. */
export interface DescriptorBudget {
  readonly upstreamSockets: number;
  readonly clientConnections: number;
}

/** Node's own, the listeners, the admin server's connections, files being read. */
const reserved = 40;

/** Without a limit that can be read. */
const usualLimit = 1024;

/** Sockets that one walk has open: two questions to three servers. */
const socketsPerWalk = 6;

export function shareDescriptors(
  limit: number | undefined,
  { maxInFlight, tcpMaxConnections }: { readonly maxInFlight: number; readonly tcpMaxConnections: number },
): DescriptorBudget {
  const free = Math.max(2, (limit ?? usualLimit) - reserved);
  // Connections of clients take at most half, so that they never keep queries from going out.
  const clientConnections = Math.min(tcpMaxConnections, Math.max(1, Math.floor(free / 2)));
  const upstreamSockets = Math.min(maxInFlight * socketsPerWalk, Math.max(1, free - clientConnections));
  return { clientConnections, upstreamSockets };
}

/** The limit of this process, where the system tells it. */
export function readDescriptorLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}
