/** What nameservers were asked, as text that can be compared. */
import type { Query } from '../../../cli/simulation/script.ts';

/** The part of a query's record that simulated servers keep, too. */
export type AskedQuery = Pick<Query, 'server' | 'transport' | 'name' | 'type'> & Partial<Query>;

/** "server/transport name TYPE". */
export function questionText({ server, transport, name, type }: AskedQuery): string {
  return `${server}/${transport} ${name} ${type}`;
}

/** Queries that no stub resolver sends. */
export function faultyQueries(queries: readonly AskedQuery[]): string[] {
  return queries.flatMap(({ name, type, fault }) =>
    fault === undefined ? [] : [`faulty query ${name} ${type}: ${fault}`],
  );
}
