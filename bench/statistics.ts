/** What is said of several runs of the same thing. */

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  return { median: median(sorted), least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0, runs: sorted.length };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Of an even number the mean of the two in the middle, as any quantile lies between its neighbours. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Round by round, because what slows the machine slows both. */
export function ratio(one: readonly number[], other: readonly number[]): number {
  return median(one.map((value, index) => value / (other[index] ?? Number.NaN)));
}
