/** What is kept of a lookup that has ended: its answer, its failure, and what a client that found nothing asks for next. */
import { bareNameEnd, isAgain } from '../decide/reply/reply-plan.ts';
import { clientFlags } from '../decide/query/client-flags.ts';
import { bothHalves } from '../decide/search/pair.ts';
import { nameKey } from '../wire/name.ts';
import type { Answers } from './answers.ts';
import type { BareNameFallback } from './bare-name-fallback.ts';
import type { FailureCache } from './failure-cache.ts';
import { typeOfHalf } from './lookup.ts';
import type { EndedLookup, HalfState } from './lookup.ts';
import { pairKey, questionKey } from './query-keys.ts';

export interface RememberedBy {
  readonly answers: Pick<Answers, 'keep'>;
  readonly failures: Pick<FailureCache, 'note'>;
  readonly bareNames: Pick<BareNameFallback, 'note'>;
  readonly now: () => number;
}

export function rememberEnd(ended: EndedLookup, { answers, failures, bareNames, now }: RememberedBy): void {
  answers.keep(ended);
  const { context, end, halves } = ended;
  const kept = end && bareNameEnd(end);
  if (end === undefined || kept === undefined) return;
  const paired = halves.every(wasAsked);
  const keyOf = paired ? pairKey : questionKey;
  const name = nameKey(context.request.name);
  for (const half of bothHalves) {
    const type = typeOfHalf(context, half);
    const { plan, queries } = halves[half];
    // Where one half was answered before the sibling came, the lookup failed, but neither half did: `strict-error`.
    const hasFailed = end.code === 'AGAIN' && plan !== undefined && isAgain(plan);
    for (const query of queries) {
      const { client, view } = query;
      if (hasFailed && client.transport === 'udp') failures.note(kept, keyOf(query), now());
      if (!context.marked) continue;
      bareNames.note({ address: client.address, flags: clientFlags(view) }, name, type, { end: kept, paired });
    }
  }
}

function wasAsked({ queries }: HalfState): boolean {
  return queries.length > 0;
}
