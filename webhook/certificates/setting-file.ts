/** Reads a file that a setting names, with errors that name both. */
import { readFile } from 'node:fs/promises';

/** A file that a setting names. */
export interface SettingFile {
  /** The variable. */
  readonly setting: string;
  /** What the file is to hold, for the message. */
  readonly accepted: string;
  readonly path: string;
}

/** A file is not what its setting needs; the message says which setting, which file and what is accepted. */
export class SettingFileError extends Error {
  override readonly name = 'SettingFileError';
  readonly code = 'SETTING_FILE';

  constructor({ setting, path, accepted }: SettingFile, what: string, cause?: unknown) {
    super(`${setting} (${path}): ${what}; accepted: ${accepted}`, { cause });
  }
}

export async function readSettingFile(file: SettingFile): Promise<string> {
  const text = await readFile(file.path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SettingFileError(file, `cannot be read (${cause.code ?? cause.message})`, cause);
  });
  if (text.trim() === '') throw new SettingFileError(file, 'is empty');
  return text;
}

export function certFile(path: string): SettingFile {
  return {
    setting: 'WEBHOOK_TLS_CERT_FILE',
    path,
    accepted: 'a certificate chain in PEM that is valid now, the certificate of the webhook first',
  };
}

export function keyFile(path: string): SettingFile {
  return {
    setting: 'WEBHOOK_TLS_KEY_FILE',
    path,
    accepted: 'the private key in PEM, without a passphrase, of the certificate in WEBHOOK_TLS_CERT_FILE',
  };
}

export function caFile(path: string): SettingFile {
  return {
    setting: 'WEBHOOK_TLS_CA_FILE',
    path,
    accepted: 'the CA of the certificate in WEBHOOK_TLS_CERT_FILE, in PEM and valid now',
  };
}
