/**
 * Fuzzes everything of the sidecar that takes bytes from outside, guided by coverage.
 *
 *   npm run test:fuzz                                 about 45 seconds, a fresh seed
 *   npm run test:fuzz -- --seed 7 --seconds 600       as long as that
 *   npm run test:fuzz -- --seed 7 --inputs 1000000    as many inputs for each target, the same for the same seed
 *   npm run test:fuzz -- --target search --missed       one target; the lines that were not reached
 *   npm run test:fuzz -- --replay FILE                what a run has saved
 *
 * Each target runs in a thread of its own that is watched: no input may throw, take long, hang, or eat the heap. First
 * the targets with planted faults show that all of this would be noticed. The last line is the sum.
 */
import { createHash } from 'node:crypto';
import { freshSeed } from '../support/random.ts';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFolder } from '../support/machine/paths.ts';
import type { Finding } from './loop.ts';
import { coverageTable, type Coverage } from './report.ts';
import { runWatched } from './watch.ts';

const folder = join(projectFolder, '.cache', 'fuzz');
const regressionFolder = join(import.meta.dirname, 'regressions');

/** Share of the time, in parts. */
const shares: Readonly<Record<string, number>> = {
  query: 2,
  reply: 5,
  search: 8,
  stream: 2,
  'resolv.conf': 3,
  hosts: 2,
  annotations: 2,
};

/** Inputs are packets there; the rest are texts. */
const packetTargets = ['query', 'reply', 'search', 'stream'];

const planted = [
  'planted exception',
  'planted read past the end',
  'planted endless loop',
  'planted flood of memory',
] as const;

interface SavedInput {
  readonly target: string;
  /** Base64. */
  readonly input: string;
  readonly message?: string;
}

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '45' },
    inputs: { type: 'string' },
    target: { type: 'string', multiple: true },
    replay: { type: 'string' },
    missed: { type: 'boolean', default: false },
  },
});

const outcomes = options.replay === undefined ? await fuzz() : await replay(options.replay);
const failed = outcomes.filter((passed) => !passed).length;
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function fuzz(): Promise<boolean[]> {
  const seed = Number(options.seed ?? freshSeed());
  const names = options.target ?? Object.keys(shares);
  const unknown = names.filter((name) => !(name in shares));
  if (unknown.length > 0)
    throw new Error(`no such target: ${unknown.join(', ')}; there are ${Object.keys(shares).join(', ')}`);
  console.log(`seed ${seed}: repeat a run with --seed ${seed}`);
  const found: boolean[] = [];
  if (options.target === undefined) for (const name of planted) found.push(await findPlanted(name, seed));
  const total = names.reduce((sum, name) => sum + (shares[name] ?? 0), 0);
  const coverage: Coverage = { blocks: new Map(), reached: new Set() };
  let packets = 0;
  let texts = 0;
  for (const name of names) {
    const maxMs =
      options.inputs === undefined ? (Number(options.seconds) * 1000 * (shares[name] ?? 0)) / total : Infinity;
    const regressions = savedInputs(regressionFolder).filter(({ target }) => target === name);
    const { inputs, elapsedMs, corpus, edges, findings, ...blocks } = await runWatched({
      target: name,
      seed,
      maxMs,
      maxInputs: Number(options.inputs ?? Infinity),
      regressions: regressions.map(({ input }) => Buffer.from(input, 'base64')),
    });
    for (const block of blocks.blocks) coverage.blocks.set(`${block.file} ${block.index}`, block);
    for (const block of blocks.reached) coverage.reached.add(`${block.file} ${block.index}`);
    const isPackets = packetTargets.includes(name);
    if (isPackets) packets += inputs;
    else texts += inputs;
    const perSecond = Math.round((inputs / elapsedMs) * 1000);
    console.log(
      `${name.padEnd(12)} ${String(inputs).padStart(9)} ${isPackets ? 'packets' : 'texts  '} ` +
        `${String(perSecond).padStart(7)}/s  corpus ${corpus}, edges ${edges}, ${findings.length} faults`,
    );
    for (const finding of findings) tell(finding);
    found.push(findings.length === 0);
  }
  console.log(coverageTable(coverage, options.missed));
  console.log(`seed ${seed}: ${packets} packets, ${texts} texts, each run twice`);
  return found;
}

/** A fault that is there on purpose. */
async function findPlanted(name: (typeof planted)[number], seed: number): Promise<boolean> {
  const { inputs, findings } = await runWatched({
    target: name,
    seed,
    maxInputs: 20_000_000,
    maxMs: 120_000,
    regressions: [],
    hangMs: 2000,
    untilFinding: true,
  });
  const [finding] = findings;
  console.log(
    finding === undefined
      ? `${name}: NOT FOUND in ${inputs} inputs`
      : `${name}: found after ${inputs} inputs (${finding.message.split('\n')[0]})`,
  );
  return finding !== undefined;
}

function tell(finding: Finding): void {
  const { target, message, input } = finding;
  const base64 = Buffer.from(input).toString('base64');
  const name = `${target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.json`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, name),
    `${JSON.stringify({ target, input: base64, message } satisfies SavedInput, undefined, 2)}\n`,
  );
  console.log(`\nFAULT in ${target}: ${message}`);
  console.log(`input of ${input.length} bytes: ${Buffer.from(input.subarray(0, 200)).toString('hex')}`);
  console.log(`repeat with: npm run test:fuzz -- --replay ${join('.cache', 'fuzz', name)}\n`);
}

async function replay(file: string): Promise<boolean[]> {
  const { target, input } = JSON.parse(readFileSync(file, 'utf8')) as SavedInput;
  const { findings } = await runWatched({
    target,
    seed: 0,
    maxInputs: 0,
    maxMs: 0,
    regressions: [],
    replay: [Buffer.from(input, 'base64')],
  });
  for (const { message } of findings) console.log(message);
  return [findings.length === 0];
}

function savedInputs(path: string): SavedInput[] {
  const files = readdirSync(path).filter((name) => name.endsWith('.json'));
  return files.map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as SavedInput);
}
