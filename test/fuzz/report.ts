/** What was reached, by folder, and what was not, by line. */
import type { Block } from './coverage.ts';

export interface Coverage {
  readonly blocks: Map<string, Block>;
  readonly reached: Set<string>;
}

/** Folders whose code is fuzzed on purpose; the rest is only passed through. */
const parts: readonly (readonly [name: string, files: RegExp])[] = [
  ['sidecar/wire', /^sidecar\/wire\//],
  ['sidecar/decide', /^sidecar\/decide\//],
  ['sidecar pipeline', /^sidecar\/(pipeline|sidecar)\.ts$|^sidecar\/(search|lookups)\//],
];

export function coverageTable({ blocks, reached }: Coverage, withMissed: boolean): string {
  const lines = parts.map(([name, files]) => {
    const own = [...blocks].filter(([, { file }]) => files.test(file));
    const count = own.filter(([key]) => reached.has(key)).length;
    return `${name.padEnd(17)} ${count} of ${own.length} blocks reached (${((100 * count) / own.length).toFixed(1)} %)`;
  });
  if (!withMissed) return lines.join('\n');
  const missed = [...blocks]
    .filter(([key]) => !reached.has(key))
    .map(([, { file, line }]) => `not reached: ${file}:${line}`);
  return [...lines, ...new Set(missed)].join('\n');
}
