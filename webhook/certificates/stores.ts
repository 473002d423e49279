/** Where the CA that the replicas share is kept and published. `cluster/` implements both with the Kubernetes API. */
import type { Certificate } from './certificate.ts';

/** The Secret in which the replicas share their CA. `Kept` is what the store itself needs to write it back. */
export interface AuthoritySecret<Kept = unknown> {
  /** undefined: there is none. */
  read(): Promise<StoredAuthority<Kept> | undefined>;
  /** False: another replica was first; read again. */
  create(authority: Certificate): Promise<boolean>;
  /** False: another replica was first, or somebody changed the Secret; read again. */
  replace(stored: StoredAuthority<Kept>, authority: Certificate): Promise<boolean>;
}

export interface StoredAuthority<Kept = unknown> {
  /** undefined: what the Secret holds cannot be used. */
  readonly authority: Certificate | undefined;
  /** What the annotation `rotate` says now, and what it said when the CA was made. */
  readonly requested: string;
  readonly rotation: string;
  /** The store's own form, to write back only if nobody has changed it meanwhile. */
  readonly kept: Kept;
}

/** The caBundle of our entry in the webhook configuration; nothing else of it is ever written. */
export interface CaBundle {
  /** undefined: the configuration, or our entry in it, does not exist. */
  read(): Promise<PublishedBundle | undefined>;
  /** False: the configuration has changed since it was read; read again. */
  write(bundle: string, after: PublishedBundle): Promise<boolean>;
}

export interface PublishedBundle {
  /** PEM; empty where there is none. */
  readonly bundle: string;
  readonly resourceVersion: string;
}
