/** The certificates for Docker's API, in the folder and under the names that Docker's own client has. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerTls } from './client.ts';

/** Without `cert.pem` and `key.pem` the client shows none; `ca.pem` must be there. */
export function readTlsFiles(folder: string): DockerTls {
  const optional = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;
  return { ca: readFileSync(join(folder, 'ca.pem'), 'utf8'), cert: optional('cert.pem'), key: optional('key.pem') };
}
