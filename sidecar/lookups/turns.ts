/** Whose turn it is: a count for each object, for as long as it lives. */
export function createTurns(): (object: object) => number {
  const turns = new WeakMap<object, number>();
  return (object) => {
    const turn = turns.get(object) ?? 0;
    turns.set(object, turn + 1);
    return turn;
  };
}
