/** Whole replies of other types: nothing of what they say changes, whatever is cut off, taken out or written anew. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { viewQuery } from '../../sidecar/wire/message-view.ts';
import { passThrough } from '../../sidecar/wire/pass-through.ts';
import { decodeStrictly, nameAt } from '../support/wire/decoder.ts';
import type { DecodedRecord } from '../support/wire/decoder.ts';
import { opt, query } from '../support/wire/messages.ts';
import { chooser, labels, RandomPacker, toWire } from './wire-arbitraries.ts';
import type { Labels } from './wire-arbitraries.ts';

interface Entry {
  readonly owner: Labels;
  readonly type: number;
  readonly ttl: number;
  readonly data: readonly (Labels | Uint8Array)[];
}

const name = labels;
const blob = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: size, maxLength: size });
const data: fc.Arbitrary<Pick<Entry, 'type' | 'data'>> = fc.oneof(
  name.map((target) => ({ type: 2, data: [target] })),
  name.map((target) => ({ type: 5, data: [target] })),
  name.map((target) => ({ type: 12, data: [target] })),
  fc.tuple(name, name, blob(20)).map(([primary, mailbox, numbers]) => ({ type: 6, data: [primary, mailbox, numbers] })),
  fc.tuple(blob(2), name).map(([preference, host]) => ({ type: 15, data: [preference, host] })),
  fc.tuple(blob(6), name).map(([numbers, host]) => ({ type: 33, data: [numbers, host] })),
  name.map((host) => ({ type: 35, data: [Buffer.from('\0\x01\0\x02\x01S\x03SIP\0', 'latin1'), host] })),
  fc
    .integer({ min: 0, max: 400 })
    .chain(blob)
    .map((bytes) => ({ type: 16, data: [bytes] })),
  fc
    .integer({ min: 0, max: 30 })
    .chain(blob)
    .map((bytes) => ({ type: 65280, data: [bytes] })),
  blob(4).map((bytes) => ({ type: 1, data: [bytes] })),
);
const entry: fc.Arbitrary<Entry> = fc
  .tuple(name, fc.integer({ min: 0, max: 0xffffffff }), data)
  .map(([owner, ttl, rest]) => ({ owner, ttl, ...rest }));

const cases = fc.record({
  question: name,
  upper: fc.boolean(),
  sections: fc.tuple(
    fc.array(entry, { maxLength: 8 }),
    fc.array(entry, { maxLength: 4 }),
    fc.array(entry, { maxLength: 5 }),
  ),
  opts: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
  bits: fc.array(fc.boolean(), { maxLength: 16 }),
  limit: fc.constantFrom(512, 1232, 65535),
  edns: fc.boolean(),
});

/** One line that tells everything about a record but how it is compressed, and the letter case of its owner. */
function say(section: string, owner: Labels, { type, ttl, data: parts }: Omit<Entry, 'owner'>): string {
  const folded = owner.map((text) => text.toLowerCase());
  const shown = parts.map((part) => (part instanceof Uint8Array ? [...part] : part));
  return JSON.stringify([section, folded, type, ttl, shown]);
}

/** The parts of the data of a decoded record, cut as `like` is. */
function partsOf(
  message: Uint8Array,
  record: DecodedRecord,
  like: Entry | undefined,
): readonly (Labels | Uint8Array)[] {
  let offset = record.rdataStart;
  return (like?.data ?? []).map((part) => {
    const start = offset;
    if (part instanceof Uint8Array) {
      offset += part.length;
      return message.subarray(start, offset);
    }
    const read = nameAt(Buffer.from(message), start);
    offset = read.next;
    return read.labels;
  });
}

interface Upstream {
  readonly bytes: Uint8Array;
  /** Everything but OPT. */
  readonly expected: readonly { section: string; entry: Entry }[];
}

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

const optRecord = Buffer.from('0000291000000080000004000a0000', 'hex');

function pack({ question, sections, opts, bits }: Case): Upstream {
  const packer = new RandomPacker(chooser(bits));
  const counts = [sections[0].length, sections[1].length, sections[2].length + opts.length];
  for (const field of [0x7777, 0x85a3, 1, ...counts]) packer.putUint16(field);
  packer.putName(question);
  packer.putUint16(33);
  packer.putUint16(1);
  const expected: { section: string; entry: Entry }[] = [];
  const putOpts = (isHere: (at: number) => boolean): void => {
    for (const _ of opts.filter(isHere)) packer.put(optRecord);
  };
  for (const [index, section] of (['answer', 'authority', 'additional'] as const).entries()) {
    const entries = sections[index] ?? [];
    for (const [place, one] of entries.entries()) {
      if (section === 'additional') putOpts((at) => at === place);
      packer.putRecord(one.owner, one.type, one.ttl, one.data);
      expected.push({ section, entry: one });
    }
  }
  putOpts((at) => at >= sections[2].length);
  return { bytes: packer.bytes(), expected };
}

/** The client asks in capitals, where that leaves the name equal. */
function clientName({ question, upper }: Case): Labels {
  const capitals = question.map((text) => text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()));
  return upper ? capitals : question;
}

function passOn(upstream: Upstream, spec: Case): Uint8Array {
  const additionals = spec.edns ? [opt(1232)] : [];
  const view = viewQuery(query({ id: 5, name: toWire(clientName(spec)), type: 33, additionals }));
  if (view === undefined) throw new Error('no header');
  return passThrough(upstream.bytes, view, { limit: spec.limit, keepEdns: spec.edns });
}

it('passes on what the upstream said, as much as fits', () => {
  const seen = { cut: 0, whole: 0 };
  fc.assert(
    fc.property(cases, (spec) => {
      const upstream = pack(spec);
      const passed = passOn(upstream, spec);
      const { records, flags } = decodeStrictly(passed);
      const kept = records.filter((record) => record.type !== 41);
      const now = kept.map((record, index) => {
        const data = partsOf(passed, record, upstream.expected[index]?.entry);
        return say(record.section, record.owner, { type: record.type, ttl: record.ttl, data });
      });
      const before = upstream.expected
        .slice(0, kept.length)
        .map(({ section, entry }) => say(section, entry.owner, entry));
      // An owner may get the letter case of the question; names in the data that point there get the client's.
      const fold = (text: string): string => (spec.upper ? text.toLowerCase() : text);
      expect(now.map(fold)).toEqual(before.map(fold));

      const truncated = kept.length < upstream.expected.length;
      expect(flags).toBe(truncated ? 0x8383 : 0x8183);
      seen[truncated ? 'cut' : 'whole']++;
    }),
    { numRuns: 400 },
  );
  expect(seen.cut).toBeGreaterThan(40);
  expect(seen.whole).toBeGreaterThan(40);
});

it('keeps the form of a reply', () => {
  fc.assert(
    fc.property(cases, (spec) => {
      const passed = passOn(pack(spec), spec);
      expect(passed.length).toBeLessThanOrEqual(spec.limit);
      const decoded = decodeStrictly(passed);
      expect(decoded.id).toBe(5);
      expect(decoded.questions).toEqual([{ name: clientName(spec), type: 33, class: 1 }]);
      const opts = decoded.records.filter((record) => record.type === 41);
      expect(opts).toHaveLength(spec.edns ? 1 : 0);
      if (spec.edns) expect(decoded.records.at(-1)).toMatchObject({ type: 41, class: 1232, section: 'additional' });
      // Past 510 only where names spelled out would not fit, and for nobody without OPT.
      const far = decoded.ownerPointers.some((target) => target > 510);
      if (far) expect([spec.edns, spec.limit]).toEqual([true, 1232]);
    }),
    { numRuns: 400 },
  );
});

it('cuts nothing that would fit as it came', () => {
  fc.assert(
    fc.property(cases, (spec) => {
      const { opts, sections, edns, limit } = spec;
      // Bytes can be copied unless OPT is in the way; a client without OPT never has 1232 bytes.
      const copyable = opts.length === 0 || (opts.length === 1 && (opts[0] ?? 0) >= sections[2].length);
      fc.pre(copyable && (edns || limit !== 1232));
      const upstream = pack(spec);
      const copied = upstream.bytes.length - optRecord.length * opts.length + (edns ? 11 : 0);
      fc.pre(copied <= limit);
      expect(decodeStrictly(passOn(upstream, spec)).flags).toBe(0x8183);
    }),
  );
});
