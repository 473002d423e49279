/** `uninject`: manifests as they were before an injection. */
import type { Namespace } from '../../webhook/kubernetes/namespace.ts';
import { readStatus } from '../../webhook/injection/facts/status.ts';
import { namespacesFrom } from './context.ts';
import { changeManifest, readManifests, type FileSurroundings, type Manifest, type Verdict } from './manifests.ts';
import type { UninjectOptions } from './options.ts';
import { originalPod } from './original-pod.ts';
import type { Result } from './ending.ts';
import { outcomeOf, type Outcome } from './result.ts';
import type { Workload } from './workloads.ts';

export function uninject(options: UninjectOptions, { folder, columns, onFile }: FileSurroundings): Outcome {
  const manifests = readManifests(options, folder, onFile);
  const objects = manifests.flatMap((manifest) => manifest.objects);
  const namespaceOf = namespacesFrom(objects, options);
  const results = manifests.map((manifest): Result => ({ manifest, ...uninjectManifest(manifest, namespaceOf) }));
  return outcomeOf(results, { command: 'uninject', options, done: 'restored', remarks: [] }, columns);
}

export function uninjectManifest(
  manifest: Manifest,
  namespaceOf: (name: string) => Namespace,
): Omit<Result, 'manifest'> {
  const verdicts = manifest.workloads.map((workload) => originalVerdict(workload, namespaceOf(workload.namespace)));
  return { verdicts, change: changeManifest(manifest, verdicts, true) };
}

export function originalVerdict(workload: Workload, namespace: Namespace): Verdict {
  const original = originalPod(workload.pod, namespace);
  if (!original.found)
    return original.isInjected
      ? { workload, outcome: 'refused', text: `left as it is: ${original.why}`, notes: [] }
      : { workload, outcome: 'skipped', text: original.why, notes: [] };
  const status = readStatus(workload.pod);
  const dnsConfig = status?.scope === 'pod' ? status.original?.dnsConfig : undefined;
  return {
    workload,
    outcome: 'changed',
    text: 'restored',
    notes: [
      ...original.losses.map((loss) => `warning: ${loss}`),
      ...(dnsConfig === undefined
        ? []
        : ['spec.dnsConfig is restored from the status: its data, not each comment and form']),
    ],
    pod: original.pod,
  };
}
