/** Pairs the entries of a list with those of the changed list. */
import { isObject, type Json } from '../../webhook/kubernetes/json.ts';

/**
 * Which entry of a list became which of another: pairs of indices, both rising. Entries without a pair were removed or
 * added. Equal entries are paired, and objects of one `name`, as many as can be without a change of order. Between them
 * plain values are paired in turn and, where as many stand on either side, what has no name.
 */
export function pairLists(before: readonly Json[], after: readonly Json[]): [number, number][] {
  const [left, right] = [before.map(keyOf), after.map(keyOf)];
  const [leftNames, rightNames] = [before.map(nameOf), after.map(nameOf)];
  const weigh = (i: number, j: number): number => {
    if (left[i] === right[j]) return equalWeight;
    return leftNames[i] !== undefined && leftNames[i] === rightNames[j] ? nameWeight : 0;
  };
  const pairs = heaviest({ rows: before.length, columns: after.length, weigh });
  return withPlainValues(pairs, before, after);
}

const equalWeight = 4;
const nameWeight = 3;

interface Grid {
  readonly rows: number;
  readonly columns: number;
  weigh(row: number, column: number): number;
}

/** The rising sequence of pairs of the greatest weight; equal ends are paired beforehand, as most lists are alike. */
function heaviest({ rows, columns, weigh }: Grid): [number, number][] {
  const shorter = Math.min(rows, columns);
  const head = countWhile(shorter, (i) => weigh(i, i) === equalWeight);
  const tail = countWhile(shorter - head, (i) => weigh(rows - 1 - i, columns - 1 - i) === equalWeight);
  const middle = heaviestOf({
    rows: rows - head - tail,
    columns: columns - head - tail,
    weigh: (row, column) => weigh(head + row, head + column),
  });
  return [
    ...Array.from({ length: head }, (_, i): [number, number] => [i, i]),
    ...middle.map(([row, column]): [number, number] => [head + row, head + column]),
    ...Array.from({ length: tail }, (_, i): [number, number] => [rows - tail + i, columns - tail + i]),
  ];
}

function countWhile(bound: number, holds: (index: number) => boolean): number {
  let count = 0;
  while (count < bound && holds(count)) count++;
  return count;
}

/** By the weights of all pairs of tails of both lists. */
function heaviestOf({ rows, columns, weigh }: Grid): [number, number][] {
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0;
  const paired = (i: number, j: number): number => (weigh(i, j) > 0 ? at(i + 1, j + 1) + weigh(i, j) : 0);
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--) best[i]?.set([Math.max(at(i + 1, j), at(i, j + 1), paired(i, j))], j);
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (weigh(i, j) > 0 && at(i, j) === paired(i, j)) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

function withPlainValues(
  pairs: readonly [number, number][],
  before: readonly Json[],
  after: readonly Json[],
): [number, number][] {
  const all: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const [row, column] of [...pairs, [before.length, after.length] as const]) {
    const isSameCount = row - i === column - j;
    for (; i < row && j < column; i++, j++) {
      const isPair = isSameCount ? isAlike(before[i], after[j]) : isPlain(before[i]) && isPlain(after[j]);
      if (isPair) all.push([i, j]);
      else if (!isSameCount) break;
    }
    if (row < before.length && column < after.length) all.push([row, column]);
    [i, j] = [row + 1, column + 1];
  }
  return all;
}

function isAlike(left: Json | undefined, right: Json | undefined): boolean {
  if (isPlain(left) || isPlain(right)) return isPlain(left) && isPlain(right);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    nameOf(left ?? null) === undefined &&
    nameOf(right ?? null) === undefined
  );
}

function isPlain(value: Json | undefined): boolean {
  return typeof value !== 'object' || value === null;
}

/** The order of members does not count, as in `equalJson`. */
function keyOf(value: Json): string {
  return JSON.stringify(value, (_, member: Json) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

function nameOf(value: Json): Json | undefined {
  return isObject(value) && typeof value['name'] === 'string' ? value['name'] : undefined;
}
