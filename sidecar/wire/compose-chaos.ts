/** Replies of the class CHAOS: one text, for as long as it takes to read it. */
import { byteAt, putUint16 } from './bytes.ts';
import { composeError } from './compose-error.ts';
import { headerBytes, maxCharacterStringBytes, rcodes, recordClasses, recordTypes } from './iana.ts';
import type { QueryView } from './message-view.ts';
import { questionEnd } from './reply-header.ts';

/** The answer is put between the question of an empty reply and its OPT record. */
export function composeChaos(query: QueryView, text: string): Uint8Array {
  const empty = composeError(query, rcodes.NOERROR);
  const end = questionEnd(query);
  const characters = new TextEncoder().encode(text).subarray(0, maxCharacterStringBytes);
  const answer = new Uint8Array(2 + 10 + 1 + characters.length);
  putUint16(answer, 0, 0xc000 | headerBytes);
  putUint16(answer, 2, recordTypes.TXT);
  putUint16(answer, 4, recordClasses.CH);
  putUint16(answer, 10, 1 + characters.length);
  answer[12] = characters.length;
  answer.set(characters, 13);
  const reply = new Uint8Array(empty.length + answer.length);
  reply.set(empty.subarray(0, end));
  reply.set(answer, end);
  reply.set(empty.subarray(end), end + answer.length);
  reply[7] = byteAt(reply, 7) + 1;
  return reply;
}
