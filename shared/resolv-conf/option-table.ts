/** The options of resolv.conf that the sidecar obeys, each once (glibc 2.41, resolv/res_init.c, res_setoptions). */

interface NumberOption<Key extends string> {
  /** Its member of `ResolvOptions`. */
  readonly key: Key;
  readonly initial: number;
  /** What a setting may say. */
  readonly min: number;
  /** What glibc clamps to: RES_MAXNDOTS, RES_MAXRETRANS (seconds), RES_MAXRETRY in resolv/resolv.h. */
  readonly max: number;
  /** What glibc makes of a number that is not above `max`. */
  kept(value: number): number;
}

const number = <const Key extends string>(option: NumberOption<Key>): NumberOption<Key> => option;

/** The options with a number. `initial`: glibc's own ndots, RES_TIMEOUT (seconds) and RES_DFLRETRY. */
export const numberOptions = {
  // The field has four bits: −1 becomes 15.
  ndots: number({ key: 'ndots', initial: 1, min: 0, max: 15, kept: (value) => value & 0x0f }),
  // Anything below 1 acts as 1 (send_dg).
  timeout: number({ key: 'timeoutSeconds', initial: 5, min: 1, max: 30, kept: (value) => Math.max(1, value) }),
  // With 0 no query is ever sent.
  attempts: number({ key: 'attempts', initial: 2, min: 1, max: 5, kept: (value) => Math.max(0, value) }),
} as const;

export type NumberOptionName = keyof typeof numberOptions;

export const numberOptionNames = Object.keys(numberOptions) as readonly NumberOptionName[];

/**
 * The options that their name sets and `-name` clears, each with its member of `ResolvOptions`. In glibc's order: the
 * first name that a text begins with counts, so a longer name stands before its prefix.
 */
export const flagOptions = [
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
] as const;

type NumberKey = (typeof numberOptions)[NumberOptionName]['key'];
type FlagKey = (typeof flagOptions)[number][1];

/** `ndots` 0 to 15, `timeoutSeconds` 1 to 30, `attempts` 0 to 5, and the flags. */
export type ResolvOptions = Record<NumberKey, number> & Record<FlagKey, boolean>;

export const defaultOptions: Readonly<ResolvOptions> = Object.fromEntries([
  ...numberOptionNames.map((name) => [numberOptions[name].key, numberOptions[name].initial]),
  ...flagOptions.map(([, key]) => [key, false]),
]) as ResolvOptions;
