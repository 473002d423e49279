/**
 * What the tests import as vitest when mutants live in them: `expect` is vitest's own; the tests are kept, so that each can
 * run again and again in one thread. A test that needs more of vitest than this cannot be read, and the command says so.
 */
export { expect } from 'vitest';

export interface KeptTest {
  /** File, groups and name; with its number, if it stands in a table. */
  readonly id: string;
  readonly run: () => unknown;
}

type Body = (...values: never[]) => unknown;

/** In the order in which they are declared. */
export const keptTests: KeptTest[] = [];

let groups: readonly string[] = [];

/** What is declared from now on stands in this file. */
export function beginFile(file: string): void {
  groups = [file];
}

export function describe(name: string, declare: () => void): void {
  const outer = groups;
  groups = [...outer, name];
  declare();
  groups = outer;
}

export function test(name: string, body: Body): void {
  keptTests.push({ id: [...groups, name].join(' > '), run: body });
}

/** A row that is a list has an argument for each of its values. */
test.each =
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void =>
    rows.forEach((row, index) => {
      const values = (Array.isArray(row) ? row : [row]) as never[];
      test(`${name} #${index}`, () => body(...values));
    });
