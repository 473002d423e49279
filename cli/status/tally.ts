/** Counts the pods of a cluster one by one: what is held does not grow with their number, but with that of their owners. */
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { stringAt } from '../../webhook/kubernetes/json.ts';
import { ownerOf, type PodOwner } from '../cluster/pod-owner.ts';
import { createVersionCounts, type VersionCount } from '../cluster/version-counts.ts';
import type { PodState } from './pod-state.ts';

export interface MissedOwner extends PodOwner {
  readonly pods: number;
}

export interface PodTally {
  readonly injected: number;
  readonly missed: number;
  /** By namespace and name. */
  readonly missedOwners: readonly MissedOwner[];
  /** By reason, the most frequent first. */
  readonly skipped: readonly { readonly reason: string; readonly pods: number; readonly example: string }[];
  readonly refused: readonly { readonly pod: string; readonly message: string }[];
  /** Of the sidecars, the most frequent first. */
  readonly versions: readonly VersionCount[];
  readonly restarts: {
    readonly total: number;
    /** The pods with most of them. */
    readonly worst: readonly { readonly pod: string; readonly restarts: number }[];
  };
  /** Of the injected pods, those whose sidecar has not started. */
  readonly notStarted: number;
  /** Running pods with a sidecar, of which metrics may be read: a sample. */
  readonly sample: readonly { readonly namespace: string; readonly name: string }[];
}

const maxWorst = 3;
const maxRefused = 20;
const maxSample = 20;

export interface Tallying {
  add(pod: JsonObject, state: PodState): void;
  result(): PodTally;
}

export function createTally(): Tallying {
  const counts = { injected: 0, missed: 0, restarts: 0, notStarted: 0 };
  const owners = new Map<string, { owner: PodOwner; pods: number }>();
  const skipped = new Map<string, { pods: number; example: string }>();
  const versions = createVersionCounts();
  const refused: { pod: string; message: string }[] = [];
  let worst: { pod: string; restarts: number }[] = [];
  const sample: { namespace: string; name: string }[] = [];

  function addInjected(pod: JsonObject, state: Extract<PodState, { is: 'injected' }>): void {
    counts.injected += 1;
    counts.restarts += state.restarts;
    if (!state.isReady) counts.notStarted += 1;
    versions.add(state.version);
    if (state.restarts > 0)
      worst = [...worst, { pod: titleOf(pod), restarts: state.restarts }]
        .toSorted((a, b) => b.restarts - a.restarts)
        .slice(0, maxWorst);
    if (state.isReady) addToSample(pod);
  }

  /** The first ones, and later ones ever more rarely: from all over the list. */
  function addToSample(pod: JsonObject): void {
    const entry = { namespace: namespaceOf(pod), name: stringAt(pod, 'metadata', 'name') ?? '' };
    if (sample.length < maxSample) sample.push(entry);
    else if (counts.injected % maxSample === 0) sample[(counts.injected / maxSample) % maxSample] = entry;
  }

  return {
    add(pod, state) {
      if (state.is === 'injected') addInjected(pod, state);
      if (state.is === 'refused' && refused.length < maxRefused)
        refused.push({ pod: titleOf(pod), message: state.message });
      if (state.is === 'skipped') {
        const known = skipped.get(state.reason) ?? {
          pods: 0,
          example: `${titleOf(pod)}: ${state.text.slice(state.reason.length + 2)}`,
        };
        skipped.set(state.reason, { ...known, pods: known.pods + 1 });
      }
      if (state.is === 'missed') {
        counts.missed += 1;
        const owner = ownerOf(pod);
        const key = `${owner.namespace}/${owner.name}/${owner.kind}`;
        owners.set(key, { owner, pods: (owners.get(key)?.pods ?? 0) + 1 });
      }
    },
    result: () => ({
      injected: counts.injected,
      missed: counts.missed,
      missedOwners: [...owners]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { owner, pods }]) => ({ ...owner, pods })),
      skipped: [...skipped]
        .map(([reason, entry]) => ({ reason, ...entry }))
        .toSorted((a, b) => b.pods - a.pods || (a.reason < b.reason ? -1 : 1)),
      refused: [...refused],
      versions: versions.result(),
      restarts: { total: counts.restarts, worst: [...worst] },
      notStarted: counts.notStarted,
      sample: [...sample],
    }),
  };
}

function titleOf(pod: JsonObject): string {
  return `${namespaceOf(pod)}/${stringAt(pod, 'metadata', 'name') ?? ''}`;
}

function namespaceOf(pod: JsonObject): string {
  return stringAt(pod, 'metadata', 'namespace') ?? '';
}
