/** The usual query as it is read for a hit of the answer cache, against the view of any query and what is admitted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../sidecar/decide/query/admit.ts';
import { clientFlags } from '../../sidecar/decide/query/client-flags.ts';
import { answerFlags, isAnswerTo, questionOf } from '../../sidecar/lookups/answer-entry.ts';
import { viewQuery } from '../../sidecar/wire/message-view.ts';
import type { QueryView } from '../../sidecar/wire/message-view.ts';
import { nameKey } from '../../sidecar/wire/name.ts';
import { hashOfName, newPlainQuery, readPlainQuery } from '../../sidecar/wire/plain-query.ts';
import { opt, query } from '../support/wire/messages.ts';
import { labels, toWire } from './wire-arbitraries.ts';

const run = { seed: 20_263, numRuns: 2000 };
const seed = 0x1234_5678;

const type = fc.oneof(fc.constantFrom(1, 28, 12, 16, 33), fc.nat({ max: 0xffff }));
const usual = fc
  .record({
    id: fc.nat({ max: 0xffff }),
    name: labels.map(toWire),
    type,
    rd: fc.boolean(),
    ad: fc.boolean(),
    cd: fc.boolean(),
    opt: fc.option(
      fc.record({ size: fc.nat({ max: 0xffff }), dnssecOk: fc.boolean(), options: fc.uint8Array({ maxLength: 12 }) }),
      { nil: undefined },
    ),
  })
  .map(({ rd, ad, cd, opt: edns, ...rest }) =>
    query({
      ...rest,
      flags: (rd ? 0x0100 : 0) | (ad ? 0x20 : 0) | (cd ? 0x10 : 0),
      additionals: edns === undefined ? [] : [opt(edns.size, edns.dnssecOk ? 0x8000 : 0, edns.options)],
    }),
  );

/** One byte is another, or the end is missing or has more. */
const spoilt = fc
  .record({ bytes: usual, at: fc.nat({ max: 60 }), byte: fc.nat({ max: 255 }), cut: fc.integer({ min: -3, max: 3 }) })
  .map(({ bytes, at, byte, cut }) => {
    const changed = bytes.slice();
    if (at < changed.length) changed[at] = byte;
    return cut <= 0 ? changed.slice(0, changed.length + cut) : Uint8Array.from([...changed, ...new Uint8Array(cut)]);
  });

function seenBy(view: QueryView): object {
  const { id, rd, ad, cd, question, edns } = view;
  return {
    id,
    rd,
    ad,
    cd,
    type: question?.type,
    nameEnd: (question?.end ?? 0) - 4,
    hasOpt: edns !== undefined,
    dnssecOk: edns?.dnssecOk ?? false,
    payloadSize: Math.max(512, edns?.payloadSize ?? 0),
    hash: hashOfName(question?.name ?? new Uint8Array(), seed),
  };
}

const text = (name: Uint8Array): string => Buffer.from(name).toString('latin1');

const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

describe('the plain query', () => {
  it('is every usual query', () => {
    const plain = newPlainQuery(seed);
    fc.assert(
      fc.property(usual, (bytes) => {
        expect(readPlainQuery(bytes, plain)).toBe(true);
      }),
      run,
    );
  });

  it('says what the view says, and is admitted', () => {
    const plain = newPlainQuery(seed);
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(usual, spoilt), (bytes) => {
        if (!readPlainQuery(bytes, plain)) return;
        taken += 1;
        const view = viewQuery(bytes);
        if (view === undefined) throw new Error('no view of it');
        expect(view).toMatchObject({ qr: false, opcode: 0, aa: false, tc: false, malformed: false, qdcount: 1 });
        expect(plain).toMatchObject(seenBy(view));
        const isTransfer = plain.type === 251 || plain.type === 252;
        expect(admit(view, bytes).do).toBe(isTransfer ? 'error' : 'answer');
        expect(answerFlags(plain)).toBe(clientFlags(view));
        const { name } = view.question ?? { name: new Uint8Array() };
        const folded = plain.folded.slice(0, plain.nameEnd - 12);
        expect(nameKey(folded)).toBe(nameKey(name));
        expect(folded).toEqual(Uint8Array.from(name, (byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte)));
        expect(isAnswerTo({ name: text(name), question: 5 }, 5, plain, bytes)).toBe(true);
      }),
      run,
    );
    expect(taken).toBeGreaterThan(1000);
  });

  it('has the same name only to the letter', () => {
    const plain = newPlainQuery(seed);
    fc.assert(
      fc.property(usual, fc.array(fc.boolean(), { minLength: 1 }), (bytes, flips) => {
        readPlainQuery(bytes, plain);
        const own = bytes.slice(12, plain.nameEnd);
        const other = own.map((byte, index) => (flips[index % flips.length] && isLetter(byte) ? byte ^ 0x20 : byte));
        const isSame = Buffer.compare(own, other) === 0;
        expect(isAnswerTo({ name: text(other), question: 5 }, 5, plain, bytes)).toBe(isSame);
        expect(isAnswerTo({ name: text(own), question: 5 }, 4, plain, bytes)).toBe(false);
        expect(isAnswerTo({ name: text(own).slice(0, -1), question: 5 }, 5, plain, bytes)).toBe(false);
      }),
      run,
    );
  });

  it('asks for the same only with all that changes an answer', () => {
    const seen = new Map<number, string>();
    fc.assert(
      fc.property(usual, (bytes) => {
        const plain = newPlainQuery(seed);
        readPlainQuery(bytes, plain);
        const { type, hasOpt, dnssecOk, ad, cd } = plain;
        const family = !dnssecOk && type === 28 ? 1 : type;
        const whole = JSON.stringify({ family, hasOpt, dnssecOk, ad, cd });
        const question = questionOf(plain);
        expect(seen.get(question) ?? whole).toBe(whole);
        seen.set(question, whole);
      }),
      run,
    );
  });
});
