/** Which queries are served, and how others are refused. */
import { expect, test } from 'vitest';
import { admit } from '../../../../sidecar/decide/query/admit.ts';
import { viewQuery } from '../../../../sidecar/wire/message-view.ts';

/** Header flags, counts, and the sections as bytes. */
interface Parts {
  high?: number;
  counts?: readonly [number, number, number, number];
  sections?: readonly (readonly number[])[];
}

const nameA = [1, 0x61, 0];
const question = (type = 1, questionClass = 1) => [
  ...nameA,
  type >> 8,
  type & 255,
  questionClass >> 8,
  questionClass & 255,
];
const opt = (version = 0) => [0, 0, 41, 0x04, 0xd0, 0, version, 0, 0, 0, 0];

function judge({ high = 1, counts = [1, 0, 0, 0], sections = [question()] }: Parts) {
  const message = Uint8Array.from([0x12, 0x34, high, 0, ...counts.flatMap((count) => [0, count]), ...sections.flat()]);
  return admit(viewQuery(message), message);
}

const answer = { do: 'answer' };
const error = (rcode: number) => ({ do: 'error', rcode });
const formerr = error(1);
const notimp = error(4);
const refused = error(5);
const badvers = error(16);

test.each<[string, Parts, object]>([
  ['a plain question', {}, answer],
  ['type ANY', { sections: [question(255)] }, answer],
  ['an unknown type', { sections: [question(65_280)] }, answer],
  ['an OPT record', { counts: [1, 0, 0, 1], sections: [question(), opt()] }, answer],
  ['bytes behind the message', { sections: [question(), [0, 0]] }, answer],
  ['no question', { counts: [0, 0, 0, 0], sections: [] }, formerr],
  ['two questions', { counts: [2, 0, 0, 0], sections: [question(), question()] }, formerr],
  ['a question that is cut short', { sections: [nameA] }, formerr],
  ['a count without its record', { counts: [1, 0, 0, 1] }, formerr],
  ['two OPT records', { counts: [1, 0, 0, 2], sections: [question(), opt(), opt()] }, formerr],
  ['EDNS version 1', { counts: [1, 0, 0, 1], sections: [question(), opt(1)] }, badvers],
  ['EDNS version 1 and a class of its own', { counts: [1, 0, 0, 1], sections: [question(1, 3), opt(1)] }, badvers],
  ['opcode STATUS', { high: 0x11 }, notimp],
  ['opcode UPDATE with its own counts', { high: 0x28, counts: [0, 0, 0, 0], sections: [] }, notimp],
  ['class CH', { sections: [question(16, 3)] }, refused],
  ['class ANY', { sections: [question(1, 255)] }, refused],
  ['AXFR', { sections: [question(252)] }, refused],
  ['IXFR', { sections: [question(251)] }, refused],
  ['a response', { high: 0x81 }, { do: 'drop', reason: 'response' }],
  ['a response with another opcode', { high: 0xa9 }, { do: 'drop', reason: 'response' }],
])('%s', (_, parts, admission) => {
  expect(judge(parts)).toEqual(admission);
});

test.each([
  [[], { do: 'drop', reason: 'too-short' }],
  [[0x12], { do: 'drop', reason: 'too-short' }],
  [[0x12, 0x34], { do: 'drop', reason: 'too-short' }],
  [[0x12, 0x34, 0x81], { do: 'drop', reason: 'too-short' }],
  [[0x12, 0x34, 0x01], formerr],
  [[0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0], formerr],
])('%j, less than a header', (bytes, admission) => {
  const message = Uint8Array.from(bytes);
  expect(admit(viewQuery(message), message)).toEqual(admission);
});

test.each([
  [[0x12, 0x34], 'drop'],
  [[0x12, 0x34, 0x7f], 'error'],
  [[0x12, 0x34, 0x80], 'drop'],
])('less than a header, %j: %s', (bytes, verdict) => {
  expect(admit(undefined, Uint8Array.from(bytes)).do).toBe(verdict);
});
