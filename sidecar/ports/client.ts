/**
 * The seam between the listeners of `io/`, which own the clients' sockets, and the pipeline, which decides. Both import
 * these types and nothing else of each other, so that scenario tests can stand in for either.
 */
import type { HeldAnswers } from '../../shared/report/trace-record.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { WireName } from '../wire/name.ts';

/** What the listeners drive. */
export interface Pipeline {
  /**
   * One query from a client. `reply` is called at most once per accepted query; over TCP every query ends in
   * exactly one call of `reply` or `close`. Both may be called before `handle` returns.
   */
  handle(query: Uint8Array, client: Client): void;
  /** A query of a client that may not ask: REFUSED, or whatever its own faults ask for. */
  refuse(query: Uint8Array, client: Client): void;
  /** Replaces the configuration for new lookups and searches; those under way keep the one that they began with. */
  configure(snapshot: ConfigurationSnapshot): void;
  /** Nothing that is remembered of answers may be used any more: the machine was suspended. */
  forget(): void;
  /** What is remembered of these names; it does not count as used. */
  held(names: readonly WireName[]): HeldAnswers;
  /** The client's TCP connection is closed: nothing may be sent on it any more. */
  clientGone(connection: object): void;
  /** Searches under way. */
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
