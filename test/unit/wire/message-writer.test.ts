/** Records and names as they are written and compressed. */
import { expect, it } from 'vitest';
import {
  appendWhole,
  beginMessage,
  finishMessage,
  pointerTo,
  questionPointer,
  writeRecord,
} from '../../../sidecar/wire/message-writer.ts';
import type { MessageWriter } from '../../../sidecar/wire/message-writer.ts';
import { bytes, wire } from '../../support/wire/messages.ts';

const question = bytes(wire('foo.test'), '0001 0001'); // foo at 12, test at 16, records from 26 on
const put = (writer: MessageWriter, owner: string | number, rdata = bytes('01020304'), type = 1): boolean =>
  writeRecord(writer, { owner: typeof owner === 'string' ? wire(owner) : owner, type, class: 1, ttl: 1, rdata });
const body = (writer: MessageWriter): Uint8Array => finishMessage(writer, 0, 0, 1).subarray(26);
const fixed = '0001 0001 00000001 0004 01020304';

it('forgets the names of a record that did not fit', () => {
  const writer = beginMessage(question, 26 + 60);
  expect(put(writer, 'a.long.name.that.stands.elsewhere', Buffer.alloc(20))).toBe(false);
  expect(put(writer, 'a', bytes())).toBe(true);
  expect(pointerTo(writer, wire('elsewhere'))).toBeUndefined();
  expect(put(writer, 'elsewhere')).toBe(true);
  expect(body(writer)).toEqual(bytes('0161 00 0001 0001 00000001 0000', wire('elsewhere'), fixed));
});

it('shares endings of the same letter case only', () => {
  const writer = beginMessage(question, 512);
  for (const owner of ['x.test', 'y.x.test', 'z.TEST', 'y.x.test', '']) put(writer, owner);
  expect(body(writer)).toEqual(
    bytes('0178 c010', fixed, '0179 c01a', fixed, wire('z.TEST'), fixed, 'c02c', fixed, '00', fixed),
  );
});

it('fits to the byte', () => {
  for (const [limit, fits] of [
    [26 + 16, true],
    [26 + 15, false],
  ] as const) {
    expect(put(beginMessage(question, limit), questionPointer)).toBe(fits);
  }
  for (const [limit, fits] of [
    [26 + 4, true],
    [26 + 3, false],
  ] as const) {
    expect(appendWhole(beginMessage(question, limit), bytes('01020304'))).toBe(fits);
  }
});

it('counts by section', () => {
  const writer = beginMessage(question, 512);
  put(writer, 'a');
  writer.section = 'authority';
  put(writer, 'a');
  put(writer, 'a');
  writer.section = 'additional';
  put(writer, 'a');
  appendWhole(writer, bytes('00'));
  expect(finishMessage(writer, 0xabcd, 0x8182, 1).subarray(0, 12)).toEqual(bytes('abcd 8182 0001 0001 0002 0002'));
});

it('begins names that others point at up to 510', () => {
  const writer = beginMessage(question, 2000);
  put(writer, '', Buffer.alloc(510 - 26 - 11 - 11), 16);
  put(writer, '', bytes(), 16);
  expect(writer.offset).toBe(510);
  put(writer, 'at510.x');
  expect(pointerTo(writer, wire('at510.x'))).toBe(0xc000 + 510);
  expect(pointerTo(writer, wire('x'))).toBeUndefined();
});

it('never writes more than 65535 bytes', () => {
  const writer = beginMessage(question, 1_000_000);
  let count = 0;
  while (put(writer, questionPointer, Buffer.alloc(60_000), 16)) count++;
  expect(count).toBe(1);
});
