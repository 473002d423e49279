import { expect, test } from 'vitest';
import { emptyPlan } from '../../../sidecar/decide/reply/reply-plan.ts';
import type { Asker } from '../../../sidecar/lookups/reply-writer.ts';
import { createSessionReplies } from '../../../sidecar/lookups/session-replies.ts';
import type { Lookup, Session, Side } from '../../../sidecar/lookups/session.ts';

const asker = {} as Asker;

test('a side that was kept before its reply was there is weighed again with it', () => {
  const kept: (number | undefined)[] = [];
  const keep = (side: Side): void => void kept.push(side.plan?.heldBytes);
  const replies = createSessionReplies(() => true, keep);
  const sides: Session['sides'] = [
    { askers: [asker], plan: undefined },
    { askers: [asker], plan: undefined },
  ];
  const session = { sides, truncated: false, lookup: {} as Lookup } as unknown as Session;
  replies.answer(session, 0, { ...emptyPlan(0), heldBytes: 600 });
  expect(kept).toEqual([600, undefined]);
  replies.answer(session, 1, { ...emptyPlan(0), heldBytes: 60_000 });
  expect(kept.slice(2)).toEqual([60_000]);
});

test('beyond 64 no more wait at a side for its reply', () => {
  const replies = createSessionReplies(
    () => false,
    () => undefined,
  );
  const side: Side = { askers: [], plan: undefined };
  const taken = Array.from({ length: 66 }, () => replies.addTo(side, { asker } as Lookup));
  expect(taken.filter(Boolean).length).toBe(64);
});
