/** Whether a query is served from the answer cache. */

/** A query whose answer is kept, and what is known of its client. */
export interface ServedQuery {
  /** It asks for an address: a sibling may come. */
  readonly isAddress: boolean;
  /** The half is the same whether the sibling comes or not. */
  readonly alone: boolean;
  /** The entry may still be used. */
  readonly lives: boolean;
  /** The client was given a half of the answer a moment ago: it gets the other one, or the same again. */
  readonly wasGiven: boolean;
  /** Bytes of the whole reply, and the most that the client takes. */
  readonly bytes: number;
  readonly limitBytes: number;
  /** Records in the answer, and the most that it may have; 0: any number. */
  readonly records: number;
  readonly maxRecords: number;
}

export function isServed(query: ServedQuery): boolean {
  const { bytes, limitBytes, records, maxRecords } = query;
  if (bytes > limitBytes || (maxRecords > 0 && records > maxRecords)) return false;
  return query.wasGiven || (query.lives && (!query.isAddress || query.alone));
}
