/** Issues CAs and server certificates. */
import { randomBytes } from 'node:crypto';
import type { SelfsignedOptions } from 'selfsigned';
import { readCertificate, type Certificate } from './certificate.ts';
import { clockSkewMs } from './lifetime.ts';

/**
 * Certificates by the package selfsigned: EC P-256, signed with SHA-256 (its default is SHA-1, which Go refuses). The
 * common name of each CA is unique: OpenSSL cannot tell two of the same name apart in a bundle.
 */
export async function issueAuthority({ nowMs, lifetimeMs }: Term): Promise<Certificate> {
  return await issue({ name: `alpine-resolver CA ${randomBytes(8).toString('hex')}`, term: { nowMs, lifetimeMs } }, [
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
}

/** A server's certificate. The API server verifies the name `service.namespace.svc`, as an alternative name. */
export async function issueLeaf(authority: Certificate, { names, ...term }: LeafOptions): Promise<Certificate> {
  const altNames = names.map((name) =>
    isAddress(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  );
  // No leaf outlives its CA: it would be refused all the same.
  const lifetimeMs = Math.min(term.lifetimeMs, authority.notAfterMs - term.nowMs);
  return await issue({ name: 'alpine-resolver', term: { ...term, lifetimeMs }, authority }, [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ]);
}

export interface Term {
  readonly nowMs: number;
  readonly lifetimeMs: number;
}

export interface LeafOptions extends Term {
  /** DNS names and IP addresses. */
  readonly names: readonly string[];
}

async function issue(
  { name, term, authority }: { name: string; term: Term; authority?: Certificate },
  extensions: NonNullable<SelfsignedOptions['extensions']>,
): Promise<Certificate> {
  // Loaded here, so that it costs nothing where certificates are mounted.
  const { generate } = await import('selfsigned');
  const issued = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(term.nowMs - clockSkewMs),
    notAfterDate: new Date(term.nowMs + term.lifetimeMs),
    extensions,
    ...(authority && { ca: { key: authority.key, cert: authority.chain } }),
  });
  // The package leaves out the newline at the end, without which a bundle cannot be put together.
  return readCertificate(`${issued.cert.trim()}\n`, issued.private);
}

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}
