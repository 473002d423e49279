/** Changes of a text by places in it: what no edit names stays byte for byte. */

/** `text` takes the place of what stands from `start` to before `end`; offsets count UTF-16 units. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Of several insertions at one place the first one comes first. Undefined: two edits change the same place. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | undefined {
  const parts: string[] = [];
  let end = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < end) return undefined;
    parts.push(text.slice(end, edit.start), edit.text);
    end = edit.end;
  }
  return parts.join('') + text.slice(end);
}

/** By place; at one place insertions stand before what replaces text. */
export function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  const isInsertion = ({ start, end }: TextEdit): number => (start === end ? 0 : 1);
  return [...edits].toSorted((left, right) => left.start - right.start || isInsertion(left) - isInsertion(right));
}
