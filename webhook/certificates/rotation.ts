/** Decides when a shared CA is replaced, published and used. */
import { splitBundle, validityOf, type Certificate } from './certificate.ts';
import { clockSkewMs, isRenewalDue, type Validity } from './lifetime.ts';

/**
 * The rules by which replicas that share a CA replace it, without one leading the others. Pure: each replica draws the
 * same conclusion from the Secret, the published bundle and the time.
 *
 *   new CA into the Secret → publish old and new → read it back → wait → sign with the new one
 *
 * A CA leaves the bundle when the Secret lacks it and one leaf lifetime has passed: no leaf of it can be in use then.
 */
export function isRotationDue(
  authority: Validity & { rotation: string },
  { requested, nowMs }: { requested: string; nowMs: number },
): boolean {
  return isRenewalDue(authority, nowMs) || authority.rotation !== requested;
}

/** How long API servers get to see a changed configuration before a certificate needs it. */
const publicationWaitMs = 10_000;

/** A CA made less than this ago may have been published just now by another replica. */
const youngMs = 60_000;

/** Since when this replica has seen a CA in the published bundle. */
export interface Sighting {
  readonly authority: string;
  readonly sinceMs: number;
  /** API servers may not have seen it yet, and still trust another one. */
  readonly isFresh: boolean;
}

/** The outcome of publishing. */
export interface Publication {
  /** The API server says that the CA stands in the bundle. */
  readonly isThere: boolean;
  /** It had to be added. */
  readonly wasMissing: boolean;
  /** Another one stands, or stood, beside it. */
  readonly hadOthers: boolean;
}

export function sight(
  before: Sighting | undefined,
  { current, publication, nowMs }: { current: Certificate; publication: Publication; nowMs: number },
): Sighting | undefined {
  if (!publication.isThere) return undefined;
  if (before?.authority === current.chain) return before;
  const isYoung = nowMs < current.notBeforeMs + clockSkewMs + youngMs;
  // A first CA displaces nobody, and one of last week has been seen by every API server.
  const isFresh = publication.hadOthers && (publication.wasMissing || isYoung);
  return { authority: current.chain, sinceMs: nowMs, isFresh };
}

/** What a replica does with its leaf now. */
export function leafStep({ current, serving, leaf, sighting, nowMs }: LeafInput): LeafStep {
  const isDue = leaf === undefined || isRenewalDue(leaf, nowMs);
  // Without publication the API server trusts nothing newer than what it trusts now.
  if (!sighting) return isDue ? { do: 'sign', by: serving ?? current } : { do: 'keep' };
  if (serving?.chain === current.chain) return isDue ? { do: 'sign', by: current } : { do: 'keep' };
  const leftMs = sighting.isFresh ? sighting.sinceMs + publicationWaitMs - nowMs : 0;
  if (leftMs <= 0) return { do: 'sign', by: current };
  return isDue && serving ? { do: 'sign', by: serving } : { do: 'wait', leftMs };
}

export interface LeafInput {
  /** The CA in the Secret. */
  readonly current: Certificate;
  /** The CA of the leaf in use. */
  readonly serving: Certificate | undefined;
  readonly leaf: Certificate | undefined;
  readonly sighting: Sighting | undefined;
  readonly nowMs: number;
}

export type LeafStep =
  | { readonly do: 'keep' }
  | { readonly do: 'sign'; readonly by: Certificate }
  | { readonly do: 'wait'; readonly leftMs: number };

/** Somebody may force one rotation after the other; the oldest are given up then. */
const maxAuthorities = 16;

/** The bundle that should be published. The current CA stands first; what stays keeps its order. */
export function wantedBundle({ published, current, serving, nowMs, leafLifetimeMs }: BundleInput): string {
  const [currentCa = ''] = splitBundle(current);
  const isGraceOver = nowMs > validityOf(current).notBeforeMs + clockSkewMs + leafLifetimeMs;
  const others = [
    ...(isGraceOver ? [] : splitBundle(published)),
    ...(serving === undefined ? [] : splitBundle(serving)),
  ];
  const kept = others.filter((ca) => ca !== currentCa && isUsable(ca, nowMs));
  return [...new Set([currentCa, ...kept])].slice(0, maxAuthorities).join('');
}

export interface BundleInput {
  /** What the webhook configuration holds now, PEM. */
  readonly published: string;
  /** The CA in the Secret. */
  readonly current: string;
  /** The CA of the leaf that this replica serves with, if any. */
  readonly serving: string | undefined;
  readonly nowMs: number;
  readonly leafLifetimeMs: number;
}

/**
 * For a mounted CA: nothing is taken away, because other replicas may see the old file a while longer. The order stays as
 * it is, so that replicas with different files agree on one text.
 */
export function bundleWith(published: string, mounted: string, nowMs: number): string {
  const kept = splitBundle(published).filter((ca) => isUsable(ca, nowMs));
  return [...new Set([...kept, ...splitBundle(mounted)])].join('');
}

/** Whoever edited the bundle by hand may have left something that is no certificate. */
function isUsable(ca: string, nowMs: number): boolean {
  try {
    return validityOf(ca).notAfterMs > nowMs;
  } catch {
    return false;
  }
}
