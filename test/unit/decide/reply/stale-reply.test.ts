/** What is given of an answer whose lifetime is over. */
import { expect, test } from 'vitest';
import { encode } from 'dns-packet';
import type { Answer } from 'dns-packet';
import { emptyPlan } from '../../../../sidecar/decide/reply/reply-plan.ts';
import { planStale } from '../../../../sidecar/decide/reply/stale-reply.ts';
import { textOfPlan } from './ends.ts';

const address = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 300, data });

function kept(answers: Answer[]): Uint8Array {
  return encode({ type: 'response', questions: [{ type: 'A', name: 'foo.test', class: 'IN' }], answers });
}

test('its addresses, for thirty seconds', () => {
  const plan = planStale(kept([address('foo.test', '192.0.2.1'), address('foo.test', '192.0.2.2')]), 1, 0);
  expect(plan).toMatchObject({ form: 'records', authentic: false, canonical: undefined, chain: [] });
  expect(plan).toMatchObject({ records: [{ ttl: 30 }, { ttl: 30 }] });
});

test('its aliases, too', () => {
  const alias: Answer = { type: 'CNAME', name: 'foo.test', ttl: 300, data: 'bar.test' };
  const plan = planStale(kept([alias, address('bar.test', '192.0.2.1')]), 1, 0);
  expect(textOfPlan(plan)).toContain('canonical bar.test');
  expect(plan).toMatchObject({ chain: [{ ttl: 30 }], records: [{ ttl: 30 }] });
});

test('of the family that the name does not have, the same as before', () => {
  expect(planStale(kept([]), 1, 0)).toEqual(emptyPlan(0));
  expect(planStale(kept([]), 1, 3)).toEqual(emptyPlan(3));
});

test('of what cannot be read, nothing', () => {
  expect(planStale(new Uint8Array(0), 1, 0)).toEqual(emptyPlan(0));
});
