/**
 * The notation of the tables of the step functions: actions and events in turn, divided by bars, from left to right as time
 * passes. `send A s0 | A SERVFAIL | send A s1 | A DATA | end POS A=DATA`: what is done at the start, what happens, what is
 * done about it, and so on. A step that does nothing is `-`. An event may say when it happens: `@9.5s client deadline`.
 */
import { expect, test } from 'vitest';
import type { Actions } from '../../../sidecar/decide/search/exchange.ts';

/** One rule: its name, the settings under which it is shown, and the script. */
export type RuleRow = readonly [rule: string, given: string, script: string];

/** What is done at the start, and at each event at a time in milliseconds; both as texts. */
export interface Machine {
  readonly start: () => string;
  readonly step: (event: string, nowMs: number) => string;
}

/** Plays the events of a script, and gives the script as it came out. */
export function play(machine: Machine, script: string): string {
  const [, ...rest] = segments(script);
  const played = [machine.start()];
  let nowMs = 0;
  for (const event of rest.filter((_, index) => index % 2 === 0)) {
    const [, seconds, what = event] = /^@([\d.]+)s (.*)$/.exec(event) ?? [];
    nowMs = seconds === undefined ? nowMs : Number(seconds) * 1000;
    played.push(event, machine.step(what, nowMs));
  }
  return played.map((segment) => (segment === '' ? '-' : segment)).join('\n| ');
}

/** A test for each rule: the script comes out as it stands there. */
export function holdRules(machineOf: (given: string) => Machine, rows: readonly RuleRow[]): void {
  test.each(rows)('%s', (_, given, script) => {
    expect(play(machineOf(given), script)).toBe(segments(script).join('\n| '));
  });
}

/** The word that follows `key` in the settings of a row, where it stands there. */
export function given(settings: string, key: string): string | undefined {
  return new RegExp(String.raw`(?:^|\s)${key} (\S+)`).exec(settings)?.[1];
}

/** Whether the settings of a row have the word. */
export function has(settings: string, word: string): boolean {
  return settings.split(/\s+/).includes(word);
}

function segments(script: string): string[] {
  return script.split('|').map((segment) => segment.trim().replaceAll(/\s+/g, ' '));
}

/** Actions as the steps of a search write them. */
export function actionArray<Action>(): Actions<Action> & { readonly written: Action[] } {
  const written: Action[] = [];
  return { written, push: (action) => void written.push(action), clear: () => void written.splice(0) };
}
