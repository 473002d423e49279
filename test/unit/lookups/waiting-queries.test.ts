/** Queries that wait for a reply: how many, and what they hold. */
import { expect, test } from 'vitest';
import { heldBytes } from '../../../sidecar/decide/reply/reply-plan.ts';
import type { WholeReply } from '../../../sidecar/decide/reply/reply-plan.ts';
import type { Query } from '../../../sidecar/lookups/reply-writer.ts';
import { createWaitingQueries } from '../../../sidecar/lookups/waiting-queries.ts';
import type { QueryContext, Lookup, HalfState } from '../../../sidecar/lookups/lookup.ts';

const query = {} as Query;
const ofBytes = (length: number): WholeReply => ({
  form: 'whole',
  timed: [],
  message: new Uint8Array(length),
  rcode: 0,
  authentic: false,
});

test('a state that was kept before its reply was there is weighed again with it', () => {
  const kept: (number | undefined)[] = [];
  const keep = (state: HalfState): void => void kept.push(state.plan && heldBytes(state.plan));
  const replies = createWaitingQueries(() => true, keep);
  const halves: Lookup['halves'] = [
    { queries: [query], plan: undefined },
    { queries: [query], plan: undefined },
  ];
  const lookup = { halves, truncated: false, context: {} as QueryContext } as unknown as Lookup;
  replies.answer(lookup, 0, ofBytes(600));
  expect(kept).toEqual([600, undefined]);
  replies.answer(lookup, 1, ofBytes(60_000));
  expect(kept.slice(2)).toEqual([60_000]);
});

test('beyond 64 no more wait at a state for its reply', () => {
  const replies = createWaitingQueries(
    () => false,
    () => undefined,
  );
  const state: HalfState = { queries: [], plan: undefined };
  const taken = Array.from({ length: 66 }, () => replies.addTo(state, { query } as QueryContext));
  expect(taken.filter(Boolean).length).toBe(64);
});
