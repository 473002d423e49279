/**
 * What is sent from memory against what was kept, both as dns-packet reads them: TTLs are counted down, addresses are turned by
 * one with every reply, ID and flags are the query's, and everything else is the same.
 */
import { decode } from 'dns-packet';
import type { Answer, DecodedPacket } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerEntry } from '../../sidecar/cache/answer-cache.ts';
import { answersOfKept, keepReply, lengthOfKept, rcodeOfKept, writeKept } from '../../sidecar/cache/kept-reply.ts';
import type { ReplyMoment } from '../../sidecar/cache/kept-reply.ts';
import { ageTtls } from '../../sidecar/wire/ttl.ts';
import { bytes, uint16 } from '../support/wire/messages.ts';
import { chooser, labels, RandomPacker, toWire } from './wire-arbitraries.ts';
import type { Labels } from './wire-arbitraries.ts';

const run = { seed: 20_262, numRuns: 400 };

const ttl = fc.oneof(
  fc.nat({ max: 90 }),
  fc.nat({ max: 0x7fff_ffff }),
  fc.integer({ min: 0x8000_0000, max: 0xffff_ffff }),
);
const host = fc.constantFrom<Labels>(['a', 'test'], ['ns', 'test'], ['x', 'b', 'test']);
const other = fc.record({
  owner: host,
  kind: fc.constantFrom('CNAME', 'SRV', 'MX', 'NS', 'TXT', 'A', 'AAAA'),
  target: host,
  ttl,
});
const message = fc.record({
  name: labels.filter((list) => list.length > 0 && list.every((label) => /^[\w-]+$/.test(label))),
  /** In front of the addresses. */
  first: fc.array(other, { maxLength: 3 }),
  family: fc.constantFrom('A', 'AAAA'),
  /** Undefined: the question. */
  owner: fc.option(host, { nil: undefined }),
  ttls: fc.array(ttl, { maxLength: 8 }),
  authority: fc.array(other, { maxLength: 2 }),
  additional: fc.array(other, { maxLength: 2 }),
  hasOpt: fc.boolean(),
  flags: fc.record({ tc: fc.boolean(), ad: fc.boolean(), rcode: fc.constantFrom(0, 3) }),
  bits: fc.oneof(fc.constant([true]), fc.array(fc.boolean(), { minLength: 1, maxLength: 20 })),
});
type Message = typeof message extends fc.Arbitrary<infer One> ? One : never;

const types: Readonly<Record<string, number>> = { A: 1, NS: 2, CNAME: 5, MX: 15, TXT: 16, AAAA: 28, SRV: 33 };

/** With its question's name, where that ends. */
function write({ name, first, family, owner = name, ttls, authority, additional, hasOpt, flags, bits }: Message) {
  const packer = new RandomPacker(chooser(bits));
  const { tc, ad, rcode } = flags;
  packer.putUint16(0x1234);
  packer.putUint16(0x8080 | (tc ? 0x0200 : 0) | (ad ? 0x20 : 0) | rcode);
  packer.putUint16(1);
  const front = first.filter(({ kind }) => kind !== 'A' && kind !== 'AAAA');
  for (const count of [front.length + ttls.length, authority.length, additional.length + (hasOpt ? 1 : 0)])
    packer.putUint16(count);
  packer.putName(name);
  packer.put(bytes(uint16(types[family] ?? 1), uint16(1)));
  const put = (record: (typeof first)[number], index: number): void => {
    const { kind, target } = record;
    packer.putRecord(record.owner, types[kind] ?? 1, record.ttl, dataOf(kind, target, index));
  };
  front.forEach(put);
  ttls.forEach((one, index) => packer.putRecord(owner, types[family] ?? 1, one, dataOf(family, owner, index)));
  authority.forEach(put);
  additional.forEach(put);
  if (hasOpt) packer.put(bytes(0, uint16(41), uint16(1232), '00 00 80 00', uint16(0)));
  return { whole: packer.bytes(), nameEnd: 12 + toWire(name).length };
}

function dataOf(kind: string, target: readonly string[], index: number): readonly (readonly string[] | Uint8Array)[] {
  switch (kind) {
    case 'A':
      return [bytes(10, 0, 0, index)];
    case 'AAAA':
      return [bytes('20010db8 00000000 00000000 000000', index)];
    case 'TXT':
      return [bytes(1, 120)];
    case 'MX':
      return [uint16(index), target];
    case 'SRV':
      return [bytes(uint16(0), uint16(index), uint16(80)), toWire(target)];
    default:
      return [target];
  }
}

const moment: fc.Arbitrary<ReplyMoment> = fc.record({
  id: fc.nat({ max: 0xffff }),
  rd: fc.boolean(),
  cd: fc.boolean(),
  ad: fc.boolean(),
  ageSeconds: fc.nat({ max: 120 }),
  turn: fc.nat({ max: 0x7fff }),
});

type Read = DecodedPacket & { readonly rcode: string };

const read = (wire: Uint8Array): Read => decode(Buffer.from(wire)) as Read;

function aged<Record extends Answer>(records: readonly Record[] = [], seconds: number): Record[] {
  return records.map((one) => {
    if (one.type === 'OPT' || !('ttl' in one) || one.ttl === undefined || seconds === 0) return one;
    return { ...one, ttl: one.ttl > 0x7fff_ffff ? 0 : Math.max(0, one.ttl - seconds) };
  });
}

function turned(answers: readonly Answer[], turn: number): Answer[] {
  const isAddress = ({ type }: Answer): boolean => type === 'A' || type === 'AAAA';
  const addresses = answers.filter(isAddress);
  const cut = addresses.length === 0 ? 0 : turn % addresses.length;
  return [...answers.filter((one) => !isAddress(one)), ...addresses.slice(cut), ...addresses.slice(0, cut)];
}

/** The addresses have one length: with a random compression they may not. */
function hasBlock(whole: Uint8Array, { answers = [] }: Read): boolean {
  const sizes = new Set<number>();
  let offset = 12;
  const skip = (): void => {
    while ((whole[offset] ?? 0) !== 0 && (whole[offset] ?? 0) < 0xc0) offset += 1 + (whole[offset] ?? 0);
    offset += (whole[offset] ?? 0) === 0 ? 1 : 2;
  };
  skip();
  offset += 4;
  for (const { type } of answers) {
    const start = offset;
    skip();
    offset += 10 + (((whole[offset + 8] ?? 0) << 8) | (whole[offset + 9] ?? 0));
    if (type === 'A' || type === 'AAAA') sizes.add(offset - start);
  }
  return sizes.size === 1;
}

/** Of a query that the message is a reply to. */
function questionIn(whole: Uint8Array, nameEnd: number): Uint8Array {
  const query = new Uint8Array(nameEnd + 4);
  query.set(whole.subarray(12, nameEnd + 4), 12);
  return query;
}

describe('a reply from memory', () => {
  it('is the reply that was kept, at this moment and to this query', () => {
    let turns = 0;
    fc.assert(
      fc.property(message, fc.array(moment, { minLength: 1, maxLength: 8 }), (one, moments) => {
        const { whole, nameEnd } = write(one);
        const before = whole.slice();
        const first = read(whole);
        const kept = keepReply(whole, nameEnd);
        expect(lengthOfKept(kept, nameEnd)).toBe(whole.length);
        expect(answersOfKept(kept)).toBe(first.answers?.length ?? 0);
        expect(rcodeOfKept(kept)).toBe(one.flags.rcode);
        const query = questionIn(whole, nameEnd);
        const isTurned =
          hasBlock(whole, first) && (first.answers ?? []).filter(({ type }) => type === one.family).length > 1;
        for (const at of moments) {
          const reply = read(writeKept(kept, query, nameEnd, at));
          const answers = aged(first.answers, at.ageSeconds);
          expect(reply).toMatchObject({
            id: at.id,
            flag_qr: true,
            flag_aa: false,
            flag_tc: one.flags.tc,
            flag_rd: at.rd,
            flag_ra: true,
            flag_ad: one.flags.ad && at.ad,
            flag_cd: at.cd,
            rcode: first.rcode,
          });
          expect(reply.questions).toEqual(first.questions);
          expect(reply.answers).toEqual(isTurned ? turned(answers, at.turn) : answers);
          expect(reply.authorities).toEqual(aged(first.authorities, at.ageSeconds));
          expect(reply.additionals).toEqual(aged(first.additionals, at.ageSeconds));
          if (isTurned) turns += 1;
        }
        expect(whole).toEqual(before);
      }),
      run,
    );
    expect(turns).toBeGreaterThan(200);
  });

  it('shows each address as first once before one is first again', () => {
    const { whole, nameEnd } = write({
      name: ['foo'],
      first: [],
      family: 'A',
      owner: ['a', 'test'],
      ttls: [5, 5, 5],
      authority: [],
      additional: [],
      hasOpt: false,
      flags: { tc: false, ad: false, rcode: 0 },
      bits: [false],
    });
    const kept = keepReply(whole, nameEnd);
    const facts = {
      question: 1,
      source: 1,
      name: '',
      marked: true,
      goodUntil: 1,
      whileSilent: false,
      isPositive: true,
      keptAt: 0,
      denial: undefined,
    };
    const half = { reply: kept, since: 0, alone: true };
    const entry = new AnswerEntry(1, facts, [half, half], 27_719);
    const at = { id: 1, rd: true, cd: false, ad: false, ageSeconds: 0 };
    const firsts = Array.from({ length: 6 }, () => {
      const turn = entry.nextTurn(0);
      const [answer] = read(writeKept(kept, questionIn(whole, nameEnd), nameEnd, { ...at, turn })).answers ?? [];
      return (answer as { data?: unknown } | undefined)?.data;
    });
    expect(new Set(firsts.slice(0, 3)).size).toBe(3);
    expect(firsts.slice(3)).toEqual(firsts.slice(0, 3));
    // The other half has places of its own.
    expect(entry.nextTurn(1)).toBe(27_719);
  });
});

describe('TTLs of a message', () => {
  it('are counted down to 0 and no further, but for OPT', () => {
    fc.assert(
      fc.property(message, fc.nat({ max: 120 }), (one, seconds) => {
        const { whole, nameEnd } = write(one);
        const first = read(whole);
        ageTtls(whole, nameEnd + 4, seconds);
        const after = read(whole);
        const topBitCounts = (records: readonly Answer[] = []): Answer[] =>
          aged(records, seconds).map((one) =>
            'ttl' in one && (one.ttl ?? 0) > 0x7fff_ffff ? { ...one, ttl: 0 } : one,
          );
        expect(after.answers).toEqual(topBitCounts(first.answers));
        expect(after.authorities).toEqual(topBitCounts(first.authorities));
        expect(after.additionals).toEqual(topBitCounts(first.additionals));
        expect({ ...after, answers: [], authorities: [], additionals: [] }).toEqual({
          ...first,
          answers: [],
          authorities: [],
          additionals: [],
        });
      }),
      run,
    );
  });
});
