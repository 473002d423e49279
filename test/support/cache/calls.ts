/** One call of a program: its queries to the sidecar, one after the other, and what comes back. */
import type { Client, Pipeline } from '../../../sidecar/ports/client.ts';
import { decodeStrictly } from '../wire/decoder.ts';
import type { DecodedMessage } from '../wire/decoder.ts';
import { encodeQuery } from '../simulation/raw-client.ts';
import type { SimulatedTime } from '../simulation/simulated-time.ts';
import type { QuestionType } from './changing-world.ts';

export interface Call {
  /** As the program has it; with a marker the sidecar searches. */
  readonly name: string;
  readonly marked: boolean;
  readonly types: readonly QuestionType[];
  /** Between the questions, in milliseconds. */
  readonly gapMs: number;
  readonly address: string;
  readonly port: number;
  /** As Go: each question from a port of its own. */
  readonly hasTwoPorts: boolean;
  readonly id: number;
  readonly edns: number | undefined;
  readonly dnssecOk: boolean;
  readonly ad: boolean;
  readonly cd: boolean;
  readonly transport: 'udp' | 'tcp';
  /** The first question comes once more, so many milliseconds after it. */
  readonly repeatedAfterMs: number | undefined;
  /** A call under the marker that finds nothing asks for the bare name, as C libraries do. */
  readonly fallsBack: boolean;
}

export interface CallReply {
  /** Of the question: `A`, `A again`, `A over TCP`, `A of the bare name`. */
  readonly question: string;
  readonly atMs: number;
  readonly message: DecodedMessage;
}

export interface PlayedCall {
  readonly beganMs: number;
  readonly replies: CallReply[];
}

export const marker = 'glibc.internal';

/** Begins the call now; replies come in as time passes. */
export function playCall(call: Call, pipeline: Pipeline, time: SimulatedTime): PlayedCall {
  const played: PlayedCall = { beganMs: time.now(), replies: [] };
  const asked = call.marked ? `${call.name}.${marker}` : call.name;
  const connections: Partial<Record<string, object>> = {};
  let isTruncated = false;
  let hasFallenBack = false;

  function ask(type: QuestionType, name: string, suffix: string, transport: 'udp' | 'tcp', portOffset: number): void {
    const index = call.types.indexOf(type);
    const { address, edns, dnssecOk, ad, cd } = call;
    const port = call.port + portOffset + (call.hasTwoPorts ? index : 0);
    const id = (call.id + index + portOffset) & 0xffff;
    const client: Client = {
      transport,
      address,
      port,
      onLoopback: true,
      reply: (bytes) => take(`${type}${suffix}`, name, transport, bytes),
      ...(transport === 'tcp' ? { connection: (connections[suffix] ??= {}), close: () => {} } : {}),
    };
    pipeline.handle(encodeQuery({ name, type, id, dnssecOk, ad, cd, ...(edns === undefined ? {} : { edns }) }), client);
  }

  function take(question: string, name: string, transport: 'udp' | 'tcp', bytes: Uint8Array): void {
    const message = decodeStrictly(bytes);
    played.replies.push({ question, atMs: time.now(), message });
    if (transport === 'udp' && (message.flags & 0x0200) !== 0 && !isTruncated) {
      isTruncated = true;
      time.setTimer(1, () => {
        for (const each of call.types) ask(each, name, ' over TCP', 'tcp', name === asked ? 0 : 2);
      });
    }
    if (call.marked && call.fallsBack && !hasFallenBack) fallBack();
  }

  /** Nothing was found, and the sidecar did not fail. */
  function fallBack(): void {
    const firsts = call.types.map((type) => played.replies.find(({ question }) => question === type));
    const isNothing = firsts.every((reply) => {
      if (reply === undefined) return false;
      const { flags, records } = reply.message;
      return (flags & 0x0f) !== 2 && (flags & 0x0200) === 0 && !records.some(({ section }) => section === 'answer');
    });
    if (!isNothing) return;
    hasFallenBack = true;
    for (const [index, type] of call.types.entries()) {
      time.setTimer(1 + index * call.gapMs, () => ask(type, call.name, ' of the bare name', call.transport, 2));
    }
  }

  for (const [index, type] of call.types.entries()) {
    time.setTimer(index * call.gapMs, () => ask(type, asked, '', call.transport, 0));
  }
  const [first] = call.types;
  if (call.repeatedAfterMs !== undefined && first !== undefined) {
    time.setTimer(call.repeatedAfterMs, () => ask(first, asked, ' again', call.transport, 0));
  }
  return played;
}
