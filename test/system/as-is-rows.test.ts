/**
 * A host's clients that search themselves: each name is asked for as it is, and for one name the order of servers, failover,
 * timeouts, TCP and the pair of A and AAAA are those of glibc's res_nsend. What glibc does directly, without a search
 * list, is what every C library gets through the sidecar in its profile host.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf, expectedAs, textOf, withoutNoData } from '../support/observation/expectation.ts';
import { describe as described, observeProbe } from '../support/observation/observation.ts';
import { pairRows } from '../support/rows/pairs.ts';
import { glibc, muslG2, type Row } from '../support/rows/row.ts';
import { serverRows } from '../support/rows/servers.ts';
import { sizeRows } from '../support/rows/size.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import { createPool } from '../support/worlds/pool.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';
import { startSidecar } from '../support/worlds/sidecar.ts';
import type { World } from '../support/worlds/world.ts';
import { questions, type RowResult } from './row-run.ts';

const worlds = 12;
const limitMs = 120_000;
const lateMs = 2000;

/** Slower ones are in the rows of the divergence list. */
const slowMs = 5000;

const rig = await provideRig();
const [oracleName] = glibc;
const libcs = (['glibc', 'musl-1.2.2', 'musl-1.2.5'] as const).flatMap((name) => rig.libcs[name] ?? []);
const selected = [...serverRows, ...pairRows, ...sizeRows].filter(
  ({ takesMs = 0, oracle = oracleName }) => takesMs < slowMs && oracle === oracleName,
);

reportMissing(rig);

const bare = 'nameserver 127.0.0.1\noptions ndots:1 timeout:10 attempts:5\n';

function withoutSearch({ resolvConf }: Row): string {
  return resolvConf.replaceAll(/^(search|domain).*\n/gm, '');
}

interface Ran {
  readonly direct: RowResult;
  readonly through: readonly RowResult[];
}

async function run(world: World, row: Row, oracle: Libc): Promise<Ran> {
  const { script, hostName } = row;
  await world.prepare({
    script,
    resolvConf: withoutSearch(row),
    seen: bare,
    ...(hostName !== undefined && { hostName }),
  });
  const one = async (libc: Libc, view: 'direct' | 'injected'): Promise<RowResult> => {
    await world.restart();
    const result = await world.lookup(libc, view, row.call);
    return { libc: libc.name, result, queries: await world.queries() };
  };
  const direct = await one(oracle, 'direct');
  const through: RowResult[] = [];
  const sidecar = await startSidecar(world, { RESOLVER_PROFILE: 'host', RESOLVER_SERVER_MEMORY: 'false' });
  try {
    for (const libc of libcs) through.push(await one(libc, 'injected'));
  } finally {
    await sidecar.stop();
  }
  return { direct, through };
}

describe.runIf(rig.hasWorlds && rig.hasSidecar)('names as they are, on a host', () => {
  const pool = createPool(worlds);
  const runs = new Map<string, Promise<Ran>>();
  const oracle = rig.libcs[oracleName ?? 'glibc'];

  beforeAll(() => {
    if (!oracle) return;
    for (const row of selected)
      runs.set(
        row.id,
        pool.run((world) => run(world, row, oracle)),
      );
    void Promise.allSettled(runs.values());
  });
  afterAll(() => pool.close());

  for (const row of selected)
    describe(`row ${row.id}: ${row.what}`, () => {
      for (const { name } of libcs)
        test(`${name} gets what glibc gets directly`, { timeout: limitMs }, async () => {
          const ran = await runs.get(row.id);
          const through = ran?.through.find(({ libc }) => libc === name);
          if (!ran || !through) throw new Error('the row did not run');
          expect(faults(row, through, ran.direct)).toEqual([]);
        });
    });
});

function faults(row: Row, through: RowResult, direct: RowResult): string[] {
  const [got, alone] = [observeProbe(through.result), observeProbe(direct.result)];
  // What cannot be the same rests on a search now and then: without one it may be.
  const residue = row.residue?.find(({ libcs: names }) => names.includes(through.libc))?.outcome;
  const differences = [expectedAs(alone), ...(residue ? [residue] : [])].map((wanted) =>
    differencesOf(muslG2.includes(through.libc) ? withoutNoData(wanted) : wanted, got),
  );
  const found = differences.some(({ length }) => length === 0)
    ? []
    : differences.flat().map((difference) => `${textOf(difference)} (${described(alone)})`);
  if (through.libc !== oracleName) return found;
  if (got.elapsedMs > alone.elapsedMs + lateMs) found.push(`took ${got.elapsedMs} ms, glibc ${alone.elapsedMs} ms`);
  const [asked, askedAlone] = [questions(through).join(', '), questions(direct).join(', ')];
  return asked === askedAlone ? found : [...found, `asked ${asked} instead of ${askedAlone}`];
}
