/** The TTLs that clients are told. */
import { decode, encode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { ttlRule } from '../../../../sidecar/decide/reply/reply-ttl.ts';
import { rewriteTtls } from '../../../../sidecar/wire/ttl.ts';

test.each([
  [undefined, undefined, 300, undefined],
  [60, undefined, 300, 60],
  [60, 30, 300, 60],
  [0, undefined, 300, 0],
  [undefined, 30, 300, 30],
  [undefined, 30, 10, 10],
  [undefined, 0, 10, 0],
])('fixed %o, at most %o: %i becomes %o', (fixed, max, ttl, told) => {
  expect(ttlRule({ fixed, max })?.(ttl)).toBe(told);
});

describe('in a message', () => {
  const message = new Uint8Array(
    encode({
      type: 'response',
      questions: [{ type: 'A', name: 'a.test' }],
      answers: [
        { type: 'CNAME', name: 'a.test', ttl: 1, data: 'b.test' },
        { type: 'A', name: 'b.test', ttl: 70_000, data: '192.0.2.1' },
      ],
      authorities: [{ type: 'NS', name: 'test', ttl: 3, data: 'ns.test' }],
      additionals: [
        { type: 'A', name: 'ns.test', ttl: 4, data: '192.0.2.2' },
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 1,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    }),
  );
  const ttlsOf = (bytes: Uint8Array) => {
    const { answers = [], authorities = [], additionals = [] } = decode(Buffer.from(bytes));
    return [...answers, ...authorities, ...additionals].map((record) => ('ttl' in record ? record.ttl : record.type));
  };

  test('all but OPT, which has none', () => {
    const bytes = message.slice();
    rewriteTtls(bytes, (ttl) => ttl * 2);
    expect(ttlsOf(bytes)).toEqual([2, 140_000, 6, 8, 'OPT']);
    expect(bytes).toHaveLength(message.length);
    expect(bytes.at(-6)).toBe(message.at(-6));
  });

  test('as far as it can be read', () => {
    const bytes = message.slice(0, 60);
    rewriteTtls(bytes, () => 9);
    expect(bytes.subarray(0, 20)).toEqual(message.subarray(0, 20));
    const header = message.slice(0, 12);
    rewriteTtls(header, () => 9);
    expect(header).toEqual(message.slice(0, 12));
  });
});
