/**
 * Programs with resolvers of many kinds, each directly against the scripted servers and through the sidecar: what the
 * program sees is compared. A program on musl must see what the same program sees on glibc.
 *
 * CASES=short,txt runs these cases only. A third of the cases is played once more by a sidecar with caches: REMEMBERED=all for all
 * of them, or the seed that tells which.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describe as describeObservation } from '../support/observation/observation.ts';
import { faultyQueries } from '../support/observation/questions.ts';
import { rememberedCases } from '../support/cases/remembered.ts';
import { createPool } from '../support/worlds/pool.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';
import type { View } from '../support/worlds/world.ts';
import { callTable } from './calls.ts';
import { cases } from './cases/cases.ts';
import type { Case } from './cases/case.ts';
import { type Client, provideClients } from './clients.ts';
import { directDifferences, throughDifferences } from './judge.ts';
import { type CaseRun, type ObservedCall, runCase } from './run-case.ts';

/** Worlds at a time: two cores are busy with this many. */
const worlds = 4;
const limitMs = 400_000;

const rig = await provideRig();
const clients = await provideClients();
const wanted = process.env['CASES']?.split(',');
const selected = cases.filter(({ id }) => wanted?.includes(id) ?? true);
const remembered = rememberedCases(process.env['REMEMBERED']);

reportMissing({ ...rig, missing: [...rig.missing, ...clients.missing] });
console.log(remembered.text);

describe.runIf(rig.hasWorlds && rig.hasSidecar)('clients', () => {
  const pool = createPool(worlds);
  const runs = new Map<string, Promise<CaseRun>>();

  beforeAll(() => {
    // The cases that wait long come first.
    const ordered = selected.toSorted((a, b) => Number(b.together ?? false) - Number(a.together ?? false));
    for (const item of ordered) {
      for (const view of ['direct', 'injected'] as const)
        runs.set(
          `${item.id} ${view}`,
          pool.run((world) => runCase(world, item, clients.available, view)),
        );
      if (!remembered.isOne(item.id)) continue;
      runs.set(
        `${item.id} remembered`,
        pool.run((world) => runCase(world, item, clients.available, 'injected', remembered)),
      );
    }
    // A failure belongs to the test that waits for it.
    void Promise.allSettled(runs.values());
  });
  afterAll(() => pool.close());

  const runOf = async (item: Case, view: View | 'remembered') => {
    const run = await runs.get(`${item.id} ${view}`);
    if (run === undefined) throw new Error('the case did not run');
    return run;
  };

  for (const item of selected)
    describe(`${item.id}: ${item.what}`, () => {
      const asking = clients.available.filter(({ kind }) => callTable[kind][item.asks] !== undefined);
      for (const client of asking.filter(isMeasure))
        test(`${client.name} directly`, { timeout: limitMs }, async () => {
          const { calls } = await runOf(item, 'direct');
          const found = calls.filter((observed) => observed.client === client);
          expect(report(found, (observed) => directDifferences(item, observed))).toBe('');
        });
      const ways = remembered.isOne(item.id) ? (['injected', 'remembered'] as const) : (['injected'] as const);
      for (const way of ways) {
        const sidecar = way === 'injected' ? 'the sidecar' : 'the sidecar with caches';
        for (const client of asking)
          test(`${client.name} through ${sidecar}`, { timeout: limitMs }, async () => {
            const direct = await runOf(item, 'direct');
            const { calls } = await runOf(item, way);
            const found = calls.filter((observed) => observed.client === client);
            const judge = (observed: ObservedCall) =>
              throughDifferences(item, observed, measured(direct.calls, observed));
            expect(report(found, judge)).toBe('');
          });

        test(`the servers get plain queries from ${sidecar}`, { timeout: limitMs }, async () => {
          const { queries } = await runOf(item, way);
          expect(faultyQueries(queries)).toEqual([]);
        });
      }
    });

  test.runIf(wanted === undefined)(
    'of the cases with caches most are answered from them',
    { timeout: limitMs },
    async () => {
      const own = selected.filter(({ id }) => remembered.isOne(id));
      const all = await Promise.all(own.map((item) => runOf(item, 'remembered')));
      // A cache that never hits passes nothing here.
      expect(all.filter(({ hits }) => hits > 0).length).toBeGreaterThan(own.length / 2);
    },
  );

  test('without the sidecar programs on musl see other things', { timeout: limitMs }, async () => {
    let all = 0;
    let others = 0;
    for (const item of selected) {
      const { calls } = await runOf(item, 'direct');
      for (const observed of calls) {
        if (isMeasure(observed.client)) continue;
        all++;
        if (throughDifferences(item, observed, measured(calls, observed)).length > 0) others++;
      }
    }
    console.log(`directly, ${others} of ${all} calls on musl see something else than on glibc`);
    // A comparison that lets everything pass would find none.
    expect(others).toBeGreaterThan(wanted === undefined ? 50 : -1);
  });
});

/** The client with the same program on glibc; a program that is only built with musl, for its own resolver, is itself the measure. */
function measureOf(client: Client): Client | undefined {
  const all = clients.available.filter(({ kind }) => kind === client.kind);
  return all.find(({ libc }) => libc === 'glibc') ?? all[0];
}

function isMeasure(client: Client): boolean {
  return measureOf(client) === client;
}

function measured(calls: readonly ObservedCall[], { client, call }: ObservedCall): ObservedCall {
  const measure = measureOf(client);
  const found = calls.find((other) => other.client === measure && other.call === call);
  if (found === undefined) throw new Error(`${client.name} has no measure of ${call.name}`);
  return found;
}

/** Empty without differences. */
function report(calls: readonly ObservedCall[], judge: (observed: ObservedCall) => string[]): string {
  if (calls.length === 0) return 'it made no call';
  const lines = calls.flatMap((observed) => {
    const found = judge(observed);
    const { call, seen } = observed;
    return found.length === 0
      ? []
      : [`${call.name}: ${describeObservation(seen)}`, ...found.map((line) => `  ${line}`)];
  });
  return lines.join('\n');
}
