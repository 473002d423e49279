/** Items in turn: whoever asks again gets them beginning with another one. Pure. */

/** Where the first is to stay the first, the same list. */
export function turned<Item>(items: readonly Item[], turn: number): readonly Item[] {
  const first = turn % (items.length || 1);
  return first === 0 ? items : [...items.slice(first), ...items.slice(0, first)];
}
