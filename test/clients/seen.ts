/** What the clients print, as observations: the same for the same data. */
import { sortedSet, type Observation } from '../support/observation/observation.ts';

/** The part of an observation that a program shows. */
export type Seen = Pick<Observation, 'outcome'> & Partial<Observation>;

/** Addresses and records once and sorted, names without their final dot. */
export function observationOf(seen: Seen): Observation {
  const { addresses = [], records = [], canonical, aliases, asked } = seen;
  return {
    ...seen,
    elapsedMs: 0,
    addresses: sortedSet(addresses.map(shortAddress)),
    records: records.map(withoutDot).toSorted(),
    ...(canonical === undefined ? {} : { canonical: withoutDot(canonical) }),
    ...(aliases === undefined ? {} : { aliases: aliases.map(withoutDot) }),
    ...(asked === undefined ? {} : { asked: withoutDot(asked) }),
  };
}

/** Java writes out every group of an IPv6 address. */
function shortAddress(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function withoutDot(name: string): string {
  return name.replace(/(.)\.$/, '$1');
}
