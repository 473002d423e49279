/** When A and AAAA count as one lookup: events as a table, and who may join. */
import { describe, expect, test } from 'vitest';
import type { HostsAnswer } from '../../../../sidecar/decide/hosts/hosts.ts';
import {
  startAlone,
  startPairing,
  stepPairing,
  takesLateSibling,
  takesSibling,
  type HostsAnswers,
  type Pairing,
  type PairingEvent,
  type PairingStep,
} from '../../../../sidecar/decide/lookup/pairing.ts';

const windowMs = 5;
const none: HostsAnswers = { pair: undefined, alone: undefined };
const ipv4: HostsAnswer = { canonicalName: undefined, ipv4: [Uint8Array.of(10, 0, 0, 1)], ipv6: [] };
const other: HostsAnswer = { canonicalName: undefined, ipv4: [Uint8Array.of(10, 0, 0, 2)], ipv6: [] };

/** What is done at the start and after each event, in short. */
function actionsOf(hosts: HostsAnswers, ...events: PairingEvent['type'][]): string[] {
  let step = startPairing(0, windowMs, hosts);
  const said = [inShort(step)];
  for (const type of events) {
    step = stepPairing(step.state, type === 'data' ? { type, fromMemory: false } : { type });
    said.push(inShort(step));
  }
  return said;
}

function inShort({ state, actions }: PairingStep): string {
  const words = actions.map((action) => {
    switch (action.do) {
      case 'window':
        return `window ${action.afterMs}`;
      case 'answer-early':
        return `early ${action.half}`;
      case 'answer-from-hosts':
        return `hosts ${action.half} ${action.answer.ipv4.map((address) => address.at(-1)).join()}`;
      default:
        return action.do;
    }
  });
  return `${state.kind}: ${words.length === 0 ? '-' : words.join(', ')}`;
}

describe('no hosts file', () => {
  test.each<[events: PairingEvent['type'][], said: string[]]>([
    [['sibling'], ['open: window 5, search', 'pair: search']],
    [['window-over'], ['open: window 5, search', 'solo: search']],
    [
      ['data', 'sibling'],
      ['open: window 5, search', 'open: early 0, window 50', 'pair: search'],
    ],
    [
      ['data', 'window-over'],
      ['open: window 5, search', 'open: early 0, window 50', 'solo: search'],
    ],
    // A client that was put aside between its queries.
    [
      ['window-over', 'sibling'],
      ['open: window 5, search', 'solo: search', 'pair: search'],
    ],
    // A timer that fired before it was cancelled.
    [
      ['sibling', 'window-over'],
      ['open: window 5, search', 'pair: search', 'pair: -'],
    ],
  ])('%j', (events, said) => {
    expect(actionsOf(none, ...events)).toEqual(said);
  });
});

describe('the hosts file has the name', () => {
  test.each<[what: string, hosts: HostsAnswers, events: PairingEvent['type'][], said: string[]]>([
    [
      'the same for a pair and alone: answered at once',
      { pair: ipv4, alone: ipv4 },
      ['window-over'],
      ['open: hosts 0 1, window 50', 'solo: end'],
    ],
    [
      'and the sibling gets its part',
      { pair: ipv4, alone: ipv4 },
      ['sibling'],
      ['open: hosts 0 1, window 50', 'pair: hosts 0 1, hosts 1 1, end'],
    ],
    [
      'other addresses for a pair: the kind decides',
      { pair: ipv4, alone: other },
      ['window-over'],
      ['open: window 5', 'solo: hosts 0 2, end'],
    ],
    [
      'only for a pair, which it is not: the nameservers are asked',
      { pair: ipv4, alone: undefined },
      ['window-over'],
      ['open: window 5', 'solo: search'],
    ],
    [
      'only for a pair, and it is one',
      { pair: ipv4, alone: undefined },
      ['sibling'],
      ['open: window 5', 'pair: hosts 0 1, hosts 1 1, end'],
    ],
    [
      'only for one that is alone, and it is a pair',
      { pair: undefined, alone: ipv4 },
      ['sibling'],
      ['open: window 5', 'pair: search'],
    ],
  ])('%s', (_what, hosts, events, said) => {
    expect(actionsOf(hosts, ...events)).toEqual(said);
  });
});

test('another type has no sibling and no window, and is not answered yet', () => {
  const step = startAlone(0);
  expect(inShort(step)).toBe('solo: search');
  expect(step.state).toMatchObject({ answered: false, fromMemory: false });
  expect(startPairing(0, windowMs, none).state).toMatchObject({ answered: false, fromMemory: false });
});

describe('who joins', () => {
  const open = (): Pairing => startPairing(0, windowMs, none).state;
  const answered = (): Pairing => stepPairing(open(), { type: 'data', fromMemory: false }).state;
  const fromMemory = (): Pairing => stepPairing(open(), { type: 'data', fromMemory: true }).state;
  const pair = (): Pairing => stepPairing(open(), { type: 'sibling' }).state;
  const solo = (): Pairing => stepPairing(open(), { type: 'window-over' }).state;
  const soloAnswered = (): Pairing => stepPairing(answered(), { type: 'window-over' }).state;

  const fromSamePort = { fromSamePort: true, bothHaveOpt: false };
  const withOpt = { fromSamePort: false, bothHaveOpt: true };
  const withoutOpt = { fromSamePort: false, bothHaveOpt: false };

  test.each([
    ['the same port', open, { ...fromSamePort, ageMs: 4 }, true],
    ['the same port, once it was answered', answered, { ...fromSamePort, ageMs: 40 }, true],
    ['another port, at once', open, { ...withOpt, ageMs: 4 }, true],
    ['another port, without OPT', open, { ...withoutOpt, ageMs: 0 }, false],
    ['another port, too late', open, { ...withOpt, ageMs: 5 }, false],
    ['another port, once it was answered', answered, { ...withOpt, ageMs: 1 }, false],
    ['another port, once it was answered from memory', fromMemory, { ...withOpt, ageMs: 4 }, true],
    ['another port, without OPT, once it was answered from memory', fromMemory, { ...withoutOpt, ageMs: 0 }, false],
    ['another port, too late, once it was answered from memory', fromMemory, { ...withOpt, ageMs: 5 }, false],
    ['a pair is complete', pair, { ...fromSamePort, ageMs: 1 }, false],
    ['the window is over', solo, { ...fromSamePort, ageMs: 6 }, false],
  ])('%s', (_what, state, newcomer, joins) => {
    expect(takesSibling(state(), { ...newcomer, half: 1 })).toBe(joins);
    expect(takesSibling(state(), { ...newcomer, half: 0 })).toBe(false);
  });

  test.each([
    ['nothing was given out yet', solo, 49, true],
    ['too late', solo, 50, false],
    ['its answer was given out', soloAnswered, 10, false],
    ['a pair is complete', pair, 10, false],
  ])('late: %s', (_what, state, ageMs, joins) => {
    expect(takesLateSibling(state(), 1, ageMs)).toBe(joins);
    expect(takesLateSibling(state(), 0, ageMs)).toBe(false);
  });
});
