/** What was measured, as it is kept in `bench/results.json`: pages and pictures derive from it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spread } from './statistics.ts';

/** By the name of the figure. */
export type Results = Readonly<Record<string, FigureResult>>;

export interface FigureResult {
  readonly taken: Taken;
  readonly tables: readonly ResultTable[];
  readonly goals: readonly Goal[];
  /** What a reader must know of these runs: what failed, what is missing. */
  readonly remarks: readonly string[];
}

/** When, where and with what. */
export interface Taken {
  readonly date: string;
  /** A short run, of which nothing but its working is known. */
  readonly quick: boolean;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Of the machine's processor time while it ran, what other programs took, in percent: a measurement beside others is none. A
   * count in simulated time has none of it.
   */
  readonly foreignPercent?: number;
}

export interface ResultTable {
  readonly key: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
}

/** `ours`: this project; `peer`: other programs for the same purpose; `floor`: what bounds all of them. */
export type RowKind = 'ours' | 'peer' | 'floor';

export interface Row {
  readonly label: string;
  readonly kind: RowKind;
  /** By the column's key; what could not be measured is missing. */
  readonly values: Readonly<Record<string, Spread>>;
}

export interface Goal {
  readonly text: string;
  readonly unit: string;
  /** What was found; missing where nothing was to compare with. */
  readonly found?: number;
  readonly bound: number;
  readonly sense: 'at least' | 'at most';
}

export function isReached({ found, bound, sense }: Goal): boolean | undefined {
  if (found === undefined) return undefined;
  return sense === 'at least' ? found >= bound : found <= bound;
}

const file = join(import.meta.dirname, 'results.json');

export function readResults(): Results {
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

/** The other figures stay as they are. */
export function keepResult(name: string, result: FigureResult): void {
  writeFileSync(file, `${JSON.stringify({ ...readResults(), [name]: result }, null, 2)}\n`);
}
