/**
 * Every row of the divergence list on real C libraries: what glibc does directly against the scripted
 * servers, and what glibc and musl of five ages do through the sidecar.
 *
 * All rows run at the same time, each in a world of its own: most of their time they wait for timeouts.
 * ROWS=4,95a runs these rows only. ROWS_MODE=plain,containers goes through the sidecar these ways instead of in
 * marker mode: plain mode, and scope `containers`. The ways keep-searches and
 * containers-keep-searches have the original search domains behind the marker. A third of the rows is played once more in each way
 * by a sidecar with caches: REMEMBERED=all for all of them, or the seed that tells which.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool } from '../support/worlds/pool.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';
import {
  differences,
  directDifferences,
  expectedThrough,
  runDirect,
  runRemembered,
  runThrough,
  throughDifferences,
  type RememberedRow,
  type RowResult,
  type Way,
  allWays,
} from './row-run.ts';
import { rows } from '../support/rows/rows.ts';
import { residueRows } from '../support/rows/residue.ts';
import { rememberedCases } from '../support/cases/remembered.ts';
import { glibc, type Row } from '../support/rows/row.ts';

/** Worlds at a time. With a sidecar each takes about 150 MB. */
const worlds = 12;
const limitMs = 170_000;

const rig = await provideRig();
const libcs = Object.values(rig.libcs);
const oracles = libcs.filter(({ name }) => glibc.includes(name));
const wanted = process.env['ROWS']?.split(',');
const selected = [...rows, ...residueRows].filter(({ id }) => wanted?.includes(id) ?? true);
const ways = (process.env['ROWS_MODE'] ?? 'marker').split(',').map((name) => {
  const way = allWays.find((known) => known === name);
  if (way === undefined) throw new Error(`ROWS_MODE: ${name} is none of ${allWays.join(', ')}`);
  return way;
});
const what: Record<Way, string> = {
  marker: 'marker mode',
  plain: 'plain mode',
  containers: 'scope containers',
  'keep-searches': 'keep-searches',
  'containers-keep-searches': 'keep-searches in scope containers',
  host: 'profile host',
};
const remembered = rememberedCases(process.env['REMEMBERED']);
const waysOfRows = rig.hasSidecar ? ways : [];

reportMissing(rig);
console.log(remembered.text);

describe.runIf(rig.hasWorlds)('rows of the divergence list', () => {
  const pool = createPool(worlds);
  const direct = new Map<string, Promise<RowResult>>();
  const through = new Map<string, Promise<RowResult[]>>();
  const withCaches = new Map<string, Promise<RememberedRow>>();

  beforeAll(() => {
    for (const row of selected) {
      for (const libc of oracles) {
        if (row.oracle !== undefined && row.oracle !== libc.name) continue;
        direct.set(
          `${row.id} ${libc.name}`,
          pool.run((world) => runDirect(world, row, libc)),
        );
      }
      for (const way of waysOfRows) {
        through.set(
          `${row.id} ${way}`,
          pool.run((world) => runThrough(world, row, libcs, way)),
        );
        if (!remembered.isOne(row.id)) continue;
        withCaches.set(
          `${row.id} ${way}`,
          pool.run((world) => runRemembered(world, row, libcs, way, remembered.seed)),
        );
      }
    }
    // A failure belongs to the test that waits for it.
    void Promise.allSettled([...direct.values(), ...through.values(), ...withCaches.values()]);
  });
  afterAll(() => pool.close());

  for (const row of selected)
    describe(`row ${row.id}: ${row.what}`, () => {
      for (const { name } of oracles) {
        if (row.oracle !== undefined && row.oracle !== name) continue;
        test(`${name} directly`, { timeout: limitMs }, async () => {
          const run = await direct.get(`${row.id} ${name}`);
          if (run === undefined) throw new Error('the row did not run');
          const found = [...differences(row.outcome, run.result, name), ...directDifferences(row, run)];
          expect(report(found, row, run)).toBe('');
        });
      }
      for (const way of waysOfRows)
        for (const { name } of libcs)
          test(`${name} through the sidecar, ${what[way]}`, { timeout: limitMs }, async () => {
            const run = (await through.get(`${row.id} ${way}`))?.find(({ libc }) => libc === name);
            if (run === undefined) throw new Error('the row did not run');
            const alone = await direct.get(`${row.id} ${name}`);
            const found = differences(expectedThrough(row, name, way), run.result, name);
            found.push(...throughDifferences(row, run, alone, way));
            expect(report(found, row, run)).toBe('');
          });
      if (!remembered.isOne(row.id)) return;
      for (const way of waysOfRows)
        for (const { name } of libcs)
          test(`${name} through the sidecar with caches, ${what[way]}`, { timeout: limitMs }, async () => {
            const { results } = (await withCaches.get(`${row.id} ${way}`)) ?? { results: [] };
            const run = results.find(({ libc }) => libc === name);
            if (run === undefined) throw new Error('the row did not run');
            const found = differences(expectedThrough(row, name, way), run.result, name);
            // What is asked may be remembered, or asked ahead.
            found.push(...throughDifferences(row, run, undefined, way));
            expect(report(found, row, run)).toBe('');
          });
    });

  test.runIf(waysOfRows.length > 0 && wanted === undefined)(
    'of the rows with caches many are answered from them',
    async () => {
      const runs = await Promise.all(withCaches.values());
      // A cache that never hits passes nothing here.
      expect(runs.filter(({ hits }) => hits > 0).length).toBeGreaterThan(runs.length / 3);
    },
  );
});

/** Empty without differences; else what someone who looks at a failure wants to see. */
function report(found: readonly string[], row: Row, { result, queries }: RowResult): string {
  if (found.length === 0) return '';
  const asked = queries.map(
    ({ atMs, server, transport, name, type }) => `  ${atMs} ms ${server} ${transport} ${name} ${type}`,
  );
  return [...found, row.call, row.resolvConf, `result: ${JSON.stringify(result)}`, 'queries:', ...asked].join('\n');
}
