/** Replies to what no stage sees: an error, or in the class CHAOS the text that the question asks for. */
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { chaosText } from '../decide/query/chaos.ts';
import type { ChaosTexts } from '../decide/query/chaos.ts';
import { composeChaos } from '../wire/compose-chaos.ts';
import { composeError } from '../wire/compose-error.ts';
import { rcodes } from '../wire/iana.ts';
import type { QueryView } from '../wire/message-view.ts';

export interface UnservedReply {
  readonly bytes: Uint8Array;
  readonly rcode: number;
}

/** `message` is the view of the query, or its bytes where they could not be read; `rcode` is what its fault asks for. */
export function unservedReply(
  message: QueryView | Uint8Array,
  rcode: number,
  { settings: { chaosTexts } }: ConfigurationSnapshot,
): UnservedReply {
  const isRead = rcode === rcodes.REFUSED && !(message instanceof Uint8Array);
  const chaos = isRead && chaosTexts ? chaosReply(message, chaosTexts) : undefined;
  return chaos ?? { bytes: composeError(message, rcode), rcode };
}

function chaosReply(view: QueryView, texts: ChaosTexts): UnservedReply | undefined {
  const text = view.question && chaosText(view.question, texts);
  return text === undefined ? undefined : { bytes: composeChaos(view, text), rcode: rcodes.NOERROR };
}
