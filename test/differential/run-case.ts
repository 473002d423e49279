/** Runs a case in a world: real glibc directly, then every C library through the sidecar, and compares. */
import type { Libc, LibcName } from '../support/worlds/libcs.ts';
import type { Mode } from '../support/worlds/rewritten-file.ts';
import { glibc } from '../support/rows/row.ts';
import type { Script } from '../../cli/simulation/script.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { hitsIn, rememberingEnvironment, withLifetimes, type Mechanism } from '../support/cases/remembered.ts';
import type { World } from '../support/worlds/world.ts';
import {
  commandOf,
  dotsOf,
  hasSequences,
  hasStalls,
  nameOf,
  withoutStalls,
  writtenNdots,
  type Call,
  type DifferentialCase,
} from '../support/cases/case.ts';
import { judge } from '../support/cases/judge.ts';
import { measure, type MeasuredRun } from '../support/cases/measure.ts';
import { textOf } from '../support/observation/expectation.ts';
import { describe, type Run } from '../support/observation/observation.ts';
import { forbiddenQueries, questionDifference } from '../support/cases/questions.ts';
import { worldHostName } from '../support/worlds/addresses.ts';
import { asksAlike, type Context, type RowName } from '../support/cases/asked.ts';
import { isSlowlyBack } from '../support/cases/silent-servers.ts';
import { configurationOf, isRepeatedDifferently } from '../support/cases/simulated.ts';

export interface CaseResult {
  readonly case: DifferentialCase;
  readonly direct: MeasuredRun;
  readonly through: readonly MeasuredRun[];
  /** Residues, one entry for each library and aspect. */
  readonly rows: readonly RowName[];
  /** One line each; empty when all is as it must be. */
  readonly differences: readonly string[];
  /** Why the differences may be none: the machine was too busy for one of the lookups. */
  readonly disturbances: readonly string[];
  /** Replies and answers that the sidecar took from memory. */
  readonly hits: number;
}

export interface RunOptions {
  /** Every library that takes part; glibc comes first. */
  readonly libcs: readonly Libc[];
  readonly oracle: (name: LibcName) => Libc;
  readonly mode: Mode;
  readonly serverMemory: boolean;
  readonly keepSearches: boolean;
  /** How often each library looks up in one world; with more than once the caches are on. */
  readonly repeat: number;
  readonly off: readonly Mechanism[];
  readonly sidecarBundle: string;
}

/** What glibc may take longer through the sidecar. */
const lateMs = 2500;

export async function runCase(world: World, random: DifferentialCase, options: RunOptions): Promise<CaseResult> {
  const lookUpDirectly = directLookup(world, random, options);
  const direct = await lookUpDirectly(random.call);
  const { through, end, hits } = await runThrough(world, random, direct, options);
  const rows: RowName[] = [];
  const differences: string[] = end === 0 ? [] : [`the sidecar ended with ${end}`];
  const configuration = configurationOf(random);
  for (const [index, { libc, observation, queries, silent }] of through.entries()) {
    const context: Context = {
      case: random,
      configuration,
      libc,
      mode: options.mode,
      keepSearches: options.keepSearches,
      reference: direct,
      found: observation,
      silent,
    };
    const judgement = await judge(context, lookUpDirectly);
    rows.push(...judgement.rows);
    const time = Math.floor((index * options.repeat) / through.length) + 1;
    const report = (text: string) => differences.push(`${libc}${time > 1 ? ` the ${time}. time` : ''}: ${text}`);
    for (const difference of judgement.differences) report(textOf(difference));
    for (const query of forbiddenQueries(queries, configuration)) report(query);
    if (index > 0 || !glibc.includes(libc)) continue;
    if (!asksAlike(context) || isSlowlyBack(context)) continue;
    // The client's own question for the name as it is and its request to search are two lookups to the sidecar.
    const isTwofold = dotsOf(nameOf(random.call)) >= writtenNdots;
    const { elapsedMs } = observation;
    const longestMs = direct.observation.elapsedMs * (isTwofold ? 2 : 1) + lateMs;
    if (elapsedMs > longestMs && !hasStalls(random.script))
      report(`took ${elapsedMs} ms, directly ${direct.observation.elapsedMs} ms`);
    const asked = questionDifference(random.call, configuration, direct, queries);
    if (asked !== undefined) report(asked);
  }
  const disturbances = [direct, ...through].flatMap(({ disturbance: found }) => found ?? []);
  return { case: random, direct, through, rows, differences, disturbances, hits };
}

/** Looks up directly, each call once. */
function directLookup(
  world: World,
  random: DifferentialCase,
  { oracle }: RunOptions,
): (call: Call) => Promise<MeasuredRun> {
  const known = new Map<string, Promise<MeasuredRun>>();
  const run = async (call: Call): Promise<MeasuredRun> => {
    await prepare(world, random, withoutStalls(random.script), { mode: 'marker', keepSearches: false });
    return measure(world, oracle(random.oracle), 'direct', call);
  };
  return (call) => {
    const command = commandOf(call);
    const found = known.get(command) ?? run(call);
    known.set(command, found);
    return found;
  };
}

interface ThroughRuns {
  readonly through: MeasuredRun[];
  /** How the sidecar ended. */
  readonly end: number | string;
  readonly hits: number;
}

/** The first library alone, so that its questions can be told from others; these at once, or in turn where replies change. */
async function runThrough(
  world: World,
  random: DifferentialCase,
  direct: Run,
  { libcs, mode, serverMemory, keepSearches, repeat, off, sidecarBundle }: RunOptions,
): Promise<ThroughRuns> {
  const script = repeat > 1 ? withLifetimes(random.script, random.seed) : random.script;
  await prepare(world, random, script, { mode, keepSearches });
  const sidecar: Sidecar = await startSidecar(
    world,
    { RESOLVER_SERVER_MEMORY: String(serverMemory), ...(repeat > 1 ? rememberingEnvironment(off) : {}) },
    'injected',
    sidecarBundle,
  );
  const lookUp = (libc: Libc) => measure(world, libc, 'injected', random.call, sidecar);
  const willing = libcs.filter(({ name }) => glibc.includes(name) || !isRepeatedDifferently(random, direct));
  const [first, ...others] = willing;
  const through: MeasuredRun[] = [];
  let end: number | string = '';
  let hits = 0;
  try {
    for (let time = 1; time <= repeat; time++) {
      if (first !== undefined) through.push(await lookUp(first));
      await world.restart();
      for (const group of hasSequences(random.script) ? others.map((libc) => [libc]) : [others]) {
        through.push(...(await Promise.all(group.map(lookUp))));
        await world.restart();
      }
    }
    if (repeat > 1) hits = hitsIn(await sidecar.metrics());
  } finally {
    end = await sidecar.stop();
  }
  return { through, end, hits };
}

function prepare(
  world: World,
  { resolvConf, hostName }: DifferentialCase,
  script: Script,
  file: Pick<RunOptions, 'mode' | 'keepSearches'>,
): Promise<void> {
  return world.prepare({ resolvConf, script, ...file, hostName: hostName ?? worldHostName });
}

/** What someone who looks at a difference wants to see. */
export function reportOf(
  { case: random, direct, through, differences, disturbances }: CaseResult,
  detail: boolean,
): string {
  const queries = (run: Run) =>
    run.queries.map(
      ({ atMs, server, transport, name, type, sourcePort }) =>
        `    ${atMs} ms ${server} ${transport} ${name} ${type} from ${sourcePort}`,
    );
  const line = (name: string, run: Run) => [
    `  ${name}: ${describe(run.observation)} (${run.observation.elapsedMs} ms)`,
    ...(detail ? queries(run) : []),
  ];
  return [
    commandOf(random.call),
    ...random.resolvConf.split('\n').map((text) => `  | ${text}`),
    ...line(`${random.oracle} directly`, direct),
    ...through.flatMap((run) => line(run.libc, run)),
    ...disturbances.map((text) => `  ${text}`),
    ...differences.map((difference) => `  DIFFERENCE ${difference}`),
  ].join('\n');
}
