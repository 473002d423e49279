/** Replicas with a shared Secret, in simulated time. */
import type { Certificate } from '../../../webhook/certificates/certificate.ts';
import { sharedCertificates, type SharedCertificates } from '../../../webhook/certificates/shared.ts';
import type { AuthoritySecret, CaBundle, StoredAuthority } from '../../../webhook/certificates/stores.ts';

/**
 * Several replicas, a Secret, a webhook configuration and a clock that only moves when it is told to. Changes reach the
 * replicas at once, as watches bring them; everything else happens when its timer is due.
 */
export class Simulation {
  nowMs = Date.parse('2026-11-20T12:00:00Z');
  secret: Stored | undefined;
  /** undefined: the configuration does not exist. */
  published: { bundle: string; version: number } | undefined = { bundle: '', version: 1 };
  /** All bundles that replicas wrote. */
  readonly written: string[] = [];
  /** What each replica serves with now. */
  readonly leaves: (Certificate | undefined)[] = [];
  readonly errors: unknown[] = [];
  readonly notes: string[] = [];
  /** Calls to the API server fail while it is set. */
  isCut = false;
  /** Called once, when a replica has read the Secret and not yet done anything about it. */
  afterSecretRead = (): void => undefined;
  /** Called after each step, with the state as it is. */
  watch = (): void => undefined;

  readonly #replicas: SharedCertificates[] = [];
  readonly #timers = new Set<{ atMs: number; action: () => Promise<void> }>();
  #version = 1;

  readonly settings = { caLifetimeMs: 365 * dayMs, leafLifetimeMs: 7 * dayMs };

  async start(): Promise<SharedCertificates> {
    const index = this.leaves.length;
    this.leaves.push(undefined);
    const replica = sharedCertificates({
      ...this.settings,
      names: ['web.ns.svc'],
      secret: this.#secret(),
      bundle: this.#bundle(),
      wallClock: () => this.nowMs,
      setTimer: (milliseconds, action) => {
        const timer = { atMs: this.nowMs + milliseconds, action };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      note: (event, ..._fields) => void this.notes.push(event),
      report: (error) => this.errors.push(error),
    });
    this.#replicas.push(replica);
    void replica
      .start((leaf) => {
        this.leaves[index] = leaf;
      })
      .then((leaf) => {
        this.leaves[index] ??= leaf;
      });
    await this.settle();
    return replica;
  }

  /** Lets all replicas look until none has anything to do. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.#version;) {
      before = this.#version;
      await Promise.all(this.#replicas.map((replica) => replica.reconcile()));
    }
    this.watch();
  }

  async pass(milliseconds: number): Promise<void> {
    const endMs = this.nowMs + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].toSorted((left, right) => left.atMs - right.atMs);
      if (!next || next.atMs > endMs) break;
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      const before = this.#version;
      await next.action();
      if (before === this.#version) this.watch();
      else await this.settle();
    }
    this.nowMs = endMs;
    this.watch();
  }

  /** Days of which the machine sleeps through all but a minute: timers fire late, one after the other. */
  async passDays(days: number): Promise<void> {
    for (let day = 0; day < days; day++) {
      this.nowMs += dayMs - 60_000;
      await this.pass(60_000);
    }
  }

  /** What an operator does with kubectl. */
  async annotate(rotate: string): Promise<void> {
    if (this.secret) this.secret = { ...this.secret, requested: rotate, version: ++this.#version };
    await this.settle();
  }

  async publishByHand(bundle: string): Promise<void> {
    this.published = { bundle, version: ++this.#version };
    await this.settle();
  }

  #secret(): AuthoritySecret<string> {
    const replace = (authority: Certificate, requested: string): boolean => {
      this.secret = { authority, requested, rotation: requested, version: ++this.#version };
      return true;
    };
    return {
      read: async () => {
        await this.#call();
        if (!this.secret) return undefined;
        const { version, ...stored } = this.secret;
        const interrupt = this.afterSecretRead;
        this.afterSecretRead = () => undefined;
        interrupt();
        return { ...stored, kept: String(version) };
      },
      create: async (authority) => {
        await this.#call();
        return this.secret ? false : replace(authority, '');
      },
      replace: async (stored: StoredAuthority<string>, authority) => {
        await this.#call();
        const isCurrent = stored.kept === String(this.secret?.version);
        return isCurrent && replace(authority, stored.requested);
      },
    };
  }

  #bundle(): CaBundle {
    return {
      read: async () => {
        await this.#call();
        return this.published && { bundle: this.published.bundle, resourceVersion: String(this.published.version) };
      },
      write: async (bundle, { resourceVersion }) => {
        await this.#call();
        if (resourceVersion !== String(this.published?.version)) return false;
        this.published = { bundle, version: ++this.#version };
        this.written.push(bundle);
        return true;
      },
    };
  }

  /** Every call takes a turn, so that replicas run into each other. */
  async #call(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isCut) throw new Error('the API server is away');
  }
}

export interface Stored {
  authority: Certificate | undefined;
  requested: string;
  rotation: string;
  version: number;
}

export const dayMs = 24 * 3_600_000;
