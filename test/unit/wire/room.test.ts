/** Parts of one buffer. */
import { expect, it } from 'vitest';
import { createRoom } from '../../../sidecar/wire/room.ts';

it('gives parts that do not overlap, and a new buffer where the next does not fit', () => {
  const roomFor = createRoom(64);
  const parts = [16, 0, 9, 16, 16, 16, 16, 1].map((length, index) => roomFor(length).fill(index + 1));
  expect(parts.map((part, index) => [...part].every((byte) => byte === index + 1))).not.toContain(false);
  expect(parts.map(({ length }) => length)).toEqual([16, 0, 9, 16, 16, 16, 16, 1]);
  const buffers = [...new Set(parts.map(({ buffer }) => buffer))];
  expect(buffers.map(({ byteLength }) => byteLength)).toEqual([64, 64]);
});

it('gives long ones a buffer of their own', () => {
  const roomFor = createRoom(64);
  const [short, long, next] = [roomFor(16), roomFor(17), roomFor(16)];
  expect([long.length, long.buffer.byteLength]).toEqual([17, 17]);
  expect(next.buffer).toBe(short.buffer);
});
