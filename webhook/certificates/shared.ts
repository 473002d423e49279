/** Signs this replica's certificate with the CA that all replicas share. */
import type { Log } from '../../shared/report/log.ts';
import { splitBundle, type Certificate, type CertificateSource } from './certificate.ts';
import { issueAuthority, issueLeaf } from './issue.ts';
import { isRenewalDue } from './lifetime.ts';
import type { AuthoritySecret, CaBundle, StoredAuthority } from './stores.ts';
import { isRotationDue, leafStep, sight, wantedBundle, type Publication, type Sighting } from './rotation.ts';

/**
 * A leaf in the memory of this replica, signed by the CA that all replicas share through a Secret. Every pass of `reconcile`
 * brings Secret, published bundle and leaf one step nearer to what rotation.ts asks for; passes are started by changes
 * of the Secret or the configuration, by the clock, and by what the last pass left to do.
 */
export interface SharedCertificates extends CertificateSource {
  /** Looks again after a change. Resolves when there is nothing left to do for now. */
  reconcile(): Promise<void>;
  /** The CA of the leaf in use has been seen in the published bundle. */
  readonly isPublished: boolean;
  /** When the CA of the leaf in use ends. */
  readonly authorityNotAfterMs: number | undefined;
}

export interface SharedOptions {
  readonly secret: AuthoritySecret;
  readonly bundle: CaBundle;
  readonly names: readonly string[];
  readonly caLifetimeMs: number;
  readonly leafLifetimeMs: number;
  wallClock(): number;
  /** Calls once, later; the returned function cancels. */
  setTimer(milliseconds: number, action: () => Promise<void>): () => void;
  /** A rotation, a publication: for the log. */
  readonly note: Log['info'];
  report(error: unknown): void;
}

/** How often a replica reads the wall clock, and how soon another attempt follows a failure. */
const passMs = 60_000;
const nextAttemptMs = 5000;

/** Of conflicts with other replicas in one pass; the next pass goes on. */
const maxAttempts = 5;

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function sharedCertificates(options: SharedOptions): SharedCertificates {
  const { bundle, wallClock, leafLifetimeMs, note } = options;
  let authority: Certificate | undefined;
  let leaf: Certificate | undefined;
  let isPublished = false;
  let sighting: Sighting | undefined;
  let use = (_certificate: Certificate): void => undefined;
  let cancelTimer = (): void => undefined;
  let running: Promise<void> | undefined;
  let isAgain = false;
  let isStopped = false;

  /**
   * Publishes what is missing, and reads it back: only what the API server holds counts. The Secret is read after the
   * bundle: whoever publishes another CA in between makes the write fail, and both are read again.
   */
  const publish = async (): Promise<{ current: Certificate; publication: Publication }> => {
    let wasMissing = false;
    let hadOthers = false;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const published = await bundle.read();
      const current = await currentAuthority(options);
      if (!published) return { current, publication: { isThere: false, wasMissing, hadOthers } };
      const found = splitBundle(published.bundle);
      wasMissing ||= !found.includes(current.chain);
      hadOthers ||= found.some((ca) => ca !== current.chain);
      const nowMs = wallClock();
      const serving = authority?.chain;
      const wanted = wantedBundle({
        published: published.bundle,
        current: current.chain,
        serving,
        nowMs,
        leafLifetimeMs,
      });
      if (published.bundle === wanted) return { current, publication: { isThere: true, wasMissing, hadOthers } };
      if (await bundle.write(wanted, published)) note('ca-published', { authorities: splitBundle(wanted).length });
    }
    throw new Error('the webhook configuration changes all the time');
  };

  /** Makes one pass; returns after how many milliseconds the next one is due. */
  const pass = async (): Promise<number> => {
    const { current, publication } = await publish();
    const nowMs = wallClock();
    sighting = sight(sighting, { current, publication, nowMs });
    const step = leafStep({ current, serving: authority, leaf, sighting, nowMs });
    if (step.do === 'sign') {
      leaf = await issueLeaf(step.by, { names: options.names, nowMs, lifetimeMs: leafLifetimeMs });
      authority = step.by;
      use(leaf);
    }
    isPublished = publication.isThere && authority?.chain === current.chain;
    if (step.do === 'wait') return step.leftMs;
    return publication.isThere ? passMs : nextAttemptMs;
  };

  /** Whether or not the API server can be reached, the CA in use can go on signing. */
  const renewLeaf = async (): Promise<void> => {
    const nowMs = wallClock();
    if (!authority || !leaf || !isRenewalDue(leaf, nowMs) || authority.notAfterMs <= nowMs) return;
    leaf = await issueLeaf(authority, { names: options.names, nowMs, lifetimeMs: leafLifetimeMs });
    use(leaf);
  };

  const passes = async (): Promise<void> => {
    let nextMs = nextAttemptMs;
    do {
      isAgain = false;
      nextMs = await pass().catch(async (error: unknown) => {
        options.report(error);
        await renewLeaf().catch(options.report);
        return nextAttemptMs;
      });
    } while (isAgain);
    running = undefined;
    if (!isStopped) cancelTimer = options.setTimer(nextMs, reconcile);
  };
  const reconcile = (): Promise<void> => {
    isAgain = true;
    if (running) return running;
    if (isStopped) return Promise.resolve();
    cancelTimer();
    running = passes();
    return running;
  };

  return {
    start: (renewed) =>
      new Promise((resolve) => {
        use = (certificate) => {
          use = renewed;
          resolve(certificate);
        };
        // A watch may have been quicker than the start.
        if (leaf) use(leaf);
        void reconcile();
      }),
    stop() {
      isStopped = true;
      cancelTimer();
    },
    reconcile,
    get isPublished() {
      return isPublished;
    },
    get authorityNotAfterMs() {
      return authority?.notAfterMs;
    },
  };
}

/** The CA in the Secret, made or replaced where that is due. */
async function currentAuthority({ secret, wallClock, caLifetimeMs, note }: SharedOptions): Promise<Certificate> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = await secret.read();
    if (stored?.authority && !isDue(stored, wallClock())) return stored.authority;
    const made = await issueAuthority({ nowMs: wallClock(), lifetimeMs: caLifetimeMs });
    const isOurs = stored ? await secret.replace(stored, made) : await secret.create(made);
    if (isOurs) {
      note(stored ? 'ca-rotated' : 'ca-created', { notAfter: new Date(made.notAfterMs).toISOString() });
      return made;
    }
  }
  throw new Error('the Secret of the CA changes all the time');
}

function isDue({ authority, requested, rotation }: StoredAuthority, nowMs: number): boolean {
  return authority === undefined || isRotationDue({ ...authority, rotation }, { requested, nowMs });
}
