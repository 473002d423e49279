/**
 * Inputs in the middle of a larger buffer. What stands around them must make no difference: each input is run once with
 * either filling, and a difference means that something was read past an end. The buffer in which replies are written is
 * filled in the same way, so that no reply may show what another left there.
 */
import { beginMessage } from '../../sidecar/wire/message-writer.ts';

export type Filling = 0 | 1;

/** Room before and behind an input, in bytes. */
const marginBytes = 256;

/** Neither an end nor a fault to a reader that goes on: labels "evil", and pointers to the first name. */
const patterns: Readonly<Record<Filling, readonly number[]>> = { 0: [4, 0x65, 0x76, 0x69, 0x6c], 1: [0xc0, 0x0c] };

const stock: Readonly<Record<Filling, Uint8Array>> = { 0: filled(0), 1: filled(1) };

/** The longest question that the writer's buffer takes: its 65535 bytes behind the header. */
const writerBytes = 65_523;

const leftovers: Readonly<Record<Filling, Uint8Array>> = {
  0: stock[0].subarray(0, writerBytes),
  1: stock[1].subarray(0, writerBytes),
};

/** A copy of the bytes with poison around it. */
export function surround(bytes: Uint8Array, filling: Filling): Uint8Array {
  const room = stock[filling].slice(0, bytes.length + 2 * marginBytes);
  room.set(bytes, marginBytes);
  return room.subarray(marginBytes, marginBytes + bytes.length);
}

/** Runs the same on both fillings and compares what each gave. */
export function runTwice(run: (filling: Filling) => number): void {
  poisonWriter(0);
  const first = run(0);
  poisonWriter(1);
  const second = run(1);
  if (first !== second) throw new Error('the result depends on what stands around the input, or on an earlier reply');
}

/** The writer's one buffer, as a long message before would have left it. */
function poisonWriter(filling: Filling): void {
  beginMessage(leftovers[filling], 0);
}

function filled(filling: Filling): Uint8Array {
  const pattern = patterns[filling];
  return Uint8Array.from({ length: 65_536 + 2 * marginBytes }, (_, index) => pattern[index % pattern.length] ?? 0);
}
