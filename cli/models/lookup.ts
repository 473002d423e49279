/** What an application sees of one `getaddrinfo` call, whichever C library made it. */
export interface LookupResult {
  readonly outcome: Outcome;
  /** In the order of the replies; a C library sorts them before it hands them on. */
  readonly addresses: readonly string[];
  readonly canonicalName?: string;
  /** Datagrams sent, plus questions asked over TCP. */
  readonly queries: number;
  readonly elapsedMs: number;
}

/** EAI_NONAME, EAI_NODATA, EAI_AGAIN, or success. */
export type Outcome = 'OK' | 'NONAME' | 'NODATA' | 'AGAIN';

/** AF_UNSPEC, AF_INET, AF_INET6. */
export type Family = 'both' | '4' | '6';

export const typeA = 1;
export const typeCname = 5;
export const typeAaaa = 28;

/** By type of record. */
export const addressBytes: Readonly<Record<number, number>> = { [typeA]: 4, [typeAaaa]: 16 };

/** The questions of a call, in the order in which both libraries send them. */
export function questionTypes(family: Family): number[] {
  if (family === '4') return [typeA];
  if (family === '6') return [typeAaaa];
  return [typeA, typeAaaa];
}
