/** Pods of equal DNS configuration, musl and names, played through the failures of nameservers in simulated time. */
import { readGlibcConfiguration } from '../models/glibc-configuration.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import { play } from '../explain/play.ts';
import { podSource } from '../explain/pod-source.ts';
import { noRedaction } from '../explain/redact.ts';
import { resolverSource, type ResolverSource } from '../explain/sources.ts';
import { simulatedStage } from '../explain/stage.ts';
import { likeness, noticeableDelay, type Lookup } from '../report/comparison.ts';
import type { Script } from '../simulation/script.ts';
import { failureScenarios, type HealthyWorld } from './failure-scenarios.ts';
import type { PodFacts } from './pod-facts.ts';

export interface WhatIfGroup {
  /** Titles of its workloads. */
  readonly workloads: readonly string[];
  readonly musl: MuslChoice;
  readonly resolvConf: string;
  readonly hasSidecar: boolean;
  readonly rows: readonly WhatIfRow[];
}

export interface WhatIfRow {
  readonly scenario: string;
  readonly name: string;
  readonly glibc: Lookup;
  /** From the oldest release; those that do the same are one. */
  readonly musl: readonly Lookup[];
  readonly sidecar: readonly Lookup[];
  /** musl or the sidecar comes to another end than glibc, or one would notice the time. */
  readonly isDifferent: boolean;
}

export interface WhatIfOptions {
  readonly clusterDomain: string;
  /** Of the command line; none: those of each pod. */
  readonly names: readonly string[];
}

const standardDnsPort = 53;

/** Pods whose configuration only their node knows are left out. */
export async function whatIf(
  pods: readonly PodFacts[],
  options: WhatIfOptions,
  onDone: (done: number, total: number) => void,
): Promise<WhatIfGroup[]> {
  const groups = grouped(
    pods.filter(({ isAlpine, resolvConf }) => isAlpine && resolvConf !== undefined),
    options,
  );
  const results: WhatIfGroup[] = [];
  for (const group of groups) {
    onDone(results.length, groups.length);
    results.push(await playGroup(group, options));
  }
  return results;
}

interface Group {
  readonly first: PodFacts;
  readonly source: ResolverSource;
  readonly names: readonly string[];
  readonly workloads: string[];
}

function grouped(pods: readonly PodFacts[], options: WhatIfOptions): Group[] {
  const groups = new Map<string, Group>();
  for (const facts of pods) {
    const source = sourceOf(facts);
    const names = options.names.length > 0 ? options.names : namesOf(facts, options.clusterDomain);
    const versions = facts.musl.members.map(({ version }) => version);
    const key = JSON.stringify([source.original, source.seen, source.snapshot.settings, versions, names]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { first: facts, source, names, workloads: [facts.workload.title] });
    else known.workloads.push(facts.workload.title);
  }
  return [...groups.values()];
}

function sourceOf({ workload, context }: PodFacts): ResolverSource {
  const parts = podSource(workload, { contextOf: () => context, nodeResolvConf: undefined, remarks: [] });
  return resolverSource(parts, { nameservers: [], port: standardDnsPort, hasSocketsOfPod: true });
}

/** Names of the pod, else of the Services of its namespace, else such as every pod may ask. */
function namesOf({ names, workload: { namespace }, surroundings }: PodFacts, clusterDomain: string): string[] {
  const literal = [...new Set(names.map(({ name }) => name))];
  if (literal.length > 0) return literal;
  const service = surroundings.services.find((each) => each.namespace === namespace)?.name ?? 'svc';
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc.${clusterDomain}`,
    'example.com',
    'a.b.c.example.com',
    'no-such-name',
  ];
}

/** What is played with a pod. */
export interface Staging {
  readonly source: ResolverSource;
  readonly scenarios: readonly StagedScenario[];
}

export interface StagedScenario {
  readonly title: string;
  readonly script: Script;
}

export function stagingOf(facts: PodFacts, options: WhatIfOptions): Staging | undefined {
  const [group] = grouped([facts], options);
  return group && { source: group.source, scenarios: stagedScenarios(group, options) };
}

function stagedScenarios({ first, source, names }: Group, { clusterDomain }: WhatIfOptions): StagedScenario[] {
  const world = worldOf(first, { names, source, clusterDomain });
  return failureScenarios.flatMap(({ title, script }) => {
    const played = script(world);
    return played === undefined ? [] : [{ title, script: played }];
  });
}

async function playGroup(group: Group, options: WhatIfOptions): Promise<WhatIfGroup> {
  const { first, source, names, workloads } = group;
  const rows: WhatIfRow[] = [];
  for (const { title, script } of stagedScenarios(group, options)) {
    const stage = simulatedStage(script);
    for (const name of names) {
      const played = { name, source, musl: first.musl, stage, redactor: noRedaction, onDone: () => {} };
      const { glibc, alone, sidecar } = await play(played);
      const [musl, injected] = [alone, sidecar.clients].map((groups) => groups.map(({ lookup }) => lookup));
      const others = [...(musl ?? []), ...(injected ?? [])];
      const isDifferent = others.some((each) => isOtherwise(each, glibc));
      rows.push({ scenario: title, name, glibc, musl: musl ?? [], sidecar: injected ?? [], isDifferent });
    }
  }
  return { workloads, musl: first.musl, resolvConf: source.original, hasSidecar: first.hasSidecar, rows };
}

function isOtherwise(lookup: Lookup, glibc: Lookup): boolean {
  return (
    likeness(lookup, glibc) === 'different' || noticeableDelay(lookup, glibc) > 0 || noticeableDelay(glibc, lookup) > 0
  );
}

/** Services of the manifests exist, and so does whatever is named otherwise, outside of the cluster. */
function worldOf(
  { workload: { namespace }, surroundings }: PodFacts,
  { names, source, clusterDomain }: { names: readonly string[]; source: ResolverSource; clusterDomain: string },
): HealthyWorld {
  const { servers, search } = readGlibcConfiguration(source.original, source.hostName, standardDnsPort);
  const given = surroundings.services.map((each) => `${each.name}.${each.namespace}.svc.${clusterDomain}`);
  const services = new Set([...given, `svc.${namespace}.svc.${clusterDomain}`].map((each) => each.toLowerCase()));
  const isOfCluster = (name: string): boolean =>
    !name.includes('.') ||
    name.endsWith(`.${clusterDomain}`) ||
    search.some((domain) => services.has(`${name}.${domain}`.toLowerCase()));
  return {
    services: [...services],
    externals: names.map((name) => name.replace(/\.$/, '').toLowerCase()).filter((name) => !isOfCluster(name)),
    names,
    servers: servers.map(({ address }) => address),
    search,
  };
}
