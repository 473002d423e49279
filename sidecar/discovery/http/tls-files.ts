/** The certificate of the HTTP API: read from its files, again when one of them changes. */
import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:https';

export interface TlsFiles {
  readonly current: TlsPair;
  /** The server has each new certificate from then on. */
  serve(server: Server): Server;
  stop(): void;
}

export interface TlsFilesOptions {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Calls `run` again and again until what it returns is called. */
  every(periodMs: number, run: () => void): () => void;
  unreadable(error: Error): void;
}

interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: 'TLSv1.2';
}

const pollMs = 10_000;

/** Throws where they cannot be read. */
export function readTlsFiles({ certificatePath, keyPath, every, unreadable }: TlsFilesOptions): TlsFiles {
  const read = (): TlsPair => ({
    cert: readFileSync(certificatePath),
    key: readFileSync(keyPath),
    minVersion: 'TLSv1.2',
  });
  const identity = (): string => [certificatePath, keyPath].map(changeTime).join(' ');
  const servers: Server[] = [];
  let seen = identity();
  let current = read();
  const stop = every(pollMs, () => {
    const found = identity();
    if (found === seen) return;
    try {
      const next = read();
      // Throws where key and certificate do not belong together: the pair before stays.
      for (const server of servers) server.setSecureContext(next);
      current = next;
      seen = found;
    } catch (error) {
      unreadable(error as Error);
    }
  });
  return {
    get current() {
      return current;
    },
    serve(server) {
      servers.push(server);
      return server;
    },
    stop,
  };
}

function changeTime(path: string): string {
  try {
    const { ino, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return String(error);
  }
}
