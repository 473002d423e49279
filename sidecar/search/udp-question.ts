/** One question of a candidate to one server over UDP: its socket, and what came of it. */
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import type { Half } from '../decide/search/pair.ts';
import type { UdpExchange, UdpExchangeEvents } from '../ports/upstream.ts';
import type { ClassifiedReply, ExpectedReply } from '../wire/classify-reply.ts';

/** Whose it is: opens its socket, and is told what comes. */
export interface UdpOwner {
  openSocket(question: UdpQuestion, address: ServerAddress): UdpExchange;
  datagram(question: UdpQuestion, bytes: Uint8Array): void;
  failed(question: UdpQuestion): void;
}

/** What came before it was waited for. */
export interface Datagram {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly reply: ClassifiedReply;
}

export class UdpQuestion implements UdpExchangeEvents {
  readonly #owner: UdpOwner;
  readonly half: Half;
  /** Index into the configured ones. */
  readonly server: number;
  readonly expected: ExpectedReply;
  readonly exchange: UdpExchange;
  /** Its socket is not the candidate's any more. If it is asked again, it has the same ID. */
  isOver = false;
  kept: Datagram[] | undefined;
  /** In milliseconds. */
  failedAt: number | undefined;
  /** When the timeout of its last query ends, however long that was waited for. */
  openUntil = 0;
  /** Closes it, after it was left open for a silent server. */
  endLingering: (() => void) | undefined;
  /** It was asked before the turn of the candidate, which has not come. */
  isAhead = false;
  isAnswered = false;
  cancelRepeat: (() => void) | undefined;

  constructor(owner: UdpOwner, half: Half, server: number, expected: ExpectedReply, address: ServerAddress) {
    this.#owner = owner;
    this.half = half;
    this.server = server;
    this.expected = expected;
    this.exchange = owner.openSocket(this, address);
  }

  message(bytes: Uint8Array): void {
    this.#owner.datagram(this, bytes);
  }

  failed(): void {
    this.#owner.failed(this);
  }
}
