/** Runs a row of the divergence list in a world, directly and through the sidecar, and judges the results. */
import type { ProbeResult } from '../support/worlds/agent.ts';
import type { Libc, LibcName } from '../support/worlds/libcs.ts';
import type { Mode } from '../support/worlds/rewritten-file.ts';
import { differencesOf, textOf, withoutNoData } from '../support/observation/expectation.ts';
import { observeProbe } from '../support/observation/observation.ts';
import { faultyQueries, questionText } from '../support/observation/questions.ts';
import { again, muslG2, glibc, type Outcome, type Residue, type Row } from '../support/rows/row.ts';
import type { Query } from '../../cli/simulation/script.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { hitsIn, seedOfText, withCaches, withLifetimes } from '../support/cases/remembered.ts';
import { sidecarAddress } from '../support/worlds/addresses.ts';
import type { World } from '../support/worlds/world.ts';

/**
 * How the containers come to the sidecar; scope `containers` is marker mode with a file mounted per container. Each of the
 * latter two with the original search domains behind the marker, too. `host`: on a host, clients that are started with the marker.
 */
export type Way = Mode | 'containers' | 'keep-searches' | 'containers-keep-searches' | 'host';

export const allWays: readonly Way[] = [
  'marker',
  'plain',
  'containers',
  'keep-searches',
  'containers-keep-searches',
  'host',
];

export interface RowResult {
  libc: LibcName;
  result: ProbeResult;
  queries: Query[];
}

/** Two of its defaults are not glibc's: names that glibc refuses are asked for, and private names are kept. */
const hostProfile = {
  RESOLVER_PROFILE: 'host',
  RESOLVER_HOST_NAME_FILTER: 'true',
  RESOLVER_KEEP_PRIVATE_NAMES: 'false',
};

export interface RememberedRow {
  readonly results: readonly RowResult[];
  /** Replies and answers from memory. */
  readonly hits: number;
}

interface RunOptions {
  /** More of the sidecar's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly atEnd?: (sidecar: Sidecar) => Promise<void>;
}

/** A row that takes glibc this long is slow. */
const slowMs = 1000;

const lateMs = 2000;
const earlyMs = 100;

/** A row as it is with this glibc and no sidecar. */
export async function runDirect(world: World, row: Row, libc: Libc): Promise<RowResult> {
  await world.prepare(row);
  const result = await world.lookup(libc, 'direct', row.call);
  return { libc: libc.name, result, queries: await world.queries() };
}

/** A row with every one of these C libraries through one sidecar. */
export async function runThrough(
  world: World,
  row: Row,
  libcs: readonly Libc[],
  way: Way,
  { env = {}, atEnd }: RunOptions = {},
): Promise<RowResult[]> {
  await world.prepare({ ...row, mode: modeOf(way), keepSearches: keepsSearches(way) });
  const view = way.startsWith('containers') ? 'direct' : 'injected';
  const profile = way === 'host' ? hostProfile : {};
  const sidecar = await startSidecar(
    world,
    { RESOLVER_LISTEN: `${row.listen ?? sidecarAddress}:53`, ...profile, ...env },
    view,
  );
  const one = async (libc: Libc): Promise<RowResult> => {
    const result = await world.lookup(libc, 'injected', row.call);
    return { libc: libc.name, result, queries: await world.queries() };
  };
  try {
    const results: RowResult[] = [];
    for (const group of isTogether(row) ? groupsOf(libcs) : libcs.map((libc) => [libc])) {
      await world.restart();
      results.push(...(await Promise.all(group.map(one))));
    }
    await atEnd?.(sidecar);
    return results;
  } finally {
    await sidecar.stop();
  }
}

/** A row with every one of these C libraries through one sidecar with caches: the first fills them for the others. */
export async function runRemembered(
  world: World,
  row: Row,
  libcs: readonly Libc[],
  way: Way,
  seed: number,
): Promise<RememberedRow> {
  const script = withLifetimes(row.script, seedOfText(seed, row.id));
  let hits = 0;
  const results = await runThrough(world, { ...row, script }, libcs, way, {
    env: withCaches,
    async atEnd(sidecar) {
      hits = hitsIn(await sidecar.metrics());
    },
  });
  return { results, hits };
}

function keepsSearches(way: Way): boolean {
  return way.endsWith('keep-searches');
}

function modeOf(way: Way): Mode {
  return way === 'plain' ? 'plain' : 'marker';
}

/** The machine's glibc, whose queries are compared, asks alone; the others at the same time. */
function groupsOf(libcs: readonly Libc[]): Libc[][] {
  const isAlone = ({ name }: Libc): boolean => name === glibc[0];
  return [libcs.filter(isAlone), libcs.filter((libc) => !isAlone(libc))];
}

/** Where the C libraries would wait long one after the other, they ask at the same time. */
function isTogether(row: Row): boolean {
  const cases = [row, ...(row.residue ?? [])];
  return cases.some(({ outcome }) => outcome.outcome === again.outcome) || (row.takesMs ?? 0) >= slowMs;
}

/** What this C library must give through the sidecar: the row's outcome, but for the residue. */
export function expectedThrough(row: Row, name: LibcName, way: Way): Outcome {
  const { hErrno: _, ...outcome } = residueOf(row, name, way)?.outcome ?? row.outcome;
  return muslG2.includes(name) ? withoutNoData(outcome) : outcome;
}

function residueOf(row: Row, name: LibcName, way: Way): Residue | undefined {
  const mode = modeOf(way);
  const isKept = (residue: Residue): boolean =>
    keepsSearches(way) && residue.notWithKeptSearches?.includes(name) === true;
  return row.residue?.find(
    (residue) => residue.libcs.includes(name) && (residue.mode ?? mode) === mode && !isKept(residue),
  );
}

/** In what the result is not the expected outcome; empty when it is. */
export function differences(expected: Outcome, result: ProbeResult, name: LibcName): string[] {
  const observation = observeProbe(result);
  const found = differencesOf(expected, observation).map(textOf);
  const isTwice = glibc.includes(name) && observation.addresses.length !== (result.addresses ?? []).length;
  return isTwice ? [...found, 'an address came twice'] : found;
}

/** Differences of a direct run that only it can show: the order of the questions, and the time. */
export function directDifferences(row: Row, run: RowResult): string[] {
  const { result, queries } = run;
  const found = faultyQueries(queries);
  const asked = queries.filter(({ type }) => type === 'A').map(({ name }) => name);
  if (row.asked !== undefined && asked.join(', ') !== row.asked.join(', '))
    found.push(`asked ${asked.join(', ')} instead of ${row.asked.join(', ')}`);
  const { elapsedMs = 0 } = result;
  if (row.takesMs !== undefined)
    if (elapsedMs < row.takesMs - earlyMs || elapsedMs > row.takesMs + lateMs)
      found.push(`took ${elapsedMs} ms instead of ${row.takesMs} ms`);
  return found;
}

/**
 * Differences of a run through the sidecar that its outcome does not show: glibc must not wait longer, and the
 * servers must see the questions of direct glibc, each on the same server and transport, in the same order.
 */
export function throughDifferences(row: Row, run: RowResult, direct: RowResult | undefined, way: Way): string[] {
  const found = faultyQueries(run.queries);
  const { elapsedMs = 0 } = run.result;
  if (!glibc.includes(run.libc)) return found;
  if (row.takesMs !== undefined && elapsedMs > row.takesMs + lateMs)
    found.push(`took ${elapsedMs} ms instead of at most ${row.takesMs} ms`);
  // Only the machine's glibc asks alone; libraries that ask at the same time mix their questions.
  if (direct === undefined || run.libc !== glibc[0] || residueOf(row, run.libc, way)) return found;
  const asked = questions(run).join(', ');
  const expected = questions(direct).join(', ');
  if (asked !== expected) found.push(`asked ${asked} instead of ${expected}`);
  return found;
}

/** The questions as they went to servers, in order, without the repeats that have the same ID. */
export function questions({ queries }: RowResult): string[] {
  const seen = new Set<string>();
  return queries.flatMap((query) => {
    const text = questionText({ ...query, name: query.name.toLowerCase() });
    const key = `${text} ${query.id}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [text];
  });
}
