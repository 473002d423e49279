/** `inject`: the webhook's verdict on manifests, and the manifests with the sidecar. */
import { injectReasons } from '../../shared/report/reasons.ts';
import { injectPod, type Injection } from '../../webhook/injection/inject.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import { skipText } from '../../webhook/review/event-texts.ts';
import type { Namespace } from '../../webhook/kubernetes/namespace.ts';
import { contextFrom, namespacesFrom } from './context.ts';
import { changeManifest, readManifests, type FileSurroundings, type Manifest, type Verdict } from './manifests.ts';
import { hasStatus } from './original-pod.ts';
import { assumedDomain, assumedNameserver, type InjectOptions } from './options.ts';
import type { Result } from './ending.ts';
import { outcomeOf, type Outcome } from './result.ts';
import { lossesOf } from './reversal.ts';
import type { Workload } from './workloads.ts';

export function inject(options: InjectOptions, { folder, columns, onFile }: FileSurroundings): Outcome {
  const manifests = readManifests(options, folder, onFile);
  const objects = manifests.flatMap((manifest) => manifest.objects);
  const contextOf = contextFrom(objects, options);
  // Annotations that are given to inject alone are not known when it is undone.
  const laterNamespaceOf = namespacesFrom(objects, { namespaceLabels: {}, namespaceAnnotations: {} });
  const results = manifests.map((manifest): Result => ({
    manifest,
    ...injectManifest(manifest, contextOf, laterNamespaceOf),
  }));
  const isAnyInjected = results.some(({ verdicts }) => verdicts.some(({ outcome }) => outcome === 'changed'));
  return outcomeOf(
    results,
    {
      command: 'inject',
      options,
      done: 'injected',
      remarks: isAnyInjected ? remarksOf(options) : [],
    },
    columns,
  );
}

export function injectManifest(
  manifest: Manifest,
  contextOf: (namespace: string) => InjectionContext,
  laterNamespaceOf = (name: string): Namespace => contextOf(name).namespace,
): Omit<Result, 'manifest'> {
  const verdicts = manifest.workloads.map((workload) => verdictOn(workload, contextOf(workload.namespace)));
  const change = changeManifest(manifest, verdicts, false);
  const fresh = verdicts.filter(({ outcome, workload }) => outcome === 'changed' && !hasStatus(workload.pod));
  const losses = lossesOf(manifest, { change, fresh, namespaceOf: laterNamespaceOf });
  return { verdicts, change: { ...change, notes: [...change.notes, ...losses] } };
}

function verdictOn(workload: Workload, context: InjectionContext): Verdict {
  if (workload.fault !== undefined)
    return { workload, outcome: 'refused', text: `refused by the API server: ${workload.fault}`, notes: [] };
  const injection = injectPod(workload.pod, context);
  const notes = injection.warnings.map(({ message }) => `warning: ${message}`);
  const text = verdictText(injection);
  const { reason } = injection;
  switch (injection.verdict) {
    case 'inject':
      return { workload, outcome: 'changed', reason, text, notes, pod: injection.pod };
    case 'skip':
      return { workload, outcome: reason === 'unchanged' ? 'unchanged' : 'skipped', reason, text, notes };
    case 'refuse':
      return { workload, outcome: 'refused', reason, text, notes };
  }
}

function verdictText(injection: Injection): string {
  switch (injection.verdict) {
    case 'inject':
      return `${injection.reason}: ${injectReasons[injection.reason]}`;
    case 'skip':
      return injection.reason === 'unchanged'
        ? 'already injected, nothing changes'
        : `not injected: ${skipText(injection)}`;
    case 'refuse':
      return `refused: ${injection.message}`;
  }
}

/** What was taken for known, and what is not. */
function remarksOf(options: InjectOptions): string[] {
  const assumed = [
    ...(options.nameservers === undefined ? [`the cluster's DNS is ${assumedNameserver} (--nameserver)`] : []),
    ...(options.clusterDomain === undefined ? [`its domain is ${assumedDomain} (--cluster-domain)`] : []),
    ...(options.settings.sidecarImage === undefined ? ['the image is at registry.example (--sidecar-image)'] : []),
    ...(options.serverVersion === undefined ? ['Kubernetes is 1.29 or later (--kubernetes-version)'] : []),
  ];
  return [
    ...(assumed.length > 0 ? [`Assumed: ${assumed.join('; ')}.`] : []),
    'Not known without the cluster: LimitRanges, quotas and Namespaces that the manifests do not hold, the search domains of its nodes, and what other webhooks change.',
  ];
}
