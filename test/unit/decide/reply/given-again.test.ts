/** Which reply of local data is given again. */
import { expect, test } from 'vitest';
import { isGivenAgain, type WrittenLocalReply } from '../../../../sidecar/decide/reply/given-again.ts';
import { emptyPlan, type LocalReply } from '../../../../sidecar/decide/reply/reply-plan.ts';

const plan: LocalReply = {
  ...{ form: 'local', rcode: 0, authentic: false, chain: [], canonical: undefined, records: [], soa: undefined },
};

const whole: WrittenLocalReply = { plan, isTruncated: false, isLarge: false };

test.each<[string, Partial<WrittenLocalReply>, boolean]>([
  ['a whole reply', {}, true],
  ['one that says that its records stay', { plan: { ...plan, takesTurns: false } }, true],
  ['a denial', { plan: { ...plan, rcode: 3 } }, true],
  ['a failure', { plan: emptyPlan(2) }, false],
  ['records that take turns', { plan: { ...plan, takesTurns: true } }, false],
  ['what is truncated', { isTruncated: true }, false],
  ['what may have to be made smaller', { isLarge: true }, false],
])('%s', (_what, changed, expected) => {
  expect(isGivenAgain({ ...whole, ...changed })).toBe(expected);
});
