/** Bounds the requests that one HTTP connection may have open: whoever sends many and reads no answer has them all in our memory. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** HTTP/1.1 clients that send a request before they have the answer to the last one are rare, and send few. */
export const maxOpenRequests = 8;

type Socket = IncomingMessage['socket'];
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** With each request, and with the end of each answer: how many its connection has open. */
export type OpenRequestsChanged = (socket: Socket, open: number) => void;

/** Hands the requests of a server on, and ends a connection that has too many open. The server has {@link boundingOptions}. */
export function boundOpenRequests(
  server: Server,
  answer: Answer,
  changed: OpenRequestsChanged = () => undefined,
): void {
  const open = new WeakMap<Socket, number>();

  function count(socket: Socket, by: 1 | -1): number {
    const now = (open.get(socket) ?? 0) + by;
    open.set(socket, now);
    changed(socket, now);
    return now;
  }

  function begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (socket.destroyed) return;
    if (count(socket, 1) > maxOpenRequests) return void socket.destroy();
    response.once('close', () => count(socket, -1));
    if (lacksHost(request)) response.writeHead(400, { connection: 'close' }).end();
    else answer(request, response);
  }

  server.on('request', begin);
  // Node.js answers these by itself unless somebody listens, uncounted. A server may refuse them with 417, and need not (RFC 9110 §10.1.1).
  server.on('checkExpectation', begin);
}

/** RFC 9112 §3.2. */
function lacksHost({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.host === undefined;
}

/**
 * For `createServer`. Node.js takes all requests of a chunk of 64 kB apart, up to 3000, though the first of them has ended the
 * connection; one that asks for another protocol is the last that it reads.
 * @param Request the class of `node:http`, which programs load when they need it
 */
export function boundingOptions(Request: typeof IncomingMessage) {
  class BoundedRequest extends Request {
    #isUpgrade = false;
    get upgrade(): boolean {
      return this.#isUpgrade || this.socket.destroyed;
    }
    set upgrade(is: boolean | null) {
      // The constructor above this one sets it before there is a place for it.
      if (#isUpgrade in this) this.#isUpgrade = is === true;
    }
  }
  // It would be answered by Node.js itself, and not counted.
  return { IncomingMessage: BoundedRequest, requireHostHeader: false };
}
