/** Names of types and rcodes for people: metric labels and log fields. */
import { rcodes, recordTypes } from './iana.ts';

const typeNames = new Map<number, string>(Object.entries(recordTypes).map(([name, value]) => [value, name]));
const rcodeNames = new Map<number, string>(Object.entries(rcodes).map(([name, value]) => [value, name]));

/** A type outside the table of `iana.ts` is `other`: a label must not take any value a client likes. */
export function typeName(type: number): string {
  return typeNames.get(type) ?? 'other';
}

export function rcodeName(rcode: number): string {
  return rcodeNames.get(rcode) ?? 'other';
}
