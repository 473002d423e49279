/**
 * What each nameserver says to each question, its faults included. It is a plain JSON value, so that a random case can
 * be saved and replayed; the tests' own nameservers are played from it over real sockets, too.
 */
export interface Script {
  /** Server address (port 53) → its behaviour. An address that is not named is a closed port. */
  servers: Record<string, ServerScript>;
}

export interface ServerScript {
  /** `closed`: no socket, the kernel answers with ICMP port unreachable. */
  udp?: 'open' | 'closed';
  /**
   * `close`: every connection is closed after its first query; `once`: after its first reply; `stall`: nothing is ever
   * written.
   */
  tcp?: 'open' | 'refused' | 'close' | 'once' | 'stall';
  /**
   * "name" or "name TYPE" (lower case, no final dot) → the reply, or the replies to the first, second, …
   * query for it; the last one stays. "*.name TYPE" stands for every name with one more label. Every other name is NX.
   */
  names?: Record<string, ReplyScript | ReplyScript[]>;
  /** The reply to names that `names` does not have. */
  otherwise?: ReplyScript;
  /** "name TYPE" → which of these queries over UDP, from 0, get no reply because the network lost one or the other. */
  lost?: Readonly<Record<string, readonly number[]>>;
  /** Nothing comes back for what is asked in this time, in milliseconds from the beginning. */
  away?: { readonly fromMs: number; readonly untilMs: number };
}

export type ReplyClass =
  | 'DATA' // the records of the asked type; none of that type makes it EMPTY
  | 'ALIAS' // the aliases of `chain` only
  | 'EMPTY'
  | 'NX'
  | 'SF'
  | 'NI'
  | 'RF'
  | 'ODD' // the rcode in `rcode`
  | 'LAME'
  | 'BAD' // DATA, damaged as `fault` says
  | 'LOST'
  | 'HEADER' // twelve bytes, no question, the rcode in `rcode`
  | 'RUNT' // a datagram of `length` bytes, fewer than a header has
  | 'GARBAGE'; // the right ID, then bytes that are no message

export type ReplyScript = ReplyClass | ReplyDetails;

export interface ReplyDetails {
  is: ReplyClass;
  /** Addresses of either family, owned by the end of the chain. */
  addresses?: string[];
  /** Names of the aliases between the question and its records. */
  chain?: string[];
  /** More records, after (or with `first`, before) the aliases; they are sent whatever was asked. */
  extra?: RecordScript[];
  rcode?: number;
  length?: number;
  fault?: 'count' | 'cut' | 'length' | 'pointer';
  /** Of all records, in seconds; 5 if not given. */
  ttl?: number;
  /** The SOA of a denial: of `test`, its MINIMUM as the TTL, if not given. `false`: there is none. With an alias alone only if given. */
  soa?: false | { owner: string; minimum: number };
  /** Header bits that differ from AA=0 RA=1 AD=0. */
  aa?: boolean;
  ra?: boolean;
  ad?: boolean;
  /** An OPT record in the reply. */
  opt?: boolean;
  /** TC=1. A reply over UDP that is longer than 512 bytes (or the query's EDNS size) has it anyway. */
  truncated?: boolean;
  /** Records that stay in a truncated reply; without it, as many as fit. */
  truncatedTo?: number;
  /** Over TCP this instead: another reply, the end of the connection, or nothing at all. */
  tcp?: ReplyScript | 'CLOSE' | 'RESET' | 'STALL';
  delayMs?: number;
  /** How often the datagram is sent. */
  copies?: number;
  /** Datagrams sent ahead of the reply that no resolver may take. */
  forged?: Forgery[];
}

export type Forgery = 'id' | 'name' | 'type' | 'source' | 'no-question' | 'garbage';

export interface RecordScript {
  owner: string;
  type: string;
  /** Address, name, text, or `hex:` and the bytes. */
  data: string;
  ttl?: number;
  /** Ahead of the aliases. */
  first?: boolean;
  /** Only in replies to this type. */
  only?: string;
}

/** One query as it arrived. */
export interface Query {
  atMs: number;
  server: string;
  transport: 'udp' | 'tcp';
  sourcePort: number;
  id: number;
  name: string;
  type: string;
  ad: boolean;
  cd: boolean;
  /** UDP payload size of its OPT record. */
  edns?: number;
  /** What a stub resolver's query must not have: the message, if it was not a plain query. */
  fault?: string;
}
