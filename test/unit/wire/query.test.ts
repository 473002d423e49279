/** Queries to nameservers, byte for byte. */
import { decode } from 'dns-packet';
import { expect, it } from 'vitest';
import { buildQuery } from '../../../sidecar/wire/query.ts';
import { bytes, wire } from '../../support/wire/messages.ts';

const name = wire('Foo.test');
const plain = { id: 0xabcd, name, type: 28, rd: true, ad: false };

it.each([
  ['plain', plain, bytes('abcd 0100 0001 0000 0000 0000', name, '001c 0001')],
  ['no RD', { ...plain, rd: false }, bytes('abcd 0000 0001 0000 0000 0000', name, '001c 0001')],
  ['AD', { ...plain, ad: true }, bytes('abcd 0120 0001 0000 0000 0000', name, '001c 0001')],
  ['no CD', { ...plain, cd: false }, bytes('abcd 0100 0001 0000 0000 0000', name, '001c 0001')],
  ['CD', { ...plain, cd: true }, bytes('abcd 0110 0001 0000 0000 0000', name, '001c 0001')],
  [
    'EDNS',
    { ...plain, edns: { payloadSize: 1200, dnssecOk: false } },
    bytes('abcd 0100 0001 0000 0000 0001', name, '001c 0001', '00 0029 04b0 00 00 0000 0000'),
  ],
  [
    'DO',
    { ...plain, edns: { payloadSize: 1232, dnssecOk: true } },
    bytes('abcd 0100 0001 0000 0000 0001', name, '001c 0001', '00 0029 04d0 00 00 8000 0000'),
  ],
  [
    'root, type 65535',
    { ...plain, id: 0, name: wire(''), type: 65535 },
    bytes('0000 0100 0001 0000 0000 0000 00 ffff 0001'),
  ],
  ['class', { ...plain, class: 3 }, bytes('abcd 0100 0001 0000 0000 0000', name, '001c 0003')],
])('%s', (_, fields, expected) => {
  expect(buildQuery(fields)).toEqual(new Uint8Array(expected));
});

it('keeps bytes that a text form would lose', () => {
  const odd = bytes('04 00ff2e41 00');
  expect(buildQuery({ ...plain, name: odd }).subarray(12, 18)).toEqual(new Uint8Array(odd));
});

it('is read back by dns-packet', () => {
  const packet = decode(Buffer.from(buildQuery({ ...plain, edns: { payloadSize: 1200, dnssecOk: true } })));
  expect(packet).toMatchObject({
    id: 0xabcd,
    type: 'query',
    flag_rd: true,
    questions: [{ name: 'Foo.test', type: 'AAAA', class: 'IN' }],
    additionals: [{ type: 'OPT', udpPayloadSize: 1200, flag_do: true, options: [] }],
  });
});
