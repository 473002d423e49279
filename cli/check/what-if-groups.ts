/** Pods of one namespace that have the same DNS configuration and musl are played once, with the names of all of them. */
import { podSource } from '../explain/pod-source.ts';
import { resolverSource, type ResolverSource, type SourceParts } from '../explain/sources.ts';
import type { MuslChoice } from '../models/musl-choice.ts';
import type { PodFacts, Surroundings } from './pod-facts.ts';
import { externalNames, knownNames, namesOf, type KnownNames } from './what-if-names.ts';
import { readSource, standardDnsPort, type ReadSource } from './what-if-play.ts';

export interface PodGroup {
  /** Titles of its workloads. */
  readonly workloads: string[];
  readonly namespace: string;
  readonly musl: MuslChoice;
  readonly hasSidecar: boolean;
  readonly read: ReadSource;
  readonly names: readonly string[];
  /** Of these, what exists outside of the cluster. */
  readonly external: ReadonlySet<string>;
  readonly known: KnownNames;
}

export interface GroupOptions {
  readonly clusterDomain: string;
  /** Of the command line; none: those of the pods. */
  readonly names: readonly string[];
}

export interface PodGroups {
  /** Of the pod nothing is held that its group has. */
  add(facts: PodFacts): void;
  all(): PodGroup[];
  leftOut(): LeftOutPod[];
}

/** A pod on Alpine that cannot be played. */
export interface LeftOutPod {
  readonly workload: string;
  readonly why: string;
}

type GrowingGroup = Omit<PodGroup, 'names' | 'external'> & {
  /** By its pods. */
  readonly named: Set<string>;
};

interface KnownSource {
  readonly read: ReadSource;
  readonly id: number;
}

/** Annotations may be each pod's own. */
const maxRecent = 500;

/** Pods that do not use musl are left out, and those whose configuration is not known, which are told. */
export function createPodGroups({ clusterDomain, names }: GroupOptions): PodGroups {
  const groups = new Map<string, GrowingGroup>();
  // Most pods share what they are played with.
  const sources = new Map<string, KnownSource>();
  const recent = new Map<string, KnownSource>();
  const sourceOf = (facts: PodFacts): KnownSource => {
    const parts = partsOf(facts);
    const { original, seen, environment, annotationsText } = parts;
    if (recent.size >= maxRecent) recent.clear();
    return taken(recent, JSON.stringify([original, seen, environment, annotationsText]), () => {
      const source = resolverSource(parts, { nameservers: [], port: standardDnsPort, hasSocketsOfPod: true });
      return taken(sources, sourceKey(source), () => ({ read: readSource(source), id: sources.size }));
    });
  };
  const known = new Map<Surroundings, KnownNames>();
  const leftOut: LeftOutPod[] = [];
  return {
    add(facts) {
      if (!facts.isAlpine) return;
      const { workload, surroundings, musl, hasSidecar, unknownDns } = facts;
      if (unknownDns !== undefined) return void leftOut.push({ workload: workload.title, why: unknownDns });
      const { namespace } = workload;
      const around = taken(known, surroundings, () => knownNames(surroundings, clusterDomain));
      const { read, id } = sourceOf(facts);
      const versions = musl.members.map(({ version }) => version);
      const key = JSON.stringify([id, versions, hasSidecar, namespace]);
      const group = taken(groups, key, () => ({
        ...{ workloads: [], namespace, musl, hasSidecar, read },
        ...{ named: new Set<string>(), known: around },
      }));
      group.workloads.push(workload.title);
      for (const { name } of facts.names) group.named.add(name);
    },
    leftOut: () => leftOut,
    all: () =>
      [...groups.values()].map(({ named, ...group }) => {
        const own = names.length > 0 ? names : namesOf(named, group.namespace, group.known);
        return { ...group, names: own, external: externalNames(own, group) };
      }),
  };
}

function partsOf({ workload, context, injection }: PodFacts): SourceParts {
  return podSource(workload, { contextOf: () => context, nodeResolvConf: undefined, remarks: [], injection });
}

function sourceKey({ original, seen, snapshot: { settings, routing } }: ResolverSource): string {
  return JSON.stringify([original, seen, settings, routing]);
}

function taken<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = make();
  values.set(key, value);
  return value;
}
