/**
 * Which remembered replies of a server stand in for asking it. A pair takes both halves of a candidate from memory or none:
 * both of one exchange, or the name would look as it never did.
 */
import { otherHalf } from '../search/pair.ts';
import type { Half, Halves, Kind, TruncatedSuffices } from '../search/pair.ts';

/** What is remembered of one question at one server over one transport. */
export interface Remembered {
  /** Replies of one exchange have the same. */
  readonly exchange: number;
  /** On the monotonic clock, in milliseconds. */
  readonly goodUntil: number;
  readonly truncated: boolean;
}

/** The exchange that is about to ask. */
export interface Asking {
  readonly half: Half;
  readonly kind: Kind;

  readonly truncatedSuffices: TruncatedSuffices;
}

export type Recall =
  | 'ask'
  /** Each half has its own reply. */
  | 'use'
  /** One half is truncated, which is all that counts: both are asked over TCP. */
  | 'use-truncated'
  /** Used unless the sibling question comes before the sockets were read once more: then both are asked. */
  | 'use-if-alone';

/**
 * `kept`: what is remembered of each half, however old; `overTcp`: and of that over TCP. A truncated reply counts where that can be
 * taken, too: over TCP a failure would be the end, where over UDP it leads to the next server.
 */
export function recall(asking: Asking, kept: Halves<Remembered>, now: number, overTcp = nothing): Recall {
  const { half, kind } = asking;
  const inItsPlace = overTcp === nothing ? 'ask' : recall(asking, overTcp, now);
  const own = living(kept[half], now, inItsPlace !== 'ask');
  if (kind === 'solo') return own === undefined ? 'ask' : 'use';
  // A sibling that comes makes both be asked: over UDP, where a server that refuses them by now leads to the next one.
  if (own?.truncated === true && inItsPlace === 'use-if-alone') return 'use-if-alone';
  return recallBoth(asking, own, living(kept[otherHalf(half)], now, inItsPlace === 'use'));
}

function living(one: Remembered | undefined, now: number, isOverTcp: boolean): Remembered | undefined {
  return one !== undefined && now < one.goodUntil && (isOverTcp || !one.truncated) ? one : undefined;
}

function recallBoth(
  { kind, truncatedSuffices }: Asking,
  own: Remembered | undefined,
  other: Remembered | undefined,
): Recall {
  if (sendsOverTcp(own, other, kind, truncatedSuffices)) return 'use-truncated';
  if (own === undefined) return 'ask';
  if (own.exchange === other?.exchange) return 'use';
  return kind === 'open' ? 'use-if-alone' : 'ask';
}

/** Both halves of one exchange are remembered and live: what is said later to one question alone does not part them. */
export function isPair([one, other]: Halves<Remembered>, now: number): boolean {
  return one !== undefined && one.exchange === other?.exchange && now < one.goodUntil && now < other.goodUntil;
}

const nothing: Halves<Remembered> = [undefined, undefined];

/** A question whose sibling is not known goes over TCP at once: both halves are remembered there. */
function sendsOverTcp(
  own: Remembered | undefined,
  other: Remembered | undefined,
  kind: Kind,
  truncatedSuffices: TruncatedSuffices,
): boolean {
  const isOwnEnough = kind === 'open' || truncatedSuffices !== 'neither';
  if (isOwnEnough && own?.truncated === true) return true;
  return kind === 'pair' && truncatedSuffices === 'either' && other?.truncated === true;
}
