/**
 * Whether a query is answered at all: what is not a plain question of class IN is refused in the way
 * that its fault asks for.
 */
import { opcodes, rcodes, recordClasses, recordTypes } from '../../wire/iana.ts';
import type { Question, QueryView } from '../../wire/message-view.ts';

export type Admission =
  | { readonly do: 'answer' }
  | { readonly do: 'error'; readonly rcode: number }
  | { readonly do: 'drop'; readonly reason: 'too-short' | 'response' };

/** The highest EDNS version in existence (RFC 6891 §6.1.3). */
const ednsVersion = 0;

/**
 * `message` is the message of `view`; the view is missing when it is shorter than a header. Over so little an error
 * goes out only if it holds an ID and a clear QR bit, so that two servers never answer each other.
 */
export function admit(view: QueryView | undefined, message: Uint8Array): Admission {
  if (view === undefined) return admitWithoutHeader(message);
  if (view.qr) return { do: 'drop', reason: 'response' };
  if (view.opcode !== opcodes.QUERY) return error(rcodes.NOTIMP);
  const { question } = view;
  if (question === undefined || !isOneQuestion(view)) return error(rcodes.FORMERR);
  if (view.edns !== undefined && view.edns.version > ednsVersion) return error(rcodes.BADVERS);
  return isServed(question) ? admitted : error(rcodes.REFUSED);
}

const admitted: Admission = { do: 'answer' };

function admitWithoutHeader([, , flags]: Uint8Array): Admission {
  return flags === undefined || flags >= 0x80 ? { do: 'drop', reason: 'too-short' } : error(rcodes.FORMERR);
}

function isOneQuestion({ malformed, qdcount, optCount }: QueryView): boolean {
  return !malformed && qdcount === 1 && optCount <= 1;
}

/** Class IN alone, and no transfer of a zone. */
function isServed({ type, class: questionClass }: Question): boolean {
  return questionClass === recordClasses.IN && type !== recordTypes.AXFR && type !== recordTypes.IXFR;
}

function error(rcode: number): Admission {
  return { do: 'error', rcode };
}
