/**
 * The divergence list in simulated time: through the pipeline the models of glibc and of every
 * musl generation give what glibc gives directly.
 */
import { describe, expect, test } from 'vitest';
import type { LookupResult } from '../../cli/models/lookup.ts';
import { generationOfLibrary, muslGenerations } from '../../cli/models/musl-generations.ts';
import { differencesOf, withoutNoData } from '../support/observation/expectation.ts';
import { observeModel } from '../support/observation/observation.ts';
import { lookUpAs } from '../support/simulation/model-lookup.ts';
import type { ProbeFamily } from '../support/worlds/agent.ts';
import { rewrittenFile } from '../support/worlds/rewritten-file.ts';
import { rows } from '../support/rows/rows.ts';
import type { Outcome, Row } from '../support/rows/row.ts';
import { pairReplies, shortenedMs, singleReplies } from './row-replies.ts';
import { simulateSidecar } from '../support/simulation/simulated-sidecar.ts';

interface Call {
  readonly family: ProbeFamily;
  readonly name: string;
}

/** The models are of calls with AI_CANONNAME. */
function callOf(row: Row): Call | undefined {
  const [, family, name] = /^getaddrinfo ([u46]) (\S+) canon$/.exec(row.call) ?? [];
  if (family === undefined || name === undefined) return undefined;
  return { family: family as ProbeFamily, name };
}

const withoutCanon =
  'without AI_CANONNAME getaddrinfo for AF_INET alone takes another way through glibc, which is not modelled';

/** Rows whose call has no model, and why. The replies to their queries are in row-replies. */
const withoutModel: Readonly<Record<string, string>> = {
  55: withoutCanon,
  '95c': withoutCanon,
  '81-host': 'gethostbyname2 is not modelled',
  106: 'res_search is not modelled: it is the caller who reads the reply',
  107: 'res_query is not modelled: it is the caller who reads the reply',
  108: 'getnameinfo is not modelled: what libraries make of two PTR records is measured',
  109: 'getnameinfo is not modelled: what libraries make of SERVFAIL is measured',
  116: 'the environment is not modelled: it changes names before the first query',
  '116-options': 'the environment is not modelled: it changes names before the first query',
};

const cases = rows.flatMap((row) => {
  const call = callOf(row);
  return call === undefined ? [] : [{ row, call }];
});

describe.each(cases)('row $row.id: $row.what', ({ row, call }) => {
  const file = rewrittenFile(row.resolvConf, 'marker', row.listen ?? '127.0.0.1');
  const prepare = () =>
    simulateSidecar({
      script: row.script,
      resolvConf: row.resolvConf,
      ...(row.listen === undefined ? {} : { listen: row.listen }),
      ...(row.hostName === undefined ? {} : { hostName: row.hostName }),
    });

  test('glibc', async () => {
    const { network } = prepare();
    const lookup = { network, resolvConf: file, hostName: row.hostName };
    const found = await network.run(lookUpAs('glibc', call.family, call.name, lookup));
    expectOutcome(found, row.outcome);
    if (row.asked !== undefined) expect(namesOfA(network.asked)).toEqual(row.asked);
    if (row.takesMs !== undefined) expect(found.elapsedMs).toBe(shortenedMs[row.id] ?? row.takesMs);
  });

  test.each(['G2', 'G3', 'G4'] as const)('musl %s', async (generation) => {
    const { network } = prepare();
    const found = await network.run(lookUpAs(generation, call.family, call.name, { network, resolvConf: file }));
    const residue = row.residue?.find(
      ({ libcs, mode }) => mode !== 'plain' && libcs.some((libc) => generationOfLibrary(libc)?.name === generation),
    );
    const outcome = residue?.outcome ?? row.outcome;
    expectOutcome(found, muslGenerations[generation].knowsNoData ? outcome : withoutNoData(outcome));
  });
});

test('every number from 1 to 118 is run here, or its queries are', () => {
  const run = new Set(cases.map(({ row }) => row.id));
  const missing = rows.filter(({ id }) => !run.has(id));
  expect(missing.map(({ id }) => id).toSorted()).toEqual(Object.keys(withoutModel).toSorted());
  const stated = new Set([...Object.keys(pairReplies), ...Object.keys(singleReplies)]);
  expect(missing.map(({ id }) => id).filter((id) => !stated.has(id))).toEqual([]);
  const numbers = new Set(rows.map(({ id }) => Number.parseInt(id, 10)));
  expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 118 }, (_, index) => index + 1));
});

function namesOfA(asked: readonly { type: string; name: string }[]): string[] {
  return asked.filter(({ type }) => type === 'A').map(({ name }) => name);
}

/** The models tell no NORECOVERY from NONAME, and no h_errno: to getaddrinfo they are one. */
function expectOutcome(found: LookupResult, { outcome, addresses, count, canonical }: Outcome): void {
  const expected = {
    outcome: outcome === 'NORECOVERY' ? 'NONAME' : outcome,
    canonical,
    ...(addresses === undefined ? {} : { addresses }),
    ...(count === undefined ? {} : { count }),
  };
  expect(differencesOf(expected, observeModel(found))).toEqual([]);
}
