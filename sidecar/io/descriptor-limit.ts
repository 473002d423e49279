/** Reads how many file descriptors the process may have. */
import { readFileSync } from 'node:fs';

/** The limit of this process, where the system tells it. */
export function readDescriptorLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}
