import { encodeName } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';

/**
 * A name of the hosts file in wire form. glibc compares the file's bytes with the caller's, so escapes have no meaning
 * there, and a name with a final dot is found only by callers that write the dot: no query carries it.
 */
export function encodeHostsName(text: string): WireName | undefined {
  return text === '' || text.endsWith('.') ? undefined : encodeName(text.replaceAll('\\', '\\\\'));
}
