/**
 * The lookups by client and name: where a query finds the one that it repeats, or whose sibling it is.
 *
 * They are found by the hash of the name, and compared: a key of their own for each question would be most of what it allocates.
 */
import { equalNames } from '../wire/name.ts';
import { hashOfName } from '../wire/plain-query.ts';
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
  readonly open: Lookup[];
  lookups: number;
}

/** `hashSeed`: see `ports/pipeline-dependencies`. */
// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its maps
export function createLookupTable(hashSeed: number): LookupTable {
  /** By the hash of the name. */
  const names = new Map<number, Names>();
  /** By that and the port. */
  const places = new Map<number, Place[]>();
  const siblings = new Map<Lookup, QueryContext[]>();
  const hashOf = ({ questionName }: QueryContext): number => hashOfName(questionName, hashSeed);
  const originHash = (context: QueryContext): number => Math.imul(hashOf(context), 31) ^ context.query.client.port;

  function find(context: QueryContext, type: Place['type']): Place | undefined {
    const near = places.get(originHash(context));
    return near?.find((place) => place.type === type && isSameOrigin(place.context, context));
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
    const open = names.get(hashOf(lookup.context))?.open ?? [];
    const index = open.indexOf(lookup);
    if (index >= 0) open.splice(index, 1);
  }

  return {
    add(lookup) {
      const { context, pairing } = lookup;
      const hash = hashOf(context);
      const known = names.get(hash) ?? { open: [], lookups: 0 };
      known.lookups += 1;
      if (pairing.kind === 'open') known.open.push(lookup);
      names.set(hash, known);
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
      siblings.set(lookup, [...(siblings.get(lookup) ?? []), sibling]);
    },
    close,
    remove(lookup) {
      const { context } = lookup;
      const hash = hashOf(context);
      const known = names.get(hash);
      if (known !== undefined) known.lookups -= 1;
      if (known?.lookups === 0) names.delete(hash);
      leave(lookup, context, 'both');
      leave(lookup, context, context.type);
      for (const sibling of siblings.get(lookup) ?? []) leave(lookup, sibling, 'both');
      siblings.delete(lookup);
    },
    joint: (context) => find(context, 'both')?.lookup,
    alone: (context, type) => find(context, type)?.lookup,
    mayHave: (hash) => names.has(hash),
    open(context) {
      const open = names.get(hashOf(context))?.open ?? none;
      return open.length === 0 ? none : open.filter((lookup) => isSameClient(lookup.context, context));
    },
  };
}

const none: readonly Lookup[] = [];

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
