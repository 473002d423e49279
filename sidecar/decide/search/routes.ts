/** Which servers are asked for a name: those of its stub zone, or those of the configuration. Pure. */
import { nameKey } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import type { CandidateOutcome, ReplyClass, UpstreamReply } from './candidate-outcome.ts';

export interface Route {
  /** Indices of the servers in the order of asking. */
  readonly order: readonly number[];
  /** Where the name is asked for next if none of them gave a final reply. */
  readonly next?: Route | undefined;
  /** Nobody may be asked: there is no such name. */
  readonly denied?: boolean;
}

export interface Routes {
  readonly usual: Route;
  /** By the `nameKey` of each zone. */
  readonly zones: ReadonlyMap<string, Route>;
}

/** The longest zone counts, by whole labels, in any letter case. */
export function routeOf({ usual, zones }: Routes, name: WireName): Route {
  const key = nameKey(name);
  for (let at = 0; at < key.length; at += key.charCodeAt(at) + 1) {
    const route = zones.get(key.slice(at));
    if (route !== undefined) return route;
  }
  return usual;
}

/** Whether a name may be sent as it is, where it needs so many dots, or a stub zone of its own. */
export function mayBeAsIs(
  { name, dots }: { readonly name: WireName; readonly dots: number },
  minDots: number,
  routes: Routes | undefined,
): boolean {
  return dots >= minDots || (routes !== undefined && hasOwnZone(routes, name));
}

/** Where an exchange that ended so goes on; undefined: this is its end. */
export function routeAfter({ next }: Route, { halves }: CandidateOutcome): Route | undefined {
  return halves.some(isFinal) ? undefined : next;
}

/** Whether the name is in a zone that is not that of all names. */
function hasOwnZone({ zones }: Routes, name: WireName): boolean {
  const key = nameKey(name);
  for (let at = 0; key.charCodeAt(at) > 0; at += key.charCodeAt(at) + 1) if (zones.has(key.slice(at))) return true;
  return false;
}

/** Accepted from the first server that says it (semantics: FINAL); a server that fails or refuses says nothing of the name. */
function isFinal(reply: UpstreamReply | undefined): boolean {
  return reply !== undefined && finalClasses.has(reply.class);
}

const finalClasses: ReadonlySet<ReplyClass> = new Set(['DATA', 'ALIAS', 'BAD', 'EMPTY', 'NX', 'ODD']);
