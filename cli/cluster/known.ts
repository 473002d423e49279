/** What may be unknown, for people and for programs. */
import type { Known } from './reader.ts';

/** What is not there is null, what is not known says why. */
export function knownDocument<Value>(fact: Known<Value>, change: (value: Value) => unknown = (value) => value): object {
  return fact.isKnown ? { value: change(fact.value) ?? null } : unknownDocument(fact);
}

export function unknownDocument({ why }: Unknown): object {
  return { unknown: why };
}

export function unknownText({ why }: Unknown): string {
  return `not known: ${why}`;
}

type Unknown = Extract<Known<unknown>, { isKnown: false }>;
