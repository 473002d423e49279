/** What `check` says of a random pod, and with what the same is played by real libraries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../../cli/check/check.ts';
import { readCheckOptions } from '../../../cli/check/options.ts';
import type { PodFacts } from '../../../cli/check/pod-facts.ts';
import { stagedLookups } from '../../../cli/check/what-if.ts';
import { playLookup, type StagedLookup } from '../../../cli/check/what-if-play.ts';
import { assumedDomain } from '../../../cli/inject/options.ts';
import { annotationsText, sidecarEnvironment } from '../../../cli/manifests/injected-pod.ts';
import type { LookupResult } from '../../../cli/models/lookup.ts';
import type { MuslGeneration } from '../../../cli/models/musl-generations.ts';
import type { Script } from '../../../cli/simulation/script.ts';
import { libcNames, type LibcName } from '../worlds/libcs.ts';
import { observeModel } from '../observation/observation.ts';
import { differencesFrom } from './judge.ts';
import { lossRow, lossShares } from './lost-datagrams.ts';
import type { RandomPod } from './random-pod.ts';

export interface StagedPod {
  readonly pod: RandomPod;
  /** Without the sidecar, and with it. */
  readonly resolvConf: string;
  readonly seen: string;
  /** Of the sidecar, as the webhook writes them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly annotationsText: string;
  readonly musl: LibcName;
  readonly rows: readonly StagedRow[];
}

export interface PlayedEnds {
  readonly glibc: LookupResult;
  readonly musl: LookupResult;
  /** musl with the sidecar. */
  readonly sidecar: LookupResult;
}

/** A name in a failure, with what is expected of each resolver. */
export interface StagedRow extends PlayedEnds {
  readonly scenario: string;
  /** Of the nameservers. Where the name was looked up before it begins, real libraries cannot play it. */
  readonly script: Script;
  readonly name: string;
  /** From the first lookup to the last. */
  readonly lastsMs: number;
  /** A few milliseconds decide what the sidecar comes to: where one of its timers and one of musl's end together. */
  readonly isOnEdge: boolean;
}

export async function stagedPod(pod: RandomPod): Promise<StagedPod> {
  const facts = factsOf(pod);
  const options = { names: pod.names, clusterDomain: assumedDomain };
  const staged = stagedLookups(facts, options);
  const [first] = staged;
  const [musl] = facts.musl.members;
  if (first === undefined || musl === undefined || facts.injection.verdict !== 'inject')
    throw new Error(`check plays nothing of this pod:\n${pod.manifest}`);
  const rows: StagedRow[] = [];
  for (const each of staged) rows.push(await stagedRow(each, each.scenario.title, musl.generation));
  for (const well of staged.filter(({ scenario }) => scenario.title === 'all is well'))
    for (const share of lossShares) {
      const play = (lossy: StagedLookup, title: string) => stagedRow(lossy, title, musl.generation);
      rows.push(...(await lossRow(well, share, play)));
    }
  return {
    pod,
    resolvConf: first.read.source.original,
    seen: first.read.source.seen,
    environment: sidecarEnvironment(facts.injection.pod),
    annotationsText: annotationsText(facts.injection.pod),
    musl: libraryOf(facts),
    rows,
  };
}

function factsOf({ manifest, clusterDns }: RandomPod): PodFacts {
  const folder = mkdtempSync(join(tmpdir(), 'pod-'));
  try {
    writeFileSync(join(folder, 'pod.yaml'), manifest);
    const options = readCheckOptions(['-f', 'pod.yaml', '--what-if', '--nameserver', clusterDns]);
    if (typeof options === 'string') throw new Error(options);
    const pods: PodFacts[] = [];
    check(options, folder, { onPod: (found) => void pods.push(found) });
    const [facts] = pods;
    if (facts === undefined) throw new Error(`check finds no pod in:\n${manifest}`);
    return facts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function libraryOf({ musl: { members } }: PodFacts): LibcName {
  const [first, ...others] = members;
  const found = libcNames.find((name) => name === `musl-${first?.version}`);
  if (found === undefined || others.length > 0) throw new Error(`no library for ${JSON.stringify(members)}`);
  return found;
}

/** Of the sidecar's timers, on a machine that has more to do. */
const moreLateMs = 20;

async function stagedRow(staged: StagedLookup, scenario: string, generation: MuslGeneration): Promise<StagedRow> {
  const { script, name } = staged;
  const ends = {
    glibc: await playLookup({ is: 'glibc' }, staged),
    musl: await playLookup({ is: 'musl', generation }, staged),
    sidecar: await playLookup({ is: 'sidecar', generation }, staged),
  };
  const sidecarLater = await playLookup({ is: 'sidecar', generation }, staged, undefined, moreLateMs);
  const longestMs = Math.max(...Object.values(ends).map(({ elapsedMs }) => elapsedMs));
  return {
    ...{ scenario, script, name },
    ...ends,
    lastsMs: (staged.scenario.askedAgainMs ?? 0) + longestMs,
    isOnEdge: differencesFrom(ends.sidecar, observeModel(sidecarLater)).length > 0,
  };
}
