/** Queries for the upstream nameservers: header and OPT by dns-packet, the name spliced in as bytes. */
import { AUTHENTIC_DATA, DNSSEC_OK, encode, RECURSION_DESIRED } from 'dns-packet';
import type { Answer } from 'dns-packet';
import { putUint16 } from './bytes.ts';
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
  const frame = encode({
    type: 'query',
    id: fields.id,
    flags: (fields.rd ? RECURSION_DESIRED : 0) | (fields.ad ? AUTHENTIC_DATA : 0) | (fields.cd === true ? 0x10 : 0),
    additionals: fields.edns === undefined ? [] : [optRecord(fields.edns)],
  });
  const questionEnd = headerBytes + fields.name.length + 4;
  const query = new Uint8Array(frame.length + questionEnd - headerBytes);
  query.set(frame.subarray(0, headerBytes));
  query[5] = 1; // QDCOUNT
  query.set(fields.name, headerBytes);
  const recordClass = fields.class ?? recordClasses.IN;
  putUint16(query, questionEnd - 4, fields.type);
  putUint16(query, questionEnd - 2, recordClass);
  query.set(frame.subarray(headerBytes), questionEnd);
  return query;
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
