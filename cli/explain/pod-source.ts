/** The configuration of a pod in a manifest, with the sidecar that the webhook would add or has added. */
import { annotations } from '../../shared/values/names.ts';
import { collectFacts } from '../../webhook/injection/facts/facts.ts';
import type { InjectionContext } from '../../webhook/injection/facts/injection-context.ts';
import { isAlpineImage, splitReference } from '../../webhook/injection/facts/image.ts';
import { injectPod, type Injection } from '../../webhook/injection/inject.ts';
import { stringAt, textOf, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { annotationsOf, otherContainers } from '../../webhook/kubernetes/pod.ts';
import type { Workload } from '../inject/workloads.ts';
import { annotationsText, seenResolvConf, sidecarEnvironment } from '../manifests/injected-pod.ts';
import { chooseMusl, muslOfTag, unknownMusl, type MuslChoice } from '../models/musl-choice.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { SourceParts } from './sources.ts';

export interface PodSourceOptions {
  readonly contextOf: (namespace: string) => InjectionContext;
  /** What the node has, for `dnsPolicy: Default`; undefined: not given. */
  readonly nodeResolvConf: string | undefined;
  readonly remarks: readonly string[];
  /** What the webhook does with the pod, where that is known. */
  readonly injection?: Injection;
}

export function podSource(workload: Workload, options: PodSourceOptions): SourceParts {
  const { title, namespace, pod, place } = workload;
  const context = options.contextOf(namespace);
  const injection = options.injection ?? injectPod(pod, context);
  const injected = injection.verdict === 'inject' ? injection.pod : pod;
  const texts = annotationsOf(injected);
  const hasSidecar =
    injection.verdict === 'inject' || (injection.verdict === 'skip' && injection.reason === 'unchanged');
  const original = textOf(texts, annotations.resolvConf) ?? originalText(workload, context, options.nodeResolvConf);
  const remarks = [
    ...options.remarks,
    ...(hasSidecar ? [] : [`${whyNot(injection)}; the sidecar is played as if it were injected`]),
  ];
  return {
    title: `${title} (${place})`,
    original,
    hostName: 'pod',
    ...(hasSidecar && {
      seen: seenResolvConf(injected),
      environment: sidecarEnvironment(injected),
      annotationsText: annotationsText(injected),
    }),
    musl: muslOfPod(pod, context),
    remarks,
  };
}

function whyNot(injection: Injection): string {
  if (injection.verdict === 'refuse') return 'the webhook refuses the pod';
  return `the webhook does not inject the pod (${injection.reason})`;
}

function originalText({ title, pod }: Workload, context: InjectionContext, nodeResolvConf: string | undefined): string {
  const { original } = collectFacts(pod, context);
  if (original.known) return original.text;
  if (original.why === 'node' && nodeResolvConf !== undefined) return nodeResolvConf;
  if (original.why === 'node')
    throw new UsageError(
      `${title} has dnsPolicy Default, which is the file of its node: --resolv-conf FILE says what is in there`,
    );
  throw new UsageError(`${title}: its resolver configuration is not known: ${original.detail ?? original.why}`);
}

/** Of all its containers whose images say that they are Alpine. */
export function muslOfPod(pod: JsonObject, { alpineImages }: Pick<InjectionContext, 'alpineImages'>): MuslChoice {
  const images = otherContainers(pod)
    .map(({ value }) => stringAt(value, 'image') ?? '')
    .filter((image) => isAlpineImage(image, alpineImages));
  const found = images.map((image) => {
    const reference = splitReference(image);
    return reference && muslOfTag(reference.path.at(-1) ?? '', reference.tag);
  });
  const known = found.filter((musl) => musl !== undefined);
  return known.length === found.length ? chooseMusl(known) : unknownMusl;
}
