/** One name in one failure, looked up by real glibc, real musl, and real musl with the real sidecar, in a world. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LookupResult } from '../../cli/models/lookup.ts';
import { environmentName, sidecarSettings } from '../../shared/settings/settings.ts';
import type { Call } from '../support/cases/case.ts';
import { measure, type MeasuredRun } from '../support/cases/measure.ts';
import { differencesFrom } from '../support/failures/judge.ts';
import type { StagedPod, StagedRow } from '../support/failures/staged-pod.ts';
import { describe, observeModel, type Observation } from '../support/observation/observation.ts';
import { questionText } from '../support/observation/questions.ts';
import type { Libc, LibcName } from '../support/worlds/libcs.ts';
import { startSidecar } from '../support/worlds/sidecar.ts';
import type { View, World } from '../support/worlds/world.ts';

export interface ComparedLookup {
  /** `real musl 1.2.5 with the sidecar` */
  readonly who: string;
  readonly played: LookupResult;
  readonly run: MeasuredRun;
  /** One line each; empty when both came to the same end. */
  readonly differences: readonly string[];
}

export interface RowOptions {
  readonly glibc: Libc;
  readonly musl: Libc;
  readonly sidecarBundle: string;
  /** Lets few sidecars start at a time. */
  readonly start: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** The newest one is what the model mirrors. */
export const measuringGlibc: LibcName = 'glibc-2.41';

/** One after the other: what is lost is counted by questions. Without the sidecar where milliseconds decide what it comes to. */
export async function runRow(
  world: World,
  staged: StagedPod,
  row: StagedRow,
  options: RowOptions,
): Promise<ComparedLookup[]> {
  const { resolvConf, seen } = staged;
  const { glibc, musl } = options;
  await world.prepare({ resolvConf, seen, script: row.script });
  const call: Call = { api: 'getaddrinfo', family: 'u', name: row.name, canon: true };
  const lookUp = async (libc: Libc, view: View, sidecar?: Parameters<typeof measure>[4]): Promise<MeasuredRun> => {
    await world.restart();
    return measure(world, libc, view, call, sidecar);
  };
  const direct = [
    compared(`real ${glibc.name}`, row.glibc, await lookUp(glibc, 'direct')),
    compared(`real ${musl.name}`, row.musl, await lookUp(musl, 'direct')),
  ];
  if (row.isOnEdge) return direct;
  const environment = await environmentIn(world, staged);
  const sidecar = await options.start(() => startSidecar(world, environment, 'injected', options.sidecarBundle));
  try {
    return [
      ...direct,
      compared(`real ${musl.name} with the real sidecar`, row.sidecar, await lookUp(musl, 'injected', sidecar)),
    ];
  } finally {
    await sidecar.stop();
  }
}

function compared(who: string, played: LookupResult, run: MeasuredRun): ComparedLookup {
  return { who, played, run, differences: differencesFrom(played, run.observation) };
}

const annotationsVariable = 'RESOLVER_ANNOTATIONS_FILE';

/** As in the injected pod, caches included; its files are those of the world. */
async function environmentIn(world: World, staged: StagedPod): Promise<Record<string, string>> {
  const annotationsFile = join(world.folder, 'annotations');
  await writeFile(annotationsFile, staged.annotationsText);
  const usual = sidecarSettings
    .filter(({ key }) => key === 'maxCacheBytes' || key === 'maxSearchAhead')
    .map((setting) => [environmentName(setting), JSON.stringify(setting.default)]);
  return { ...Object.fromEntries(usual), ...staged.environment, [annotationsVariable]: annotationsFile };
}

/** What someone who looks at a difference wants to see. */
export function reportOf({ who, played, run, differences }: ComparedLookup): string[] {
  const { observation, queries, disturbance } = run;
  return [
    `  ${who}:`,
    `    played ${shown(observeModel(played))}`,
    `    real   ${shown(observation)}`,
    ...queries.map((query) => `      ${query.atMs} ms ${questionText(query)}`),
    ...(disturbance === undefined ? [] : [`    ${disturbance}`]),
    ...differences.map((difference) => `    DIFFERENCE ${difference}`),
  ];
}

function shown(observation: Observation): string {
  return `${describe(observation)} (${Math.round(observation.elapsedMs)} ms)`;
}
