/** What a scripted nameserver sends for one query: the script's reply turned into datagrams or a TCP message. */
import { isIPv4 } from 'node:net';
import { headerBytes } from '../../sidecar/wire/iana.ts';
import { flagAa, flagAd, composeReply, type Question, flagRa, flagRd, flagTc } from './message.ts';
import type { Forgery, RecordScript, ReplyDetails, ReplyScript, ServerScript } from './script.ts';

export interface Packet {
  bytes: Buffer;
  delayMs: number;
  /** Sent from another port than the one that was asked. */
  foreign?: boolean;
}

export type TcpReply = Packet | 'CLOSE' | 'RESET' | 'STALL';

const rcodes = { NX: 3, SF: 2, NI: 4, RF: 5 } as const;
const udpLimitBytes = 512;
const idBytes = 2;

/** The reply of the script to the query that came as the `index`th for its name and type. */
export function scriptedReply(server: ServerScript, question: Question, index: number): ReplyDetails {
  const name = question.name.toLowerCase();
  const anyFirst = name.indexOf('.');
  const entry =
    server.names?.[`${name} ${question.type}`] ??
    server.names?.[name] ??
    (anyFirst < 0 ? undefined : server.names?.[`*${name.slice(anyFirst)} ${question.type}`]);
  const reply = Array.isArray(entry) ? entry[Math.min(index, entry.length - 1)] : entry;
  return details(reply ?? server.otherwise ?? 'NX');
}

/**
 * What comes back over UDP for the `index`th query of its name and type: nothing, where the network loses it or the server is
 * away.
 */
export function datagrams(server: ServerScript, question: Question, index: number, atMs: number): Packet[] {
  const isLost = server.lost?.[`${question.name.toLowerCase()} ${question.type}`]?.includes(index) ?? false;
  if (isLost || isAway(server, atMs)) return [];
  const reply = scriptedReply(server, question, index);
  return reply.forged === undefined ? composedOnce(server, reply, question) : udpPackets(reply, question);
}

/** By all that a reply without forgeries is made from. */
const composed = new WeakMap<ServerScript, Map<string, readonly Packet[]>>();

/** A script that is played a thousand times says the same to the same question, but for its ID. */
function composedOnce(server: ServerScript, reply: ReplyDetails, question: Question): Packet[] {
  const known = composed.get(server) ?? new Map<string, readonly Packet[]>();
  composed.set(server, known);
  const key = `${question.edns} ${question.bytes.toString('latin1')} ${JSON.stringify(reply)}`;
  const packets = known.get(key) ?? udpPackets(reply, question);
  known.set(key, packets);
  return packets.map((packet) => {
    const bytes = Buffer.from(packet.bytes);
    if (bytes.length >= idBytes) bytes.writeUInt16BE(question.id, 0);
    return { ...packet, bytes };
  });
}

/** What comes over a connection, where there is one. */
export function overTcp(server: ServerScript, details: ReplyDetails, question: Question, atMs: number): TcpReply {
  if (server.tcp === 'stall' || isAway(server, atMs)) return 'STALL';
  const reply = tcpReply(details, question);
  return server.tcp === 'close' && reply !== 'STALL' ? 'CLOSE' : reply;
}

function isAway({ away }: ServerScript, atMs: number): boolean {
  return away !== undefined && atMs >= away.fromMs && atMs < away.untilMs;
}

export function udpPackets(reply: ReplyDetails, question: Question): Packet[] {
  const delayMs = reply.delayMs ?? 0;
  const packets: Packet[] = [];
  for (const forgery of reply.forged ?? []) packets.push(forge(forgery, question));
  if (reply.is === 'LOST') return packets;
  const limit = Math.max(udpLimitBytes, question.edns ?? 0);
  let bytes = compose(reply, question, answers(reply, question), reply.truncated ?? false);
  if (reply.truncated || bytes.length > limit) bytes = truncate(reply, question, limit);
  for (let copy = 0; copy < (reply.copies ?? 1); copy++) packets.push({ bytes, delayMs });
  return packets;
}

export function tcpReply(reply: ReplyDetails, question: Question): TcpReply {
  const instead = reply.tcp;
  if (instead === 'CLOSE' || instead === 'RESET' || instead === 'STALL') return instead;
  const used = instead === undefined ? reply : details(instead);
  if (used.is === 'LOST') return 'STALL';
  const truncated = instead !== undefined && (used.truncated ?? false);
  const bytes = compose(used, question, answers(used, question), truncated);
  return { bytes, delayMs: used.delayMs ?? 0 };
}

function details(reply: ReplyScript): ReplyDetails {
  return typeof reply === 'string' ? { is: reply } : reply;
}

function answers(reply: ReplyDetails, question: Question): RecordScript[] {
  if (!['DATA', 'ALIAS', 'BAD'].includes(reply.is) && !reply.chain && !reply.extra) return [];
  let owner = question.name;
  const aliases: RecordScript[] = [];
  for (const target of reply.chain ?? []) {
    aliases.push({ owner, type: 'CNAME', data: target });
    owner = target;
  }
  const addresses = (reply.addresses ?? [])
    .filter((address) => question.type === (isIPv4(address) ? 'A' : 'AAAA'))
    .map((data) => ({ owner, type: question.type, data }));
  const extra = (reply.extra ?? []).filter((record) => record.only === undefined || record.only === question.type);
  const records = [
    ...extra.filter((record) => record.first),
    ...aliases,
    ...addresses,
    ...extra.filter((record) => !record.first),
  ];
  return records.map((record) => ({ ttl: reply.ttl ?? 5, ...record }));
}

function compose(
  reply: ReplyDetails,
  question: Question,
  records: readonly RecordScript[],
  truncated: boolean,
): Buffer {
  const { is } = reply;
  const parts = {
    id: question.id,
    flags: flagsOf(reply) | (truncated ? flagTc : 0),
    question: question.bytes,
    questionName: question.name,
    answers: records,
    opt: reply.opt ?? false,
  };
  if (is === 'HEADER') return composeReply({ ...parts, question: Buffer.alloc(0) });
  if (is === 'RUNT') return composeReply(parts).subarray(0, reply.length ?? headerBytes - 1);
  if (is === 'GARBAGE') return garbage(question.id);
  const bytes = composeReply({ ...parts, authority: hasSoa(reply, records) ? [soaOf(reply)] : [] });
  return is === 'BAD' ? damage(bytes, reply.fault ?? 'count') : bytes;
}

/** Where an alias leads nowhere, an SOA is there only if the script says so. */
function hasSoa({ is, soa }: ReplyDetails, records: readonly RecordScript[]): boolean {
  if (records.length === 0 && ['NX', 'EMPTY', 'DATA'].includes(is)) return soa !== false;
  return is === 'ALIAS' && typeof soa === 'object';
}

function soaOf({ ttl, soa }: ReplyDetails): RecordScript {
  const { owner, minimum } = typeof soa === 'object' ? soa : { owner: 'test', minimum: ttl };
  return {
    owner,
    type: 'SOA',
    data: minimum === undefined ? '' : String(minimum),
    ...(ttl === undefined ? {} : { ttl }),
  };
}

function flagsOf(reply: ReplyDetails): number {
  const rcode = reply.is in rcodes ? rcodes[reply.is as keyof typeof rcodes] : (reply.rcode ?? 0);
  const recursion = reply.ra ?? reply.is !== 'LAME';
  return flagRd | rcode | (recursion ? flagRa : 0) | (reply.aa ? flagAa : 0) | (reply.ad ? flagAd : 0);
}

/** As many records as fit, or as many as the script leaves, and TC=1. */
function truncate(reply: ReplyDetails, question: Question, limit: number): Buffer {
  const all = answers(reply, question);
  for (let count = reply.truncatedTo ?? all.length; ; count--) {
    const bytes = compose(reply, question, all.slice(0, Math.max(count, 0)), true);
    if (count <= 0 || bytes.length <= limit) return bytes;
  }
}

function damage(bytes: Buffer, fault: NonNullable<ReplyDetails['fault']>): Buffer {
  const copy = Buffer.from(bytes);
  switch (fault) {
    case 'count':
      copy.writeUInt16BE(copy.readUInt16BE(6) + 1, 6);
      return copy;
    case 'cut':
      return copy.subarray(0, copy.length - 2);
    case 'length':
      // RDLENGTH of the last record, which is an address: 4 or 16 bytes from the end.
      copy.writeUInt16BE(500, copy.length - (copy.readUInt16BE(copy.length - 6) === 4 ? 6 : 18));
      return copy;
    case 'pointer':
      // The owner of the last record points forward, behind the message.
      copy.writeUInt16BE(0xffff, copy.length - (copy.readUInt16BE(copy.length - 6) === 4 ? 16 : 28));
      return copy;
  }
}

/** A reply with an address that must never be seen, wrong in one respect. */
function forge(forgery: Forgery, question: Question): Packet {
  const six = question.type === 'AAAA';
  const record = {
    owner: question.name,
    type: six ? 'AAAA' : 'A',
    data: six ? '2001:db8:bad::bad' : '203.0.113.66',
  };
  const parts = {
    id: question.id,
    flags: flagRd | flagRa,
    question: Buffer.from(question.bytes),
    questionName: question.name,
    answers: [record],
  };
  switch (forgery) {
    case 'id':
      return { bytes: composeReply({ ...parts, id: question.id ^ 0x0101 }), delayMs: 0 };
    case 'name':
      parts.question[1] = (parts.question[1] ?? 0) ^ 0x01;
      return { bytes: composeReply(parts), delayMs: 0 };
    case 'type':
      parts.question.writeUInt16BE(16, parts.question.length - 4);
      return { bytes: composeReply(parts), delayMs: 0 };
    case 'source':
      return { bytes: composeReply(parts), delayMs: 0, foreign: true };
    case 'no-question':
      return { bytes: composeReply({ ...parts, question: Buffer.alloc(0) }), delayMs: 0 };
    case 'garbage':
      return { bytes: garbage(question.id), delayMs: 0 };
  }
}

function garbage(id: number): Buffer {
  const bytes = Buffer.alloc(40, 0xff);
  bytes.writeUInt16BE(id, 0);
  return bytes;
}
