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
  // More than one read brings. Each frame is copied: of empty ones there are half as many as bytes.
  maxBytes: 70_000,
  limitMs: 250,
  run(input) {
    const [count = 0] = input;
    const sizes = [...input.subarray(1, 1 + (count & 31))];
    const stream = input.subarray(1 + sizes.length);
    const whole = createDeframer();
    const messages = whole.push(Uint8Array.from(stream)).map((message) => Uint8Array.from(message));
    const held = messages.reduce((sum, message) => sum + message.length + 2, 0) + whole.pendingBytes;
    if (held !== stream.length) throw new Error(`${held} of ${stream.length} bytes are accounted for`);
    if (stream.length < 65_000) {
      runTwice((filling) => deframe(surround(stream, filling), sizes, messages));
    }
    serve(stream, sizes, messages);
  },
};

/** In chunks of these sizes, the last of them again and again. */
function* cut(stream: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let offset = 0;
  for (let index = 0; offset < stream.length; index++) {
    const size = index < sizes.length ? (sizes[index] ?? 0) : stream.length;
    yield stream.subarray(offset, offset + size);
    offset += size;
  }
}

function deframe(stream: Uint8Array, sizes: readonly number[], expected: readonly Uint8Array[]): number {
  const digest = createDigest();
  const deframer = createDeframer();
  const bounded = createDeframer({ maxMessages: 4 });
  let count = 0;
  for (const chunk of cut(stream, sizes)) {
    for (const message of deframer.push(chunk)) {
      if (Buffer.compare(message, expected[count] ?? new Uint8Array()) !== 0) throw new Error('another message');
      count += 1;
      digest.addBytes(message);
    }
    if (bounded.push(chunk).length > 4 + 1) throw new Error('more messages than were asked for');
  }
  if (count !== expected.length) throw new Error(`${count} messages where one chunk gives ${expected.length}`);
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
function serve(stream: Uint8Array, sizes: readonly number[], expected: readonly Uint8Array[]): void {
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
        if (Buffer.compare(message, expected[handed] ?? new Uint8Array()) !== 0) throw new Error('another query');
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
  if (handed < Math.min(64, expected.length)) throw new Error(`${handed} of ${expected.length} queries were handed on`);
  if (connection.isIdle !== (expected.length === 0)) throw new Error('idle or not, it does not know');
  socket.emit('end');
  for (const client of waiting.slice(0, 64)) client.reply(new Uint8Array(12));
  if (socket.written !== Math.min(64, handed)) throw new Error('not one reply for each query');
  connection.checkTime(nowMs + 120_000);
  connection.close();
  if (gone !== 1 || !socket.destroyed) throw new Error('the connection is not closed');
}
