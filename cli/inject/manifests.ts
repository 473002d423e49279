/** Files of manifests in which some pods change. */
import { changeText } from '../manifests/change-text.ts';
import { readDocuments, type ManifestFile } from '../manifests/documents.ts';
import { readManifestFiles } from '../manifests/manifest-files.ts';
import type { EncodedText } from '../manifests/text.ts';
import type { TextEdit } from '../manifests/text-edits.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import type { FileOptions } from './options.ts';
import { contentsOf, withoutEmptied, withPod, type FileContents, type Workload } from './workloads.ts';

export interface Manifest extends FileContents {
  readonly source: Pick<EncodedText, 'title' | 'text'>;
  readonly file: ManifestFile;
}

export interface EncodedManifest extends Manifest {
  readonly source: EncodedText;
}

/** What becomes of a workload. */
export interface Verdict {
  readonly workload: Workload;
  readonly outcome: 'changed' | 'unchanged' | 'skipped' | 'refused';
  /** A code of docs/reasons.md, where the webhook's verdict has one. */
  readonly reason?: string;
  readonly text: string;
  readonly notes: readonly string[];
  /** Where it is `changed`. */
  readonly pod?: JsonObject;
}

export interface ChangedManifest {
  readonly text: string;
  readonly file: ManifestFile;
  readonly edits: readonly TextEdit[];
  readonly notes: readonly string[];
}

/** Called before a file is read; `length` in characters. */
export type OnFile = (file: { readonly done: number; readonly total: number; readonly length: number }) => void;

export interface FileSurroundings {
  /** Where relative names of files begin. */
  readonly folder: string;
  /** Width of the report. */
  readonly columns: number;
  readonly onFile?: OnFile | undefined;
}

/** @param folder where relative names begin */
export function readManifests(
  options: Pick<FileOptions, 'files' | 'isRecursive' | 'namespace'>,
  folder: string,
  onFile: OnFile = () => {},
): EncodedManifest[] {
  const sources = readManifestFiles(options.files, { folder, isRecursive: options.isRecursive });
  return sources.map((source, done) => {
    onFile({ done, total: sources.length, length: source.text.length });
    return { ...readManifest(source, options.namespace), source };
  });
}

/**
 * @param namespace of objects that name none
 * @param isEdited whether its text will be
 */
export function readManifest(
  source: Pick<EncodedText, 'title' | 'text'>,
  namespace: string,
  isEdited = true,
): Manifest {
  return manifestOf(source, readDocuments(source.text, source.title, isEdited), namespace);
}

export function manifestOf(source: Manifest['source'], file: ManifestFile, namespace: string): Manifest {
  return { source, file, ...contentsOf(file, namespace) };
}

/** @param isEmptiedRemoved whether objects and lists that become empty go with their keys */
export function changeManifest(
  { source, file }: Manifest,
  verdicts: readonly Verdict[],
  isEmptiedRemoved: boolean,
): ChangedManifest {
  const wanted = wantedObjects(file, verdicts).map((object, i) => {
    const { document, object: before } = file.documents[i] ?? {};
    return isEmptiedRemoved && document && before ? withoutEmptied(document, before, object) : object;
  });
  const { expansions, ...change } = changeText(source.text, file, wanted);
  const notes = expansions.map(
    ({ alias, offset }) =>
      `${file.place(offset)}: *${alias} is written out here, because its anchor says something else`,
  );
  return { ...change, notes };
}

export function wantedObjects(file: ManifestFile, verdicts: readonly Verdict[]): JsonObject[] {
  const wanted = file.documents.map(({ object }) => object);
  for (const { workload, pod } of verdicts) {
    const object = wanted[workload.document];
    if (pod && object) wanted[workload.document] = withPod(object, workload.steps, pod);
  }
  return wanted;
}
