/** What a C library asks the sidecar in a case, and what the sidecar passes on. */
import { isGlibcHostName } from '../../../cli/models/glibc-answer.ts';
import type { GlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import type { LibcName } from '../worlds/libcs.ts';
import { marker, type Mode } from '../worlds/rewritten-file.ts';
import { muslG2, muslNames } from '../rows/row.ts';
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import { dotsOf, nameOf, writtenNdots, type Call, type DifferentialCase } from './case.ts';
import type { Observation, Run } from '../observation/observation.ts';

export type RowName = `V${number}`;

export interface Context {
  readonly case: DifferentialCase;
  readonly configuration: GlibcConfiguration;
  readonly libc: LibcName;
  readonly mode: Mode;
  /** The original search domains stand behind the marker. */
  readonly keepSearches: boolean;
  /** Direct glibc: the call itself, or the call that the row names in its place. */
  readonly reference: Run;
  readonly found: Observation;
  /** Servers that the sidecar has taken for silent so far, by address. */
  readonly silent: ReadonlySet<string>;
}

const maxName = 253;

const maxMuslCandidate = 255;

export function isAddressType(type: number): boolean {
  return type === 1 || type === 28;
}

export function isAddressCall(call: Call): call is Extract<Call, { api: 'getaddrinfo' | 'gethostbyname2' }> {
  return call.api === 'getaddrinfo' || call.api === 'gethostbyname2';
}

/** In plain mode the sidecar searches what is an address query. */
export function isSearchedInPlain(call: Call): call is Exclude<Call, { api: 'getnameinfo' }> {
  return isAddressCall(call) || (call.api === 'res_search' && isAddressType(call.type));
}

export function isSearchCall(call: Call): call is Exclude<Call, { api: 'getnameinfo' }> {
  return call.api !== 'getnameinfo' && call.api !== 'res_query';
}

export function isSingle(call: Call): boolean {
  return !(call.api === 'getaddrinfo' && call.family === 'u');
}

export function isRelative(call: Call): boolean {
  return !nameOf(call).endsWith('.');
}

function withMarker(name: string): number {
  return name.length + 1 + marker.length;
}

/** The sidecar is asked what glibc asks directly. */
export function asksAlike(context: Omit<Context, 'reference' | 'found' | 'silent'>): boolean {
  if (context.mode === 'marker') return !isTooLongForMarker(context);
  const { call, hostName } = context.case;
  return hostName === undefined && isAddressCall(call) && !call.name.endsWith('.');
}

export function isTooLongForMarker({
  case: { call },
  mode,
  libc,
}: Omit<Context, 'reference' | 'found' | 'silent'>): boolean {
  if (mode !== 'marker' || !isSearchCall(call) || !isRelative(call)) return false;
  const isSearched = !muslNames.includes(libc) || (isAddressCall(call) && dotsOf(call.name) < writtenNdots);
  return isSearched && withMarker(call.name) > maxName;
}

/** musl before 1.2.4 gives up at a candidate that fits its buffer and cannot be encoded. */
export function isLostInMusl({ case: { call }, libc }: Omit<Context, 'reference' | 'found' | 'silent'>): boolean {
  return muslG2.includes(libc) && withMarker(nameOf(call)) <= maxMuslCandidate;
}

/** The question that led the library to the candidate through the sidecar. */
export function askedName(call: Call, mode: Mode, candidate: string): string {
  const name = nameOf(call);
  if (name.endsWith('.')) return name.slice(0, -1);
  if (dotsOf(name) >= writtenNdots && equalNames(name, candidate)) return name;
  return mode === 'marker' && isSearchCall(call) ? `${name}.${marker}` : name;
}

/**
 * The targets that the sidecar passes on: the chain; of what stands behind the addresses the host names, for one family
 * only.
 */
export function aliasTargets({ is, chain = [], extra = [] }: ReplyDetails, call: Call): string[] {
  const further = extra.filter(({ type, first }) => type === 'CNAME' && first !== true).map(({ data }) => data);
  // Without an address of the chain's end they belong to the chain.
  if (is === 'ALIAS') return [...chain, ...further];
  return isSingle(call) ? [...chain, ...further.filter(isGlibcHostName)] : [...chain];
}

export function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
