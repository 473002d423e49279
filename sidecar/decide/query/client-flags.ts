/**
 * The bits of a query that go upstream with an unmarked name: what is shared between queries is shared between equal ones.
 */
import type { QueryView } from '../../wire/message-view.ts';

export const clientFlag = {
  /** The client understands the AD bit of a reply (RFC 6840 §5.7). */
  ad: 1,
  /** Checking disabled (RFC 4035 §3.2.2). */
  cd: 2,
  /** DO: signatures and proofs are wanted (RFC 3225 §3). */
  dnssecOk: 4,
} as const;

/** The sum of `clientFlag`s that are set. */
export function clientFlags({ ad, cd, edns }: Pick<QueryView, 'ad' | 'cd' | 'edns'>): number {
  const dnssecOk = edns?.dnssecOk === true;
  return (ad ? clientFlag.ad : 0) | (cd ? clientFlag.cd : 0) | (dnssecOk ? clientFlag.dnssecOk : 0);
}

export function asksForDnssec(flags: number): boolean {
  return (flags & clientFlag.dnssecOk) !== 0;
}

/** Whether the client gets the upstream's AD bit (RFC 6840 §5.7, §5.8). */
export function readsAd(flags: number): boolean {
  return (flags & (clientFlag.ad | clientFlag.dnssecOk)) !== 0;
}
