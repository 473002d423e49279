/** What a program sees of one call of a resolver, in one form for C libraries, models of them and programs of all kinds. */
import type { LookupResult } from '../../../cli/models/lookup.ts';
import type { ProbeResult } from '../worlds/agent.ts';
import type { AskedQuery } from './questions.ts';

export interface Observation {
  /**
   * OK, NONAME, NODATA, AGAIN, NORECOVERY; another way out of a C library with its code, as `OTHER 7`. NONE of a program
   * that cannot tell NONAME from NODATA, FAILED of one that tells no failures apart.
   */
  readonly outcome: string;
  /** The set, sorted: C libraries order them differently. */
  readonly addresses: readonly string[];
  readonly canonical?: string | undefined;
  /** Of calls for other types: the records of the answer section, sorted. */
  readonly records: readonly string[];
  readonly aliases?: readonly string[];
  /** The name that the program shows as the one that it asked for. */
  readonly asked?: string;
  /** The error in the program's own words. */
  readonly code?: string;
  readonly hErrno?: number;
  readonly elapsedMs: number;
}

/** One call, and what the servers were asked meanwhile. */
export interface Run {
  readonly observation: Observation;
  readonly queries: readonly AskedQuery[];
}

const cname = 5;

/** Of a real C library. */
export function observeProbe(result: ProbeResult): Observation {
  const { addresses = [], canonical, records = [], elapsedMs = 0, hErrno } = result;
  return {
    outcome: outcomeOf(result),
    addresses: sortedSet(addresses),
    canonical,
    // The alias from the asked name to the one that was found is the sidecar's own.
    records: sortedSet(records.filter(({ type }) => type !== cname).map(({ type, data }) => `${type} ${data}`)),
    elapsedMs,
    ...(hErrno === undefined ? {} : { hErrno }),
  };
}

/** A library that takes another way out shows its code. */
function outcomeOf({ outcome, code, signal }: ProbeResult): string {
  return outcome === 'OTHER' || outcome === 'KILLED' ? `${outcome} ${code ?? signal}` : outcome;
}

/** Of a model of a C library. */
export function observeModel({ outcome, addresses, canonicalName, elapsedMs }: LookupResult): Observation {
  return { outcome, addresses: sortedSet(addresses), canonical: canonicalName, records: [], elapsedMs };
}

export function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}

export function describe({ outcome, addresses, canonical, records, aliases = [], asked, code }: Observation): string {
  const shown = addresses.length > 6 ? [...addresses.slice(0, 6), `… ${addresses.length}`] : addresses;
  const parts = [
    outcome,
    canonical,
    ...shown,
    ...records,
    aliases.length === 0 ? undefined : `aliases ${aliases.join(' ')}`,
    asked === undefined ? undefined : `asked ${asked}`,
    code === undefined ? undefined : `(${code})`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}
