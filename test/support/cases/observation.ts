/** What a program sees of one call, in a form that can be compared. */
import type { ProbeResult } from '../worlds/agent.ts';
import type { Query } from '../../../cli/simulation/script.ts';

export interface Observation {
  readonly outcome: string;
  /** The set, sorted. */
  readonly addresses: readonly string[];
  readonly canonical: string | undefined;
  /** Of a raw call: records of the answer section, "TYPE data", sorted. */
  readonly records: readonly string[];
  readonly elapsedMs: number;
  /** Of real libraries. */
  readonly hErrno?: number;
}

/** The part of a query's record that simulated servers keep, too. */
export type AskedQuery = Pick<Query, 'server' | 'transport' | 'name' | 'type'> & Partial<Query>;

/** One call, and what the servers were asked meanwhile. */
export interface Run {
  readonly observation: Observation;
  readonly queries: readonly AskedQuery[];
}

/** What two observations may differ in. */
export type Aspect = 'outcome' | 'addresses' | 'canonical' | 'records';

export interface Difference {
  readonly aspect: Aspect;
  readonly expected: string;
  readonly found: string;
}

const cname = 5;

export function observe(result: ProbeResult): Observation {
  const { addresses = [], canonical, records = [], elapsedMs = 0 } = result;
  return {
    outcome: outcomeOf(result),
    addresses: sortedSet(addresses),
    canonical,
    // The alias from the asked name to the one that was found is the sidecar's own.
    records: sortedSet(records.filter(({ type }) => type !== cname).map(({ type, data }) => `${type} ${data}`)),
    elapsedMs,
    ...(result.hErrno === undefined ? {} : { hErrno: result.hErrno }),
  };
}

/** A library that takes another way out shows its code. */
function outcomeOf({ outcome, code, signal }: ProbeResult): string {
  return outcome === 'OTHER' || outcome === 'KILLED' ? `${outcome} ${code ?? signal}` : outcome;
}

export function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}

export function differencesOf(expected: Observation, found: Observation): Difference[] {
  if (found.outcome !== expected.outcome) {
    return [{ aspect: 'outcome', expected: expected.outcome, found: describe(found) }];
  }
  const differences: Difference[] = [];
  const compare = (aspect: Aspect, wanted: string, got: string) => {
    if (wanted !== got) differences.push({ aspect, expected: wanted, found: got });
  };
  compare('addresses', expected.addresses.join(' '), found.addresses.join(' '));
  compare('records', expected.records.join(', '), found.records.join(', '));
  // musl names the canonical name whether it was wanted or not.
  if (expected.canonical !== undefined) compare('canonical', expected.canonical, found.canonical ?? '');
  return differences;
}

export function describe({ outcome, addresses, canonical, records }: Observation): string {
  const shown = addresses.length > 6 ? [...addresses.slice(0, 6), `… ${addresses.length}`] : addresses;
  return [outcome, canonical, ...shown, ...records].filter((part) => part !== undefined).join(' ');
}
