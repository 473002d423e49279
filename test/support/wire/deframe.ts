/** The product's framing of TCP streams, all messages at once. */
import type { Deframer } from '../../../sidecar/wire/stream-framing.ts';

/** The messages that the chunk completes. */
export function deframe(deframer: Deframer, chunk: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  deframer.push(chunk);
  for (let message = deframer.next(); message !== undefined; message = deframer.next()) messages.push(message);
  return messages;
}
