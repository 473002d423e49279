/** The sessions by client and name: where a query finds the one that it repeats, or whose sibling it is. */
import type { Lookup, Session } from './session.ts';
import { recordTypes } from '../wire/iana.ts';
import { nameKey } from '../wire/name.ts';

export interface SessionTable {
  add(session: Session): void;
  /** Its kind is known now. */
  move(session: Session): void;
  /** A pair whose second question came from another port is found from there too. */
  addPort(session: Session, sibling: Lookup): void;
  /** No longer takes a sibling from another port. */
  close(session: Session): void;
  remove(session: Session): void;
  /** Open or a pair, from the same port. */
  joint(lookup: Lookup): Session | undefined;
  /** For the question of `type` on its own, from the same port. */
  alone(lookup: Lookup, type: number): Session | undefined;
  /** Open, from any port of the client. */
  open(lookup: Lookup): Iterable<Session>;
}

export function createSessionTable(): SessionTable {
  const byKey = new Map<string, Session>();
  const openByName = new Map<string, Set<Session>>();
  const ports = new Map<Session, string[]>();

  function close(session: Session): void {
    const key = clientKey(session.lookup);
    const open = openByName.get(key);
    open?.delete(session);
    if (open?.size === 0) openByName.delete(key);
  }

  function forget(key: string, session: Session): boolean {
    return byKey.get(key) === session && byKey.delete(key);
  }

  return {
    add(session) {
      byKey.set(keyOf(session), session);
      if (session.pairing.kind !== 'open') return;
      const key = clientKey(session.lookup);
      const open = openByName.get(key) ?? new Set();
      open.add(session);
      openByName.set(key, open);
    },
    move(session) {
      close(session);
      const { lookup, pairing } = session;
      const earlier = pairing.kind === 'pair' ? aloneKey(lookup, lookup.type) : jointKey(lookup);
      if (forget(earlier, session)) byKey.set(keyOf(session), session);
    },
    addPort(session, sibling) {
      const key = jointKey(sibling);
      if (byKey.has(key)) return;
      byKey.set(key, session);
      ports.set(session, [...(ports.get(session) ?? []), key]);
    },
    close,
    remove(session) {
      const { lookup } = session;
      for (const key of [jointKey(lookup), aloneKey(lookup, lookup.type), ...(ports.get(session) ?? [])])
        forget(key, session);
      ports.delete(session);
    },
    joint: (lookup) => byKey.get(jointKey(lookup)),
    alone: (lookup, type) => byKey.get(aloneKey(lookup, type)),
    open: (lookup) => openByName.get(clientKey(lookup)) ?? [],
  };
}

export const siblingTypes: Readonly<Record<number, number>> = {
  [recordTypes.A]: recordTypes.AAAA,
  [recordTypes.AAAA]: recordTypes.A,
};

function keyOf({ lookup, pairing }: Session): string {
  return pairing.kind === 'solo' ? aloneKey(lookup, lookup.type) : jointKey(lookup);
}

function jointKey({ asker: { client }, questionName, flags }: Lookup): string {
  return `${client.address} ${origin(client)} ${flags} ${nameKey(questionName)}`;
}

function aloneKey(lookup: Lookup, type: number): string {
  return `${jointKey(lookup)} ${type}`;
}

function clientKey({ asker: { client }, questionName, flags }: Lookup): string {
  return `${client.address} ${flags} ${nameKey(questionName)}`;
}

const connectionNumbers = new WeakMap<object, number>();
let lastConnectionNumber = 0;

/** The UDP port or the TCP connection. */
function origin({ port, connection }: Lookup['asker']['client']): string {
  if (connection === undefined) return String(port);
  const known = connectionNumbers.get(connection);
  if (known !== undefined) return `c${known}`;
  lastConnectionNumber += 1;
  connectionNumbers.set(connection, lastConnectionNumber);
  return `c${lastConnectionNumber}`;
}
