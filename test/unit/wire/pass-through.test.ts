/** Replies that are passed on whole, byte for byte. */
import { describe, expect, it } from 'vitest';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import { passThrough } from '../../../sidecar/wire/pass-through.ts';
import type { PassThroughOptions } from '../../../sidecar/wire/pass-through.ts';
import { decodeStrictly } from '../../support/wire/decoder.ts';
import type { MessageSpec, RecordSpec } from '../../support/wire/messages.ts';
import { a, bytes, cname, message, opt, pointer, query, wire } from '../../support/wire/messages.ts';

const q = pointer(12);
const srv = (owner: string | Uint8Array, target: string | Uint8Array): RecordSpec => ({
  owner,
  type: 33,
  rdata: bytes('0001 0002 0035', typeof target === 'string' ? wire(target) : target),
});
const txt = (owner: string | Uint8Array, size: number, fill = 0x41): RecordSpec => ({
  owner,
  type: 16,
  rdata: bytes(size - 1, Buffer.alloc(size - 1, fill)),
});

interface Pass extends Partial<PassThroughOptions> {
  readonly asked?: MessageSpec;
}

function pass(upstream: Uint8Array, { asked = {}, ...options }: Pass = {}): Uint8Array {
  const view = viewQuery(query({ id: 0xbeef, type: 33, ...asked }));
  if (view === undefined) throw new Error('no header');
  return passThrough(upstream, view, { limit: 512, keepEdns: view.optCount > 0, ...options });
}

const reply = (spec: MessageSpec): Uint8Array => message({ type: 33, id: 0x1111, ...spec });
const withoutFlags = (bytesOfMessage: Uint8Array): Uint8Array => bytesOfMessage.subarray(4);

describe('header', () => {
  it.each<[string, number, Pass, number]>([
    ['QR and RA set, AA cleared', 0x8400, {}, 0x8180],
    ['QR set where the upstream forgot it', 0x0000, {}, 0x8180],
    ['TC of the upstream dropped', 0x8380, {}, 0x8180],
    ['Z and CD of the upstream dropped', 0x81d0, {}, 0x8180],
    ['RD and CD of the client', 0x8180, { asked: { flags: 0x0010 } }, 0x8090],
    ['rcode kept', 0x8183, {}, 0x8183],
    ['AD needs a query that asks for it', 0x81a0, {}, 0x8180],
    ['AD with AD', 0x81a0, { asked: { flags: 0x0120 } }, 0x81a0],
    ['AD with DO', 0x81a0, { asked: { additionals: [opt(1232, 0x8000)] } }, 0x81a0],
    ['AD with OPT without DO', 0x81a0, { asked: { additionals: [opt(1232)] } }, 0x8180],
    ['AD only if the upstream has it', 0x8180, { asked: { flags: 0x0120 } }, 0x8180],
  ])('%s', (_, flags, options, expected) => {
    const passed = pass(reply({ flags, answers: [srv(q, 'x.test')] }), options);
    expect([...passed.subarray(0, 4)]).toEqual([0xbe, 0xef, expected >> 8, expected & 255]);
  });
});

describe('bytes', () => {
  it('are those of the upstream behind the flags', () => {
    const upstream = reply({
      answers: [cname(q, bytes('0178', pointer(16))), srv(pointer(38), 'Host.test')],
      authorities: [{ owner: pointer(16), type: 2, rdata: bytes('026e73', pointer(16)) }],
      additionals: [a('Host.test', '192.0.2.1')],
    });
    expect(withoutFlags(pass(upstream))).toEqual(withoutFlags(upstream));
  });

  it('keep the authority of negative replies', () => {
    const soa = { owner: pointer(16), type: 6, rdata: bytes(pointer(16), pointer(16), Buffer.alloc(20, 1)) };
    const upstream = reply({ flags: 0x8183, authorities: [soa] });
    expect(withoutFlags(pass(upstream))).toEqual(withoutFlags(upstream));
  });

  it("have the client's question", () => {
    const upstream = reply({ name: 'fOO.tEst', answers: [srv(q, bytes('0178', pointer(16)))] });
    const passed = pass(upstream, { asked: { name: 'Foo.Test' } });
    expect(passed.subarray(12, 22)).toEqual(wire('Foo.Test'));
    expect(passed.subarray(22)).toEqual(upstream.subarray(22));
  });

  it('end behind the last record', () => {
    const upstream = reply({ answers: [srv(q, 'x.test')] });
    expect(pass(bytes(upstream, 'ffffff'))).toEqual(pass(upstream));
  });

  it('of a type nobody knows are untouched', () => {
    const odd = { owner: q, type: 65280, class: 1, rdata: bytes('c00c ffff 40') };
    const upstream = reply({ type: 65280, answers: [odd] });
    expect(withoutFlags(pass(upstream, { asked: { type: 65280 } }))).toEqual(withoutFlags(upstream));
  });
});

describe('OPT', () => {
  const ours = bytes('00 0029 04d0 00 00 0000 0000');
  const answers = [srv(q, 'x.test')];
  const additionals = [a('x.test', '192.0.2.1')];
  const bare = reply({ answers, additionals });
  const cookie = opt(4096, 0x8000, bytes('000a 0008 0102030405060708'));

  it('goes to nobody who did not send one', () => {
    expect(pass(reply({ answers, additionals: [...additionals, cookie] }))).toEqual(pass(bare));
  });

  it('is our own for everybody else', () => {
    const asked = { additionals: [opt(1232)] };
    const expected = bytes(pass(bare), ours);
    expected[11] = 2;
    expect(pass(reply({ answers, additionals: [...additionals, cookie] }), { asked })).toEqual(expected);
    expect(pass(bare, { asked })).toEqual(expected);
  });

  it('says DO when the query did, and keeps the upper bits of the rcode', () => {
    const asked = { additionals: [opt(1232, 0x8000)] };
    const passed = pass(reply({ answers, additionals: [opt(4096, 0x01000000)] }), { asked });
    expect(passed.subarray(-11)).toEqual(bytes('00 0029 04d0 01 00 8000 0000'));
  });

  it('is taken out of the middle, and later names are put right', () => {
    // x.test stands behind OPT, and the last record points there.
    const head = reply({ answers, additionals: [opt(4096)] }).length;
    const upstream = reply({
      answers,
      additionals: [opt(4096), a('host.elsewhere', '192.0.2.1'), a(pointer(head), '192.0.2.2')],
    });
    const { records, ownerPointers } = decodeStrictly(pass(upstream));
    expect(records.map((record) => `${record.owner.join('.')} ${record.type}`)).toEqual([
      'foo.test 33',
      'host.elsewhere 1',
      'host.elsewhere 1',
    ]);
    expect(Math.max(...ownerPointers)).toBeLessThanOrEqual(510);
  });

  it('of which there are two, is one', () => {
    const upstream = reply({ answers, additionals: [opt(1), opt(2)] });
    expect(decodeStrictly(pass(upstream)).records).toHaveLength(1);
    const asked = { additionals: [opt(1232)] };
    expect(decodeStrictly(pass(upstream, { asked })).records.map((record) => record.type)).toEqual([33, 41]);
  });
});

describe('what cannot be copied', () => {
  const names = (passed: Uint8Array): string[] =>
    decodeStrictly(passed).records.map((record) => `${record.section} ${record.owner.join('.')} ${record.type}`);

  it('owners that point past 510', () => {
    const filler = txt(q, 250);
    const far = reply({ answers: [filler, filler] }).length;
    const upstream = reply({ answers: [filler, filler, a('far.away', '1.1.1.1'), a(pointer(far), '2.2.2.2')] });
    const passed = pass(upstream, { limit: 65535 });
    expect(decodeStrictly(passed).ownerPointers).toEqual([12, 12]);
    expect(names(passed).slice(2)).toEqual(['answer far.away 1', 'answer far.away 1']);
  });

  it('owners that point forward, which glibc reads', () => {
    const upstream = reply({ answers: [srv(pointer(26 + 12 + 6), 'x.test')] });
    expect(names(pass(upstream))).toEqual(['answer x.test 33']);
  });

  it('data that points into the header', () => {
    // Offset 4 of the header holds 00: the root.
    const upstream = reply({ answers: [srv(q, bytes('0178', pointer(4)))] });
    const { records } = decodeStrictly(pass(upstream));
    expect(records[0]?.rdata.subarray(6)).toEqual(Buffer.from(wire('x')));
  });

  it('the second name of SOA as well as the first', () => {
    const soa = { owner: q, type: 6, rdata: bytes(q, '0178', pointer(4), Buffer.alloc(20)) };
    const { records } = decodeStrictly(pass(reply({ type: 6, answers: [soa] }), { asked: { type: 6 } }));
    expect(records[0]?.rdata).toEqual(Buffer.from(bytes(q, wire('x'), Buffer.alloc(20))));
  });

  it('records behind another question', () => {
    const upstream = reply({ name: 'another.name.test', answers: [srv(q, 'x.test'), srv('foo.test', 'y.test')] });
    expect(names(pass(upstream))).toEqual(['answer another.name.test 33', 'answer foo.test 33']);
  });

  it('owners that point into the type of another question', () => {
    // Type 0x0161 and class 1 are the name "a" to a pointer.
    const upstream = reply({ type: 0x0161, answers: [txt(pointer(22), 5)] });
    expect(decodeStrictly(pass(upstream)).records.map(({ owner }) => owner)).toEqual([['a']]);
  });

  it('records behind no question', () => {
    const upstream = reply({ bare: true, answers: [srv('foo.test', 'x.test')] });
    const passed = pass(upstream);
    expect(names(passed)).toEqual(['answer foo.test 33']);
    expect(decodeStrictly(passed)).toMatchObject({
      questions: [{ name: ['foo', 'test'], type: 33 }],
      ownerPointers: [12],
    });
  });

  it('keeps every section', () => {
    const upstream = reply({
      answers: [srv(pointer(26 + 12 + 6), 'x.test')],
      authorities: [{ owner: 'test', type: 2, rdata: wire('ns.test') }],
      additionals: [a('x.test', '1.1.1.1')],
    });
    expect(names(pass(upstream))).toEqual(['answer x.test 33', 'authority test 2', 'additional x.test 1']);
  });
});

describe('size', () => {
  const sections = {
    answers: [txt(q, 100, 1), txt(q, 100, 2), txt(q, 100, 3)],
    authorities: [txt(q, 100, 4)],
    additionals: [txt(q, 100, 5), a(q, '1.1.1.1')],
  };
  const kept = (passed: Uint8Array): { tc: boolean; records: string[] } => {
    const { flags, records } = decodeStrictly(passed);
    return { tc: (flags & 0x0200) !== 0, records: records.map((record) => `${record.section} ${record.rdata[1]}`) };
  };

  it('is cut behind the last record that fits', () => {
    const passed = pass(reply(sections));
    expect(kept(passed)).toEqual({ tc: true, records: ['answer 1', 'answer 2', 'answer 3', 'authority 4'] });
    expect(passed.length).toBeLessThanOrEqual(512);
  });

  it('makes room for OPT', () => {
    const passed = pass(reply(sections), { asked: { additionals: [opt(512)] }, limit: 484 });
    expect(kept(passed)).toEqual({ tc: true, records: ['answer 1', 'answer 2', 'answer 3', 'additional undefined'] });
  });

  it('is whole where it fits exactly', () => {
    const upstream = reply(sections);
    expect(kept(pass(upstream, { limit: upstream.length }))).toMatchObject({ tc: false });
    expect(kept(pass(upstream, { limit: upstream.length - 1 }))).toMatchObject({ tc: true });
  });

  it('holds for records that are written anew', () => {
    const upstream = reply({ ...sections, additionals: [opt(), ...sections.additionals] });
    expect(kept(pass(upstream))).toEqual({ tc: true, records: ['answer 1', 'answer 2', 'answer 3', 'authority 4'] });
  });
});

describe('faults', () => {
  it.each<[string, MessageSpec]>([
    ['count too high', { answers: [srv(q, 'x.test')], counts: [1, 5, 0, 0] }],
    ['record cut off', { answers: [srv(q, 'x.test'), { ...srv(q, 'y.test'), rdlength: 99 }] }],
    ['owner in a ring', { answers: [srv(q, 'x.test'), srv(pointer(26 + 26), 'y.test')] }],
  ])('%s: what stands before is kept', (_, spec) => {
    const { records, flags } = decodeStrictly(pass(reply(spec)));
    expect(records).toHaveLength(1);
    expect(flags).toBe(0x8180);
  });

  it.each([
    ['less than a header', bytes('123456')],
    ['question cut off', reply({}).subarray(0, 20)],
  ])('%s: nothing is kept', (_, upstream) => {
    expect(decodeStrictly(pass(upstream))).toMatchObject({ id: 0xbeef, questions: [{ type: 33 }], records: [] });
  });
});

describe('firstPtrOnly', () => {
  const ptr = (target: string): RecordSpec => ({ owner: q, type: 12, rdata: wire(target) });
  const asked = { type: 12 };
  const upstream = message({
    type: 12,
    answers: [cname(q, 'foo.test'), ptr('one.test'), ptr('two.test'), ptr('three.test')],
    additionals: [{ ...ptr('four.test') }],
  });
  const targets = (passed: Uint8Array): (string | undefined)[] =>
    decodeStrictly(passed).records.map((record) => record.target?.join('.'));

  it('keeps the first PTR of the answer, and whatever is no PTR', () => {
    expect(targets(pass(upstream, { asked, firstPtrOnly: true }))).toEqual(['foo.test', 'one.test', 'four.test']);
  });

  it('is off unless asked for', () => {
    expect(targets(pass(upstream, { asked }))).toHaveLength(5);
  });
});

describe('an owner past 510 that would not fit spelled out', () => {
  // Twenty records owned by a long name that stands behind 510.
  const far = 'far.away.'.repeat(8);
  const filler = [txt(q, 250), txt(q, 250)];
  const owner = pointer(reply({ answers: filler }).length);
  const upstream = reply({
    answers: [...filler, a(far, '1.1.1.1'), ...Array<RecordSpec>(20).fill(a(owner, '2.2.2.2'))],
  });

  it('stays as it is for a client with OPT, which is no musl', () => {
    const decoded = decodeStrictly(pass(upstream, { asked: { additionals: [opt()] }, limit: 1232 }));
    expect(decoded.flags & 0x0200).toBe(0);
    expect(decoded.records).toHaveLength(24);
    expect(Math.max(...decoded.ownerPointers)).toBeGreaterThan(510);
  });

  it('is cut for one without', () => {
    const decoded = decodeStrictly(pass(upstream, { limit: 1232 }));
    expect(decoded.flags & 0x0200).toBe(0x0200);
    expect(Math.max(...decoded.ownerPointers)).toBeLessThanOrEqual(510);
  });
});
