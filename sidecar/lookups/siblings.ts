/** Among the lookups under way the one whose other half a query is, as `decide/lookup/pairing` has it. */
import { takesLateSibling, takesSibling } from '../decide/lookup/pairing.ts';
import { halfOfType, siblingType } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import { isAddressLookup } from './lookup.ts';
import type { Lookup, QueryContext } from './lookup.ts';
import type { LookupTable } from './lookup-table.ts';

export function findSibling(table: LookupTable, context: QueryContext, half: Half, now: number): Lookup | undefined {
  const takes = (lookup: Lookup, fromSamePort: boolean): boolean =>
    isSearchedAlike(lookup, context) &&
    takesSibling(lookup.pairing, {
      half,
      fromSamePort,
      bothHaveOpt: hasOpt(context) && hasOpt(lookup.context),
      ageMs: now - lookup.openedAt,
    });
  const own = table.joint(context);
  if (own !== undefined && takes(own, true)) return own;
  if (context.query.client.transport === 'udp') {
    for (const lookup of table.open(context)) if (takes(lookup, false)) return lookup;
  }
  const late = table.alone(context, siblingType(context.type) ?? context.type);
  if (late?.search === undefined || late.search.waiters.length > 1 || !isSearchedAlike(late, context)) return undefined;
  return takesLateSibling(late.pairing, half, now - late.openedAt) ? late : undefined;
}

/** Also where one from another port may still turn out to be. */
export function mayHaveSibling(table: LookupTable, context: QueryContext, now: number): boolean {
  return (
    (isAddressLookup(context) && findSibling(table, context, halfOfType(context.type), now) !== undefined) ||
    (hasOpt(context) && table.open(context).length > 0)
  );
}

function isSearchedAlike(lookup: Lookup, { request }: QueryContext): boolean {
  return !lookup.ended && lookup.context.request.absolute === request.absolute;
}

function hasOpt({ query }: QueryContext): boolean {
  return query.view.edns !== undefined;
}
