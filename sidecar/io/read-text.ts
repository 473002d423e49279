/** Reads a file that others may replace or rewrite at any time. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

export interface Reading {
  /** Undefined: it cannot be read. */
  readonly text: string | undefined;
  /** Why it cannot be read, or not in full: an errno name or a short phrase. */
  readonly problem: string | undefined;
}

const chunkBytes = 64 * 1024;

/** Of larger files the whole lines within `maxBytes`. */
export function readText(path: string, maxBytes: number): Reading {
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

/** Nothing was read, and nothing is known of the file: it is to be read again. */
export function lacksDescriptors({ problem }: Reading): boolean {
  return problem === 'EMFILE' || problem === 'ENFILE';
}

/** What differs after a change. */
export function identifyByStat(path: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return errorName(error);
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

export function errorName(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
