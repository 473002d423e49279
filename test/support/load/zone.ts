/** Tables of the upstream: what it says of each name. */

/** `v4`: AAAA is empty; `chain`: two aliases in front of the records; `large`: cut over UDP, in simulated time alone. */
export type ZoneKind = 'data' | 'v4' | 'chain' | 'large' | 'empty' | 'denied' | 'fails' | 'silent';

export interface ZoneEntry {
  /** `*.NAME`: everything below a name that has no entry; `*`: the rest. */
  readonly name: string;
  readonly kind: ZoneKind;
  readonly records?: number;
  readonly ttl: number;
}

export type Zone = readonly ZoneEntry[];

export function zoneText(zone: Zone): string {
  return zone.map(({ name, kind, records = 0, ttl }) => `${name} ${kind} ${records} ${ttl}\n`).join('');
}

/** Of ten names two are denied, one is a chain of two aliases, and the others have four records of each family. */
export function mixedZone(names: number, ttl: number): Zone {
  const kinds = ['denied', 'chain', 'data', 'data', 'data', 'denied', 'data', 'data', 'data', 'data'] as const;
  return Array.from({ length: names }, (_, index) => {
    const entry = { name: `n${index}.${zoneName}`, kind: kinds[index % kinds.length] ?? 'data', records: 4, ttl };
    // Some servers ask for the end of a chain, too.
    return entry.kind === 'chain' ? [entry, { ...entry, name: `*.${entry.name}`, kind: 'data' as const }] : [entry];
  }).flat();
}

/** Every name below it has four records of each family. */
export function dataZone(ttl: number): Zone {
  return [{ name: `*.${zoneName}`, kind: 'data', records: 4, ttl }];
}

export const zoneName = 'bench.example';
