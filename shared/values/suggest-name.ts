/** The known name that the user probably meant: the nearest one, if it is near enough for its length. */
export function suggestName(name: string, known: readonly string[]): string | undefined {
  const allowed = Math.max(1, Math.floor(name.length / 3));
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= allowed && (!best || distance < best.distance)) best = { name: candidate, distance };
  }
  return best?.name;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const cell = (up: number, left: number): number => rows[row - up]?.[column - left] ?? 0;
      const replaced = cell(1, 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(cell(1, 0) + 1, (current[column - 1] ?? 0) + 1, replaced, swapped ? cell(2, 2) + 1 : replaced),
      );
    }
    rows.push(current);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
