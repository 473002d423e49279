/** What a call must give, and in what an observation differs from it: the one comparison of all suites. */
import { describe, sortedSet, type Observation } from './observation.ts';

/** What is left out is not looked at. */
export interface Expected {
  readonly outcome: string;
  readonly addresses?: readonly string[];
  /** So many of the addresses arrive, and no others. */
  readonly count?: readonly [least: number, most: number];
  /** The name, or some of which it is one. */
  readonly canonical?: string | readonly string[] | undefined;
  readonly records?: readonly string[];
  readonly hErrno?: number;
  readonly code?: string;
}

export type Aspect = 'outcome' | 'addresses' | 'records' | 'canonical' | 'h_errno' | 'code';

export interface Difference {
  readonly aspect: Aspect;
  readonly expected: string;
  readonly found: string;
}

/** Another outcome is the only difference: nothing else of it can be equal. */
export function differencesOf(expected: Expected, found: Observation): Difference[] {
  if (found.outcome !== expected.outcome) {
    return [{ aspect: 'outcome', expected: expected.outcome, found: describe(found) }];
  }
  const differences: Difference[] = [];
  const compare = (aspect: Aspect, wanted: string, got: string): void => {
    if (wanted !== got) differences.push({ aspect, expected: wanted, found: got });
  };
  const { addresses, records, canonical, hErrno, code } = expected;
  if (addresses !== undefined) differences.push(...addressDifferences(addresses, expected.count, found));
  if (records !== undefined) compare('records', sortedSet(records).join(', '), sortedSet(found.records).join(', '));
  if (canonical !== undefined && ![canonical].flat().includes(found.canonical ?? ''))
    compare('canonical', [canonical].flat().join(' or '), found.canonical ?? '');
  if (hErrno !== undefined) compare('h_errno', String(hErrno), String(found.hErrno));
  if (code !== undefined) compare('code', code, found.code ?? '');
  return differences;
}

function addressDifferences(addresses: readonly string[], count: Expected['count'], found: Observation): Difference[] {
  const wanted = sortedSet(addresses);
  const [least, most] = count ?? [wanted.length, wanted.length];
  const isPart = found.addresses.every((address) => wanted.includes(address));
  if (isPart && found.addresses.length >= least && found.addresses.length <= most) return [];
  const amount = count === undefined ? '' : `${least} to ${most} of `;
  return [{ aspect: 'addresses', expected: amount + wanted.join(' '), found: found.addresses.join(' ') }];
}

export function textOf({ aspect, expected, found }: Difference): string {
  return `${aspect} ${expected} expected, not ${found}`;
}

/** What one library saw as what another must see. musl names the canonical name whether it was wanted or not. */
export function expectedAs({ outcome, addresses, canonical, records }: Observation): Expected {
  return { outcome, addresses, canonical, records };
}

/** V7 of docs/residual-divergences.md: musl before 1.2.4 has no code for NODATA. */
export function withoutNoData<Told extends Pick<Expected, 'outcome'>>(told: Told): Told {
  return told.outcome === 'NODATA' ? { ...told, outcome: 'NONAME' } : told;
}
