/** When a certificate is replaced. Pure: the time is an argument. */
export function isRenewalDue({ notBeforeMs, notAfterMs }: Validity, nowMs: number): boolean {
  return nowMs >= notBeforeMs + (notAfterMs - notBeforeMs) * renewAfterPart;
}

export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Early enough for several attempts, late enough to be rare; cert-manager's choice too. */
const renewAfterPart = 2 / 3;

/** The clocks of API server and webhook may differ by this much. */
export const clockSkewMs = 5 * 60_000;

/**
 * A timer for the whole life would sleep through a suspension of the machine, and setTimeout takes no more than 24 days:
 * a replica reads the wall clock this often.
 */
export const tickMs = 60_000;
