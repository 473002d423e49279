/**
 * The lookups by client and name: where a query finds the one that it repeats, or whose sibling it is.
 *
 * They are found by the hash of the name, and compared: a key of their own for each question would be most of what it allocates.
 */
import { equalNames } from '../wire/name.ts';
import { HashMap } from './hash-map.ts';
import type { QueryContext, Lookup } from './lookup.ts';

export interface LookupTable {
  add(lookup: Lookup): void;
  /** Its kind is known now. */
  move(lookup: Lookup): void;
  /** A pair whose second question came from another port is found from there too. */
  addPort(lookup: Lookup, sibling: QueryContext): void;
  /** No longer takes a sibling from another port. */
  close(lookup: Lookup): void;
  remove(lookup: Lookup): void;
  /** Open or a pair, from the same port. */
  joint(context: QueryContext): Lookup | undefined;
  /** For the question of `type` on its own, from the same port. */
  alone(context: QueryContext, type: number): Lookup | undefined;
  /** Open, from any port of the client; the oldest first. */
  open(context: QueryContext): readonly Lookup[];
  /** False: surely none for a name of this hash, see `wire/plain-query`. */
  mayHave(hash: number): boolean;
}

/** A lookup is found by a query like this. */
interface Place {
  readonly context: QueryContext;
  /** Of a question on its own. */
  readonly type: number | 'both';
  lookup: Lookup;
}

/** What there is for the names of one hash. */
interface Names {
  open: Lookup[];
  lookups: number;
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its maps
export function createLookupTable(): LookupTable {
  /** By the hash of the name. */
  const names = new HashMap<Names>();
  /** By that and the port. */
  const places = new HashMap<Place[]>();

  function find(context: QueryContext, type: Place['type']): Place | undefined {
    // Nearly every name is looked up by nobody else.
    const near = names.has(context.nameHash) ? places.get(originHash(context)) : undefined;
    if (near === undefined) return undefined;
    for (const place of near) if (place.type === type && isSameOrigin(place.context, context)) return place;
    return undefined;
  }

  /** In place of another that is found by the same query. */
  function put(lookup: Lookup, context: QueryContext, type: Place['type']): void {
    const before = find(context, type);
    if (before !== undefined) {
      before.lookup = lookup;
      return;
    }
    const hash = originHash(context);
    const near = places.get(hash);
    if (near === undefined) places.set(hash, [{ context, type, lookup }]);
    else near.push({ context, type, lookup });
  }

  /** False: it is not found by such a query. */
  function leave(lookup: Lookup, context: QueryContext, type: Place['type']): boolean {
    const place = find(context, type);
    if (place?.lookup !== lookup) return false;
    const hash = originHash(context);
    const near = places.get(hash) ?? [];
    if (near.length === 1) places.delete(hash);
    else near.splice(near.indexOf(place), 1);
    return true;
  }

  function close(lookup: Lookup): void {
    const known = names.get(lookup.context.nameHash);
    const index = known?.open.indexOf(lookup) ?? -1;
    if (known === undefined || index < 0) return;
    if (known.open.length === 1) known.open = nobody;
    else known.open.splice(index, 1);
  }

  return {
    add(lookup) {
      const { context, pairing } = lookup;
      const known: Names = names.get(context.nameHash) ?? { open: nobody, lookups: 0 };
      if (known.lookups === 0) names.set(context.nameHash, known);
      known.lookups += 1;
      if (pairing.kind === 'open') addOpen(known, lookup);
      put(lookup, context, typeOf(lookup));
    },
    move(lookup) {
      close(lookup);
      const { context, pairing } = lookup;
      const earlier = pairing.kind === 'pair' ? context.type : 'both';
      if (leave(lookup, context, earlier)) put(lookup, context, typeOf(lookup));
    },
    addPort(lookup, sibling) {
      if (find(sibling, 'both') !== undefined) return;
      put(lookup, sibling, 'both');
      lookup.siblings = [...lookup.siblings, sibling];
    },
    close,
    remove(lookup) {
      const { context } = lookup;
      leave(lookup, context, 'both');
      leave(lookup, context, context.type);
      for (const sibling of lookup.siblings) leave(lookup, sibling, 'both');
      const known = names.get(context.nameHash);
      if (known !== undefined) known.lookups -= 1;
      if (known?.lookups === 0) names.delete(context.nameHash);
    },
    joint: (context) => find(context, 'both')?.lookup,
    alone: (context, type) => find(context, type)?.lookup,
    mayHave: (hash) => names.has(hash),
    open(context) {
      const open = names.get(context.nameHash)?.open ?? nobody;
      return open.length === 0 ? nobody : open.filter((lookup) => isSameClient(lookup.context, context));
    },
  };
}

const nobody: never[] = [];

function addOpen(known: Names, lookup: Lookup): void {
  if (known.open.length === 0) known.open = [lookup];
  else known.open.push(lookup);
}

function originHash({ nameHash, query }: QueryContext): number {
  return Math.imul(nameHash, 31) ^ query.client.port;
}

function typeOf({ context, pairing }: Lookup): Place['type'] {
  return pairing.kind === 'solo' ? context.type : 'both';
}

/** The UDP port or the TCP connection tells the programs of a client apart. */
function isSameOrigin(one: QueryContext, other: QueryContext): boolean {
  const [client, otherClient] = [one.query.client, other.query.client];
  if (client.connection !== otherClient.connection) return false;
  return (client.connection !== undefined || client.port === otherClient.port) && isSameClient(one, other);
}

function isSameClient(one: QueryContext, other: QueryContext): boolean {
  return (
    one.query.client.address === other.query.client.address &&
    one.flags === other.flags &&
    equalNames(one.questionName, other.questionName)
  );
}
