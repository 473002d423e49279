/** Names of types and rcodes for people: metric labels and log fields. */
import { rcodes, recordTypes } from './iana.ts';

type TypeName = keyof typeof recordTypes;
type RcodeName = keyof typeof rcodes;

const typeNames = byNumber(recordTypes);
const rcodeNames = byNumber(rcodes);

/** A type outside the table of `iana.ts` is `other`: a label must not take any value a client likes. */
export function typeName(type: number): TypeName | 'other' {
  return typeNames.get(type) ?? 'other';
}

export function rcodeName(rcode: number): RcodeName | 'other' {
  return rcodeNames.get(rcode) ?? 'other';
}

function byNumber<Name extends string>(numbers: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map((Object.entries(numbers) as [Name, number][]).map(([name, number]) => [number, name]));
}
