/**
 * `npm run test:mutations`: leaves rules out of `sidecar/decide/`, of the reader of resolv.conf and of the names of a Docker host, one at
 * a time, and looks whether one of their own unit tests notices. Random, property and scenario tests are left out on purpose: a rule is held by a test that
 * names it.
 *
 *   --since REF   only files that differ from this commit
 *   --file F,…    these files only, by the end of their paths
 *
 * It fails where under 95 % of a file's mutants die, where one survives that `equivalents.ts` does not list, where a
 * listed one dies or is no longer there, and where more than 1 % of a whole run end by a time limit alone.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { equivalents } from './equivalents.ts';
import { runnerName } from './runner.ts';
import { judge, type Mutant } from './verdict.ts';

const root = resolve(import.meta.dirname, '../..');
const mutated = [
  ...['sidecar/decide', 'shared/resolv-conf', 'sidecar/discovery/names'],
  // A table of facts, each in a row of its test: every mutant of it costs a thread of its own.
  ':!sidecar/discovery/names/usual-ports.ts',
];
const workFolder = '.cache/mutations';
/** What these tests do not read. */
const leftOut = ['.cache', '.git', 'bench', 'cli', 'coverage', 'dist', 'docs', 'manifests', 'scripts', 'webhook'];

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { since: { type: 'string' }, file: { type: 'string' } } });
  const all = mutatedFiles();
  const files = all.filter(isChosen(values));
  if (files.length === 0) {
    console.log(values.since === undefined ? `no such file; there are ${all.join(', ')}` : 'no file of it has changed');
    return values.since === undefined ? 2 : 0;
  }
  const started = performance.now();
  const mutants = (await mutate(files)).map(mutantOf);
  const verdict = judge(mutants, equivalents, files, all);
  for (const line of verdict.lines) console.log(line);
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  console.log(`${verdict.passed} passed, ${verdict.failed} failed`);
  return verdict.failed === 0 ? 0 : 1;
}

function mutatedFiles(): string[] {
  const listed = git('ls-files', '--cached', '--others', '--exclude-standard', '--', ...mutated);
  return listed.filter((path) => path.endsWith('.ts') && existsSync(resolve(root, path)));
}

function isChosen({
  since,
  file,
}: {
  since?: string | undefined;
  file?: string | undefined;
}): (path: string) => boolean {
  const changed = since === undefined ? undefined : new Set(git('diff', '--name-only', since, '--', ...mutated));
  const ends = file?.split(',');
  return (path) => (changed?.has(path) ?? true) && (ends?.some((end) => path.endsWith(end)) ?? true);
}

function git(...words: string[]): string[] {
  const output = execFileSync('git', words, { cwd: root, encoding: 'utf8' });
  return [...new Set(output.split('\n').filter((line) => line !== ''))].toSorted();
}

async function mutate(files: readonly string[]): Promise<MutantResult[]> {
  process.chdir(root);
  rmSync(workFolder, { recursive: true, force: true });
  const stryker = new Stryker({
    testRunner: runnerName,
    plugins: ['./test/mutations/runner.ts'],
    mutate: [...files],
    coverageAnalysis: 'perTest',
    tempDirName: workFolder,
    ignorePatterns: leftOut,
    // The compiler of this version has no programming interface that could read one.
    tsconfigFile: 'none.json',
    reporters: ['progress-append-only'],
    concurrency: 2,
    // The runner has a limit of its own, in processor time; this one is for what waits and never ends.
    timeoutMS: 300_000,
    allowConsoleColors: false,
  });
  return stryker.runMutationTest();
}

function mutantOf({ fileName, location, mutatorName, replacement, status }: MutantResult): Mutant {
  const lines = readFileSync(resolve(root, fileName), 'utf8').split('\n');
  const { start, end } = location;
  // Lines and columns count from 1.
  const covered = lines.slice(start.line - 1, end.line);
  const text = covered.join('\n');
  const behind = (covered.at(-1)?.length ?? 0) - (end.column - 1);
  return {
    file: relative(root, resolve(root, fileName)),
    lineNumber: start.line,
    line: (covered[0] ?? '').trim(),
    mutator: mutatorName,
    from: squeezed(text.slice(start.column - 1, text.length - behind)),
    to: squeezed(replacement ?? ''),
    status,
  };
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
