/** The lookups by client and name: where a query finds the one that it repeats, or whose sibling it is. */
import type { QueryContext, Lookup } from './lookup.ts';
import { createNumbers } from './numbers.ts';
import { nameKey } from '../wire/name.ts';
import { hashOfName } from '../wire/plain-query.ts';

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
  /** Open, from any port of the client. */
  open(context: QueryContext): Iterable<Lookup>;
  /** False: surely none for a name of this hash, see `wire/plain-query`. */
  mayHave(hash: number): boolean;
}

export function createLookupTable(): LookupTable {
  const numberOf = createNumbers();
  const byKey = new Map<string, Lookup>();
  const openByName = new Map<string, Set<Lookup>>();
  const ports = new Map<Lookup, string[]>();
  /** How many there are for the names of a hash. */
  const byHash = new Map<number, number>();

  function count(lookup: Lookup, by: 1 | -1): void {
    const hash = hashOfName(lookup.context.questionName);
    const left = (byHash.get(hash) ?? 0) + by;
    if (left > 0) byHash.set(hash, left);
    else byHash.delete(hash);
  }

  function close(lookup: Lookup): void {
    const key = clientKey(lookup.context);
    const open = openByName.get(key);
    open?.delete(lookup);
    if (open?.size === 0) openByName.delete(key);
  }

  const keyOf = ({ context, pairing }: Lookup): string =>
    pairing.kind === 'solo' ? aloneKey(context, context.type) : jointKey(context);

  /** The UDP port or the TCP connection tells the programs of a client apart. */
  function jointKey({ query: { client }, questionName, flags }: QueryContext): string {
    const { address, port, connection } = client;
    const origin = connection === undefined ? port : `c${numberOf(connection)}`;
    return `${address} ${origin} ${flags} ${nameKey(questionName)}`;
  }

  const aloneKey = (context: QueryContext, type: number): string => `${jointKey(context)} ${type}`;

  function forget(key: string, lookup: Lookup): boolean {
    return byKey.get(key) === lookup && byKey.delete(key);
  }

  return {
    add(lookup) {
      count(lookup, 1);
      byKey.set(keyOf(lookup), lookup);
      if (lookup.pairing.kind !== 'open') return;
      const key = clientKey(lookup.context);
      const open = openByName.get(key) ?? new Set();
      open.add(lookup);
      openByName.set(key, open);
    },
    move(lookup) {
      close(lookup);
      const { context, pairing } = lookup;
      const earlier = pairing.kind === 'pair' ? aloneKey(context, context.type) : jointKey(context);
      if (forget(earlier, lookup)) byKey.set(keyOf(lookup), lookup);
    },
    addPort(lookup, sibling) {
      const key = jointKey(sibling);
      if (byKey.has(key)) return;
      byKey.set(key, lookup);
      ports.set(lookup, [...(ports.get(lookup) ?? []), key]);
    },
    close,
    remove(lookup) {
      count(lookup, -1);
      const { context } = lookup;
      for (const key of [jointKey(context), aloneKey(context, context.type), ...(ports.get(lookup) ?? [])])
        forget(key, lookup);
      ports.delete(lookup);
    },
    joint: (context) => byKey.get(jointKey(context)),
    alone: (context, type) => byKey.get(aloneKey(context, type)),
    mayHave: (hash) => byHash.has(hash),
    open: (context) => openByName.get(clientKey(context)) ?? [],
  };
}

function clientKey({ query: { client }, questionName, flags }: QueryContext): string {
  return `${client.address} ${flags} ${nameKey(questionName)}`;
}
