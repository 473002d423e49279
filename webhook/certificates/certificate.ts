/** What a certificate is to the webhook, and how PEM text is read. */
import { X509Certificate, createPrivateKey } from 'node:crypto';

/** A certificate with its key, both PEM, and when it holds. */
export interface Certificate {
  /** With the intermediates, if any. */
  readonly chain: string;
  readonly key: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** May sign others. */
  readonly isAuthority: boolean;
  /** The key is one of an elliptic curve. */
  readonly isElliptic: boolean;
}

/** Where the certificate in use comes from. `start` resolves with the first one. */
export interface CertificateSource {
  start(renewed: (certificate: Certificate) => void): Promise<Certificate>;
  stop(): void;
}

/** Reads a pair and checks that key and certificate belong together. Throws where they do not. */
export function readCertificate(chain: string, key: string): Certificate {
  const leaf = new X509Certificate(chain);
  const privateKey = createPrivateKey(key);
  if (!leaf.checkPrivateKey(privateKey)) throw new Error('the key does not belong to the certificate');
  const isElliptic = privateKey.asymmetricKeyType === 'ec';
  return { chain, key, ...validityOf(chain), isAuthority: leaf.ca, isElliptic };
}

/** When the first certificate of a PEM text holds. */
export function validityOf(pem: string): { notBeforeMs: number; notAfterMs: number } {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  return { notBeforeMs: validFromDate.getTime(), notAfterMs: validToDate.getTime() };
}

/** The certificates of a bundle, each ending in a newline: without it the next one could not be appended. */
export function splitBundle(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => `${block.replaceAll('\r', '')}\n`);
}
