import { list, type ValueKind } from './value-kinds.ts';

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
    parse: (text) => (isResolvOption(text) ? { ok: true, value: text } : { ok: false, accepted }),
    format: (value) => value,
    describe: () => accepted,
  };
}

function isResolvOption(text: string): boolean {
  const number = /^(ndots|timeout|attempts):(\d{1,3})$/.exec(text);
  if (number) {
    const { min, max } = numericResolvOptions[number[1] as keyof typeof numericResolvOptions];
    return Number(number[2]) >= min && Number(number[2]) <= max;
  }
  const name = text.startsWith('-') ? text.slice(1) : text;
  return (flagResolvOptions as readonly string[]).includes(name) || ignoredResolvOptions.includes(name);
}
