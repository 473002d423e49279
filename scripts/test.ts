/**
 * `npm test`: everything but the parts that run only when they are named. `npm run test:system`, or
 * `node scripts/test.ts unit system`, runs the parts named. The last line is the sum. `npm run test:rows -- --all` plays all cases
 * with caches, too, and not a third of them alone.
 */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outcome, sum, summaryLine, withoutSkips, type Outcome } from './test/outcome.ts';
import { provideClientPrograms, provideRequirements, provideWorlds, type Provided } from './test/requirements.ts';
import { commandOutcome, projectOutcome, type ProjectRun } from './test/run.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

interface Part {
  readonly name: string;
  readonly what: string;
  /** It runs what was built. */
  readonly needsBuild?: boolean;
  /** It is too slow for every run. */
  readonly onlyNamed?: boolean;
  run(): Promise<Outcome>;
}

const parts: readonly Part[] = [
  {
    name: 'build',
    what: 'bundles the programs into dist/',
    run: () => commandOutcome('build', ['npm', 'run', '--silent', 'build'], root),
  },
  {
    name: 'check',
    what: 'types, lint, format',
    run: () => commandOutcome('check', ['npm', 'run', '--silent', 'check'], root),
  },
  {
    name: 'unit',
    what: 'pure code, tables and golden pairs',
    run: () => projectOutcome('unit', root),
  },
  {
    name: 'replays',
    what: 'whole pipelines in simulated time, recorded worlds, random cases',
    run: () => projectOutcome('replays', root),
  },
  {
    name: 'system',
    what: 'the built programs with real C libraries, sockets and tools',
    needsBuild: true,
    run: () => runWorlds(provideRequirements, 'system'),
  },
  {
    name: 'rows',
    what: 'the divergence list in plain mode, in scope containers, with keep-searches in both scopes, and on a host',
    needsBuild: true,
    onlyNamed: true,
    run: () =>
      runWorlds(provideWorlds, 'system', {
        files: ['test/system/rows.test.ts'],
        environment: { ROWS_MODE: 'plain,containers,keep-searches,containers-keep-searches,host' },
      }),
  },
  {
    name: 'clients',
    what: 'Go, Node, Python, Java, dig, BusyBox and curl, directly and through the sidecar',
    needsBuild: true,
    onlyNamed: true,
    run: () => runWorlds(provideClientPrograms, 'clients'),
  },
  {
    name: 'footprint',
    what: 'memory and start of the built sidecar within generous bounds',
    needsBuild: true,
    onlyNamed: true,
    run: () => projectOutcome('footprint', root),
  },
  {
    name: 'weak-spots',
    what: 'the built sidecar under floods, forged replies, slow clients, jumping clocks and without descriptors',
    needsBuild: true,
    onlyNamed: true,
    run: () => runWorlds(provideWorlds, 'weak-spots'),
  },
];

/** In continuous integration nothing may be left out. */
const everythingMustRun = process.env['CI'] === 'true';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const names = words.filter((word) => word !== '--all');
  if (names.length < words.length) process.env['REMEMBERED'] = 'all';
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}`);
  const isChosen = ({ name, onlyNamed }: Part) => (names.length === 0 ? onlyNamed !== true : names.includes(name));
  const isBuilt = parts.some((part) => part.needsBuild === true && isChosen(part));
  const chosen = parts.filter((part) => isChosen(part) || (part.name === 'build' && isBuilt));
  console.log(`Node ${process.version}. This runs:`);
  for (const { name, what } of chosen) console.log(`  ${name.padEnd(7)} ${what}`);
  const started = performance.now();
  const outcomes: Outcome[] = [];
  for (const part of chosen) outcomes.push(await runPart(part));
  const found = sum(outcomes);
  const total = everythingMustRun ? withoutSkips(found) : found;
  console.log(`\n=== all of it, ${elapsed(started)}`);
  for (const remark of total.remarks) console.log(remark);
  if (everythingMustRun && found.skipped > 0) console.log('CI=true: what was skipped counts as failed');
  console.log(summaryLine(total));
  return total.failed === 0 ? 0 : 1;
}

async function runPart({ name, what, run }: Part): Promise<Outcome> {
  console.log(`\n=== ${name}: ${what}`);
  const started = performance.now();
  const found = await run();
  console.log(`=== ${name}: ${summaryLine(found)}, ${elapsed(started)}`);
  return found;
}

async function runWorlds(provide: () => Promise<Provided>, project: string, how: ProjectRun = {}): Promise<Outcome> {
  const started = performance.now();
  const { missing, remarks: others } = await provide();
  console.log(`packages, C libraries and programs: ${elapsed(started)}`);
  if (missing.length > 0) {
    console.log('\n!!! NOT EVERYTHING CAN RUN HERE: tests that need the following are skipped !!!');
    for (const line of missing) console.log(`!!! ${line}`);
    console.log('!!! Debian 12 as root has it all.\n');
  }
  const remarks = [...missing.map((line) => `missing: ${line}`), ...others];
  const requirements = outcome({ failed: everythingMustRun ? missing.length : 0, remarks });
  return sum([requirements, await projectOutcome(project, root, how)]);
}

function elapsed(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
