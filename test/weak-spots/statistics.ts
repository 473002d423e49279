/** Whether counts look as if every cell were equally likely. */

/**
 * Pearson's chi-square over equally likely cells, as a number of standard deviations (Wilson and Hilferty's
 * transformation): about 0 for chance, large for a preference, very negative where the counts are more even than chance
 * would leave them.
 */
export function unevenness(values: readonly number[], cells: number): number {
  const counts = Array.from({ length: cells }, () => 0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  const expected = values.length / cells;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = cells - 1;
  const variance = 2 / (9 * freedom);
  return (Math.cbrt(chiSquare / freedom) - (1 - variance)) / Math.sqrt(variance);
}

/** Chance goes as far once in a thousand million times. */
export const suspicious = 6;
