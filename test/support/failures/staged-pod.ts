/** What `check` says of a random pod, and with what the same is played by real libraries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../../cli/check/check.ts';
import { readCheckOptions } from '../../../cli/check/options.ts';
import type { PodFacts } from '../../../cli/check/pod-facts.ts';
import { stagingOf, whatIf, type WhatIfRow } from '../../../cli/check/what-if.ts';
import { assumedDomain } from '../../../cli/inject/options.ts';
import { annotationsText, sidecarEnvironment } from '../../../cli/manifests/injected-pod.ts';
import type { Lookup } from '../../../cli/report/comparison.ts';
import type { Script } from '../../../cli/simulation/script.ts';
import { libcNames, type LibcName } from '../worlds/libcs.ts';
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

/** A name in a failure, with what is expected of each resolver. */
export interface StagedRow {
  readonly scenario: string;
  readonly script: Script;
  readonly name: string;
  readonly glibc: Lookup;
  readonly musl: Lookup;
  /** musl with the sidecar. */
  readonly sidecar: Lookup;
}

export async function stagedPod(pod: RandomPod): Promise<StagedPod> {
  const facts = factsOf(pod);
  const options = { names: pod.names, clusterDomain: assumedDomain };
  const [group] = await whatIf([facts], options, () => {});
  const staging = stagingOf(facts, options);
  if (group === undefined || staging === undefined || facts.injection.verdict !== 'inject')
    throw new Error(`check plays nothing of this pod:\n${pod.manifest}`);
  const scripts = new Map(staging.scenarios.map(({ title, script }) => [title, script]));
  return {
    pod,
    resolvConf: staging.source.original,
    seen: staging.source.seen,
    environment: sidecarEnvironment(facts.injection.pod),
    annotationsText: annotationsText(facts.injection.pod),
    musl: libraryOf(facts),
    rows: group.rows.map((row) => stagedRow(row, scripts.get(row.scenario))),
  };
}

/** Milliseconds that it takes the slowest of them. */
export function lengthOf({ glibc, musl, sidecar }: Pick<StagedRow, 'glibc' | 'musl' | 'sidecar'>): number {
  return Math.max(...[glibc, musl, sidecar].map(({ elapsedMs }) => elapsedMs));
}

function factsOf({ manifest, clusterDns }: RandomPod): PodFacts {
  const folder = mkdtempSync(join(tmpdir(), 'pod-'));
  try {
    writeFileSync(join(folder, 'pod.yaml'), manifest);
    const options = readCheckOptions(['-f', 'pod.yaml', '--what-if', '--nameserver', clusterDns]);
    if (typeof options === 'string') throw new Error(options);
    const [facts] = check(options, folder).facts;
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

function stagedRow({ scenario, name, glibc, musl, sidecar }: WhatIfRow, script: Script | undefined): StagedRow {
  const [alone, injected] = [musl[0], sidecar[0]];
  if (script === undefined || alone === undefined || injected === undefined)
    throw new Error(`"${scenario}" of ${name} is not played`);
  return { scenario, script, name, glibc, musl: alone, sidecar: injected };
}
