/** The TTLs of replies to clients, where they are not those of the nameservers. Pure. */

export interface TtlRules {
  /** In seconds, in place of every other one. */
  readonly fixed: number | undefined;
  /** In seconds, the longest. */
  readonly max: number | undefined;
}

/** Undefined: they stay as they are. */
export function ttlRule({ fixed, max }: TtlRules): ((ttl: number) => number) | undefined {
  if (fixed !== undefined) return () => fixed;
  return max === undefined ? undefined : (ttl) => Math.min(ttl, max);
}
