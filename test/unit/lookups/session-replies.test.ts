import { expect, test } from 'vitest';
import { heldBytes } from '../../../sidecar/decide/reply/reply-plan.ts';
import type { WholeReply } from '../../../sidecar/decide/reply/reply-plan.ts';
import type { Asker } from '../../../sidecar/lookups/reply-writer.ts';
import { createSessionReplies } from '../../../sidecar/lookups/session-replies.ts';
import type { Lookup, Session, Side } from '../../../sidecar/lookups/session.ts';

const asker = {} as Asker;
const ofBytes = (length: number): WholeReply => ({
  form: 'whole',
  message: new Uint8Array(length),
  rcode: 0,
  authentic: false,
});

test('a side that was kept before its reply was there is weighed again with it', () => {
  const kept: (number | undefined)[] = [];
  const keep = (side: Side): void => void kept.push(side.plan && heldBytes(side.plan));
  const replies = createSessionReplies(() => true, keep);
  const sides: Session['sides'] = [
    { askers: [asker], plan: undefined },
    { askers: [asker], plan: undefined },
  ];
  const session = { sides, truncated: false, lookup: {} as Lookup } as unknown as Session;
  replies.answer(session, 0, ofBytes(600));
  expect(kept).toEqual([600, undefined]);
  replies.answer(session, 1, ofBytes(60_000));
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
