/** What upstreams send: classified, read, and made into replies of every form. */
import { classifyReply } from '../../../sidecar/wire/classify-reply.ts';
import { composeReply } from '../../../sidecar/wire/compose.ts';
import type { AnswerRecord, ReadAnswer } from '../../../sidecar/wire/answer.ts';
import { readAnswer } from '../../../sidecar/wire/answer.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import type { QueryView } from '../../../sidecar/wire/message-view.ts';
import { passThrough } from '../../../sidecar/wire/pass-through.ts';
import { replyLimit } from '../../../sidecar/wire/reply-header.ts';
import { opt, query, uint16, wire } from '../../support/wire/messages.ts';
import { checkReply } from '../check-reply.ts';
import { createDigest } from '../digest.ts';
import type { Digest } from '../digest.ts';
import { runTwice, surround } from '../poison.ts';
import type { Target } from '../target.ts';
import { replies, tokens } from '../../support/wire/samples.ts';

const types = [1, 28, 1, 28, 2, 5, 6, 12, 15, 16, 33, 35, 39, 65, 255];
const caps = [0, 63, 1, 2];

/** Two bytes decide what is asked, by whom; the rest is the upstream's message. */
export const replyTarget: Target = {
  name: 'reply',
  unit: 'packets',
  seeds: replies.flatMap((reply) => [0, 1, 6, 9].map((choice) => withChoice(reply, choice))),
  tokens,
  maxBytes: 65_537,
  limitMs: 250,
  run(input) {
    const [first = 0, second = 0] = input;
    const type = types[first % types.length] ?? 1;
    const client = clients[second % clients.length];
    if (client === undefined) return;
    const query = withType(client, type);
    runTwice((filling) => use(surround(input.subarray(2), filling), query, type, second >> 3));
  },
};

/** The questions of clients: their own letter case, with and without OPT, as long as names can be, and another name. */
const clients: readonly Uint8Array[] = [
  query({ name: 'foo.test' }),
  query({ name: 'FOO.test', additionals: [opt(4096, 0x8000)] }),
  query({ name: 'foo.glibc.internal', flags: 0x0130 }),
  query({ name: 'foo.glibc.internal', additionals: [opt(700)] }),
  query({ name: Buffer.concat([...Array.from({ length: 126 }, () => Buffer.from([1, 0x61])), Buffer.of(1, 0x62, 0)]) }),
];

const askedName = wire('foo.test');

function withChoice(reply: Uint8Array, choice: number): Uint8Array {
  return Uint8Array.from([choice, choice * 37, ...reply]);
}

function withType(client: Uint8Array, type: number): QueryView {
  const copy = Uint8Array.from(client);
  const end = viewQuery(copy)?.question?.end ?? 0;
  copy.set(uint16(type), end - 4);
  const view = viewQuery(copy);
  if (view === undefined) throw new Error('no query');
  return view;
}

function use(message: Uint8Array, query: QueryView, type: number, choice: number): number {
  const digest = createDigest();
  const expected = { id: 0x1234, name: askedName, type, class: 1 };
  const overUdp = classifyReply(message, expected, 'udp');
  addClass(digest, overUdp);
  addClass(digest, classifyReply(message, expected, 'tcp', true));
  const answer = readAnswer(message, askedName, type);
  addAnswer(digest, answer);
  checkAnswer(answer, message.length);
  const edns = query.edns !== undefined;
  const limit = replyLimit(query, 'udp');
  for (const transport of ['udp', 'tcp'] as const) {
    const maxRecords = transport === 'tcp' ? (caps[choice % caps.length] ?? 0) : 0;
    const records = [...answer.records, ...answer.recordsBeforeFault];
    const input = { query, rcode: edns ? 16 : 3, type, chain: answer.chain, records, edns, ad: true, maxRecords };
    const { bytes, truncated } = composeReply(input, limit, transport);
    digest.addBytes(bytes);
    digest.add(truncated);
    checkReply(bytes, {
      query,
      limit: transport === 'udp' ? limit : 65_535,
      by: type === 1 || type === 28 ? 'sidecar' : 'upstream',
      onlyType: type,
    });
  }
  for (const passLimit of [limit, 65_535]) {
    const bytes = passThrough(message, query, {
      limit: passLimit,
      keepEdns: edns,
      firstPtrOnly: (choice & 2) !== 0 && type === 12,
    });
    digest.addBytes(bytes);
    checkReply(bytes, { query, limit: passLimit, by: 'upstream' });
  }
  return digest.value;
}

function addClass(digest: Digest, reply: ReturnType<typeof classifyReply>): void {
  digest.add(reply.accept === true ? reply.rcode + 16 * reply.class.length : String(reply.accept).length);
  if (reply.accept === true && reply.answer !== undefined) addAnswer(digest, reply.answer);
}

function addAnswer(digest: Digest, { kind, chain, records, recordsBeforeFault }: ReadAnswer): void {
  digest.add(kind.length);
  for (const { target, ttl } of chain) {
    digest.addBytes(target);
    digest.add(ttl);
  }
  for (const record of [...records, ...recordsBeforeFault]) addRecord(digest, record);
}

function addRecord(digest: Digest, { type, ttl, rdata }: AnswerRecord): void {
  digest.add(type);
  digest.add(ttl);
  digest.addBytes(rdata);
}

function checkAnswer({ kind, chain, records }: ReadAnswer, length: number): void {
  if (chain.some(({ target }) => target.length > 255)) throw new Error('a name of more than 255 bytes');
  if (kind !== 'DATA' && records.length > 0) throw new Error(`records in an answer of kind ${kind}`);
  // A record has eleven bytes at least.
  if (chain.length + records.length > length / 11) throw new Error('more records than there can be');
}
