/** Where the sources of the clients come from: those that we wrote, and Debian's. */
import { join } from 'node:path';

export const clientPrograms = join(import.meta.dirname, '../programs');

/** Debian 12, the release whose programs the machine has, too. */
export const sourcesSuite = 'bookworm';
