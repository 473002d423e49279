/**
 * The search list as a search uses it: what is appended to a name, in wire form (glibc __res_context_search and
 * __res_context_querydomain in resolv/res_query.c).
 */
import { encodeName } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';

export interface WireSearchEntry {
  /** As configured. */
  readonly text: string;
  /** What is appended, in the configured letter case. `undefined`: no candidate with it can be encoded (FATAL). */
  readonly name: WireName | undefined;
  /** The entry is the root: the candidate is the bare name, and the name as it is is not asked for again at the end. */
  readonly root: boolean;
}

export function wireSearchEntries(search: readonly string[]): WireSearchEntry[] {
  return search.map((text) => {
    const domain = text.startsWith('.') ? text.slice(1) : text;
    // A second leading dot is an empty label to glibc, although a lone dot would encode as the root.
    const name = domain.startsWith('.') ? undefined : encodeName(domain);
    return { text, name, root: domain === '' };
  });
}
