/** What clients send: read, admitted or refused, and taken for what it asks. No socket, no search. */
import { admit } from '../../../sidecar/decide/query/admit.ts';
import { clientFlags } from '../../../sidecar/decide/query/client-flags.ts';
import { readRequest } from '../../../sidecar/decide/query/request.ts';
import { composeError } from '../../../sidecar/wire/compose-error.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import type { Question, QueryView } from '../../../sidecar/wire/message-view.ts';
import { formatName, labelCount, nameKey } from '../../../sidecar/wire/name.ts';
import { readName, skipName } from '../../../sidecar/wire/packed-name.ts';
import { checkReply } from '../check-reply.ts';
import { createDigest } from '../digest.ts';
import type { Digest } from '../digest.ts';
import { runTwice, surround } from '../poison.ts';
import type { Target } from '../target.ts';
import { snapshots } from '../../support/simulation/configurations.ts';
import { queries, replies, tokens } from '../../support/wire/samples.ts';

const snapshotList = Object.values(snapshots);

export const queryTarget: Target = {
  name: 'query',
  unit: 'packets',
  seeds: [...queries, ...replies],
  tokens,
  maxBytes: 65_535,
  limitMs: 100,
  run: (input) => runTwice((filling) => use(surround(input, filling))),
};

function use(bytes: Uint8Array): number {
  const digest = createDigest();
  const view = viewQuery(bytes);
  const admission = admit(view, bytes);
  digest.add(admission.do.length);
  for (const rcode of [0, 1, 16]) {
    const reply = composeError(view ?? bytes, view?.edns === undefined ? rcode & 15 : rcode);
    digest.addBytes(reply);
    if (view !== undefined && view.optCount < 2) checkReply(reply, { query: view, limit: 512, by: 'sidecar' });
    else if (reply.length > 512) throw new Error(`an error of ${reply.length} bytes`);
  }
  // A name anywhere in the message, as a fault may have shifted it.
  for (const offset of [0, 5, 12, bytes.length - 1, bytes.length]) {
    digest.add(skipName(bytes, offset));
    digest.addBytes(readName(bytes, offset)?.name);
  }
  if (view === undefined) return digest.value;
  for (const field of [view.id, view.opcode, view.rcode, view.qdcount, view.arcount, view.optCount]) digest.add(field);
  for (const flag of [view.qr, view.tc, view.rd, view.ad, view.cd, view.malformed]) digest.add(flag);
  if (view.edns !== undefined) digest.add(view.edns.payloadSize * 2 + Number(view.edns.dnssecOk));
  const { question } = view;
  if (question === undefined) return digest.value;
  if (question.name.length > 255 || question.name.at(-1) !== 0) throw new Error('a name that is none');
  digest.addBytes(question.name);
  digest.add(question.end);
  digest.add(formatName(question.name).length + nameKey(question.name).length + labelCount(question.name));
  if (admission.do !== 'answer') return digest.value;
  addRequests(digest, view, question);
  return digest.value;
}

function addRequests(digest: Digest, view: QueryView, { name, type }: Question): void {
  const reading = { name, type, edns: view.edns !== undefined, flags: clientFlags(view) };
  for (const snapshot of snapshotList) {
    const request = readRequest(reading, snapshot);
    digest.addBytes(request.do === 'search' ? request.search.name : undefined);
    digest.add(request.do === 'search' && request.whole);
  }
}
