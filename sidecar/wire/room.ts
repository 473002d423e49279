/** Small arrays as parts of one buffer: with one of its own each takes 300 bytes more, and three times as long to make. */

/** An array of the length that is asked for, all zero. */
export type Room = (length: number) => Uint8Array;

/**
 * Gives arrays of the length that is asked for, one behind the other in buffers of `roomBytes`. One that is kept keeps its whole buffer;
 * longer ones than a quarter of it have their own.
 */
export function createRoom(roomBytes: number): Room {
  let room = new Uint8Array(0);
  let taken = 0;
  return (length) => {
    if (length > roomBytes / 4) return new Uint8Array(length);
    if (taken + length > room.length) {
      room = new Uint8Array(roomBytes);
      taken = 0;
    }
    taken += length;
    return new Uint8Array(room.buffer, taken - length, length);
  };
}
