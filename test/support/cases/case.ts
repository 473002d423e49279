/** One case of the differential test: everything that a resolver sees, as a JSON value that can be replayed. */
import { probeWord, type ProbeFamily } from '../worlds/agent.ts';
import type { LibcName } from '../worlds/libcs.ts';
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';

export interface DifferentialCase {
  /** Of the case itself; a saved case keeps it for the record. */
  seed: number;
  /** The pod's original file, one character per byte. */
  resolvConf: string;
  hostName?: string;
  script: Script;
  call: Call;
  /** The glibc that is asked directly: 2.41 where the file has what older ones do not know. */
  oracle: LibcName;
}

export type Call =
  | { api: 'getaddrinfo'; family: ProbeFamily; name: string; canon: boolean; v4mapped?: boolean }
  | { api: 'gethostbyname2'; family: '4' | '6'; name: string }
  | { api: 'res_query' | 'res_search'; type: number; name: string }
  | { api: 'getnameinfo'; address: string };

/** The call as a command of the probe. */
export function commandOf(call: Call): string {
  switch (call.api) {
    case 'getaddrinfo': {
      const flags = [...(call.canon ? ['canon'] : []), ...(call.v4mapped ? ['v4mapped'] : [])];
      return ['getaddrinfo', call.family, probeWord(call.name), ...flags].join(' ');
    }
    case 'gethostbyname2':
      return `gethostbyname2 ${call.family} ${probeWord(call.name)}`;
    case 'res_query':
    case 'res_search':
      return `${call.api} ${call.type} ${probeWord(call.name)}`;
    case 'getnameinfo':
      return `getnameinfo ${call.address}`;
  }
}

export function nameOf(call: Call): string {
  return call.api === 'getnameinfo' ? pointerName(call.address) : call.name;
}

/** Marker mode writes ndots:15; names with more dots the client asks as they are itself. */
export const writtenNdots = 15;

/** Dots in the application's string. */
export function dotsOf(name: string): number {
  return name.split('.').length - 1;
}

/** The name under which the PTR records of an IPv4 address are. */
export function pointerName(address: string): string {
  return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
}

/**
 * The script for direct glibc, which waits without end where a server is silent over TCP. The sidecar has a time limit
 * there and goes on as after a connection that was closed; so direct glibc gets a closed connection.
 */
export function withoutStalls(script: Script): Script {
  const servers = Object.entries(script.servers).map(([address, server]): [string, ServerScript] => [
    address,
    {
      ...server,
      ...(server.tcp === 'stall' ? { tcp: 'close' as const } : {}),
      ...(server.names === undefined
        ? {}
        : {
            names: Object.fromEntries(
              Object.entries(server.names).map(([name, reply]) => [
                name,
                Array.isArray(reply) ? reply.map(closed) : closed(reply),
              ]),
            ),
          }),
    },
  ]);
  return { servers: Object.fromEntries(servers) };
}

export function hasStalls(script: Script): boolean {
  return JSON.stringify(script) !== JSON.stringify(withoutStalls(script));
}

/** The `n`th reply differs from the first: lookups must come one after the other, each with a fresh count. */
export function hasSequences(script: Script): boolean {
  return Object.values(script.servers).some(({ names = {} }) =>
    Object.values(names).some((reply) => Array.isArray(reply)),
  );
}

function closed(reply: ReplyScript): ReplyScript {
  const details: ReplyDetails = typeof reply === 'string' ? { is: reply } : reply;
  // A reply that is lost over UDP is silence over TCP, unless the script says otherwise.
  const isSilent = details.tcp === 'STALL' || (details.is === 'LOST' && details.tcp === undefined);
  return isSilent ? { ...details, tcp: 'CLOSE' } : reply;
}
