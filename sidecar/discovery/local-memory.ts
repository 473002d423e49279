/**
 * What was said of a query, for the same query of the same client: its reply as it was sent, or that it is none of the local
 * names. All of it is forgotten with each change, so that nothing old is ever given.
 */
import { isGivenAgain } from '../decide/reply/given-again.ts';
import { isPassed, type LocalData } from '../ports/local-data.ts';
import { byteAt } from '../wire/bytes.ts';
import { headerBytes } from '../wire/iana.ts';
import { readQuestion } from '../wire/message-view.ts';
import { isTruncated } from '../wire/reply-header.ts';

export type LocalMemory = Pick<LocalData, 'recall' | 'remembering' | 'pass' | 'forget'>;

/** Of all clients: some hundred bytes each. */
const maxRemembered = 16_384;

/** Bytes of a query that is remembered: a name, and an OPT record with little in it. */
const maxQueryBytes = 320;

type Remembered =
  | { /** Of the reply, one character a byte. */ readonly text: string; readonly type: number }
  | typeof isPassed;

export function createLocalMemory(): LocalMemory {
  const byClient = new Map<string, Map<string, Remembered>>();
  let size = 0;

  function forget(): void {
    byClient.clear();
    size = 0;
  }

  function remember(query: Uint8Array, client: string, said: Remembered): void {
    if (query.length > maxQueryBytes) return;
    if (size >= maxRemembered) forget();
    const known = byClient.get(client) ?? new Map<string, Remembered>();
    byClient.set(client, known);
    size += 1;
    known.set(keyOf(query), said);
  }

  return {
    recall(query, client) {
      if (query.length > maxQueryBytes) return undefined;
      const known = byClient.get(client)?.get(keyOf(query));
      if (known === undefined || known === isPassed) return known;
      const bytes = Buffer.from(known.text, 'latin1');
      bytes[0] = byteAt(query, 0);
      bytes[1] = byteAt(query, 1);
      return { bytes, rcode: byteAt(bytes, 3) & 0x0f, type: known.type };
    },
    remembering(client, query, plan) {
      const { transport, address, port, onLoopback } = client;
      if (transport !== 'udp') return client;
      return {
        ...{ transport, address, port },
        ...(onLoopback !== undefined && { onLoopback }),
        reply(bytes, smaller) {
          const written = { plan, isTruncated: isTruncated(bytes), isLarge: smaller !== undefined };
          if (isGivenAgain(written)) {
            const type = readQuestion(query, headerBytes)?.type ?? 0;
            remember(query, address, { text: textOf(bytes, 0), type });
          }
          client.reply(bytes, smaller);
        },
      };
    },
    pass({ transport, address }, query) {
      if (transport === 'udp') remember(query, address, isPassed);
    },
    forget,
  };
}

/** All of the query but its id. */
function keyOf(bytes: Uint8Array): string {
  return textOf(bytes, 2);
}

function textOf(bytes: Uint8Array, from: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', from);
}
