/** The pair: the questions for A and AAAA of one lookup. */
import { recordTypes } from '../../wire/iana.ts';

/** 0: the A question, or the only question of another type. 1: the AAAA question. */
export type Half = 0 | 1;

/** Whether a sibling question may still arrive (`open`), has (`pair`), or will not (`solo`). */
export type Kind = 'open' | 'pair' | 'solo';

export const bothHalves = [0, 1] as const satisfies readonly Half[];

/** Which truncated half of a pair sends both over TCP at once, the other not waited for: `own` is the one that is asked first. */
export type TruncatedSuffices = 'either' | 'own' | 'neither';

/** What is known of each half. */
export type Halves<Value> = readonly [Value | undefined, Value | undefined];

/** Which half a question of the type is; of another type than A and AAAA there is but the first. */
export function halfOfType(type: number): Half {
  return type === recordTypes.AAAA ? 1 : 0;
}

/** The type of a pair's half. */
export function addressTypeOf(half: Half): number {
  return half === 0 ? recordTypes.A : recordTypes.AAAA;
}

/** Where the hosts file has the addresses of a half. */
export function familyOf(half: Half): 'ipv4' | 'ipv6' {
  return half === 0 ? 'ipv4' : 'ipv6';
}

/** The type of the other question; a question for no address has none. */
export function siblingType(type: number): number | undefined {
  if (type === recordTypes.A) return recordTypes.AAAA;
  return type === recordTypes.AAAA ? recordTypes.A : undefined;
}

export function otherHalf(half: Half): Half {
  return half === 0 ? 1 : 0;
}

export function withHalf<Value>(halves: Halves<Value>, half: Half, value: Value): Halves<Value> {
  return half === 0 ? [value, halves[1]] : [halves[0], value];
}
