/** One name, looked up three ways, and how the results compare. */
import type { LookupResult } from '../models/lookup.ts';
import type { Timeline } from '../models/timeline.ts';

/** What one C library made of a name. */
export interface Lookup extends LookupResult {
  /** What it did; unknown of real libraries. */
  readonly timeline?: Timeline;
}

export interface NameLookups {
  readonly name: string;
  readonly musl: Lookup;
  readonly glibc: Lookup;
  /** musl again, with the sidecar as its nameserver. */
  readonly injected: Lookup;
}

/** `other-addresses`: of the same name, as its servers give them now one way, now another. */
export type Likeness = 'same' | 'other-addresses' | 'different';

/** More than this is felt. */
const noticeableMs = 500;

/** What an application would notice: permanent or temporary failure, or the set of addresses. */
export function isSameResult(a: Lookup, b: Lookup): boolean {
  const isPermanent = ({ outcome }: Lookup) => outcome === 'NONAME' || outcome === 'NODATA';
  if (isPermanent(a) && isPermanent(b)) return true;
  const addresses = (lookup: Lookup) => [...new Set(lookup.addresses)].toSorted().join(' ');
  return a.outcome === b.outcome && addresses(a) === addresses(b);
}

export function likeness(a: Lookup, b: Lookup): Likeness {
  if (isSameResult(a, b)) return 'same';
  const isFound = a.outcome === 'OK' && b.outcome === 'OK' && a.canonicalName !== undefined;
  const count = ({ addresses }: Lookup, isIpv6: boolean) =>
    new Set(addresses.filter((address) => address.includes(':') === isIpv6)).size;
  const isSameName = isFound && a.canonicalName?.toLowerCase() === b.canonicalName?.toLowerCase();
  const isAsMany = [false, true].every((isIpv6) => count(a, isIpv6) === count(b, isIpv6));
  return isSameName && isAsMany && isWhole(a) && isWhole(b) ? 'other-addresses' : 'different';
}

/** Milliseconds that `a` took longer, if one would notice; else 0. */
export function noticeableDelay(a: Lookup, b: Lookup): number {
  const longer = a.elapsedMs - b.elapsedMs;
  return longer > noticeableMs ? longer : 0;
}

/** Whether any nameserver replied, in whatever way. Unknown without a timeline. */
export function wasAnswered({ timeline, outcome }: Lookup): boolean {
  if (outcome !== 'AGAIN' || timeline === undefined) return true;
  return timeline.candidates.some(({ steps }) => steps.some(({ kind }) => kind === 'reply'));
}

/** Whether the library read all that it was sent. */
function isWhole({ timeline }: Lookup): boolean {
  return (timeline?.candidates ?? []).every(
    ({ limits, steps }) =>
      limits.size === 0 &&
      !steps.some((step) => step.kind === 'reply' && step.use !== 'over-tcp' && step.reply.isTruncated),
  );
}
