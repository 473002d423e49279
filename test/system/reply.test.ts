/** The scripted upstream's bytes, read by an independent decoder. */
import { decode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { readQuestion, type Question } from '../../cli/simulation/message.ts';
import { scriptedReply, tcpReply, udpPackets } from '../../cli/simulation/reply.ts';
import type { ReplyScript } from '../../cli/simulation/script.ts';

const header = '1234 0100 0001 0000 0000 0000';

/** The question `a.Test`, type A or AAAA. */
function question(type: 1 | 28 = 1): Question {
  const read = readQuestion(
    Buffer.from(`${header} 0161 0454657374 00 00${type === 1 ? '01' : '1c'} 0001`.replaceAll(' ', ''), 'hex'),
  );
  if (read === undefined) throw new Error('not read');
  return read;
}

function overUdp(reply: ReplyScript, asked = question()): Buffer[] {
  return udpPackets(scriptedReply({ otherwise: reply }, asked, 0), asked).map(({ bytes }) => bytes);
}

function only(packets: readonly Buffer[]): Buffer {
  expect(packets).toHaveLength(1);
  return packets[0] ?? Buffer.alloc(0);
}

const forty = Array.from({ length: 40 }, (_, i) => `10.0.0.${i}`);

describe('a reply', () => {
  test('has the chain and then the records of the asked family', () => {
    const reply: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'], chain: ['b.Test', 'c.other'] };
    const message = decode(only(overUdp(reply)));
    expect(message.questions).toEqual([{ name: 'a.Test', type: 'A', class: 'IN' }]);
    expect(message.answers).toMatchObject([
      { name: 'a.Test', type: 'CNAME', data: 'b.Test' },
      { name: 'b.Test', type: 'CNAME', data: 'c.other' },
      { name: 'c.other', type: 'A', data: '10.0.0.1' },
    ]);
    expect(decode(only(overUdp(reply, question(28)))).answers?.[2]).toMatchObject({ data: '2001:db8::1' });
  });

  test.each([
    ['NX', 'NXDOMAIN'],
    ['SF', 'SERVFAIL'],
    ['NI', 'NOTIMP'],
    ['RF', 'REFUSED'],
    ['EMPTY', 'NOERROR'],
  ] as const)('of class %s has rcode %s and no answer', (is, rcode) => {
    const message = decode(only(overUdp(is)));
    expect(message).toMatchObject({ id: 0x1234, rcode, answers: [], flag_ra: true, flag_aa: false });
  });

  test('of class LAME has neither AA nor RA', () => {
    expect(decode(only(overUdp('LAME')))).toMatchObject({ rcode: 'NOERROR', flag_ra: false, flag_aa: false });
  });

  test('that is too long is cut at a record and says so; over TCP it is whole', () => {
    const script: ReplyScript = { is: 'DATA', addresses: forty };
    const bytes = only(overUdp(script));
    expect(bytes.length).toBeLessThanOrEqual(512);
    expect(bytes.length).toBeGreaterThan(496);
    expect(decode(bytes)).toMatchObject({ flag_tc: true });
    const whole = tcpReply(scriptedReply({ otherwise: script }, question(), 0), question());
    if (typeof whole === 'string') throw new Error(whole);
    expect(decode(whole.bytes).flag_tc).toBe(false);
    expect(decode(whole.bytes).answers).toHaveLength(40);
  });

  const two: ReplyScript = { is: 'DATA', addresses: ['10.0.0.1', '10.0.0.2'] };

  test.each([
    ['count', (whole: Buffer) => Buffer.concat([whole.subarray(0, 7), Buffer.from([3]), whole.subarray(8)])],
    ['cut', (whole: Buffer) => whole.subarray(0, -2)],
    ['length', (whole: Buffer) => Buffer.concat([whole.subarray(0, -6), Buffer.from([1, 0xf4]), whole.subarray(-4)])],
    [
      'pointer',
      (whole: Buffer) => Buffer.concat([whole.subarray(0, -16), Buffer.from([255, 255]), whole.subarray(-14)]),
    ],
  ] as const)('of class BAD is damaged in its %s', (fault, damaged) => {
    expect(only(overUdp({ ...two, is: 'BAD', fault }))).toEqual(damaged(only(overUdp(two))));
  });

  test('of class HEADER is a header; RUNT is less', () => {
    expect(only(overUdp({ is: 'HEADER', rcode: 5 })).toString('hex')).toBe('123481850000000000000000');
    expect(only(overUdp({ is: 'RUNT', length: 3 }))).toHaveLength(3);
  });

  test('comes as often and behind as many forged ones as the script says', () => {
    expect(overUdp({ is: 'NX', copies: 3, forged: ['id', 'name'] })).toHaveLength(5);
    expect(overUdp({ is: 'LOST', forged: ['id'] })).toHaveLength(1);
  });
});

describe('a query', () => {
  test('of a stub resolver has no fault', () => {
    expect(question()).toMatchObject({ id: 0x1234, name: 'a.Test', type: 'A' });
    expect(question().fault).toBeUndefined();
  });

  test.each([
    ['two questions', '1234 0100 0002 0000 0000 0000 0161 00 0001 0001'],
    ['no recursion wanted', '1234 0000 0001 0000 0000 0000 0161 00 0001 0001'],
    ['bytes at its end', '1234 0100 0001 0000 0000 0000 0161 00 0001 0001 00'],
    ['another class', '1234 0100 0001 0000 0000 0000 0161 00 0001 0003'],
  ])('with %s has one', (_, hex) => {
    expect(readQuestion(Buffer.from(hex.replaceAll(' ', ''), 'hex'))?.fault).toBeDefined();
  });
});
