/** Whether a query is served from the answer cache, and with what. */
/** A query whose answer is kept, and what is known of its client. */
export interface ServedQuery {
  /** It asks for an address: a sibling may come. */
  readonly isAddress: boolean;
  /** The half is the same whether the sibling comes or not. */
  readonly alone: boolean;
  /** The entry may still be used. */
  readonly lives: boolean;
  /** The client was given the other half of the answer a moment ago, or this one. */
  readonly given: 'nothing' | 'this half' | 'the other half';
  /** Bytes of the whole reply, and the most that the client takes. */
  readonly bytes: number;
  readonly limitBytes: number;
  /** Records in the answer, and the most that it may have; 0: any number. */
  readonly records: number;
  readonly maxRecords: number;
}

export type Serving = 'search' | 'serve' | 'serve-sibling';

export function decideServing(query: ServedQuery): Serving {
  const { bytes, limitBytes, records, maxRecords } = query;
  if (bytes > limitBytes || (maxRecords > 0 && records > maxRecords)) return 'search';
  if (query.given === 'the other half') return 'serve-sibling';
  // A repeat gets the same half of the same answer.
  if (query.given === 'this half') return 'serve';
  return query.lives && (!query.isAddress || query.alone) ? 'serve' : 'search';
}
