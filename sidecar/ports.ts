/**
 * The seam between the pipeline, which decides, and `io/`, which owns sockets and files.
 * Both sides import these types and nothing else of each other, so scenario tests can stand in for either.
 */
import type { HostsTable } from './decide/hosts.ts';
import type { ResolvConf, ServerAddress } from './decide/resolv-conf.ts';
import type { WireName } from './wire/name.ts';

/** What the listeners drive. */
export interface Pipeline {
  /**
   * One query from a client. `reply` is called at most once per accepted query; over TCP every query ends in
   * exactly one call of `reply` or `close`. Both may be called before `handle` returns.
   */
  handle(query: Uint8Array, client: Client): void;
  /** Replaces the configuration for new walks and sessions; those under way keep the one that they began with. */
  configure(snapshot: ConfigurationSnapshot): void;
  /** The client's TCP connection is closed: nothing may be sent on it any more. */
  clientGone(connection: object): void;
  /** Walks under way. */
  readonly inFlight: number;
}

/** Where one query came from, and the way back. */
export interface Client {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  /** Identity of the TCP connection; queries of one connection carry the same object. */
  readonly connection?: object;
  /** Client and listener both have loopback addresses: over UDP a reply may be as large as the client takes. */
  readonly onLoopback?: boolean;
  /**
   * Takes a whole DNS message; over TCP the listener adds the length. Never throws. `smaller` gives the reply to send over
   * UDP where the kernel does not take a datagram of this size.
   */
  reply(bytes: Uint8Array, smaller?: () => Uint8Array): void;
  /** TCP only: gives the connection up without a reply (tables full). */
  close?(): void;
}

/** Upstream sockets. No event is raised before the opening call has returned, none after `close`. */
export interface UpstreamPort {
  /** A connected UDP socket on a port of its own: one per question and server of a candidate. */
  openUdp(server: ServerAddress, events: UdpExchangeEvents): UdpExchange;
  /** A TCP connection; queries sent before it is established wait for it. */
  openTcp(server: ServerAddress, events: TcpExchangeEvents): TcpExchange;
}

export interface UdpExchangeEvents {
  /** Any datagram from the server, of any length including 0. */
  message(bytes: Uint8Array): void;
  /** An ICMP or local error, as an errno name; the exchange stays open until it is closed. */
  failed(code: string): void;
}

export interface UdpExchange {
  /** No socket could be opened so far (descriptors): nothing has been sent. */
  readonly isWaiting?: boolean;
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface TcpExchangeEvents {
  /** One message, its length prefix removed. */
  message(bytes: Uint8Array): void;
  /** The end of the connection, reported once; no message follows. */
  failed(reason: TcpFailure, code: string): void;
  /** So many bytes more, or less, are kept of a message that is not complete. With the end, by `close` too, none are. */
  kept?(bytes: number): void;
}

/** `refused` and `reset` have a meaning of their own in glibc's `send_vc`. */
export type TcpFailure = 'refused' | 'reset' | 'closed' | 'error';

export interface TcpExchange {
  /** As for UDP. */
  readonly isWaiting?: boolean;
  /** Sends one message, with its length in front. */
  send(bytes: Uint8Array): void;
  close(): void;
}

export type Mode = 'marker' | 'plain' | 'as-is';

/** Everything a walk needs to know, fixed for its whole life. */
export interface ConfigurationSnapshot {
  readonly resolvConf: ResolvConf;
  readonly upstreamPort: number;
  readonly mode: Mode;
  /** The search marker in wire form. */
  readonly marker: WireName;
  /** Search domains behind the marker in the file that the containers see: where a client goes on after a failed search. */
  readonly domainsBehindMarker: readonly WireName[];
  readonly hosts: HostsTable;
  /** The file that the containers see has `trust-ad`: an AD bit then says nothing about the client. */
  readonly trustAdInPodFile: boolean;
  readonly settings: WalkSettings;
  /** `host:port` of every bound listener, wildcards expanded: a server among them is DEAD. */
  readonly ownAddresses: ReadonlySet<string>;
}

export interface WalkSettings {
  readonly hostNameFilter: boolean;
  /** Records in a TCP answer to a query without EDNS; 0 is no cap. */
  readonly tcpAnswerCapWithoutEdns: number;
  readonly keepSurvivingHalf: boolean;
  /** Silent servers are remembered across lookups. */
  readonly serverMemory: boolean;
  /** Sockets that stay open for a silent server. */
  readonly maxLingeringSockets: number;
  readonly ptrFirstOnly: boolean;
  readonly pairWindowMs: number;
  /** Walks under way at once. */
  readonly maxInFlight: number;
}
