import { X509Certificate, createPrivateKey } from 'node:crypto';

/** A certificate with its key, both PEM, and when it holds. */
export interface Certificate {
  /** With the intermediates, if any. */
  readonly chain: string;
  readonly key: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Where the certificate in use comes from. `start` resolves with the first one. */
export interface CertificateSource {
  start(renewed: (certificate: Certificate) => void): Promise<Certificate>;
  stop(): void;
}

/** Reads a pair and checks that key and certificate belong together. Throws where they do not. */
export function readCertificate(chain: string, key: string): Certificate {
  const { leaf, notBeforeMs, notAfterMs } = validityOf(chain);
  if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new Error('the key does not belong to the certificate');
  return { chain, key, notBeforeMs, notAfterMs };
}

/** The first certificate of a PEM text. */
export function validityOf(pem: string): { leaf: X509Certificate; notBeforeMs: number; notAfterMs: number } {
  const leaf = new X509Certificate(pem);
  return { leaf, notBeforeMs: leaf.validFromDate.getTime(), notAfterMs: leaf.validToDate.getTime() };
}

/** The certificates of a bundle, each ending in a newline: without it the next one could not be appended. */
export function splitBundle(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => `${block.replaceAll('\r', '')}\n`);
}
