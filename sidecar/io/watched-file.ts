/** Reads a file again whenever it changes. */
import { identifyByStat, lacksDescriptors, readText, type Reading } from './read-text.ts';

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

export function watchFile(path: string, { maxBytes, identify = identifyByStat }: WatchedFileOptions): WatchedFile {
  let identity: string | undefined;
  let current: Reading = { text: undefined, problem: undefined };
  let settled = false;

  function read(): boolean {
    const before = current;
    current = readText(path, maxBytes);
    // Without a descriptor nothing was read: what was read before still stands, and the next check reads again.
    if (lacksDescriptors(current)) {
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
