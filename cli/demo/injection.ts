/** The first part of the demo: pods go through the webhook, and what it changes is printed. */
import { annotations } from '../../shared/names.ts';
import { objectAt, type JsonObject } from '../../webhook/json.ts';
import { print, styled } from '../terminal.ts';
import { admitPod, type Admission } from './admission.ts';
import { readManifest, type ManifestPod } from './manifests.ts';
import { podDiff } from './pod-diff.ts';
import { SAMPLE_POD } from './sample-pod.ts';
import { timeText } from './table.ts';

export interface InjectionSetup {
  readonly webhookPort: number;
  /** Text of `--resolv-conf`: it becomes the pods' original configuration, unless they bring one. */
  readonly resolvConf: string | undefined;
  readonly isFull: boolean;
}

export interface InjectedPod {
  readonly namespace: string;
  readonly pod: JsonObject;
}

/** The first pod that was injected; its configuration is the one that names are looked up with. */
export async function injectAndPrint(
  pods: readonly ManifestPod[],
  setup: InjectionSetup,
): Promise<InjectedPod | undefined> {
  let first: InjectedPod | undefined;
  for (const { title, namespace, pod } of pods) {
    const before = withResolvConf(pod, setup.resolvConf);
    const admission = await admitPod(setup.webhookPort, namespace, before);
    print(`  ${styled('bold', title)}  ${verdictText(admission)}`);
    for (const warning of admission.warnings)
      if (!warning.startsWith(notInjected)) print(styled('yellow', `  warning: ${warning}`));
    if (admission.pod === undefined) continue;
    print(...podDiff(before, admission.pod, setup.isFull));
    first ??= { namespace, pod: admission.pod };
  }
  return first;
}

/** The sample's configuration without a word, for the lookups after pods that were not injected. */
export async function injectSample(setup: InjectionSetup): Promise<InjectedPod> {
  const [sample] = samplePods();
  if (sample === undefined) throw new Error('the sample manifest has no pod');
  const { namespace, pod } = sample;
  const admission = await admitPod(setup.webhookPort, namespace, withResolvConf(pod, setup.resolvConf));
  if (admission.pod === undefined) throw new Error(`the sample pod is not injected: ${admission.reason}`);
  return { namespace, pod: admission.pod };
}

export function samplePods(): ManifestPod[] {
  return readManifest(SAMPLE_POD, 'the sample manifest');
}

/** The warning that a pod without an owner gets says the reason once more, and what in particular. */
const notInjected = 'not injected: ';

function verdictText({ pod, reason, isRefused, warnings, elapsedMs }: Admission): string {
  if (pod !== undefined) return styled('green', `${reason} in ${timeText(elapsedMs)}`);
  if (isRefused) return styled('red', `refused: ${reason}`);
  return styled('yellow', warnings.find((text) => text.startsWith(notInjected)) ?? `${notInjected}${reason}`);
}

function withResolvConf(pod: JsonObject, resolvConf: string | undefined): JsonObject {
  const metadata = objectAt(pod, 'metadata');
  const present = objectAt(metadata, 'annotations');
  if (resolvConf === undefined || annotations.resolvConf in present) return pod;
  return { ...pod, metadata: { ...metadata, annotations: { ...present, [annotations.resolvConf]: resolvConf } } };
}
