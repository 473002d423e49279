/** Replies without records, byte for byte. */
import { describe, expect, it } from 'vitest';
import { composeError } from '../../../sidecar/wire/compose-error.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import { isTruncated, replyLimit } from '../../../sidecar/wire/reply-header.ts';
import { bytes, message, opt, pointer, query, uint16, wire } from '../../support/wire/messages.ts';

const question = bytes(wire('foo.test'), '0001 0001');
const reply = '0001 0000 0000 0000';

describe('composeError', () => {
  it.each([
    ['FORMERR', query({}), 1, bytes('1234 8181', reply, question)],
    ['SERVFAIL', query({}), 2, bytes('1234 8182', reply, question)],
    ['NXDOMAIN', query({}), 3, bytes('1234 8183', reply, question)],
    ['NOTIMP keeps the opcode', query({ flags: 0x2900 }), 4, bytes('1234 a984', reply, question)],
    ['REFUSED', query({ type: 252 }), 5, bytes('1234 8185', reply, wire('foo.test'), '00fc 0001')],
    ['empty NOERROR', query({}), 0, bytes('1234 8180', reply, question)],
    ['CD without RD', query({ flags: 0x0010 }), 2, bytes('1234 8092', reply, question)],
    ['AD, AA, TC, Z are not copied', query({ flags: 0x0760 }), 2, bytes('1234 8182', reply, question)],
    [
      'question of two as it was',
      query({ name: 'FoO.tesT' }),
      2,
      bytes('1234 8182', reply, wire('FoO.tesT'), '00010001'),
    ],
    [
      'OPT',
      query({ additionals: [opt(4096, 0x8000)] }),
      2,
      bytes('1234 8182 0001 0000 0000 0001', question, '00 0029 04d0 00 00 8000 0000'),
    ],
    [
      'BADVERS',
      query({ additionals: [opt(4096, 0x00010000)] }),
      16,
      bytes('1234 8180 0001 0000 0000 0001', question, '00 0029 04d0 01 00 0000 0000'),
    ],
    [
      'one OPT for two',
      query({ additionals: [opt(), opt()] }),
      1,
      bytes('1234 8181 0001 0000 0000 0001', question, '00 0029 04d0 00 00 0000 0000'),
    ],
    ['no question', query({ bare: true }), 1, bytes('1234 8181 0000 0000 0000 0000')],
    ['question cut off', query({}).subarray(0, 20), 1, bytes('1234 8181 0000 0000 0000 0000')],
    [
      'compressed question',
      bytes(query({ bare: true, counts: [1, 0, 0, 0] }), pointer(4), '00010001'),
      1,
      bytes('1234 8181 0000 0000 0000 0000'),
    ],
    [
      'the first of two questions',
      bytes(query({ counts: [2, 0, 0, 0] }), wire('b'), uint16(1), uint16(1)),
      1,
      bytes('1234 8181', reply, question),
    ],
    ['records that are not there', query({ counts: [1, 0, 0, 9] }), 1, bytes('1234 8181', reply, question)],
    ['four bytes', bytes('abcd 2910'), 1, bytes('abcd a991 0000 0000 0000 0000')],
    ['two bytes', bytes('abcd'), 1, bytes('abcd 8081 0000 0000 0000 0000')],
    ['nothing', bytes(), 1, bytes('0000 8081 0000 0000 0000 0000')],
  ])('%s', (_, bytesOfQuery, rcode, expected) => {
    expect(composeError(bytesOfQuery, rcode)).toEqual(expected);
    const view = viewQuery(bytesOfQuery);
    if (view !== undefined) expect(composeError(view, rcode)).toEqual(expected);
  });
});

describe('replyLimit', () => {
  it.each([
    [undefined, 512, 512],
    [0, 512, 512],
    [511, 512, 512],
    [512, 512, 512],
    [1000, 1000, 1000],
    [1232, 1232, 1232],
    [1233, 1232, 1233],
    [8192, 1232, 8192],
    [65507, 1232, 65507],
    [65508, 1232, 65507],
    [65535, 1232, 65507],
  ])('payload %s', (payloadSize, limit, onLoopback) => {
    const view = viewQuery(query({ additionals: payloadSize === undefined ? [] : [opt(payloadSize)] }));
    expect(view && replyLimit(view, 'udp')).toBe(limit);
    expect(view && replyLimit(view, 'udp', true)).toBe(onLoopback);
    expect(view && replyLimit(view, 'tcp', true)).toBe(65535);
  });
});

it('isTruncated', () => {
  expect(isTruncated(message({ flags: 0x8380 }))).toBe(true);
  expect(isTruncated(message({ flags: 0xfdff }))).toBe(false);
  expect(isTruncated(bytes())).toBe(false);
});
