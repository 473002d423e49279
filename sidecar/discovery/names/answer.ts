/** Answers of the directory: records, "no data" and "no such name", or nothing where the name is none of ours. */
import type { LocalReply } from '../../decide/reply/reply-plan.ts';
import { turned } from '../../decide/reply/turned.ts';
import { reverseAddress } from '../../decide/hosts/reverse-name.ts';
import type { LocalQuestion } from '../../ports/local-data.ts';
import { recordTypes } from '../../wire/iana.ts';
import type { OwnedRecord } from '../../wire/compose.ts';
import { encodeName, rootName, type WireName } from '../../wire/name.ts';
import { maxItems } from '../services/override.ts';
import { addressData, addressesFor, maxRecordsOf, type AddressPreference } from './addresses.ts';
import type { Directory } from './directory.ts';
import { isWithin, labelsOf, type Labels } from './labels.ts';
import { portQuestion, portsFor } from './ports.ts';
import { mxData, soaData, srvData } from './record-data.ts';
import type { DirectoryEntry, Reached } from './reached.ts';
import type { ServiceName } from './service-names.ts';

export interface AnswerRules {
  /** Labels of the domain, with the environment. */
  readonly zone: Labels;
  /** The same as a name. */
  readonly zoneName: WireName;
  readonly preference: AddressPreference;
}

/** What changes from one answer to the next. */
export interface AnswerMoment {
  /** So many records go from the beginning to the end. */
  readonly turn: number;
  /** Of the SOA: rises with each change of the names. */
  readonly serial: number;
}

/** Undefined: the query goes its usual way. */
export function answerFrom(
  directory: Directory,
  question: LocalQuestion,
  rules: AnswerRules,
  moment: AnswerMoment,
): LocalReply | undefined {
  const labels = labelsOf(question.name);
  const asked = question.type === recordTypes.SRV ? portQuestion(labels) : undefined;
  const match = directory.find(asked?.host ?? labels);
  const isInZone = isWithin(labels, rules.zone);
  // Outside the domain each alias is a zone of its own.
  const owner = isInZone ? rules.zoneName : suffixOf(question.name, labels.length - match.depth);
  const denial = { directory, moment, owner };
  if (match.found.size === 0 && !isInZone) return reverseReply(denial, question);
  if (question.type === recordTypes.SOA && owner.length === question.name.length) return reply([soaOf(denial)]);
  if (match.found.size === 0) return denied(denial, match.exists || labels.length === rules.zone.length);
  const answering = { rules, turn: moment.turn, asked, directory };
  const records = recordsOf(question, directory.reached(match, question.client), answering);
  return records.length > 0 ? { ...reply(records), takesTurns: records.length > 1 } : denied(denial, true);
}

interface Answering {
  readonly rules: AnswerRules;
  readonly turn: number;
  readonly asked: ReturnType<typeof portQuestion>;
  readonly directory: Directory;
}

function recordsOf(
  { type, name }: LocalQuestion,
  reached: Reached,
  { rules, turn, asked, directory }: Answering,
): LocalReply['records'] {
  if (type === recordTypes.MX) return [{ type, ttl: ttlOf(directory, reached.entries), rdata: mxData(0, name) }];
  if (type === recordTypes.SRV) {
    if (asked === undefined) return [];
    const kind = `${asked.protocol} ${asked.name}`;
    return turned(
      reached.records(kind, () => serviceRecords(reached.entries, asked, ttlOf(directory, reached.entries))),
      turn,
    );
  }
  const families = [
    { type: recordTypes.A, length: 4 },
    { type: recordTypes.AAAA, length: 16 },
  ] as const;
  return families.flatMap((family) => {
    if (type !== recordTypes.ANY && type !== family.type) return [];
    const make = (): LocalReply['records'] => {
      const ttl = ttlOf(directory, reached.entries);
      const addresses = addressesOfAll(reached, rules.preference);
      return addressData(addresses, family.length).map((rdata) => ({ type: family.type, ttl, rdata }));
    };
    return turned(reached.records(String(family.type), make), turn);
  });
}

function* addressesOfAll({ entries, view }: Reached, preference: AddressPreference): Generator<string> {
  for (const { service } of entries) yield* addressesFor(service, view, preference);
}

function serviceRecords(
  entries: readonly DirectoryEntry[],
  asked: NonNullable<ReturnType<typeof portQuestion>>,
  ttl: number,
): LocalReply['records'] {
  const records: LocalReply['records'][number][] = [];
  const max = maxRecordsOf(leastServiceBytes);
  for (const { service, names } of entries) {
    const target = standingName(names);
    if (target === undefined) continue;
    for (const port of portsFor(service, asked))
      records.push({ type: recordTypes.SRV, ttl, rdata: srvData(port, target) });
    if (records.length >= max) break;
  }
  return records.slice(0, max);
}

/** Priority, weight, port, and a target of one letter. */
const leastServiceBytes = 9;

/**
 * Names of an address that a container has, the one that stands for it first, and no more than anybody reads; of another type
 * there is no data.
 */
function reverseReply(denial: Denial, { name, type }: LocalQuestion): LocalReply | undefined {
  const address = reverseAddress(name);
  const { directory } = denial;
  const entries = address && directory.withAddress(address);
  if (entries === undefined) return undefined;
  const { texts, named } = firstNames(type === recordTypes.PTR ? entries : []);
  if (texts.length === 0) return denied({ ...denial, owner: name }, true);
  const ttl = ttlOf(directory, named);
  const names = texts.map((text) => encodeName(text) ?? rootName);
  return reply(names.map((rdata) => ({ type: recordTypes.PTR, ttl, rdata })));
}

interface FirstNames {
  readonly texts: readonly string[];
  /** Those whose names they are. */
  readonly named: readonly DirectoryEntry[];
}

/** So many as are answered with, each once; of thousands that share an address few are looked at. */
function firstNames(entries: readonly DirectoryEntry[]): FirstNames {
  const texts = new Set<string>();
  const named: DirectoryEntry[] = [];
  for (const entry of entries) {
    if (texts.size >= maxItems) break;
    named.push(entry);
    for (const text of reverseNames(entry.names)) texts.add(text);
  }
  return { texts: [...texts].slice(0, maxItems), named };
}

/** Aliases of networks and host names are not unique, and a bare name is none of the network. */
function reverseNames(names: readonly ServiceName[]): string[] {
  const left = new Set(['network-alias', 'hostname', 'bare']);
  const own = names.filter(({ form }) => !left.has(form));
  return (own.length > 0 ? own : names).map(({ text }) => text);
}

function standingName([first]: readonly ServiceName[]): WireName | undefined {
  return first && encodeName(first.text);
}

interface Denial {
  readonly directory: Directory;
  readonly moment: AnswerMoment;
  /** Of the zone that lacks it. */
  readonly owner: WireName;
}

/** "No data" where the name exists, else "no such name". */
function denied(denial: Denial, exists: boolean): LocalReply {
  return { ...reply([]), rcode: exists ? noError : nxDomain, soa: soaOf(denial) };
}

function soaOf({ directory, moment, owner }: Denial): OwnedRecord {
  const ttl = directory.services.ttlSeconds;
  return { owner, type: recordTypes.SOA, ttl, rdata: soaData(owner, moment.serial, ttl) };
}

/** Records of one name have one TTL (RFC 2181 §5.2): the shortest. */
function ttlOf({ services }: Directory, entries: readonly DirectoryEntry[]): number {
  return Math.min(...entries.map(({ service }) => service.ttlSeconds ?? services.ttlSeconds));
}

function reply(records: LocalReply['records']): LocalReply {
  return { form: 'local', rcode: noError, authentic: false, chain: [], canonical: undefined, records, soa: undefined };
}

const noError = 0;
const nxDomain = 3;

/** The name without so many labels at its left end. */
function suffixOf(name: WireName, labels: number): WireName {
  let offset = 0;
  for (let left = labels; left > 0; left--) offset += (name[offset] ?? 0) + 1;
  return name.subarray(offset);
}
