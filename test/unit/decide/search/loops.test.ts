/** Whether a nameserver leads back to us, by what became of a question for a name that nobody else knows. */
import { describe, expect, test } from 'vitest';
import {
  loopPath,
  loopRepeatsMs,
  loopWaitMs,
  stepLoop,
  unaskedServer,
  type LoopEvent,
  type LoopRecord,
} from '../../../../sidecar/decide/search/loops.ts';

/** `event → loops?` in order, with what is news. */
function play(...types: LoopEvent['type'][]): string[] {
  let record: LoopRecord = unaskedServer;
  return types.map((type) => {
    const step = stepLoop(record, { type });
    ({ record } = step);
    return [
      type,
      ...(record.isLooping ? ['looping'] : []),
      ...(step.news === undefined ? [] : [`(${step.news})`]),
    ].join(' ');
  });
}

test.each<[string, string[]]>([
  ['one that answers', ['asked', 'replied', 'over']],
  ['one that is silent', ['asked', 'over']],
  ['one that leads back', ['asked', 'came-back looping (loops)', 'over looping']],
  ['its own reply says nothing new', ['asked', 'came-back looping (loops)', 'replied looping', 'over looping']],
  ['told once', ['asked', 'came-back looping (loops)', 'came-back looping']],
  [
    'still so when asked again',
    ['asked', 'came-back looping (loops)', 'over looping', 'asked looping', 'came-back looping', 'replied looping'],
  ],
  [
    'mended',
    ['asked', 'came-back looping (loops)', 'over looping', 'asked looping', 'replied (ends)', 'asked', 'replied'],
  ],
  ['silence mends nothing', ['asked', 'came-back looping (loops)', 'over looping', 'asked looping', 'over looping']],
  [
    'a reply that nobody waits for mends nothing',
    ['asked', 'came-back looping (loops)', 'asked looping', 'over looping', 'replied looping', 'replied looping'],
  ],
])('%s', (_what, lines) => {
  expect(play(...lines.map((line) => line.split(' ')[0] as LoopEvent['type']))).toEqual(lines);
});

test('of one that was never asked nothing is under way, came back or leads back', () => {
  expect(unaskedServer).toEqual({ isAsked: false, cameBack: false, isLooping: false });
});

test('a question is sent again while it is waited for', () => {
  expect(loopRepeatsMs.filter((afterMs) => afterMs < loopWaitMs)).toHaveLength(2);
});

describe('the path', () => {
  test.each([
    ['127.0.0.53', 'sidecar → systemd-resolved (127.0.0.53) → sidecar'],
    ['127.0.0.54', 'sidecar → systemd-resolved (127.0.0.54) → sidecar'],
    ['127.0.0.11', "sidecar → Docker's resolver (127.0.0.11) → sidecar"],
    ['192.0.2.1', 'sidecar → 192.0.2.1 → sidecar'],
  ])('%s', (address, path) => {
    expect(loopPath({ family: 4, address })).toBe(path);
  });

  test('with a port', () => {
    expect(loopPath({ family: 4, address: '127.0.0.1', port: 5353 })).toBe('sidecar → 127.0.0.1:5353 → sidecar');
  });
});
