/** The token of the HTTP API: read from a file, again when it changes, and compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

export interface TokenFile {
  isToken(text: string): boolean;
}

/** Throws where the file has no token. */
export function readTokenFile(path: string, unreadable: (error: Error) => void): TokenFile {
  let seen = identityOf(path);
  let digest = digestOf(tokenIn(path));
  return {
    isToken(text) {
      const identity = identityOf(path);
      if (identity !== seen) {
        seen = identity;
        try {
          digest = digestOf(tokenIn(path));
        } catch (error) {
          // The one before it counts: a token that is just being replaced must not lock everybody out.
          unreadable(error as Error);
        }
      }
      return timingSafeEqual(digestOf(text), digest);
    },
  };
}

/** What is shorter can be found by trying. */
const minTokenCharacters = 16;

function tokenIn(path: string): string {
  const token = readFileSync(path, 'utf8').trim();
  if (new RegExp(`^[!-~]{${minTokenCharacters},512}$`).test(token)) return token;
  const wanted = `${minTokenCharacters} to 512 characters without blanks, such as of openssl rand -hex 32`;
  throw new Error(`${path} has no token: ${wanted}`);
}

/** Of the same length for every text. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function identityOf(path: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return String(error);
  }
}
