/** Queries for the upstream nameservers: header and OPT by dns-packet, the name spliced in as bytes. */
import { AUTHENTIC_DATA, DNSSEC_OK, encode, RECURSION_DESIRED } from 'dns-packet';
import type { Answer } from 'dns-packet';
import { byteAt, putUint16 } from './bytes.ts';
import { headerBytes, recordClasses } from './iana.ts';
import type { WireName } from './name.ts';

export interface QueryFields {
  readonly id: number;
  readonly name: WireName;
  readonly type: number;
  /** 1 (IN) if not given. */
  readonly class?: number;
  readonly rd: boolean;
  readonly ad: boolean;
  readonly cd?: boolean;
  readonly edns?: { readonly payloadSize: number; readonly dnssecOk: boolean } | undefined;
}

/** dns-packet's text form of names loses bytes: the question is left to us, the rest of the message is its work. */
export function buildQuery(fields: QueryFields): Uint8Array {
  const { name, edns } = fields;
  const frame = frameFor(fields);
  const questionEnd = headerBytes + name.length + 4;
  const query = new Uint8Array(questionEnd + (edns === undefined ? 0 : frame.length - headerBytes));
  for (let index = 0; index < headerBytes; index++) query[index] = byteAt(frame, index);
  putUint16(query, 0, fields.id);
  query[5] = 1; // QDCOUNT
  query.set(name, headerBytes);
  putUint16(query, questionEnd - 4, fields.type);
  putUint16(query, questionEnd - 2, fields.class ?? recordClasses.IN);
  if (edns !== undefined) query.set(frame.subarray(headerBytes), questionEnd);
  return query;
}

/** Messages without ID and question, by their flags and OPT: few differ. */
const frames = new Map<number, Uint8Array>();

/** More than there are combinations of flags for the two payload sizes in use. */
const maxFrames = 64;

function frameFor({ rd, ad, cd, edns }: QueryFields): Uint8Array {
  const flags = (rd ? RECURSION_DESIRED : 0) | (ad ? AUTHENTIC_DATA : 0) | (cd === true ? 0x10 : 0);
  const key = flags + (edns === undefined ? 0 : (edns.dnssecOk ? 0x20000 : 0x10000) + edns.payloadSize * 0x40000);
  const known = frames.get(key);
  if (known !== undefined) return known;
  const frame = encode({ type: 'query', id: 0, flags, additionals: edns === undefined ? [] : [optRecord(edns)] });
  if (frames.size >= maxFrames) frames.clear();
  frames.set(key, frame);
  return frame;
}

function optRecord(edns: { payloadSize: number; dnssecOk: boolean }): Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: edns.payloadSize,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: edns.dnssecOk ? DNSSEC_OK : 0,
    flag_do: edns.dnssecOk,
    options: [],
  };
}
