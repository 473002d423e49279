/** What is read of a message without decoding it. */
import { describe, expect, it } from 'vitest';
import { compactQuery, keepQuery, viewMessage, viewQuery } from '../../../sidecar/wire/message-view.ts';
import { createRoom } from '../../../sidecar/wire/room.ts';
import { a, bytes, message, opt, pointer, query, uint16, wire } from '../../support/wire/messages.ts';

describe('header', () => {
  it.each([
    ['query', 0x0100, { rd: true }],
    ['qr', 0x8000, { qr: true }],
    ['opcode', 0x2800, { opcode: 5 }],
    ['aa', 0x0400, { aa: true }],
    ['tc', 0x0200, { tc: true }],
    ['ra', 0x0080, { ra: true }],
    ['z', 0x0040, {}],
    ['ad', 0x0020, { ad: true }],
    ['cd', 0x0010, { cd: true }],
    ['rcode', 0x000b, { rcode: 11 }],
  ])('%s', (_, flags, set) => {
    const clear = { qr: false, opcode: 0, aa: false, tc: false, rd: false, ra: false, ad: false, cd: false, rcode: 0 };
    expect(viewQuery(query({ flags, id: 0xfedc }))).toMatchObject({ id: 0xfedc, ...clear, ...set });
  });

  it('gives the counts as they are', () => {
    const counts = [1, 0x0203, 0x0405, 0x0607] as const;
    expect(viewQuery(query({ counts }))).toMatchObject({
      qdcount: 1,
      ancount: 0x0203,
      nscount: 0x0405,
      arcount: 0x0607,
      malformed: true,
    });
  });

  it.each([0, 1, 11])('is not there in %i bytes', (length) => {
    expect(viewQuery(query({}).subarray(0, length))).toBeUndefined();
  });
});

describe('question', () => {
  it('is read with its place', () => {
    const view = viewQuery(query({ name: 'Foo.TEST', type: 0x1234, class: 0xfffe }));
    expect(view).toMatchObject({
      question: { name: wire('Foo.TEST'), type: 0x1234, class: 0xfffe, start: 12, end: 26 },
      malformed: false,
    });
  });

  it.each([
    ['no question', query({ bare: true }), undefined, false],
    ['a count without a question', query({ bare: true, counts: [1, 0, 0, 0] }), undefined, true],
    ['name cut off', query({}).subarray(0, 18), undefined, true],
    ['class cut off', query({}).subarray(0, 25), undefined, true],
    ['compressed name', bytes(query({ bare: true, counts: [1, 0, 0, 0] }), '0161', pointer(4), '00010001'), {}, true],
    ['two questions', bytes(query({ counts: [2, 0, 0, 0] }), wire('b'), uint16(1), uint16(1)), {}, false],
    ['two promised, one there', query({ counts: [2, 0, 0, 0] }), {}, true],
    ['bytes behind the end', bytes(query({}), 'ffffff'), {}, false],
  ])('%s', (_, bytesOfQuery, question, malformed) => {
    const view = viewQuery(bytesOfQuery);
    expect(view?.malformed).toBe(malformed);
    if (question === undefined) expect(view?.question).toBeUndefined();
    else expect(view?.question).toBeDefined();
  });
});

describe('EDNS', () => {
  it.each([
    ['none', [], undefined, 0],
    ['plain', [opt(1400)], { version: 0, payloadSize: 1400, dnssecOk: false, extendedRcode: 0 }, 1],
    ['DO', [opt(512, 0x8000)], { version: 0, payloadSize: 512, dnssecOk: true, extendedRcode: 0 }, 1],
    ['version', [opt(512, 0x00030000)], { version: 3, payloadSize: 512, dnssecOk: false, extendedRcode: 0 }, 1],
    ['all bits', [opt(65535, 0xffffffff)], { version: 255, payloadSize: 65535, dnssecOk: true, extendedRcode: 255 }, 1],
    ['options', [opt(512, 0, bytes('000a0008 0102030405060708'))], { payloadSize: 512 }, 1],
    ['two', [opt(512), opt(1024)], { payloadSize: 512 }, 2],
    ['behind another record', [a('foo.test', '192.0.2.1'), opt(777)], { payloadSize: 777 }, 1],
  ])('%s', (_, additionals, edns, optCount) => {
    const view = viewQuery(query({ additionals }));
    if (edns === undefined) expect(view?.edns).toBeUndefined();
    else expect(view?.edns).toMatchObject(edns);
    expect(view?.optCount).toBe(optCount);
    expect(view?.malformed).toBe(false);
  });

  it('counts in the additional section only', () => {
    expect(viewMessage(message({ answers: [opt()], authorities: [opt()] }))).toMatchObject({ optCount: 0 });
    const behind = message({ answers: [a('foo.test', '192.0.2.1')], additionals: [opt(900)] });
    expect(viewMessage(behind)).toMatchObject({ optCount: 1, edns: { payloadSize: 900 } });
  });

  it.each([
    ['owner other than the root', query({ additionals: [{ ...opt(), owner: 'x' }] })],
    ['cut off', query({ additionals: [opt()] }).subarray(0, -1)],
    ['length over the end', query({ additionals: [{ ...opt(), rdlength: 1 }] })],
    ['count without a record', query({ counts: [1, 0, 0, 1] })],
  ])('malformed: %s', (_, bytesOfQuery) => {
    expect(viewQuery(bytesOfQuery)).toMatchObject({ malformed: true, edns: undefined });
  });
});

describe('compactQuery', () => {
  const padded = query({ additionals: [opt(1232, 0, Buffer.alloc(3000))] });

  it.each([
    ['by itself', padded],
    ['in a chunk of a stream', bytes(padded, Buffer.alloc(2000)).subarray(0, padded.length)],
  ])('keeps what a reply needs and no more of a long query %s', (_, received) => {
    const view = viewQuery(received);
    const compact = view && compactQuery(view);
    expect(compact).toEqual({ ...view, bytes: padded.subarray(0, view?.question?.end) });
    expect(compact?.bytes.buffer.byteLength).toBe(view?.question?.end);
  });

  it('leaves a short one alone', () => {
    const view = viewQuery(query({ additionals: [opt()] }));
    expect(view && compactQuery(view)).toBe(view);
  });
});

describe('keepQuery', () => {
  const roomFor = createRoom(1024);
  const withOpt = (optionBytes: number) => query({ additionals: [opt(1232, 0, Buffer.alloc(optionBytes))] });

  it('copies usual queries into one small buffer, which their views and the names of their questions are parts of', () => {
    const usual = [query({ additionals: [opt()] }), query({}), withOpt(100)];
    const kept = usual.map((each) => {
      const chunk = bytes(each, Buffer.alloc(2000));
      const copy = keepQuery(chunk.subarray(0, each.length), roomFor);
      chunk.fill(0xff);
      return copy;
    });
    expect(kept.map((each) => [...each])).toEqual(usual.map((each) => [...each]));
    const views = kept.map((each) => viewQuery(each));
    expect(views).toEqual(usual.map((each) => viewQuery(Uint8Array.from(each))));
    const buffers = [...kept, ...views.flatMap((view) => view?.question?.name ?? [])].map(({ buffer }) => buffer);
    expect([buffers.length, new Set(buffers).size, buffers[0]?.byteLength]).toEqual([6, 1, 1024]);
  });

  it('leaves a large one alone', () => {
    const [usual, large] = [withOpt(320 - withOpt(0).length), withOpt(321 - withOpt(0).length)];
    expect([usual.length, keepQuery(usual, roomFor) === usual]).toEqual([320, false]);
    expect([large.length, keepQuery(large, roomFor) === large]).toEqual([321, true]);
  });
});
