/** Which queries ask for the same search. */
import { isSameName, nameText } from '../wire/name.ts';
import { isAddressLookup } from './lookup.ts';
import type { QueryContext } from './lookup.ts';

/**
 * The name to the letter (it becomes the canonical name), search or not, type, EDNS and flags towards the upstream, configuration,
 * and what is known here of its candidates.
 */
export function isEqualSearch(one: QueryContext, other: QueryContext): boolean {
  return (
    one.snapshot === other.snapshot &&
    one.request.absolute === other.request.absolute &&
    one.flags === other.flags &&
    isSameName(one.request.name, other.request.name) &&
    asksAlike(one, other) &&
    localText(one) === localText(other)
  );
}

/** A lookup of addresses may ask for both, whichever question came first. */
function asksAlike(one: QueryContext, other: QueryContext): boolean {
  const isAddress = isAddressLookup(one);
  if (isAddress || isAddressLookup(other)) return isAddress && isAddressLookup(other);
  return one.type === other.type && one.whole === other.whole && hasEdns(one) === hasEdns(other);
}

function hasEdns({ whole, query }: QueryContext): boolean {
  return whole && query.view.edns !== undefined;
}

function localText({ local }: QueryContext): string {
  return local === undefined
    ? ''
    : local.names.map(({ name, outcomes }) => `${outcomes.join()} ${nameText(name)} `).join('');
}
