/** The pair: the questions for A and AAAA of one lookup. */

/** 0: the A question, or the only question of another type. 1: the AAAA question. */
export type Half = 0 | 1;

/** Whether a sibling question may still arrive (`open`), has (`pair`), or will not (`solo`). */
export type Kind = 'open' | 'pair' | 'solo';

/** What is known of each half. */
export type Halves<Value> = readonly [Value | undefined, Value | undefined];

export function otherHalf(half: Half): Half {
  return half === 0 ? 1 : 0;
}

export function withHalf<Value>(halves: Halves<Value>, half: Half, value: Value): Halves<Value> {
  return half === 0 ? [value, halves[1]] : [halves[0], value];
}
