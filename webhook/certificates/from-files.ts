import { readFile } from 'node:fs/promises';
import { readCertificate, type Certificate, type CertificateSource } from './certificate.ts';
import type { SetTick } from './self-issued.ts';

/**
 * A mounted certificate (cert-manager, or any CA). The files are read again and again: a Secret volume changes by a
 * swapped link, which watchers of the files themselves miss. A new pair that does not fit together, or has expired, is
 * reported and the one in use stays.
 */
export function certificateFromFiles({
  certFile,
  keyFile,
  wallClock,
  setTick,
  report,
}: FileOptions): CertificateSource {
  let cancelTick = (): void => undefined;
  let seen = '';
  const readChanged = async (): Promise<Certificate | undefined> => {
    const [chain, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    if (chain + key === seen) return undefined;
    // Each state is judged once, so that a fault is reported once.
    seen = chain + key;
    const certificate = readCertificate(chain, key);
    if (certificate.notAfterMs <= wallClock()) throw new Error(`the certificate in ${certFile} has expired`);
    return certificate;
  };
  return {
    async start(renewed) {
      const first = await readChanged();
      if (!first) throw new Error(`${certFile} and ${keyFile} are empty`);
      cancelTick = setTick(filePollMs, async () => {
        try {
          const certificate = await readChanged();
          if (certificate) renewed(certificate);
        } catch (error) {
          report(error);
        }
      });
      return first;
    },
    stop: () => cancelTick(),
  };
}

/** The kubelet takes up to a minute to bring a changed Secret; a few seconds more do not matter. */
const filePollMs = 2000;

export interface FileOptions {
  readonly certFile: string;
  readonly keyFile: string;
  wallClock(): number;
  setTick: SetTick;
  report(error: unknown): void;
}
