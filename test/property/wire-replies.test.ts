/**
 * From an upstream's answer to the client's reply: chains of any length under any compression are read as glibc reads
 * them and put under another question, and what comes out is sound, small enough and readable by the oldest musl.
 */
import { decode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../sidecar/wire/answer.ts';
import { composeReply } from '../../sidecar/wire/compose.ts';
import type { ReplyInput } from '../../sidecar/wire/compose.ts';
import { viewQuery } from '../../sidecar/wire/message-view.ts';
import type { QueryView } from '../../sidecar/wire/message-view.ts';
import { equalNames } from '../../sidecar/wire/name.ts';
import type { DecodedRecord } from '../support/wire/decoder.ts';
import { decodeStrictly, parseLikeOldMusl } from '../support/wire/decoder.ts';
import { opt, query } from '../support/wire/messages.ts';
import { chooser, labels, RandomPacker, sameName, toWire } from './wire-arbitraries.ts';
import type { Labels } from './wire-arbitraries.ts';

interface Entry {
  readonly owner: Labels;
  readonly type: number;
  readonly ttl: number;
  readonly target: Labels;
  readonly rdata: Buffer;
}

const ttl = fc.oneof(fc.nat({ max: 600 }), fc.integer({ min: 0, max: 0xffffffff }));

/** An answer section whose owners are mostly the end of the chain, and sometimes anybody. */
const upstream = fc
  .record({
    question: labels,
    type: fc.constantFrom(1, 28),
    steps: fc.array(
      fc.record({
        kind: fc.constantFrom('alias', 'record', 'record', 'record', 'odd'),
        foreign: fc.boolean().chain((one) => fc.boolean().map((other) => one && other)),
        name: labels,
        ttl,
        bytes: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      }),
      { maxLength: 40 },
    ),
    bits: fc.array(fc.boolean(), { maxLength: 16 }),
  })
  .map(({ question, type, steps, bits }) => {
    const entries: Entry[] = [];
    let end = question;
    for (const step of steps) {
      const owner = step.foreign ? step.name : end;
      const oddType = type === 1 ? 28 : 1;
      const entryType = step.kind === 'alias' ? 5 : step.kind === 'odd' ? oddType : type;
      const rdata = Buffer.from(step.bytes.subarray(0, entryType === 1 ? 4 : 16));
      entries.push({ owner, type: entryType, ttl: step.ttl, target: step.name, rdata });
      if (step.kind === 'alias') end = step.name;
    }
    return { question, type, entries, bits };
  });

function pack(question: Labels, type: number, entries: readonly Entry[], bits: readonly boolean[]): Uint8Array {
  const packer = new RandomPacker(chooser(bits));
  for (const field of [0x1234, 0x8180, 1, entries.length, 0, 0]) packer.putUint16(field);
  packer.putName(question);
  packer.putUint16(type);
  packer.putUint16(1);
  for (const entry of entries) {
    packer.putRecord(entry.owner, entry.type, entry.ttl, [entry.type === 5 ? entry.target : entry.rdata]);
  }
  return packer.bytes();
}

/** glibc's rule in its plainest form. */
function modelAnswer(
  question: Labels,
  type: number,
  entries: readonly Entry[],
): { chain: Entry[]; later: Entry[]; records: Entry[] } {
  const chain: Entry[] = [];
  const later: Entry[] = [];
  const records: Entry[] = [];
  let end = question;
  for (const entry of entries) {
    if (entry.type === 5) {
      // Behind an address an alias is the owner of what follows; the canonical name only to some.
      (records.length === 0 ? chain : later).push(entry);
      end = entry.target;
    } else if (entry.type === type && sameName(entry.owner, end)) {
      records.push(entry);
    }
  }
  return { chain, later, records };
}

function ask(name: Labels, type: number, payloadSize: number | undefined): QueryView {
  const additionals = payloadSize === undefined ? [] : [opt(payloadSize)];
  const view = viewQuery(query({ name: toWire(name), type, additionals }));
  if (view === undefined) throw new Error('no header');
  return view;
}

const show = (list: Labels): string => JSON.stringify(list);

/** What a decoded reply says, in one line per record. */
function say(record: DecodedRecord): string {
  const data = record.target === undefined ? record.rdata.toString('hex') : show(record.target);
  return `${show(record.owner)} ${record.ttl} ${record.type} ${data}`;
}

describe('reading', () => {
  it('follows the chain in packet order under any compression', () => {
    fc.assert(
      fc.property(upstream, ({ question, type, entries, bits }) => {
        const model = modelAnswer(question, type, entries);
        const answer = readAnswer(pack(question, type, entries, bits), toWire(question), type);
        expect(answer.kind).toBe(model.records.length > 0 ? 'DATA' : 'ALIAS');
        const alias = (entry: Entry): object => ({ target: toWire(entry.target), ttl: entry.ttl });
        expect(answer.chain).toEqual(model.chain.map(alias));
        expect(answer.laterAliases).toEqual(model.later.map(alias));
        expect(answer.records.map(({ type, ttl, rdata }) => ({ type, ttl, rdata }))).toEqual(
          model.records.map((entry) => ({ type, ttl: entry.ttl, rdata: Uint8Array.from(entry.rdata) })),
        );
      }),
    );
  });

  it('gives what stands before a cut, and says BAD', () => {
    fc.assert(
      fc.property(upstream, fc.nat(), ({ question, type, entries, bits }, at) => {
        fc.pre(entries.length > 0);
        // Nothing is compressed: a cut is then a cut in one record, and glibc's count for loops stays out of the way.
        const whole = pack(question, type, entries, []);
        const start = pack(question, type, [], []).length;
        const cut = start + (at % (whole.length - start));
        const complete = entries.filter(
          (_, index) => pack(question, type, entries.slice(0, index + 1), []).length <= cut,
        );
        const model = modelAnswer(question, type, complete);
        const answer = readAnswer(whole.subarray(0, cut), toWire(question), type);
        expect(answer).toMatchObject({ kind: 'BAD', records: [] });
        expect(answer.chain.map((alias) => alias.ttl)).toEqual(model.chain.map((entry) => entry.ttl));
        expect(answer.recordsBeforeFault.map((record) => record.ttl)).toEqual(model.records.map((entry) => entry.ttl));
        expect(bits).toBeDefined();
      }),
    );
  });
});

describe('replies', () => {
  const replies = fc.record({
    source: upstream,
    asked: labels,
    payloadSize: fc.option(fc.constantFrom(0, 512, 700, 1232, 4096), { nil: undefined }),
    form: fc.constantFrom('udp' as const, 'tcp' as const),
    maxRecords: fc.option(fc.constantFrom(1, 3, 10, 63), { nil: undefined }),
    copies: fc.constantFrom(1, 1, 5, 20),
  });

  interface Case {
    readonly input: ReplyInput;
    readonly limit: number;
    readonly form: 'udp' | 'tcp';
    readonly asked: Labels;
    readonly ends: Labels;
    readonly expected: readonly string[];
  }

  const cases: fc.Arbitrary<Case> = replies.map(({ source, asked, payloadSize, form, maxRecords, copies }) => {
    const { question, type, entries, bits } = source;
    const answer = readAnswer(pack(question, type, entries, bits), toWire(question), type);
    const model = modelAnswer(question, type, entries);
    const records = Array.from({ length: copies }, () => answer.records).flat();
    const owners = [asked, ...model.chain.map((entry) => entry.target)];
    const ends = owners.at(-1) ?? asked;
    return {
      input: {
        query: ask(asked, type, payloadSize),
        rcode: 0,
        type,
        chain: answer.chain,
        records,
        edns: payloadSize !== undefined,
        ad: false,
        maxRecords,
      },
      limit: payloadSize === undefined ? 512 : Math.max(512, Math.min(payloadSize, 1232)),
      form,
      asked,
      ends,
      expected: [
        ...model.chain.map((entry, index) => `${show(owners[index] ?? [])} ${entry.ttl} 5 ${show(entry.target)}`),
        ...records.map((record) => `${show(ends)} ${record.ttl} ${type} ${Buffer.from(record.rdata).toString('hex')}`),
      ],
    };
  });

  it('are sound, within the limit, and point no further than 510', () => {
    fc.assert(
      fc.property(cases, ({ input, limit, form, asked }) => {
        const { bytes, truncated } = composeReply(input, limit, form);
        expect(bytes.length).toBeLessThanOrEqual(form === 'tcp' ? 65535 : limit);
        const decoded = decodeStrictly(bytes);
        expect(decoded.flags).toBe(truncated ? 0x8380 : 0x8180);
        expect(decoded.questions).toEqual([{ name: asked, type: input.type, class: 1 }]);
        expect(decoded.ownerPointers.every((target) => target <= 510)).toBe(true);
        expect(decoded.records.filter((record) => record.type === 41)).toHaveLength(input.edns === false ? 0 : 1);
        expect(
          decoded.records.every((record) => record.section === (record.type === 41 ? 'additional' : 'answer')),
        ).toBe(true);
        if (form === 'tcp') expect(truncated).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('say all that was found, under the name that was asked, when it fits', () => {
    fc.assert(
      fc.property(cases, ({ input, limit, form, expected }) => {
        const uncapped = { ...input, maxRecords: undefined };
        const { bytes, truncated } = composeReply(uncapped, limit, form);
        if (truncated) return;
        const said = decodeStrictly(bytes).records.filter((record) => record.type !== 41);
        expect(said.map(say)).toEqual(expected);
        // Read once more by glibc's rules, nothing is lost.
        const again = readAnswer(bytes, input.query.question?.name ?? new Uint8Array(1), input.type);
        expect(again.chain).toEqual(input.chain);
        expect(again.records.map(({ rdata }) => [...rdata])).toEqual(input.records.map(({ rdata }) => [...rdata]));
      }),
      { numRuns: 400 },
    );
  });

  it('are flattened when they do not fit, and never empty while there is an address', () => {
    let seen = 0;
    fc.assert(
      fc.property(cases, ({ input, limit, asked, ends }) => {
        const { bytes, truncated } = composeReply({ ...input, maxRecords: undefined }, limit, 'udp');
        if (!truncated) return;
        seen++;
        const answers = decodeStrictly(bytes).records.filter((record) => record.section === 'answer');
        const aliases = answers.filter((record) => record.type === 5);
        const addresses = answers.filter((record) => record.type !== 5);
        expect(aliases.length).toBeLessThanOrEqual(1);
        expect(answers.slice(0, aliases.length)).toEqual(aliases);
        if (input.records.length > 0) expect(addresses.length).toBeGreaterThan(0);
        for (const alias of aliases) {
          expect(alias).toMatchObject({ owner: asked, target: ends });
          expect(alias.ttl).toBe(Math.min(...input.chain.map((part) => part.ttl)));
        }
        const owner = aliases.length > 0 ? ends : asked;
        for (const [index, record] of addresses.entries()) {
          expect(record.owner).toEqual(owner);
          expect([...record.rdata]).toEqual([...(input.records[index]?.rdata ?? [])]);
        }
        // As many as fit: one more would have been too long.
        if (addresses.length < input.records.length) {
          expect(bytes.length + 12 + (input.type === 1 ? 4 : 16)).toBeGreaterThan(limit);
        }
        // Without the alias only where no address would fit beside it, or none is needed.
        if (aliases.length === 0 && input.chain.length > 0 && !sameName(asked, ends)) {
          const shortest = 12 + toWire(asked).length + 4 + 12 + 1 + (input.records.length > 0 ? 16 : 0);
          expect(shortest + toWire(ends).length + 11).toBeGreaterThan(limit);
        }
      }),
      { numRuns: 400 },
    );
    expect(seen).toBeGreaterThan(40);
  });

  it('keep to the cap, addresses first', () => {
    fc.assert(
      fc.property(cases, ({ input, limit }) => {
        const { bytes } = composeReply(input, limit, 'tcp');
        const answers = decodeStrictly(bytes).records.filter((record) => record.section === 'answer');
        const cap = input.maxRecords ?? Infinity;
        expect(answers.length).toBe(Math.min(cap, answers.length));
        const full = input.chain.length + input.records.length;
        if (full <= cap) expect(answers.length).toBe(full);
        else if (input.records.length >= cap) expect(answers.length).toBe(cap);
        if (input.records.length > 0) expect(answers.at(-1)?.type).toBe(input.type);
      }),
    );
  });

  it('show the oldest musl every address', () => {
    // musl goes over spelled-out names byte by byte: only names of ASCII are its own.
    const ascii = (name: Uint8Array): boolean => name.subarray(0, -1).every((byte) => byte > 0 && byte < 127);
    fc.assert(
      fc.property(cases, ({ input, limit, form, asked }) => {
        fc.pre(ascii(toWire(asked)) && input.chain.every((alias) => ascii(alias.target)));
        const { bytes } = composeReply({ ...input, maxRecords: 63 }, limit, form);
        const addresses = decodeStrictly(bytes).records.filter((record) => record.type === input.type);
        const found = parseLikeOldMusl(bytes).filter((record) => record.type === input.type);
        expect(found.map(({ rdata }) => [...rdata])).toEqual(addresses.map(({ rdata }) => [...rdata]));
      }),
    );
  });

  it('are read by dns-packet', () => {
    const plain = (list: Labels): boolean => list.length > 0 && list.every((text) => /^[\w]+$/.test(text));
    fc.assert(
      fc.property(cases, ({ input, limit, form, asked }) => {
        fc.pre(plain(asked));
        const { bytes } = composeReply(input, limit, form);
        const mine = decodeStrictly(bytes);
        fc.pre(mine.records.every((record) => plain(record.owner) || record.type === 41));
        fc.pre(mine.records.every((record) => record.target === undefined || plain(record.target)));
        const theirs = decode(Buffer.from(bytes));
        expect(theirs.questions?.map((question) => question.name)).toEqual([asked.join('.')]);
        expect(theirs.answers?.map((answer) => `${answer.name} ${answer.type}`)).toEqual(
          mine.records
            .filter((record) => record.section === 'answer')
            .map(
              (record) => `${record.owner.join('.')} ${record.type === 5 ? 'CNAME' : record.type === 1 ? 'A' : 'AAAA'}`,
            ),
        );
        expect(theirs.additionals?.map((answer) => answer.type)).toEqual(input.edns === false ? [] : ['OPT']);
      }),
    );
  });

  it('keep the letter case of every target', () => {
    fc.assert(
      fc.property(cases, ({ input, limit }) => {
        const { bytes } = composeReply({ ...input, maxRecords: undefined }, limit, 'tcp');
        const targets = decodeStrictly(bytes).records.flatMap((record) => (record.target ? [record.target] : []));
        expect(targets.map(toWire)).toEqual(input.chain.map((alias) => alias.target));
        expect(
          targets.every((target, index) => equalNames(toWire(target), input.chain[index]?.target ?? new Uint8Array())),
        ).toBe(true);
      }),
    );
  });
});
