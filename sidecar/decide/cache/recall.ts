/**
 * Which remembered replies of a server stand in for asking it. A pair takes both halves of a candidate from memory or none:
 * both of one exchange, or the name would look as it never did.
 */
import { otherHalf } from '../search/pair.ts';
import type { Half, Halves, Kind } from '../search/pair.ts';

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
  /** A truncated half sends both over TCP at once: nothing is waited for before. */
  readonly truncatedSuffices: boolean;
}

export type Recall =
  | 'ask'
  /** Each half has its own reply. */
  | 'use'
  /** One half is truncated, which is all that counts: both are asked over TCP. */
  | 'use-truncated'
  /** Used unless the sibling question comes before the sockets were read once more: then both are asked. */
  | 'use-if-alone';

/** `kept`: what is remembered of each half, however old. */
export function recall({ half, kind, truncatedSuffices }: Asking, kept: Halves<Remembered>, now: number): Recall {
  const own = living(kept[half], now);
  if (kind === 'solo') return own === undefined ? 'ask' : 'use';
  const other = living(kept[otherHalf(half)], now);
  if (sendsOverTcp(own, other, kind, truncatedSuffices)) return 'use-truncated';
  if (own === undefined) return 'ask';
  if (own.exchange === other?.exchange) return 'use';
  return kind === 'open' ? 'use-if-alone' : 'ask';
}

function living(remembered: Remembered | undefined, now: number): Remembered | undefined {
  return remembered !== undefined && now < remembered.goodUntil ? remembered : undefined;
}

/** A question whose sibling is not known goes over TCP at once. */
function sendsOverTcp(
  own: Remembered | undefined,
  other: Remembered | undefined,
  kind: Kind,
  truncatedSuffices: boolean,
): boolean {
  if (kind === 'open') return own?.truncated === true;
  return truncatedSuffices && (own?.truncated === true || other?.truncated === true);
}
