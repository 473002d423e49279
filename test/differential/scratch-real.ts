import { createPool } from '../system/pool.ts';
import { provideRig } from '../system/rig.ts';
import { startSidecar } from '../system/sidecar.ts';
import type { LibcName } from '../system/libcs.ts';
import { commandOf, withoutStalls, type Call, type DifferentialCase } from './case.ts';
import { judge } from './judge.ts';
import { observe, type Run } from './observation.ts';
import { questionDifference } from './questions.ts';
import { randomCase } from './random-case.ts';
import { asksAlike } from './residue.ts';
import { configurationOf, isRepeatedDifferently } from './simulated.ts';
const [seed, count] = process.argv.slice(2).map(Number);
const rig = await provideRig();
const pool = createPool(16);
const libcs = Object.values(rig.libcs);
const byName = new Map(libcs.map((l) => [l.name, l]));
let done = 0, bad = 0; const rowsCount: Record<string, number> = {};
async function one(seed: number): Promise<void> {
  const random: DifferentialCase = randomCase(seed);
  await pool.run(async (world) => {
    const setup = { resolvConf: random.resolvConf, ...(random.hostName === undefined ? {} : { hostName: random.hostName }) };
    const oracle = byName.get(random.oracle)!;
    const direct = async (call: Call): Promise<Run> => {
      await world.prepare({ ...setup, script: withoutStalls(random.script) } as never);
      const r = await world.lookup(oracle, 'direct', commandOf(call));
      return { observation: observe(r), queries: await world.queries() };
    };
    const reference = await direct(random.call);
    await world.prepare({ ...setup, script: random.script, mode: 'marker' } as never);
    const sidecar = await startSidecar(world, { RESOLVER_LISTEN: '127.0.0.1:53' }, 'injected');
    const found: [LibcName, Run][] = [];
    try {
      const slow = reference.observation.outcome === 'AGAIN' || reference.observation.elapsedMs > 900;
      const run = async (name: LibcName): Promise<void> => {
        const r = await world.lookup(byName.get(name)!, 'injected', commandOf(random.call));
        found.push([name, { observation: observe(r), queries: await world.queries() }]);
      };
      if (slow && !JSON.stringify(random.script).includes('[{')) await Promise.all(libcs.map(({ name }) => run(name)));
      else for (const { name } of libcs) { await world.restart(); await run(name); }
      for (const [name, through] of found) {
        if (!name.startsWith('glibc') && isRepeatedDifferently(random, reference)) continue;
        const context = { case: random, configuration: configurationOf(random), libc: name, mode: 'marker' as const, reference, found: through.observation };
        const j = await judge(context, direct);
        for (const row of j.rows) rowsCount[row] = (rowsCount[row] ?? 0) + 1;
        for (const d of j.differences) { bad++; console.log(`seed ${seed} ${name}: ${d.aspect} expected ${d.expected} found ${d.found} [${commandOf(random.call)}] direct ${reference.observation.elapsedMs}ms through ${through.observation.elapsedMs}ms`); }
        if (!slow && name === 'glibc' && asksAlike(context)) {
          const q = questionDifference(reference.queries, through.queries, context.configuration);
          if (q !== undefined) { bad++; console.log(`seed ${seed} ${name}: questions ${q}`); }
        }
      }
    } finally { await sidecar.stop(); }
  });
  done++;
  if (done % 50 === 0) console.error(`${done}/${count} bad ${bad} ${((Date.now() - t0) / 1000).toFixed(0)}s`);
}
const t0 = Date.now();
await Promise.all(Array.from({ length: count! }, (_, i) => one(seed! * 1_000_000 + i).catch((e) => { bad++; console.log(`seed ${seed! * 1_000_000 + i} error ${e}`); })));
console.log(`${done} cases, ${bad} differences, rows ${JSON.stringify(rowsCount)}, ${((Date.now() - t0) / 1000).toFixed(0)} s`);
await pool.close();
process.exit(0);
