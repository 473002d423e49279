/** Composes replies without records. */
import type { QueryView } from './message-view.ts';
import { viewQuery } from './message-view.ts';
import { headerBytes } from './iana.ts';
import { byteAt, putUint16 } from './bytes.ts';
import { optBytes, optRecord, questionBytes, replyFlags } from './reply-header.ts';

/**
 * A reply without records: an error, NXDOMAIN, or an empty NOERROR.
 * The question is echoed where it can be read; OPT goes with a query that had it. Of fewer than 12 bytes only the ID
 * and the flags that are there are used. `rcode` beyond 15 (BADVERS) needs a query with OPT.
 */
export function composeError(query: QueryView | Uint8Array, rcode: number): Uint8Array {
  const view = query instanceof Uint8Array ? viewQuery(query) : query;
  return view === undefined ? composeFragmentError(query as Uint8Array, rcode) : composeViewError(view, rcode);
}

function composeViewError(query: QueryView, rcode: number): Uint8Array {
  const question = questionBytes(query);
  const hasOpt = query.optCount > 0;
  const reply = new Uint8Array(headerBytes + question.length + (hasOpt ? optBytes : 0));
  putUint16(reply, 0, query.id);
  putUint16(reply, 2, replyFlags(query, { tc: false, ad: false, rcode }));
  reply[5] = question.length > 0 ? 1 : 0;
  reply.set(question, headerBytes);
  if (hasOpt) {
    reply[11] = 1;
    reply.set(optRecord(query, rcode), headerBytes + question.length);
  }
  return reply;
}

function composeFragmentError(fragment: Uint8Array, rcode: number): Uint8Array {
  const reply = new Uint8Array(headerBytes);
  reply.set(fragment.subarray(0, 2));
  const high = byteAt(fragment, 2);
  const copied = { opcode: (high >> 3) & 0x0f, rd: (high & 1) !== 0, cd: (byteAt(fragment, 3) & 0x10) !== 0 };
  putUint16(reply, 2, replyFlags(copied, { tc: false, ad: false, rcode }));
  return reply;
}
