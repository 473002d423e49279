/** What the upstream of the load says, for simulated time: the same table, read in this process. */
import type { Zone, ZoneEntry } from './zone.ts';

/** By the name in lower case. */
export type ZoneTable = ReadonlyMap<string, ZoneEntry>;

export function zoneTable(zone: Zone): ZoneTable {
  return new Map(zone.map((entry) => [entry.name, entry]));
}

/** The reply to a query, or none. `large` over UDP is cut. */
export function answerFrom(table: ZoneTable, query: Uint8Array, over: 'udp' | 'tcp'): Uint8Array | undefined {
  const { name, end } = questionName(query);
  const type = ((query[end] ?? 0) << 8) | (query[end + 1] ?? 0);
  const entry = entryOf(table, name) ?? missing;
  if (entry.kind === 'silent') return undefined;
  const reply = Buffer.alloc(maxReplyBytes);
  const questionEnd = end + 4;
  reply.set(query.subarray(0, questionEnd));
  reply[2] = 0x81;
  reply[3] = 0x80 | (rcodes[entry.kind] ?? 0);
  const opt = query[11] ?? 0;
  const cut = entry.kind === 'large' && over === 'udp';
  if (cut) reply[2] |= truncatedFlag;
  const answers = cut ? [] : recordsOf(entry, type, questionEnd);
  const denied = answers.length === 0 && !cut && entry.kind !== 'fails';
  let at = questionEnd;
  for (const record of answers) at += record.copy(reply, at);
  if (denied) at += soa(query[questionStart] ?? 0, entry.ttl).copy(reply, at);
  if (opt > 0) at += optRecord.copy(reply, at);
  reply.writeUInt16BE(answers.length, 6);
  reply.writeUInt16BE(denied ? 1 : 0, 8);
  reply.writeUInt16BE(opt, 10);
  return reply.subarray(0, at);
}

const missing: ZoneEntry = { name: '*', kind: 'denied', ttl: 30 };
const rcodes: Readonly<Record<string, number>> = { denied: 3, fails: 2 };
const maxReplyBytes = 4096;
const truncatedFlag = 0x02;
const questionStart = 12;
const optRecord = Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
const typeA = 1;
const typeAaaa = 28;
const typeCname = 5;

function questionName(query: Uint8Array): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = questionStart;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(Buffer.from(query.subarray(at + 1, at + 1 + length)).toString('latin1'));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** The line of a name, or that of the nearest name above it that has a "*" line. */
function entryOf(table: ZoneTable, name: string): ZoneEntry | undefined {
  const exact = table.get(name);
  if (exact !== undefined) return exact;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const found = table.get(`*${name.slice(dot)}`);
    if (found !== undefined) return found;
  }
  return table.get('*');
}

/** `at`: where they begin in the reply. Of a chain, each alias stands below the one before. */
function recordsOf({ kind, records = 0, ttl }: ZoneEntry, type: number, at: number): Buffer[] {
  const has = kind === 'data' || kind === 'large' || kind === 'chain' || (kind === 'v4' && type === typeA);
  if (!has || (type !== typeA && type !== typeAaaa)) return [];
  const found: Buffer[] = [];
  let owner = questionStart;
  let end = at;
  const aliases = kind === 'chain' ? 2 : 0;
  for (let alias = 0; alias < aliases; alias += 1) {
    const head = recordHead(owner, typeCname, ttl, aliasBytes);
    const above = pointer | owner;
    owner = end + head.length;
    found.push(Buffer.concat([head, Buffer.from([1, aliasLabel, above >> 8, above & 0xff])]));
    end = owner + aliasBytes;
  }
  for (let index = 1; index <= records; index += 1) {
    const address = type === typeA ? [192, 0, 2, index] : [0x20, 1, 0x0d, 0xb8, ...zeros, index];
    found.push(Buffer.concat([recordHead(owner, type, ttl, address.length), Buffer.from(address)]));
  }
  return found;
}

const aliasLabel = 'a'.charCodeAt(0);
const aliasBytes = 4;
const zeros = Array.from({ length: 11 }, () => 0);

/** Its zone begins below the first label of the name. */
function soa(firstLabelLength: number, ttl: number): Buffer {
  const apex = firstLabelLength === 0 ? questionStart : questionStart + 1 + firstLabelLength;
  const data = Buffer.alloc(24);
  data.writeUInt16BE(pointer | apex, 0);
  data.writeUInt16BE(pointer | apex, 2);
  data.writeUInt32BE(ttl, 20);
  return Buffer.concat([recordHead(apex, 6, ttl, data.length), data]);
}

const pointer = 0xc000;

function recordHead(owner: number, type: number, ttl: number, length: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(pointer | owner, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(length, 10);
  return head;
}
