/**
 * The `options` lines of resolv.conf, read as glibc's res_setoptions reads them (resolv/res_init.c, 2.41).
 *
 * Deliberately not: `inet6` and `debug` (without effect), `RES_OPTIONS` (environment of the client's process).
 */
import { numericResolvOptions } from './option-words.ts';

export interface ResolvOptions {
  /** 0 to 15. */
  ndots: number;
  /** 1 to 30: anything below acts as 1 (send_dg). */
  timeoutSeconds: number;
  /** 0 to 5: with 0 no query is ever sent. */
  attempts: number;
  rotate: boolean;
  useVc: boolean;
  singleRequest: boolean;
  singleRequestReopen: boolean;
  noAaaa: boolean;
  noTldQuery: boolean;
  noReload: boolean;
  edns0: boolean;
  trustAd: boolean;
  strictError: boolean;
}

/** RES_MAXNDOTS, RES_MAXRETRANS (seconds), RES_MAXRETRY in glibc's resolv/resolv.h. */
const { ndots: dots, timeout, attempts } = numericResolvOptions;

/** Default ndots, RES_TIMEOUT (seconds) and RES_DFLRETRY. */
export const defaultOptions: Readonly<ResolvOptions> = {
  ndots: 1,
  timeoutSeconds: 5,
  attempts: 2,
  rotate: false,
  useVc: false,
  singleRequest: false,
  singleRequestReopen: false,
  noAaaa: false,
  noTldQuery: false,
  noReload: false,
  edns0: false,
  trustAd: false,
  strictError: false,
};

type Flag = {
  [K in keyof ResolvOptions]: ResolvOptions[K] extends boolean ? K : never;
}[keyof ResolvOptions];

/** In glibc's order: the first name that the text begins with counts, so a longer name stands before its prefix. */
export const flagOptions: readonly (readonly [name: string, flag: Flag])[] = [
  ['rotate', 'rotate'],
  ['edns0', 'edns0'],
  ['single-request-reopen', 'singleRequestReopen'],
  ['single-request', 'singleRequest'],
  ['no_tld_query', 'noTldQuery'],
  ['no-tld-query', 'noTldQuery'],
  ['no-reload', 'noReload'],
  ['use-vc', 'useVc'],
  ['trust-ad', 'trustAd'],
  ['no-aaaa', 'noAaaa'],
  ['strict-error', 'strictError'],
];

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
  if (text.startsWith('ndots:', at)) {
    // The field has four bits: −1 becomes 15.
    options.ndots = Math.min(dots.max, readInt(text, at + 'ndots:'.length)) & 0x0f;
    return true;
  }
  if (text.startsWith('timeout:', at)) {
    const seconds = readInt(text, at + 'timeout:'.length);
    options.timeoutSeconds = Math.max(1, Math.min(timeout.max, seconds));
    return true;
  }
  if (text.startsWith('attempts:', at)) {
    options.attempts = Math.max(0, Math.min(attempts.max, readInt(text, at + 'attempts:'.length)));
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
  const numbers = [
    ['ndots', 'ndots'],
    ['timeout', 'timeoutSeconds'],
    ['attempts', 'attempts'],
  ] as const;
  const flags = flagOptions.filter(([name, flag]) => options[flag] && name !== 'no_tld_query');
  return [
    ...numbers
      .filter(([, key]) => options[key] !== defaultOptions[key])
      .map(([name, key]) => `${name}:${options[key]}`),
    ...flags.map(([name]) => name),
  ];
}
