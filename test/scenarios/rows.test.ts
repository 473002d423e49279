/**
 * The divergence list in simulated time: through the pipeline the models of glibc and of every
 * musl generation give what glibc gives directly.
 */
import { describe, expect, test } from 'vitest';
import { readGlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../cli/models/glibc.ts';
import type { Family, LookupResult } from '../../cli/models/lookup.ts';
import { readMuslConfiguration } from '../../cli/models/musl-configuration.ts';
import { generationOfLibrary, muslGenerations } from '../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../cli/models/musl.ts';
import { rewrittenFile } from '../support/worlds/rewritten-file.ts';
import { rows } from '../support/rows/rows.ts';
import type { Outcome, Row } from '../support/rows/row.ts';
import { pairReplies, shortenedMs, singleReplies } from './row-replies.ts';
import { simulateSidecar } from '../support/simulation/simulated-sidecar.ts';

interface Call {
  readonly family: Family;
  readonly name: string;
}

/** The models are of calls with AI_CANONNAME. */
function callOf(row: Row): Call | undefined {
  const [, family, name] = /^getaddrinfo ([u46]) (\S+) canon$/.exec(row.call) ?? [];
  if (family === undefined || name === undefined) return undefined;
  return { family: family === 'u' ? 'both' : (family as Family), name };
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
    const configuration = readGlibcConfiguration(file, row.hostName ?? 'pod', 53);
    const found = await network.run(lookUpAsGlibc(call.name, call.family, { configuration, network }));
    expectOutcome(found, row.outcome);
    if (row.asked !== undefined) expect(namesOfA(network.asked)).toEqual(row.asked);
    if (row.takesMs !== undefined) expect(found.elapsedMs).toBe(shortenedMs[row.id] ?? row.takesMs);
  });

  test.each(['G2', 'G3', 'G4'] as const)('musl %s', async (generation) => {
    const { network } = prepare();
    const configuration = readMuslConfiguration(file, 53);
    const lookup = { configuration, network, generation: muslGenerations[generation] };
    const found = await network.run(lookUpAsMusl(call.name, call.family, lookup));
    const residue = row.residue?.find(
      ({ libcs, mode }) => mode !== 'plain' && libcs.some((libc) => generationOfLibrary(libc)?.name === generation),
    );
    expectOutcome(found, residue?.outcome ?? row.outcome, !muslGenerations[generation].knowsNoData);
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

function expectOutcome(found: LookupResult, expected: Outcome, withoutNoData = false): void {
  const code =
    expected.outcome === 'NORECOVERY' || (withoutNoData && expected.outcome === 'NODATA') ? 'NONAME' : expected.outcome;
  expect(found.outcome).toBe(code);
  if (expected.outcome !== 'OK') return;
  if (expected.canonical !== undefined) expect(found.canonicalName).toBe(expected.canonical);
  const set = [...new Set(found.addresses)].toSorted();
  if (expected.count === undefined) expect(set).toEqual([...(expected.addresses ?? [])].toSorted());
  else {
    expect(set.length).toBeGreaterThanOrEqual(expected.count[0]);
    expect(set.length).toBeLessThanOrEqual(expected.count[1]);
  }
}
