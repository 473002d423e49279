/** Which names are never sent to a nameserver, by the settings. Pure. */
import { mayBeAsIs, type Routes } from '../search/routes.ts';
import type { SearchRequest } from '../search/candidates.ts';

export interface ForwardingRules {
  /** The hosts files alone answer. */
  readonly hostsOnly: boolean;
  /** Dots that a name needs to be sent as it is; one with a stub zone of its own needs none. */
  readonly minDots: number;
}

export interface ForwardedName {
  readonly search: SearchRequest;
  /** The hosts files have the name: what is to be said of it they say. */
  readonly isLocal: () => boolean;
  readonly routes: Routes | undefined;
}

/** Nothing stands between any name and the nameservers. */
export function forwardsAll({ hostsOnly, minDots }: ForwardingRules): boolean {
  return !hostsOnly && minDots === 0;
}

/** Whether anything may be asked for the name; of a search the name as it is may still be left out. */
export function isForwarded(
  { search, isLocal, routes }: ForwardedName,
  { hostsOnly, minDots }: ForwardingRules,
): boolean {
  if (isLocal()) return true;
  return !hostsOnly && (!search.absolute || mayBeAsIs(search, minDots, routes));
}
