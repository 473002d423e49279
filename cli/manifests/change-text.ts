/** A manifest's text with other values in it. */
import { equalJson, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { editDocument, type Expansion } from './document-editor.ts';
import { readDocuments, type ManifestFile } from './documents.ts';
import { CannotEdit } from './layout.ts';
import { applyEdits, inOrder, type TextEdit } from './text-edits.ts';

export interface ChangedText {
  readonly text: string;
  /** The text as it was read again. */
  readonly file: ManifestFile;
  /** Of the former text, by place. */
  readonly edits: readonly TextEdit[];
  readonly expansions: readonly Expansion[];
}

/**
 * The text in which the documents say the wanted objects, and in which every byte outside of the changed values is as it
 * was. What cannot be written so is refused with its place: the text is read again, and its data compared.
 * @param wanted an object for each document
 */
export function changeText(text: string, file: ManifestFile, wanted: readonly JsonObject[]): ChangedText {
  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const changes = file.documents.map(({ document, object }, i) => {
    const after = wanted[i] ?? object;
    if (equalJson(object, after)) return { edits: [], expansions: [] };
    try {
      return editDocument(text, document, { before: object, after, lineEnd });
    } catch (error) {
      if (error instanceof CannotEdit) throw refused(file, error.offset, error.message);
      throw error;
    }
  });
  const edits = inOrder(changes.flatMap((change) => change.edits));
  if (edits.length === 0) return { text, file, edits, expansions: [] };
  const changed = withLastLine(text, edits, lineEnd);
  const reread = readIfSays(changed, { title: file.title, objects: wanted });
  if (changed === undefined || !reread) {
    const culprit = changes.findIndex(
      (change, i) => !saysAlone(text, file, { edits: change.edits, wanted, i, lineEnd }),
    );
    const { document } = file.documents[Math.max(0, culprit)] ?? {};
    throw refused(file, document?.contents?.range?.[0] ?? 0, 'an edit of its lines would not say the same');
  }
  return { text: changed, file: reread, edits, expansions: changes.flatMap((change) => change.expansions) };
}

/** Edits add whole lines; where the last line has no end, it has none afterwards. */
function withLastLine(text: string, edits: readonly TextEdit[], lineEnd: string): string | undefined {
  if (text.endsWith('\n')) return applyEdits(text, edits);
  const changed = applyEdits(text, edits);
  if (changed === undefined) return undefined;
  const atEnd = edits.filter(({ start, end }) => start === text.length && end === start);
  if (atEnd.length > 0) {
    const kept = applyEdits(
      text,
      edits.filter((edit) => !atEnd.includes(edit)),
    );
    return kept === undefined
      ? undefined
      : `${kept}${lineEnd}${atEnd.map((edit) => edit.text).join('')}`.slice(0, -lineEnd.length);
  }
  const last = edits.at(-1);
  const isLastLineCut = last?.end === text.length && last.text === '' && changed.endsWith('\n');
  return isLastLineCut ? changed.replace(/\r?\n$/, '') : changed;
}

function saysAlone(
  text: string,
  file: ManifestFile,
  {
    edits,
    wanted,
    i,
    lineEnd,
  }: { edits: readonly TextEdit[]; wanted: readonly JsonObject[]; i: number; lineEnd: string },
): boolean {
  const objects = file.documents.map(({ object }, j) => (i === j ? (wanted[j] ?? object) : object));
  return readIfSays(withLastLine(text, inOrder(edits), lineEnd), { title: file.title, objects }) !== undefined;
}

/** Undefined: the text says something else, or nothing. */
function readIfSays(
  text: string | undefined,
  { title, objects }: { title: string; objects: readonly JsonObject[] },
): ManifestFile | undefined {
  if (text === undefined) return undefined;
  try {
    const file = readDocuments(text, title);
    const isSame =
      file.documents.length === objects.length &&
      file.documents.every(({ object }, i) => equalJson(object, objects[i]));
    return isSame ? file : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function refused(file: ManifestFile, offset: number, why: string): UsageError {
  return new UsageError(`${file.place(offset)}: this cannot be changed without writing the document anew: ${why}`);
}
