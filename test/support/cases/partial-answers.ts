/** How much of an answer arrives where a library or a transport has no room for the whole. */
import { isIPv4 } from 'node:net';
import { isGlibcHostName } from '../../../cli/models/glibc-answer.ts';
import { aliasTargets, askedName, equalNames, type Context } from './asked.ts';
import { nameOf } from './case.ts';
import { finalReplies, type FinalReply } from './final-replies.ts';

const g3BufferBytes = 768;

const udpBytes = 512;

const tcpRecords = 63;

interface Range {
  readonly least: number;
  readonly most: number;
}

interface Amount {
  /** Addresses of one family. */
  readonly count: number;
  /** Bytes of one record with an owner of two bytes. */
  readonly recordBytes: number;
  /** Length of header and question. */
  readonly headBytes: number;
  /** The target of the one alias of the flattened form, in wire form: one for each of the replies. */
  readonly canonicalBytes: readonly number[];
  /** Records of the alias chain as the sidecar sends them, and their bytes. */
  readonly chainRecords: Range;
  readonly chainBytes: Range;
}

/** Some of the addresses of direct glibc, as many of each family as the range allows, and no others. */
export function isPart(context: Context, range: (amount: Amount) => Range, limit = Number.POSITIVE_INFINITY): boolean {
  const { case: random, reference, found } = context;
  const all = random.call.api.startsWith('res_') ? reference.observation.records : reference.observation.addresses;
  const got = random.call.api.startsWith('res_') ? found.records : found.addresses;
  if (!got.every((address) => all.includes(address))) return false;
  const final = finalReplies(random.script, reference.queries);
  let room: Range = { least: limit, most: limit };
  for (const type of ['AAAA', 'A'] as const) {
    const isOwn = (address: string) => (type === 'A') === isIPv4(address.split(' ').at(-1) ?? '');
    const amount = amountOf(context, type, all.filter(isOwn).length, final);
    const { least, most } = range(amount);
    const count = got.filter(isOwn).length;
    if (count < Math.min(least, amount.count, room.least) || count > Math.min(most, amount.count, room.most))
      return false;
    room = { least: room.least - count, most: room.most - count };
  }
  return true;
}

function amountOf(context: Context, type: 'A' | 'AAAA', count: number, final: readonly FinalReply[]): Amount {
  const { case: random, mode } = context;
  const own = final.filter((reply) => reply.type === type);
  const candidate = (own[0] ?? final[0])?.name ?? nameOf(random.call);
  const asked = askedName(random.call, mode, candidate);
  const isSearched = !equalNames(candidate, asked);
  // Where the halves lead to different names, both are given the aliases of A.
  const chains = final
    .filter((reply) => own.includes(reply) || (reply.type === 'A' && reply.details.is === 'DATA'))
    .map(({ details }) => aliasTargets(details, random.call));
  const sent = chains.map((names) => (isSearched && !names.some(isGlibcHostName) ? [candidate, ...names] : names));
  const lengths = chains.map((chain) => chain.length);
  const spelled = chains.map((chain) => [...chain, ...(isSearched ? [candidate] : [])]);
  const bytes = spelled.map((names) => names.reduce((sum, name) => sum + 2 + 10 + wireBytes(name), 0));
  const chainRecords = {
    least: Math.max(Math.min(...lengths), isSearched ? 1 : 0),
    most: Math.max(...lengths) + (isSearched ? 1 : 0),
  };
  return {
    count,
    recordBytes: type === 'A' ? 16 : 28,
    headBytes: 12 + wireBytes(asked) + 4,
    canonicalBytes: sent.map((names) => wireBytes(names.findLast(isGlibcHostName) ?? names.at(-1) ?? candidate)),
    chainRecords,
    chainBytes: { least: chainRecords.least * 14, most: Math.max(...bytes) },
  };
}

/** The name that was asked became the canonical one: without TCP no address fits beside the alias. */
export function isAliasLeftOut({ case: { script, call }, mode, reference, found }: Context): boolean {
  const canonical = reference.observation.canonical ?? '';
  return finalReplies(script, reference.queries).some(({ name }) => {
    const asked = askedName(call, mode, name);
    return found.canonical === asked && 12 + wireBytes(asked) + 4 + 12 + wireBytes(canonical) + 16 > udpBytes;
  });
}

function wireBytes(name: string): number {
  return name.length + 2;
}

export function wholeRange({ count }: Amount): Range {
  return { least: count, most: count };
}

/** A message without EDNS, or the flattened form of one that is too long: one alias and what fits beside it. */
export function udpRange(amount: Amount): Range {
  const { count, recordBytes, headBytes, canonicalBytes, chainRecords, chainBytes } = amount;
  if (headBytes + chainBytes.most + count * recordBytes <= udpBytes) return { least: count, most: count };
  const beside = (aliasBytes: number) => Math.max(0, Math.floor((udpBytes - headBytes - aliasBytes) / recordBytes));
  const rooms = canonicalBytes.map((bytes) => beside(12 + bytes));
  // Without room for one address the alias is left out.
  if (chainRecords.most === 0 || rooms.includes(0))
    return { least: Math.min(beside(0), beside(14), ...rooms.filter((room) => room > 0)), most: beside(0) };
  return { least: Math.min(...rooms), most: beside(14) };
}

/** Over TCP the first 768 bytes, if the message is too long for UDP. */
export function g3Range(amount: Amount): Range {
  const { count, recordBytes, headBytes, chainBytes } = amount;
  if (headBytes + chainBytes.most + count * recordBytes <= udpBytes) return { least: count, most: count };
  const beside = (bytes: number) => Math.max(0, Math.floor((g3BufferBytes - headBytes - bytes) / recordBytes));
  return { least: beside(chainBytes.most), most: beside(chainBytes.least) };
}

export function tcpRange({ count, chainRecords }: Amount): Range {
  if (count + chainRecords.most <= tcpRecords) return { least: count, most: count };
  return { least: tcpRecords - chainRecords.most, most: tcpRecords - chainRecords.least };
}
