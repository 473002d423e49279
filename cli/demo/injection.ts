/** The first part of the demo: pods go through the webhook, and what it changes is printed. */
import { annotations } from '../../shared/values/names.ts';
import { objectAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { readObjects } from '../manifests/documents.ts';
import { podsOf, type ManifestPod } from '../manifests/pods.ts';
import { podDiff } from '../report/pod-diff.ts';
import { timeText } from '../report/lookup-table.ts';
import { outputColumns, print, printable, printText, styled, wrapped, type Style } from '../terminal/output.ts';
import { admitPod, type Admission } from './admission.ts';
import { sampleNamespace, samplePod } from './sample-pod.ts';

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

export interface Injection {
  /** The first pod that was injected; its configuration is the one that names are looked up with. */
  readonly first: InjectedPod | undefined;
  readonly refused: number;
}

export async function injectAndPrint(pods: readonly ManifestPod[], setup: InjectionSetup): Promise<Injection> {
  let first: InjectedPod | undefined;
  let refused = 0;
  for (const { title, namespace, pod, fault } of pods) {
    if (fault !== undefined) {
      printVerdict(title, `refused by the API server: ${fault}`, 'red');
      refused++;
      continue;
    }
    const before = withResolvConf(pod, setup.resolvConf);
    const admission = await admitPod(setup.webhookPort, namespace, before);
    printVerdict(title, ...verdictOf(admission));
    for (const warning of admission.warnings)
      if (!warning.startsWith(notInjected)) printText(`warning: ${warning}`, 'yellow');
    if (admission.isRefused) refused++;
    if (admission.pod === undefined) continue;
    print(...podDiff(before, admission.pod, setup.isFull));
    first ??= { namespace, pod: admission.pod };
  }
  return { first, refused };
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

export function samplePods(): readonly ManifestPod[] {
  return podsOf(readObjects(samplePod, 'the sample manifest'), sampleNamespace).pods;
}

/** The warning that a pod without an owner gets says the reason once more, and what in particular. */
const notInjected = 'not injected: ';

function verdictOf({ pod, reason, isRefused, warnings, elapsedMs }: Admission): [string, Style] {
  if (pod !== undefined) return [`${reason} in ${timeText(elapsedMs)}`, 'green'];
  if (isRefused) return [`refused: ${reason}`, 'red'];
  return [warnings.find((text) => text.startsWith(notInjected)) ?? `${notInjected}${reason}`, 'yellow'];
}

/** On one line where there is room for both. */
function printVerdict(title: string, verdict: string, style: Style): void {
  const [left, right] = [printable(title), printable(verdict)];
  if (2 + left.length + 2 + right.length <= outputColumns())
    return print(`  ${styled('bold', left)}  ${styled(style, right)}`);
  print(...wrapped(left, outputColumns(), '  ').map((line) => styled('bold', line)));
  print(...wrapped(right, outputColumns(), '    ').map((line) => styled(style, line)));
}

function withResolvConf(pod: JsonObject, resolvConf: string | undefined): JsonObject {
  const metadata = objectAt(pod, 'metadata');
  const present = objectAt(metadata, 'annotations');
  if (resolvConf === undefined || annotations.resolvConf in present) return pod;
  return { ...pod, metadata: { ...metadata, annotations: { ...present, [annotations.resolvConf]: resolvConf } } };
}
