/** Modules of Node.js that a start has no time for: loaded when something needs them, at once. */
import { createRequire } from 'node:module';
import type * as Crypto from 'node:crypto';

const load = createRequire('/');

/** Takes 9 of the 80 ms until the first reply, and 1 MB. */
export function lateCrypto(): typeof Crypto {
  return load('node:crypto') as typeof Crypto;
}
