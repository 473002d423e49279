/** Which processes started the command line: it ends when they are gone. */
import { readFileSync } from 'node:fs';

/**
 * The parent and, where the system shows it (proc(5), fields 2 and 4), the parent's. It changes when one of them is
 * gone: npm that is ended by SIGKILL leaves its script behind, and the shell between them.
 */
export function ancestors(): string {
  const parent = process.ppid;
  try {
    const fields = readFileSync(`/proc/${parent}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    return `${parent} ${fields[1]}`;
  } catch {
    return String(parent);
  }
}
