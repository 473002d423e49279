/** Reads a file again whenever it changes. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/**
 * A file that others replace or rewrite while this runs. Looked at by `stat`, because change notifications get lost
 * where a mounted file is replaced through a link (how the kubelet updates its volumes).
 */
export interface WatchedFile {
  readonly path: string;
  /** What was read last; undefined: it cannot be read. */
  readonly text: string | undefined;
  /** Why it cannot be read, or not in full: an errno name or a short phrase. */
  readonly problem: string | undefined;
  /** Reads the file if its identity changed; says whether its text did. Cheap when nothing changed: one `stat`. */
  check(): boolean;
  /**
   * As `check`; also reads once more after a change. A writer may have been at work while the file was read, and a
   * second change within one tick of the kernel's clock leaves times and size as they are.
   */
  poll(): boolean;
}

export interface WatchedFileOptions {
  /** Of larger files the whole lines within this size are read: the heap is small. */
  readonly maxBytes: number;
  /** What differs after a change; by default what `stat` returns. */
  readonly identify?: (path: string) => string;
}

const chunkBytes = 64 * 1024;

interface Reading {
  readonly text: string | undefined;
  readonly problem: string | undefined;
}

export function watchFile(path: string, { maxBytes, identify = identifyByStat }: WatchedFileOptions): WatchedFile {
  let identity: string | undefined;
  let current: Reading = { text: undefined, problem: undefined };
  let settled = false;

  function read(): boolean {
    const before = current;
    current = readText(path, maxBytes);
    // Without a descriptor nothing was read: what was read before still stands, and the next check reads again.
    if (current.problem === 'EMFILE' || current.problem === 'ENFILE') {
      identity = undefined;
      current = before;
    }
    return current.text !== before.text || current.problem !== before.problem;
  }

  function check(): boolean {
    const found = identify(path);
    if (found === identity) return false;
    identity = found;
    settled = false;
    return read();
  }

  const file: WatchedFile = {
    path,
    get text() {
      return current.text;
    },
    get problem() {
      return current.problem;
    },
    check,
    poll() {
      const changed = check();
      if (changed || settled) return changed;
      settled = true;
      return read();
    },
  };
  check();
  return file;
}

function identifyByStat(path: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return errorName(error);
  }
}

function readText(path: string, maxBytes: number): Reading {
  try {
    // Reading a pipe or a device could block for ever.
    if (!statSync(path).isFile()) return { text: undefined, problem: 'not a regular file' };
    const bytes = readBytes(path, maxBytes + 1);
    if (bytes.length <= maxBytes) return { text: bytes.toString('utf8'), problem: undefined };
    const wholeLines = bytes.subarray(0, bytes.lastIndexOf('\n', maxBytes) + 1);
    return { text: wholeLines.toString('utf8'), problem: `only the first ${maxBytes} bytes are read` };
  } catch (error) {
    return { text: undefined, problem: errorName(error) };
  }
}

/** Until its end, or as many bytes: the size that `stat` gives may be outdated. */
function readBytes(path: string, maxBytes: number): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let total = 0; total < maxBytes;) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, maxBytes - total));
      const bytes = readSync(descriptor, chunk);
      if (bytes === 0) break;
      chunks.push(chunk.subarray(0, bytes));
      total += bytes;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}

function errorName(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
