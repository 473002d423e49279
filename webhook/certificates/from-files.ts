/** Takes the certificate from mounted files. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readCertificate, type Certificate, type CertificateSource } from './certificate.ts';
import type { SetTick } from './self-issued.ts';
import { certFile, keyFile, readSettingFile, SettingFileError, type SettingFile } from './setting-file.ts';

/**
 * A mounted certificate (cert-manager, or any CA). The files are read again and again: a Secret volume changes by a
 * swapped link, which watchers of the files themselves miss. A new pair that does not fit together, or has expired, is
 * reported and the one in use stays.
 */
export function certificateFromFiles({ wallClock, setTick, report, ...paths }: FileOptions): CertificateSource {
  const [cert, ownKey] = [certFile(paths.certFile), keyFile(paths.keyFile)];
  let cancelTick = (): void => undefined;
  let seen = '';
  const readChanged = async (): Promise<Certificate | undefined> => {
    const [chain, key] = await Promise.all([readSettingFile(cert), readSettingFile(ownKey)]);
    if (chain + key === seen) return undefined;
    // Each state is judged once, so that a fault is reported once.
    seen = chain + key;
    parsed(cert, 'holds no certificate', () => new X509Certificate(chain));
    parsed(ownKey, 'holds no private key', () => createPrivateKey(key));
    const certificate = parsed(ownKey, 'does not fit', () => readCertificate(chain, key));
    if (certificate.notAfterMs <= wallClock()) throw new SettingFileError(cert, 'the certificate has expired');
    return certificate;
  };
  return {
    async start(renewed) {
      const first = await readChanged();
      if (!first) throw new SettingFileError(cert, 'is empty');
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

function parsed<Value>(file: SettingFile, what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new SettingFileError(file, `${what} (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
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
