/**
 * A service as requests write it: `Name Image IPs TTL Aliases`, as dnsdock had them. Letter case of members does not count:
 * Go's JSON, which read them there, passes over it. One fault, and nothing of the request counts.
 */
import { parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { shownText } from '../../../shared/values/shown-text.ts';
import { suggestName } from '../../../shared/values/suggest-name.ts';
import { isName, isTtl, maxItems, maxTtlSeconds, type Override } from '../services/override.ts';
import type { Fault } from './message.ts';

/** What a request says of a service. Undefined as a value: what was said before is taken back. */
export type ServiceChange = { readonly [Member in keyof Override]?: Override[Member] | undefined };

export type ReadService =
  | { readonly ok: true; readonly change: ServiceChange }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Faults that an answer names. */
const maxFaults = 20;

export function readService(value: unknown, method: 'PUT' | 'PATCH'): ReadService {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, faults: [{ message: `the body is an object with ${memberNames.join(', ')}` }] };
  const faults: Fault[] = [];
  const change = new Map<keyof Override, unknown>();
  for (const [written, content] of Object.entries(value)) {
    if (faults.length >= maxFaults) break;
    const read = readMember(shown(written), content, method);
    if (read.field !== undefined && change.has(read.field))
      faults.push({ member: shown(written), message: 'is given twice' });
    if (read.field !== undefined) change.set(read.field, read.content);
    faults.push(...read.faults);
  }
  if (faults.length === 0) faults.push(...missing(change, method));
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, maxFaults) };
  return { ok: true, change: Object.fromEntries(change) as ServiceChange };
}

/** How requests and answers call it. */
export const memberNameOf: Readonly<Record<keyof Override, string>> = {
  name: 'Name',
  image: 'Image',
  addresses: 'IPs',
  ttlSeconds: 'TTL',
  aliases: 'Aliases',
};

export const ttlAccepted = `an integer from 0 to ${maxTtlSeconds}`;

const memberNames = Object.values(memberNameOf);

/** Answers have these, too: what was read may be changed and sent back. They say nothing. */
const readOnly = new Set([
  'id',
  'source',
  'container',
  'project',
  'service',
  'hostname',
  'networks',
  'names',
  'overridden',
  'startedms',
  'waiting',
]);

interface ReadMember {
  /** Undefined: it says nothing, or is none. */
  readonly field: keyof Override | undefined;
  readonly content?: unknown;
  readonly faults: readonly Fault[];
}

type Read = (content: unknown) => { readonly content: unknown } | { readonly faults: readonly Fault[] };

/** In lower case. `ip` and `alias` are of the older dnsdock. */
const members = new Map<string, { readonly field: keyof Override; readonly read: Read }>([
  ['name', { field: 'name', read: readText }],
  ['image', { field: 'image', read: readText }],
  ['ips', { field: 'addresses', read: (content) => readList(content, addressItems) }],
  ['ip', { field: 'addresses', read: (content) => readList([content], addressItems) }],
  ['ttl', { field: 'ttlSeconds', read: readServiceTtl }],
  ['aliases', { field: 'aliases', read: readAliases }],
  ['alias', { field: 'aliases', read: readAliases }],
]);

function readMember(written: string, content: unknown, method: 'PUT' | 'PATCH'): ReadMember {
  const key = written.toLowerCase();
  const member = members.get(key);
  if (member === undefined) return { field: undefined, faults: readOnly.has(key) ? [] : [unknownMember(written)] };
  const { field } = member;
  if (content === null && (method === 'PATCH' || field === 'ttlSeconds' || field === 'aliases'))
    return { field, content: undefined, faults: [] };
  const read = member.read(content);
  if ('content' in read) return { field, content: read.content, faults: [] };
  return { field, faults: read.faults.map(({ member: at = '', message }) => ({ member: written + at, message })) };
}

function unknownMember(written: string): Fault {
  const meant = suggestName(written, memberNames);
  const hint = meant === undefined ? `there are ${memberNames.join(', ')}` : `did you mean ${meant}?`;
  return { member: written, message: `there is no such member; ${hint}` };
}

function missing(change: ReadonlyMap<keyof Override, unknown>, method: 'PUT' | 'PATCH'): Fault[] {
  if (method === 'PATCH')
    return change.size > 0 ? [] : [{ message: `nothing to change: there may be ${memberNames.join(', ')}` }];
  return (['name', 'addresses'] as const)
    .filter((field) => !change.has(field))
    .map((field) => ({ member: memberNameOf[field], message: 'is missing' }));
}

const nameAccepted = 'a domain name: labels of at most 63 characters with dots between them';

/** Empty: the name stands without it. */
function readText(content: unknown): ReturnType<Read> {
  const name = typeof content === 'string' ? content.replace(/\.$/, '') : undefined;
  return name === '' || (name !== undefined && isName(name)) ? { content: name } : wrong(content, nameAccepted);
}

interface Items {
  readonly min: number;
  readonly accepted: string;
  /** Undefined: it cannot stand. */
  read(item: string): string | undefined;
}

const addressItems: Items = {
  min: 1,
  accepted: 'an IPv4 or IPv6 address without a port',
  read: (item) => (parseAddressBytes(item) === undefined ? undefined : item),
};

const aliasItems: Items = {
  min: 0,
  accepted: nameAccepted,
  read(item) {
    const name = item.replace(/\.$/, '');
    return isName(name) ? name : undefined;
  },
};

/** As text with commas, too, as the label has them. */
function readAliases(content: unknown): ReturnType<Read> {
  const items = typeof content === 'string' ? content.split(',').flatMap((item) => item.trim() || []) : content;
  return readList(items, aliasItems);
}

function readList(content: unknown, { min, accepted, read }: Items): ReturnType<Read> {
  if (!Array.isArray(content)) return wrong(content, `a list of at most ${maxItems}, each ${accepted}`);
  if (content.length < min || content.length > maxItems)
    return { faults: [{ message: `there are ${content.length}; there may be ${min} to ${maxItems}` }] };
  const items = content.map((item: unknown) => (typeof item === 'string' ? read(item) : undefined));
  const faults = items.flatMap((item, index) =>
    item === undefined ? [{ member: `[${index}]`, message: refused(content[index], accepted) }] : [],
  );
  return faults.length > 0 ? { faults } : { content: items };
}

/** −1 is how dnsdock writes "that of the set". */
function readServiceTtl(content: unknown): ReturnType<Read> {
  if (content === -1) return { content: undefined };
  const isFine = typeof content === 'number' && isTtl(content);
  return isFine ? { content } : wrong(content, `${ttlAccepted}, or -1 for that of the set`);
}

function wrong(content: unknown, accepted: string): ReturnType<Read> {
  return { faults: [{ message: refused(content, accepted) }] };
}

function refused(content: unknown, accepted: string): string {
  return `${content === '' ? 'an empty text' : shown(content)} is not ${accepted}`;
}

function shown(content: unknown): string {
  return shownText(typeof content === 'string' ? content : (JSON.stringify(content) ?? ''), 100);
}
