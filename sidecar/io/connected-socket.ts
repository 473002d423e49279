/** A UDP socket that is connected to one nameserver, and what happened on it. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import { isEcho } from '../decide/search/socket-reuse.ts';
import type { SocketUse } from '../decide/search/socket-reuse.ts';
import { readUint16 } from '../wire/bytes.ts';
import { scopedAddress } from './addresses.ts';
import { errorCode, lacksDescriptor, literalLookup } from './node-sockets.ts';
import type { SocketClaim } from './socket-budget.ts';

/** Who asks on a socket, one at a time. */
export interface SocketUser {
  received(bytes: Uint8Array): void;
  /** An ICMP or local error, as an errno name. May come while the question is being handed over. */
  failed(code: string): void;
}

export interface SocketDependencies {
  /** Of nameservers that have none of their own. */
  readonly port: number;
  readonly now: () => number;
  /** Something happened on a socket that nobody uses: it is of no use to anybody any more. */
  readonly disturbed: (socket: ConnectedSocket) => void;
}

/**
 * Connected, so that the kernel reports a closed port and passes on nothing from elsewhere, on a port that the kernel draws at
 * random for each socket.
 */
export class ConnectedSocket implements SocketUse {
  readonly openedAt: number;
  questions = 0;
  sent = 0;
  isAnswered = false;
  isSpoilt = false;
  /** The kernel had no descriptor for it. */
  lacksDescriptor = false;
  readonly #server: ServerAddress;
  readonly #port: number;
  readonly #deps: SocketDependencies;
  readonly #claim: SocketClaim;
  readonly #socket: Socket;
  #user: SocketUser | undefined;
  #isClosed = false;
  /** An error that nobody has heard of. */
  #failure: string | undefined;
  /** The last question. */
  #query: Uint8Array | undefined;
  #earlierIds: number[] | undefined;
  /** After a datagram was sent, or of the socket itself. */
  readonly #heard = (error: Error | null): void => {
    if (error !== null) this.#failed(error);
  };

  constructor(server: ServerAddress, deps: SocketDependencies, claim: SocketClaim) {
    this.#server = server;
    this.#port = server.port ?? deps.port;
    this.#deps = deps;
    this.#claim = claim;
    this.openedAt = deps.now();
    const address = scopedAddress(server.address, server.scope);
    this.#socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', lookup: literalLookup });
    this.#socket.on('error', this.#heard);
    this.#socket.on('message', (bytes: Buffer, from: RemoteInfo) => this.#received(bytes, from));
    this.#socket.connect(this.#port, address);
  }

  /** It may be handed to somebody. */
  get isGood(): boolean {
    return this.#failure === undefined && !this.isSpoilt;
  }

  begin(user: SocketUser): void {
    this.#user = user;
    this.questions += 1;
    this.sent = 0;
    this.isAnswered = false;
    if (this.#failure !== undefined) user.failed(this.#failure);
  }

  /** Whether an earlier question had this ID: its reply, sent twice on the way, would look like one to the next. */
  hasUsed(id: number): boolean {
    return this.#earlierIds?.includes(id) === true;
  }

  send(query: Uint8Array): void {
    this.sent += 1;
    this.#query = query;
    try {
      this.#socket.send(query, this.#heard);
    } catch {
      // The socket never got connected; its error event says why.
    }
  }

  /** Nobody asks on it any more. */
  end(): void {
    this.#user = undefined;
    if (this.#query === undefined) return;
    this.#earlierIds ??= [];
    this.#earlierIds.push(readUint16(this.#query, 0));
    this.#query = undefined;
  }

  close(): void {
    this.discard();
    this.#claim.release();
  }

  /** As `close`, and its place stays claimed. */
  discard(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#user = undefined;
    this.#socket.close();
  }

  #received(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#isClosed || !this.#isFromServer(from)) return;
    if (this.#user === undefined) return this.#deps.disturbed(this);
    const isLate = bytes.length >= 2 && this.hasUsed(readUint16(bytes, 0));
    if (isLate || this.isAnswered || this.#query === undefined || !isEcho(this.#query, bytes)) this.isSpoilt = true;
    else this.isAnswered = true;
    if (!isLate) this.#user.received(bytes);
  }

  /** Between bind and connect, anybody could have left a datagram in the socket's buffer. */
  #isFromServer(from: RemoteInfo): boolean {
    if (from.port !== this.#port) return false;
    // The kernel's way to write an address may be another one than ours, and has the scope.
    return from.address === this.#server.address || from.address === this.#socket.remoteAddress().address;
  }

  #failed(error: Error): void {
    if (this.#isClosed) return;
    if (lacksDescriptor(error)) {
      this.lacksDescriptor = true;
      return;
    }
    this.isSpoilt = true;
    if (this.#user !== undefined) return this.#user.failed(errorCode(error));
    this.#failure = errorCode(error);
    // One that is being opened is in nobody's hands yet.
    if (this.questions > 0) this.#deps.disturbed(this);
  }
}
