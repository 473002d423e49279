/** By how much the TTLs of an answer are counted down when it is sent (cache semantics §3). */
import { describe, expect, test } from 'vitest';
import { planReply, planWhole, readOnce, secondsWaited, timedOf } from '../../../../sidecar/decide/reply/reply-plan.ts';
import { secondsHeld, secondsOfReply, timedReplies } from '../../../../sidecar/decide/reply/seconds-held.ts';
import type { UpstreamReply } from '../../../../sidecar/decide/search/candidate-outcome.ts';
import { endOf, nameOf } from './ends.ts';

const remembered = (since: number) => ({ since, isRecalled: true });
const received = (since: number) => ({ since, isRecalled: false });

describe('at 5000 ms', () => {
  test.each([
    ['nothing where no nameserver said anything', [], 0],
    ['a remembered reply that is true now', [remembered(5000)], 0],
    ['one that is true at the end of this second', [remembered(5900)], 0],
    ['one that was true a moment ago', [remembered(4999)], 1],
    ['at the end of that second', [remembered(4000)], 1],
    ['and after it', [remembered(3999)], 2],
    ['what came now', [received(5000)], 0],
    ['in the last second', [received(4001)], 0],
    ['a second ago', [received(4000)], 1],
    ['longer ago', [received(3999)], 2],
    ['the oldest of several', [received(4999), remembered(2500), remembered(5000)], 3],
  ])('%s', (_, replies, seconds) => {
    expect(secondsHeld(replies, 5000)).toBe(seconds);
  });
});

describe('a reply counts', () => {
  const reply: UpstreamReply = { class: 'DATA', rcode: 0, message: new Uint8Array(12) };
  const kept = { since: 3000, goodUntil: 9000, goodUntilBesideData: 9000 };
  test.each<[what: string, reply: UpstreamReply, timed: unknown]>([
    ['from when it was received', { ...reply, receivedAt: 2000 }, [received(2000)]],
    ['as it is kept', { ...reply, receivedAt: 3000, kept }, [received(3000)]],
    ['from when its TTLs were true where it was remembered', { ...reply, kept, isRecalled: true }, [remembered(3000)]],
    ['as received a moment ago', { ...reply, receivedAt: 9400 }, [received(9400)]],
    ['as remembered a moment ago', { ...reply, kept: { ...kept, since: 9400 }, isRecalled: true }, [remembered(9400)]],
    ['not where that is not known', reply, []],
    ['nor where one is remembered of which it is not known', { ...reply, isRecalled: true }, []],
  ])('%s', (_, one, timed) => {
    expect(timedReplies([one])).toEqual(timed);
    expect(secondsOfReply(one, 9500)).toBe(secondsHeld(timedReplies([one]), 9500));
  });
});

describe('of a plan', () => {
  function endAt(text: string, times: readonly number[]) {
    const end = endOf(text);
    const at = (half: 0 | 1): UpstreamReply | undefined => {
      const reply = end.outcome.halves[half];
      return reply && { ...reply, receivedAt: times[half] ?? 0 };
    };
    return { ...end, outcome: { ...end.outcome, halves: [at(0), at(1)] as const } };
  }

  test.each([
    ['the reply that holds the records', 'POS foo; A DATA #1; AAAA DATA #2', 1, [8, 8], 5],
    ['and the one whose aliases are given', 'POS foo; A DATA x.test #1; AAAA DATA y.test #2', 1, [8, 7], 6],
    ['none of a denial', 'NONAME foo; A NX; AAAA NX', 0, [], 0],
  ] as const)('%s', (_, text, half, times, seconds) => {
    const plan = planReply(endAt(text, [7, 8]), half, nameOf('foo'));
    expect(timedOf(plan)).toEqual(times.map(received));
    expect(timedOf(readOnce(plan))).toEqual(times.map(received));
    expect([secondsWaited(plan, 5008), secondsWaited(readOnce(plan), 5008)]).toEqual([seconds, seconds]);
  });

  test('the reply that is passed on whole', () => {
    expect(timedOf(planWhole(endAt('POS foo; A DATA #1', [7])))).toEqual([received(7)]);
    expect(secondsWaited(planWhole(endAt('POS foo; A DATA #1', [7])), 5008)).toBe(6);
  });
});
