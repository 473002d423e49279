/** One client's TCP connection: reads queries, writes replies, keeps the bounds of both. */
import type { Socket } from 'node:net';
import type { Client } from '../ports/client.ts';
import { createDeframer, frameForTcp, lengthForTcp } from '../wire/stream-framing.ts';
import type { ListenerEvents } from './listener-events.ts';

/** One client's TCP connection. */
export interface TcpConnection {
  /** Neither query nor reply is under way. */
  readonly isIdle: boolean;
  /** Time of the last query or reply, on the listener's clock. */
  readonly lastActiveMs: number;
  /** Replies that the client has not taken. */
  readonly unsentBytes: number;
  /** Closes the connection if it has been silent, slow or unanswered for too long. */
  checkTime(nowMs: number): void;
  close(): void;
}

export interface TcpConnectionOptions {
  readonly events: ListenerEvents;
  readonly now: () => number;
  /** A connection without a query under way is closed after this time. */
  readonly idleMs: number;
  /** The client takes its replies more slowly than they arrive. */
  readonly crowded: () => void;
}

/**
 * Queries of one connection that are handed on at once; those behind them wait, and the client is not read from
 * meanwhile.
 */
const maxUnderWay = 64;

/** Replies that the client does not take: above this it is not read from. */
const maxUnsentBytes = 256 * 1024;

/** Up to here a copy costs less than a second buffer to write. */
const maxCopiedBytes = 4096;

/** Longer than any search (45 s): whatever happens, the client is never left waiting. */
const unansweredMs = 60_000;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the state of one connection
export function serveTcpConnection(socket: Socket, options: TcpConnectionOptions): TcpConnection {
  const { events, now, idleMs, crowded } = options;
  const identity = {};
  const address = socket.remoteAddress ?? '';
  const port = socket.remotePort ?? 0;
  let deframer = createDeframer();
  let underWay = 0;
  let lastActiveMs = now();
  let halfClosed = false;
  let givenUp = false;

  socket.on('data', (chunk: Buffer) => {
    if (givenUp) return;
    deframer.push(chunk);
    if (!deframer.hasMessage) return;
    // Bytes of an unfinished message do not count: a client could send one a second for ever.
    lastActiveMs = now();
    handOn();
  });
  socket.on('end', () => {
    halfClosed = true;
    endIfDone();
  });
  socket.on('drain', () => {
    lastActiveMs = now();
    handOn();
  });
  // A reset is an ordinary end: musl 1.2.4 leaves that way. "close" follows.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    deframer = createDeframer();
    events.guard(() => events.connectionClosed(identity));
  });

  function handOn(): void {
    while (!isFull() && !givenUp && !socket.destroyed) {
      const query = deframer.next();
      if (query === undefined) break;
      underWay += 1;
      const accepted = events.guard(() => events.query(query, createClient()));
      if (!accepted) giveUp();
    }
    if (givenUp) return;
    if (deframer.hasMessage) socket.pause();
    else if (socket.isPaused()) socket.resume();
    endIfDone();
  }

  function isFull(): boolean {
    return underWay >= maxUnderWay || socket.writableLength > maxUnsentBytes;
  }

  /** Nothing more comes from the client, and it has got everything. */
  function endIfDone(): void {
    if (halfClosed && underWay === 0 && !deframer.hasMessage) socket.end();
  }

  /** No more queries are taken or answered; what is written already is sent. Once: each call would add a listener. */
  function giveUp(): void {
    if (givenUp) return;
    givenUp = true;
    deframer = createDeframer();
    socket.destroySoon();
  }

  function createClient(): Client {
    let answered = false;
    return {
      transport: 'tcp',
      address,
      port,
      connection: identity,
      reply(bytes) {
        if (answered || !socket.writable) return;
        answered = true;
        underWay -= 1;
        lastActiveMs = now();
        writeMessage(socket, bytes);
        if (socket.writableLength > maxUnsentBytes) crowded();
        // Not at once: the reply may come from within the loop that hands queries on.
        queueMicrotask(handOn);
      },
      close: giveUp,
    };
  }

  return {
    get isIdle() {
      return underWay === 0 && !deframer.hasMessage && socket.writableLength === 0;
    },
    get lastActiveMs() {
      return lastActiveMs;
    },
    get unsentBytes() {
      return socket.destroyed ? 0 : socket.writableLength;
    },
    checkTime(nowMs) {
      const silentMs = nowMs - lastActiveMs;
      const isSlow = socket.writableLength > 0;
      const limitMs = underWay > 0 && !isSlow ? unansweredMs : idleMs;
      if (silentMs < limitMs) return;
      events.dropped(isSlow ? 'connection-slow' : underWay > 0 ? 'time-limit' : 'connection-idle');
      socket.destroy();
    },
    close: () => socket.destroy(),
  };
}

/** In one segment. A large message is not copied for its length: a thousand at once would be as much garbage again. */
function writeMessage(socket: Socket, message: Uint8Array): void {
  if (message.length <= maxCopiedBytes) {
    socket.write(frameForTcp(message));
    return;
  }
  socket.cork();
  socket.write(lengthForTcp(message));
  socket.write(message);
  socket.uncork();
}
