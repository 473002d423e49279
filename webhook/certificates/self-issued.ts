/** Issues a certificate for a webhook without a cluster. */
import type { Certificate, CertificateSource } from './certificate.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { isRenewalDue, tickMs } from './lifetime.ts';

/** A CA and a leaf in memory, for a webhook without a cluster: nobody else shares the CA. */
export function selfIssued({
  names,
  caLifetimeMs,
  leafLifetimeMs,
  wallClock,
  setTick,
  report,
}: SelfIssuedOptions): CertificateSource {
  let cancelTick = (): void => undefined;
  let authority: Certificate;
  let leaf: Certificate;
  const issueBoth = async (): Promise<void> => {
    const nowMs = wallClock();
    if (!authority || isRenewalDue(authority, nowMs))
      authority = await issueAuthority({ nowMs, lifetimeMs: caLifetimeMs });
    leaf = await issueLeaf(authority, { names, nowMs, lifetimeMs: leafLifetimeMs });
  };
  return {
    async start(renewed) {
      await issueBoth();
      cancelTick = setTick(tickMs, async () => {
        if (!isRenewalDue(leaf, wallClock())) return;
        try {
          await issueBoth();
          renewed(withAuthority(leaf, authority));
        } catch (error) {
          report(error);
        }
      });
      return withAuthority(leaf, authority);
    },
    stop: () => cancelTick(),
  };
}

export interface SelfIssuedOptions {
  readonly names: readonly string[];
  readonly caLifetimeMs: number;
  readonly leafLifetimeMs: number;
  /** Milliseconds since 1970. */
  wallClock(): number;
  /** Calls again and again until it is cancelled. */
  setTick: SetTick;
  report(error: unknown): void;
}

export type SetTick = (periodMs: number, tick: () => Promise<void>) => () => void;

/** The CA goes along in the handshake, so that a person can look at it; whoever verifies must have it already. */
function withAuthority(leaf: Certificate, authority: Certificate): Certificate {
  return { ...leaf, chain: leaf.chain + authority.chain };
}
