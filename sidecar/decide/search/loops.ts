/**
 * Whether a nameserver leads back to this process, as a step function over what is known of one server: a name that nobody else
 * knows is asked of it, and if a query for that name comes in, it does. Such a server is never asked. No I/O, no clock.
 */
import { formatServerAddress } from '../../../shared/resolv-conf/server-address.ts';
import type { ServerAddress } from '../../../shared/resolv-conf/server-address.ts';

export interface LoopRecord {
  /** The question is under way. */
  readonly isAsked: boolean;
  /** The question that was asked last came back. */
  readonly cameBack: boolean;
  readonly isLooping: boolean;
}

export type LoopEvent =
  | { readonly type: 'asked' }
  /** The query for its name came in. */
  | { readonly type: 'came-back' }
  /** It replied, and what it asked for to do so would have come before. */
  | { readonly type: 'replied' }
  /** It is waited for no longer. */
  | { readonly type: 'over' };

export type LoopNews = 'loops' | 'ends';

/** How long a question may take to come back, in milliseconds: a resolver between may try others first. */
export const loopWaitMs = 5000;

/** When it is sent again within that time, in milliseconds: a lost packet would leave a loop unnoticed. */
export const loopRepeatsMs: readonly number[] = [1000, 3000];

/** When a server that loops is asked again, in milliseconds: whoever made the loop may have mended it. */
export const loopAskAgainMs = 30_000;

export const unaskedServer: LoopRecord = { isAsked: false, cameBack: false, isLooping: false };

export function stepLoop(
  record: LoopRecord,
  event: LoopEvent,
): { readonly record: LoopRecord; readonly news: LoopNews | undefined } {
  const { isLooping } = record;
  switch (event.type) {
    case 'asked':
      return { record: { isAsked: true, cameBack: false, isLooping }, news: undefined };
    case 'came-back':
      return { record: { ...record, cameBack: true, isLooping: true }, news: isLooping ? undefined : 'loops' };
    case 'replied': {
      const hasEnded = record.isAsked && isLooping && !record.cameBack;
      return {
        record: { ...record, isAsked: false, isLooping: isLooping && !hasEnded },
        news: hasEnded ? 'ends' : undefined,
      };
    }
    case 'over':
      return { record: { ...record, isAsked: false }, news: undefined };
  }
}

/** For a person: whom a query goes through until it is back. */
export function loopPath(server: ServerAddress): string {
  const address = formatServerAddress(server);
  const name = wellKnown[server.address];
  return `sidecar → ${name === undefined ? address : `${name} (${address})`} → sidecar`;
}

/** Resolvers that forward to what the machine's own configuration names. */
const wellKnown: Readonly<Partial<Record<string, string>>> = {
  '127.0.0.53': 'systemd-resolved',
  '127.0.0.54': 'systemd-resolved',
  '127.0.0.11': "Docker's resolver",
};
