/** Keys under which a query is known when it is repeated. */
import { clientFlags } from '../decide/query/client-flags.ts';
import { nameKey } from '../wire/name.ts';
import type { Query } from './reply-writer.ts';

/** Without the port: the ID tells a repeat from another lookup of the name, which may end differently. */
export function questionKey({ client, view }: Query): string {
  const { question } = view;
  const name = question === undefined ? '' : nameKey(question.name);
  return `${client.address} ${view.id} ${question?.type} ${clientFlags(view)} ${name}`;
}

/** glibc repeats a pair from the same port. */
export function pairKey(query: Query): string {
  return `${query.client.port} ${questionKey(query)}`;
}

/** Both: a question on its own glibc repeats from a new port, with the same ID. */
export function failureKeys(query: Query): string[] {
  return [pairKey(query), questionKey(query)];
}
