/** `check`: what pods of manifests will meet, before they do. */
import { isObject, type Json } from '../../webhook/kubernetes/json.ts';
import { contextFrom } from '../inject/context.ts';
import { readManifest, type Manifest, type OnFile } from '../inject/manifests.ts';
import type { Workload } from '../inject/workloads.ts';
import { readManifestFiles } from '../manifests/manifest-files.ts';
import { fileTitle, readTextFile, type EncodedText } from '../manifests/text.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { severities, type Finding, type Severity } from './finding.ts';
import { ignoredCodes } from './ignored-codes.ts';
import type { CheckOptions } from './options.ts';
import { podFacts, surroundingsOf, type PodFacts } from './pod-facts.ts';
import { findingsOf } from './rules.ts';

export interface PlacedFinding extends Finding {
  readonly workload: string;
  readonly namespace: string;
  /** Empty for what is read from a cluster. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The same for the same finding, wherever in the file it stands. */
  readonly fingerprint: string;
}

export interface CheckResult {
  /** In the order of the manifests, the worst of a pod first. */
  readonly findings: readonly PlacedFinding[];
  readonly pods: number;
  /** Of them, those that resolve names by musl. */
  readonly alpinePods: number;
  /** Of these, those that have the sidecar or get it. */
  readonly injectedPods: number;
  readonly silenced: number;
  readonly workloads: readonly CheckedWorkload[];
  /** Of a cluster: what may not be read, and what is taken in its place. */
  readonly unknown?: readonly string[];
  /** False: it was interrupted before all pods were read. */
  readonly isComplete?: boolean;
}

export interface CheckedWorkload {
  /** `Deployment shop/web` */
  readonly title: string;
  /** `FILE:LINE` */
  readonly place: string;
}

export interface CheckListener {
  /** Called before each file is read. */
  readonly onFile?: OnFile;
  /** Called with each pod. */
  readonly onPod?: (facts: PodFacts) => void;
}

/**
 * A manifest is read, judged and left again: what is held does not grow with all that stands in them.
 * @param folder where relative names of files begin
 */
export function check(options: CheckOptions, folder: string, heard: CheckListener = {}): CheckResult {
  const { files, isRecursive, namespace } = options;
  const sources = readManifestFiles(files, { folder, isRecursive });
  let done = 0;
  const readAnew = (source: EncodedText): Manifest => {
    heard.onFile?.({ done, total: sources.length, length: source.text.length });
    return readManifest(source, namespace, false);
  };
  // A single one is held as a whole anyway.
  const [only, ...others] = sources;
  const held = only !== undefined && others.length === 0 ? readAnew(only) : undefined;
  const read = (source: EncodedText): Manifest => held ?? readAnew(source);
  const objects = sources
    .filter(({ text }) => mayHoldAround.test(text))
    .flatMap((source) => read(source).objects.filter(({ kind }) => aroundKinds.has(kind as string)));
  const contextOf = contextFrom(objects, options);
  const surroundings = surroundingsOf(objects, namespace);
  const pods: CheckedPod[] = [];
  const all: JudgedFinding[] = [];
  for (const source of sources) {
    const manifest = read(source);
    for (const workload of manifest.workloads) {
      const found = podFacts(workload, contextOf(workload.namespace), surroundings);
      const { isAlpine, hasSidecar } = found;
      pods.push({ isAlpine, hasSidecar, title: workload.title, place: workload.place });
      heard.onPod?.(found);
      for (const finding of sortedFindings(found))
        all.push({ finding: placed(finding, workload, manifest), isSilenced: isSilencedBy(found, finding) });
    }
    done++;
  }
  return { ...keptFindings(all, options, folder), ...countsOf(pods), workloads: pods };
}

/** What says something of pods that are in another file. */
const aroundKinds = new Set(['Namespace', 'LimitRange', 'ResourceQuota', 'Service', 'Ingress', 'StatefulSet']);

/** A text without these words, and without an escape that could hide one, has none of the kinds, and is not read for them. */
const mayHoldAround = new RegExp(String.raw`${[...aroundKinds].join('|')}|\\[xuU
]`);

export type CheckedPod = Pick<PodFacts, 'isAlpine' | 'hasSidecar'> & CheckedWorkload;

export interface JudgedFinding {
  readonly finding: PlacedFinding;
  /** By an annotation. */
  readonly isSilenced: boolean;
}

/** The worst first. */
export function sortedFindings(facts: PodFacts): Finding[] {
  return findingsOf(facts).toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** Without those that are silenced, or known from a baseline. */
export function keptFindings(
  all: readonly JudgedFinding[],
  { ignored, baselineFile }: Pick<CheckOptions, 'ignored' | 'baselineFile'>,
  folder: string,
): Pick<CheckResult, 'findings' | 'silenced'> {
  const known = baselineFile === undefined ? new Set<string>() : readBaseline(baselineFile, folder);
  const findings = all
    .filter(({ finding, isSilenced }) => !ignored.has(finding.code) && !isSilenced)
    .map(({ finding }) => finding)
    .filter(({ fingerprint }) => !known.has(fingerprint));
  return { findings, silenced: all.length - findings.length };
}

export function countsOf(
  pods: readonly Pick<PodFacts, 'isAlpine' | 'hasSidecar'>[],
): Pick<CheckResult, 'pods' | 'alpinePods' | 'injectedPods'> {
  const alpine = pods.filter(({ isAlpine }) => isAlpine);
  return {
    pods: pods.length,
    alpinePods: alpine.length,
    injectedPods: alpine.filter(({ hasSidecar }) => hasSidecar).length,
  };
}

export function fingerprintOf({ code, facts }: Finding, title: string): string {
  return [code, title, facts.join('; ')].join(' | ');
}

/** Whether a finding is as bad as the severity, or worse. */
export function isAtLeast({ severity }: Pick<Finding, 'severity'>, least: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(least);
}

export function isSilencedBy(facts: PodFacts, { code }: Finding): boolean {
  return ignoredCodes(facts).has(code);
}

function placed(finding: Finding, workload: Workload, { file, source }: Manifest): PlacedFinding {
  const place = file.place(offsetOf(workload, finding.path, file)).slice(source.title.length + 1);
  const [line = 1, column = 1] = place.split(':').map(Number);
  const { title, namespace } = workload;
  return {
    ...finding,
    ...{ workload: title, namespace, file: source.title, line, column },
    fingerprint: fingerprintOf(finding, title),
  };
}

/** Of the part that it is about; of the nearest one above it that the manifest has. */
function offsetOf({ document, steps }: Workload, path: readonly string[], file: Manifest['file']): number {
  const parsed = file.documents[document]?.document;
  for (let length = path.length; length >= 0; length--) {
    const all = [...steps, ...path.slice(0, length)];
    const node = all.length === 0 ? parsed?.contents : parsed?.getIn(all, true);
    const [start] = (node as { range?: [number, number, number] } | undefined)?.range ?? [];
    if (start !== undefined) return start;
  }
  return 0;
}

/** What else the parser says is a part of a file that may be another one than was meant. */
function placeIn(message: string): string {
  const [, place = ''] = / at position \d+( \(line \d+ column \d+\))$/.exec(message) ?? [];
  return place;
}

/** The fingerprints of an earlier run. */
function readBaseline(name: string, folder: string): Set<string> {
  const title = fileTitle(name);
  let document: Json;
  try {
    document = JSON.parse(readTextFile(name, folder)) as Json;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--baseline ${title}: it is no JSON${placeIn((error as Error).message)}`);
  }
  const findings = isObject(document) ? document['findings'] : undefined;
  if (!Array.isArray(findings)) throw new UsageError(`--baseline ${title}: it is no document of check --output json`);
  return new Set(
    findings.flatMap((each) =>
      isObject(each) && typeof each['fingerprint'] === 'string' ? [each['fingerprint']] : [],
    ),
  );
}
