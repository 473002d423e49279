/** What a run of mutants says, held against the list of those that change nothing. Pure. */
import type { Equivalent } from './equivalents.ts';

export interface Mutant {
  /** From the root of the project. */
  readonly file: string;
  /** From 1. */
  readonly lineNumber: number;
  /** The line on which it begins, without its indentation. */
  readonly line: string;
  readonly mutator: string;
  /** The code that was replaced, and by what; white space is one space. */
  readonly from: string;
  readonly to: string;
  readonly status: string;
}

export interface MutationVerdict {
  readonly lines: readonly string[];
  /** Mutants that do what is expected of them, and those that do not. */
  readonly passed: number;
  readonly failed: number;
}

/** Least share of a file's mutants that die. */
const minDead = 0.95;

/** Largest share of the mutants of a whole run that only a time limit ends. */
const maxTimeouts = 0.01;

export function isAlive({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

/** `files`: those that were looked at, of `all` there are, as paths; what is listed for the others is left out. */
export function judge(
  mutants: readonly Mutant[],
  equivalents: readonly Equivalent[],
  files: readonly string[],
  all: readonly string[] = files,
): MutationVerdict {
  const tested = mutants.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError');
  const listed = equivalents.filter(({ file }) => files.includes(file) || !all.includes(file));
  const { unlisted, stale } = compare(tested.filter(isAlive), listed);
  const timeouts = tested.filter(({ status }) => status === 'Timeout');
  // A few files may hold more loops than that.
  const isWhole = all.every((file) => files.includes(file));
  const tooMany = isWhole && timeouts.length > tested.length * maxTimeouts;
  const perFile = Map.groupBy(tested, ({ file }) => file);
  const weak = [...perFile].filter(([, ofFile]) => deadShare(ofFile) < minDead);
  const failed = unlisted.length + stale.length + weak.length + (tooMany ? 1 : 0);
  return {
    lines: [
      ...table(perFile),
      ...unlisted.map((mutant) => `SURVIVED ${describe(mutant)}`),
      ...stale.map(({ file, line, from, to }) => `LISTED, BUT DEAD OR GONE ${file}: ${line}: ${from} -> ${to}`),
      ...weak.map(
        ([file, ofFile]) => `TOO FEW ${file}: ${percent(deadShare(ofFile))} die, at least ${percent(minDead)} must`,
      ),
      ...timeouts.map((mutant) => `only a time limit ended ${describe(mutant)}`),
      `timeouts: ${timeouts.length} of ${tested.length}${tooMany ? `, more than ${percent(maxTimeouts)}` : ''}`,
    ],
    passed: tested.length - unlisted.length,
    failed,
  };
}

/** One entry of the list is for one mutant: where a line stands twice in a file, each has its own. */
function compare(
  alive: readonly Mutant[],
  listed: readonly Equivalent[],
): { unlisted: readonly Mutant[]; stale: readonly Equivalent[] } {
  const stale = [...listed];
  const unlisted = alive.filter((mutant) => {
    const index = stale.findIndex((known) => isSame(mutant, known));
    if (index !== -1) stale.splice(index, 1);
    return index === -1;
  });
  return { unlisted, stale };
}

function isSame(mutant: Mutant, known: Equivalent): boolean {
  return (
    mutant.file === known.file && mutant.line === known.line && mutant.from === known.from && mutant.to === known.to
  );
}

function table(perFile: ReadonlyMap<string, readonly Mutant[]>): string[] {
  const rows = [...perFile].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const row = (name: string, mutants: readonly Mutant[]): string => {
    const dead = mutants.filter((mutant) => !isAlive(mutant)).length;
    const unreached = mutants.filter(({ status }) => status === 'NoCoverage').length;
    const cells = [mutants.length, dead, mutants.length - dead, unreached].map((cell) => String(cell).padStart(8));
    return `${name.padEnd(52)}${cells.join('')}${percent(deadShare(mutants)).padStart(9)}`;
  };
  const heads = ['mutants', 'dead', 'alive', 'no test', 'dead'];
  return [
    `${'file'.padEnd(52)}${heads.map((head, index) => head.padStart(index < 4 ? 8 : 9)).join('')}`,
    ...rows.map(([name, mutants]) => row(name, mutants)),
    row(
      'all',
      rows.flatMap(([, mutants]) => mutants),
    ),
  ];
}

function deadShare(mutants: readonly Mutant[]): number {
  return mutants.length === 0 ? 1 : mutants.filter((mutant) => !isAlive(mutant)).length / mutants.length;
}

function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

function describe({ file, lineNumber, line, mutator, from, to, status }: Mutant): string {
  const reached = status === 'NoCoverage' ? ', no test reaches it' : '';
  return `${file}:${lineNumber} ${mutator}${reached}\n  in    ${line}\n  from  ${from}\n  to    ${to}`;
}
