import { suggestName } from '../values/suggest-name.ts';
import { didYouMean, list, type Refusal, type ValueKind } from '../values/value-kinds.ts';

/** Options of resolv.conf with a number, with the limits that glibc clamps to (resolv/res_init.c, res_setoptions). */
export const numericResolvOptions = {
  ndots: { min: 0, max: 15 },
  timeout: { min: 1, max: 30 },
  attempts: { min: 1, max: 5 },
} as const;

/** Options of resolv.conf that are switched on by their name, off by `-name` (glibc 2.41). */
export const flagResolvOptions = [
  'rotate',
  'use-vc',
  'single-request',
  'single-request-reopen',
  'no-aaaa',
  'no-tld-query',
  'no_tld_query',
  'no-reload',
  'edns0',
  'trust-ad',
  'strict-error',
] as const;

/** Options that glibc once had, or has for other purposes: accepted, without effect. */
export const ignoredResolvOptions = [
  'debug',
  'inet6',
  'ip6-bytestring',
  'ip6-dotint',
  'no-ip6-dotint',
  'no-check-names',
];

/** The words of an `options` line. */
export function resolvOptions(): ValueKind<string[]> {
  return list(resolvOption());
}

function resolvOption(): ValueKind<string> {
  const numbers = Object.entries(numericResolvOptions).map(([name, { min, max }]) => `${name}:${min}–${max}`);
  const accepted = `resolv.conf option (${[...numbers, ...flagResolvOptions].join(', ')}; flags also as -name)`;
  return {
    name: 'resolv.conf option',
    parse: (text) => {
      const fault = faultOf(text);
      return fault === undefined ? { ok: true, value: text } : { ok: false, accepted, ...fault };
    },
    format: (value) => value,
    describe: () => accepted,
  };
}

/** undefined: there is none. */
function faultOf(text: string): Pick<Refusal, 'fault'> | undefined {
  const [, minus = '', name = '', separator = '', number = ''] = /^(-?)([^:=]*)([:=]?)(.*)$/s.exec(text) ?? [];
  if (isNumeric(name)) return minus === '' ? faultOfNumber(name, separator, number) : { fault: 'only flags take a -' };
  const isFlag = (flagResolvOptions as readonly string[]).includes(name) || ignoredResolvOptions.includes(name);
  if (isFlag) return separator === '' ? undefined : { fault: `${name} takes no value` };
  const meant = suggestName(name, [...Object.keys(numericResolvOptions), ...flagResolvOptions]);
  return didYouMean(meant && minus + meant + separator.replace('=', ':') + number);
}

function isNumeric(name: string): name is keyof typeof numericResolvOptions {
  return Object.hasOwn(numericResolvOptions, name);
}

function faultOfNumber(
  name: keyof typeof numericResolvOptions,
  separator: string,
  number: string,
): Pick<Refusal, 'fault'> | undefined {
  const { min, max } = numericResolvOptions[name];
  if (!/^\d{1,3}$/.test(number) || Number(number) < min || Number(number) > max)
    return { fault: `${name} takes a number from ${min} to ${max}` };
  return separator === ':' ? undefined : didYouMean(`${name}:${number}`);
}
