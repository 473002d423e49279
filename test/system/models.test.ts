/**
 * Holds the models of both stub resolvers (`cli/models`) against the real C libraries: the same random
 * case, once with `getaddrinfo` in a world, once with the model in simulated time. What the program sees,
 * the questions that the servers get and the time must agree.
 *
 * MODEL_CASES and MODEL_SEED widen the search or repeat one case.
 */
import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { generationOf } from '../../cli/models/musl-generations.ts';
import { createSimulatedNetwork } from '../../cli/simulation/simulated-network.ts';
import { commandOf, type DifferentialCase } from '../support/cases/case.ts';
import { modelCases } from '../support/cases/model-cases.ts';
import { isSimulated } from '../support/cases/simulated.ts';
import { differencesOf, expectedAs, textOf } from '../support/observation/expectation.ts';
import { observeModel, observeProbe, type Run } from '../support/observation/observation.ts';
import { questionText, type AskedQuery } from '../support/observation/questions.ts';
import { lookUpAs, type ModelClient } from '../support/simulation/model-lookup.ts';
import { worldHostName } from '../support/worlds/addresses.ts';
import { libcNames, type Libc } from '../support/worlds/libcs.ts';
import { createPool } from '../support/worlds/pool.ts';
import { provideRig, reportMissing } from '../support/worlds/rig.ts';

const cases = Number(process.env['MODEL_CASES'] ?? 40);
const firstSeed = Number(process.env['MODEL_SEED'] ?? 1);
/** What a busy machine may add to the time of a lookup that waits. */
const timeToleranceMs = 700;

const rig = await provideRig();
reportMissing(rig);

// A case is mostly waiting: more worlds than processors.
const pool = createPool(availableParallelism() * 2);
afterAll(() => pool.close());

describe.each(libcNames.filter((name) => rig.libcs[name] !== undefined))('%s', (name) => {
  test(`${cases} random cases`, { timeout: 280_000 }, async () => {
    const libc = rig.libcs[name];
    if (libc === undefined) return;
    const differences: Promise<unknown>[] = [];
    for await (const random of modelCases(firstSeed, cases, name)) differences.push(compare(libc, random));
    expect((await Promise.all(differences)).filter((difference) => difference !== undefined)).toEqual([]);
  });
});

async function compare(libc: Libc, random: DifferentialCase): Promise<unknown> {
  const model = await runModel(clientOf(libc), random);
  const { resolvConf, script, hostName = worldHostName } = random;
  const real = await pool.run(async (world): Promise<Run> => {
    await world.prepare({ resolvConf, script, hostName });
    const observation = observeProbe(await world.lookup(libc, 'direct', commandOf(random.call)));
    return { observation, queries: (await world.queries()).filter(isReadable) };
  });
  const found = differencesOf(expectedAs(real.observation), model.observation).map(textOf);
  const [asked, expected] = [questionsOf(libc, model.queries), questionsOf(libc, real.queries)];
  if (asked !== expected) found.push(`asked ${asked}, not ${expected}`);
  const [modelMs, realMs] = [model.observation.elapsedMs, Math.round(real.observation.elapsedMs)];
  if (Math.abs(realMs - modelMs) > timeToleranceMs) found.push(`took ${modelMs} ms, not ${realMs} ms`);
  return found.length === 0 ? undefined : { found, random };
}

function clientOf({ version }: Libc): ModelClient {
  return generationOf(version)?.name ?? 'glibc';
}

async function runModel(client: ModelClient, { resolvConf, script, hostName, call }: DifferentialCase): Promise<Run> {
  if (!isSimulated(call)) throw new Error(`no model of ${call.api}`);
  const network = createSimulatedNetwork(script);
  const result = await network.run(lookUpAs(client, call.family, call.name, { network, resolvConf, hostName }));
  return { observation: observeModel(result), queries: network.asked };
}

/** For a search entry that is the root, musl before 1.2.4 sends what no server can read. */
function isReadable({ id }: AskedQuery): boolean {
  return id !== -1;
}

/** Sorted; without repeats for musl, which repeats by the clock. */
function questionsOf({ name }: Libc, queries: readonly AskedQuery[]): string {
  const asked = queries.map(questionText);
  return (name.startsWith('musl') ? [...new Set(asked)] : asked).toSorted().join(', ');
}
