/**
 * Search domains that stand behind the marker in the file that the containers see, for programs that read its `search` line
 * themselves. After a search under the marker found no such name, C libraries go on to them by themselves.
 */
import { encodeName, labelCount, stripSuffix } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { bareEntry, isMarkerEntry } from './mode.ts';

/** Of a parsed file's search list, as the libraries append them: without dots at either end. */
export function domainsBehindMarker(search: readonly string[], marker: string): WireName[] {
  const place = search.findIndex((entry) => isMarkerEntry(entry, marker));
  if (place < 0) return [];
  const encoded = search.slice(place + 1).map((entry) => encodeName(bareEntry(entry)));
  return encoded.filter((name) => name !== undefined && labelCount(name) > 0) as WireName[];
}

/** What may have been searched for where `name` is asked next: `name` without each of the domains. */
export function* searchedBefore(name: WireName, domains: readonly WireName[]): Generator<WireName> {
  for (const domain of domains) {
    const rest = stripSuffix(name, domain);
    if (rest !== undefined && labelCount(rest) > 0) yield rest;
  }
}
