/**
 * The divergence list in simulated time: through the pipeline the models of glibc and of every
 * musl generation give what glibc gives directly.
 */
import { describe, expect, test } from 'vitest';
import { readGlibcConfiguration } from '../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../cli/models/glibc.ts';
import type { Family, LookupResult } from '../../cli/models/lookup.ts';
import { readMuslConfiguration } from '../../cli/models/musl-configuration.ts';
import { generationOfLibrary, MUSL_GENERATIONS } from '../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../cli/models/musl.ts';
import { rewrittenFile } from '../system/rewritten-file.ts';
import { rows } from '../system/rows.ts';
import type { Outcome, Row } from '../system/rows/row.ts';
import { simulateSidecar } from './simulated-sidecar.ts';

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
  });

  test.each(['G2', 'G3', 'G4'] as const)('musl %s', async (generation) => {
    const { network } = prepare();
    const configuration = readMuslConfiguration(file, 53);
    const lookup = { configuration, network, generation: MUSL_GENERATIONS[generation] };
    const found = await network.run(lookUpAsMusl(call.name, call.family, lookup));
    const residue = row.residue?.find(
      ({ libcs, mode }) => mode !== 'plain' && libcs.some((libc) => generationOfLibrary(libc)?.name === generation),
    );
    expectOutcome(found, residue?.outcome ?? row.outcome, !MUSL_GENERATIONS[generation].knowsNoData);
  });
});

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
