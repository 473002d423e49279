/**
 * Names of the hosts file. glibc compares the file's bytes with the text that the program asks for, so the table is kept
 * by that text: escapes have no meaning in it, and only the case of ASCII letters is ignored.
 */
import { maxNameBytes } from '../../wire/iana.ts';
import { encodeName } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';

/**
 * The key of a name in the file; `undefined` for what is too long to be asked. One with a final dot gets a key that no
 * query has: only programs that write the dot find it.
 */
export function keyOfText(text: string): string | undefined {
  if (text.length > maxNameBytes) return undefined;
  const folded = text.replace(/[A-Z]/g, (letters) => letters.toLowerCase());
  return String.fromCharCode(...encoder.encode(folded));
}

const encoder = new TextEncoder();

/** The same key out of the `nameKey` of a query's name; `undefined` where no text stands for it. */
export function keyOfName(nameKey: string): string | undefined {
  const labels: string[] = [];
  for (let at = 0, end = 0; nameKey.charCodeAt(at) > 0; at = end) {
    end = at + 1 + nameKey.charCodeAt(at);
    labels.push(nameKey.slice(at + 1, end));
  }
  return labels.some((label) => label.includes('.')) ? undefined : labels.join('.');
}

/** The name in wire form; a final dot makes no difference, the root and what is too long are nothing. */
export function encodeHostsName(text: string): WireName | undefined {
  // A file may hold a name of its whole length, and every lookup of its other names would encode it.
  const beginning = text.slice(0, maxNameBytes + 1);
  const name = encodeName(beginning.replaceAll('\\', '\\\\'));
  return name === undefined || name.length === 1 ? undefined : name;
}
