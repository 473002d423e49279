/** The seam between the search, which says what is sent where, and `io/`, which owns the sockets towards the nameservers. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { Half } from '../decide/search/pair.ts';

/** Upstream sockets. No event is raised before the opening call has returned, none after `close`. */
export interface UpstreamPort {
  /** A connected UDP socket on a port of its own: one per question and server of a candidate. A and AAAA never share one. */
  openUdp(server: ServerAddress, events: UdpExchangeEvents, half: Half): UdpExchange;
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
