/**
 * The `options` lines of resolv.conf, read as glibc's res_setoptions reads them (resolv/res_init.c, 2.41).
 *
 * Deliberately not: `inet6` and `debug` (without effect), `RES_OPTIONS` (environment of the client's process).
 */
import { defaultOptions, flagOptions, numberOptionNames, numberOptions, type ResolvOptions } from './option-table.ts';

/** Applies the rest of an `options` line to `options` and returns the options that are not known. */
export function applyOptionsLine(options: ResolvOptions, text: string): string[] {
  const unknown: string[] = [];
  // Options are separated by blanks, yet a number may follow its colon after blanks: atoi skips them.
  for (const { index, 0: token } of text.matchAll(/[^ \t]+/g)) {
    if (!applyOption(options, text, index)) unknown.push(token);
  }
  return unknown;
}

function applyOption(options: ResolvOptions, text: string, at: number): boolean {
  const numeric = numberOptionNames.find((name) => text.startsWith(`${name}:`, at));
  if (numeric !== undefined) {
    const { key, max, kept } = numberOptions[numeric];
    options[key] = kept(Math.min(max, readInt(text, at + `${numeric}:`.length)));
    return true;
  }
  const clear = text[at] === '-';
  const found = flagOptions.find(([name]) => text.startsWith(name, clear ? at + 1 : at));
  if (found === undefined) return false;
  options[found[1]] = !clear;
  return true;
}

/** `atoi`: white space, a sign, digits; no digits are 0, and the 64-bit result of strtol is cut to 32 bits. */
function readInt(text: string, at: number): number {
  const number = /[ \t\n\v\f\r]*([+-]?[0-9]+)/y;
  number.lastIndex = at;
  const digits = number.exec(text)?.[1];
  if (digits === undefined) return 0;
  const value = BigInt(digits);
  const limit = 2n ** 63n;
  return Number(BigInt.asIntN(32, value >= limit ? limit - 1n : value < -limit ? -limit : value));
}

/** The options that differ from the defaults, in glibc's names. */
export function formatOptions(options: Readonly<ResolvOptions>): string[] {
  const numbers = numberOptionNames.map((name) => [name, numberOptions[name].key] as const);
  const flags = flagOptions.filter(([name, flag]) => options[flag] && name !== 'no_tld_query');
  return [
    ...numbers
      .filter(([, key]) => options[key] !== defaultOptions[key])
      .map(([name, key]) => `${name}:${options[key]}`),
    ...flags.map(([name]) => name),
  ];
}
