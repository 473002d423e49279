/** TCP streams of clients: framing, and what the connection makes of it, however the bytes are cut. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { serveTcpConnection } from '../../../sidecar/io/tcp-connection.ts';
import type { Client } from '../../../sidecar/ports/client.ts';
import { createDeframer, frameForTcp } from '../../../sidecar/wire/stream-framing.ts';
import { bytes } from '../../support/wire/messages.ts';
import { createDigest } from '../digest.ts';
import { runTwice, surround } from '../poison.ts';
import type { Target } from '../target.ts';
import { queries, tokens } from '../../support/wire/samples.ts';

/** A byte gives the number of cuts, one byte each follows, the rest is the stream. */
export const streamTarget: Target = {
  name: 'stream',
  unit: 'packets',
  seeds: [
    bytes(0, ...queries.slice(0, 3).map(frameForTcp)),
    bytes(3, 1, 1, 5, ...queries.slice(2, 6).map(frameForTcp)),
    bytes(2, 0, 40, '0000 0001 ff ffff 00'),
    bytes(1, 20, frameForTcp(new Uint8Array(600)), frameForTcp(new Uint8Array(0))),
  ],
  tokens: [...tokens, bytes('000c'), bytes('0001'), bytes('fffe')],
  // Three reads, and no object for each of the empty messages that they may bring.
  maxBytes: 200_000,
  limitMs: 250,
  run(input) {
    const [count = 0] = input;
    const sizes = [...input.subarray(1, 1 + (count & 31))];
    const stream = input.subarray(1 + sizes.length);
    const starts = startsOf(stream);
    if (stream.length < 65_000) runTwice((filling) => takeApart(surround(stream, filling), sizes, starts));
    else takeApart(stream, sizes, starts);
    serve(stream, sizes, starts);
  },
};

/** Where each whole message begins, its length included, and where the last one ends. Written apart from the product's framing. */
function startsOf(stream: Uint8Array): number[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const starts = [0];
  for (let start = 0; start + 2 <= stream.length;) {
    start += 2 + view.getUint16(start);
    if (start > stream.length) break;
    starts.push(start);
  }
  return starts;
}

function isMessage(message: Uint8Array, stream: Uint8Array, starts: readonly number[], index: number): boolean {
  const [start, end] = [starts[index], starts[index + 1]];
  if (start === undefined || end === undefined) return false;
  return Buffer.compare(message, stream.subarray(start + 2, end)) === 0;
}

/** In chunks of these sizes, the last of them again and again. */
function* cut(stream: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let offset = 0;
  for (let index = 0; offset < stream.length; index++) {
    const size = index < sizes.length ? (sizes[index] ?? 0) : stream.length;
    yield stream.subarray(offset, offset + size);
    offset += size;
  }
}

function takeApart(stream: Uint8Array, sizes: readonly number[], starts: readonly number[]): number {
  const digest = createDigest();
  const deframer = createDeframer();
  let count = 0;
  let taken = 0;
  const take = (): boolean => {
    const message = deframer.next();
    if (message === undefined) return false;
    if (!isMessage(message, stream, starts, count)) throw new Error('another message');
    count += 1;
    taken += message.length + 2;
    digest.addBytes(message);
    return true;
  };
  let pushed = 0;
  for (const chunk of cut(stream, sizes)) {
    deframer.push(chunk);
    pushed += chunk.length;
    if (deframer.pendingBytes !== pushed - taken) throw new Error(`${pushed - taken} bytes are not accounted for`);
    // Now and then the next chunk comes while messages wait.
    if ((chunk.length & 3) === 3) take();
    else while (take());
  }
  while (take());
  if (count !== starts.length - 1) throw new Error(`${count} messages of ${starts.length - 1}`);
  if (deframer.hasMessage || deframer.pendingBytes !== pushed - taken) throw new Error('bytes are lost at the end');
  return digest.value + deframer.pendingBytes;
}

/** What the sidecar uses of a socket, without a network. */
class SilentSocket extends EventEmitter {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 40_000;
  readonly writableLength = 0;
  writable = true;
  destroyed = false;
  paused = false;
  written = 0;
  write(frame: Uint8Array): boolean {
    if (this.destroyed) throw new Error('written to a destroyed socket');
    if (frame.length < 2) throw new Error('a frame without length');
    this.written += 1;
    return true;
  }
  isPaused = (): boolean => this.paused;
  pause = (): void => void (this.paused = true);
  resume = (): void => void (this.paused = false);
  end(): void {
    this.writable = false;
  }
  destroy(): void {
    this.writable = false;
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
  destroySoon(): void {
    this.destroy();
  }
}

/** Every message is handed on once, in order, as far as the bound on work allows; the end of the stream is seen. */
function serve(stream: Uint8Array, sizes: readonly number[], starts: readonly number[]): void {
  const messages = starts.length - 1;
  const socket = new SilentSocket();
  const waiting: Client[] = [];
  let handed = 0;
  let gone = 0;
  let nowMs = 0;
  const connection = serveTcpConnection(socket as unknown as Socket, {
    now: () => nowMs,
    idleMs: 10_000,
    crowded: () => {},
    events: {
      guard(work) {
        work();
        return true;
      },
      query(message, client) {
        if (!isMessage(message, stream, starts, handed)) throw new Error('another query');
        handed += 1;
        waiting.push(client);
      },
      connectionClosed: () => void (gone += 1),
      dropped: () => {},
      faulted: () => {},
    },
  });
  for (const chunk of cut(stream, sizes)) {
    if (socket.paused) break;
    socket.emit('data', Buffer.from(chunk));
    nowMs += 1;
    connection.checkTime(nowMs);
  }
  if (handed > 64) throw new Error(`${handed} queries under way`);
  if (handed < Math.min(64, messages)) throw new Error(`${handed} of ${messages} queries were handed on`);
  if (connection.isIdle !== (messages === 0)) throw new Error('idle or not, it does not know');
  socket.emit('end');
  for (const client of waiting.slice(0, 64)) client.reply(new Uint8Array(12));
  if (socket.written !== Math.min(64, handed)) throw new Error('not one reply for each query');
  connection.checkTime(nowMs + 120_000);
  connection.close();
  if (gone !== 1 || !socket.destroyed) throw new Error('the connection is not closed');
}
