/**
 * Whether a query is answered at all: what is not a plain question of class IN is refused in the way
 * that its fault asks for.
 */
import { opcodes, rcodes, recordClasses, recordTypes } from '../../wire/iana.ts';
import type { QueryView } from '../../wire/message-view.ts';

export type Admission =
  | { readonly do: 'answer' }
  | { readonly do: 'error'; readonly rcode: number }
  | { readonly do: 'drop'; readonly reason: 'too-short' | 'response' };

/** The highest EDNS version in existence (RFC 6891 §6.1.3). */
const ednsVersion = 0;

/**
 * `message` is what `view` was made of; the view is missing when it is shorter than a header. Over so little an error
 * goes out only if it holds an ID and a clear QR bit, so that two servers never answer each other.
 */
export function admit(view: QueryView | undefined, message: Uint8Array): Admission {
  if (view === undefined) {
    const [, , flags] = message;
    return flags === undefined || flags >= 0x80 ? { do: 'drop', reason: 'too-short' } : error(rcodes.FORMERR);
  }
  if (view.qr) return { do: 'drop', reason: 'response' };
  if (view.opcode !== opcodes.QUERY) return error(rcodes.NOTIMP);
  if (view.malformed || view.qdcount !== 1 || view.question === undefined || view.optCount > 1)
    return error(rcodes.FORMERR);
  if (view.edns !== undefined && view.edns.version > ednsVersion) return error(rcodes.BADVERS);
  const { type, class: questionClass } = view.question;
  const isTransfer = type === recordTypes.AXFR || type === recordTypes.IXFR;
  if (questionClass !== recordClasses.IN || isTransfer) return error(rcodes.REFUSED);
  return { do: 'answer' };
}

function error(rcode: number): Admission {
  return { do: 'error', rcode };
}
