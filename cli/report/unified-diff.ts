/** A change of a text as `diff -u` writes it, from the edits that made it: `patch` applies it. */

export interface ChangedFile {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  /** Of the former text, by place. */
  readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}

const contextLines = 3;

/** Lines without their ends, which `diff` leaves to the terminal; none where nothing changed. */
export function unifiedDiff({ title, before, after, edits }: ChangedFile): string[] {
  if (before === after) return [];
  const old = splitLines(before);
  const regions = regionsOf(old, before, { after, edits });
  const lines = [`--- ${title}`, `+++ ${title}`];
  let shift = 0;
  for (const hunk of hunksOf(regions)) {
    const first = Math.max(0, (hunk[0]?.from ?? 0) - contextLines);
    const end = Math.min(old.lines.length, (hunk.at(-1)?.to ?? 0) + contextLines);
    const grown = hunk.reduce((sum, { from, to, lines: fresh }) => sum + fresh.length - (to - from), 0);
    lines.push(`@@ -${range(first, end - first)} +${range(first + shift, end - first + grown)} @@`);
    let at = first;
    for (const { from, to, lines: fresh } of hunk) {
      lines.push(
        ...marked(' ', old.lines.slice(at, from)),
        ...marked('-', old.lines.slice(from, to)),
        ...marked('+', fresh),
      );
      at = to;
    }
    lines.push(...marked(' ', old.lines.slice(at, end)));
    shift += grown;
  }
  return lines;
}

interface Lines {
  /** With their ends. */
  readonly lines: readonly string[];
  /** Of each line, and behind the last one. */
  readonly starts: readonly number[];
}

function splitLines(text: string): Lines {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length);
  return { lines, starts };
}

interface Region {
  /** Lines of the former text, from 0. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

function regionsOf(old: Lines, before: string, { after, edits }: Pick<ChangedFile, 'after' | 'edits'>): Region[] {
  const spans: Span[] = [];
  let line = 0;
  for (const edit of edits) {
    const span = spanOf(edit, { old, before, line });
    line = Math.min(span.from, Math.max(0, old.lines.length - 1));
    const last = spans.at(-1);
    if (last && span.from <= last.to) {
      last.to = Math.max(last.to, span.to);
      last.grown += span.grown;
    } else spans.push(span);
  }
  let shift = 0;
  return spans.map(({ from, to, grown }) => {
    const [start, end] = [startOf(old, from) + shift, startOf(old, to) + shift + grown];
    shift += grown;
    // The last line may have got an end, or lost it, beside the edits.
    const fresh = to === old.lines.length ? after.slice(start) : after.slice(start, end);
    return { from, to, lines: splitLines(fresh).lines };
  });
}

interface Span {
  readonly from: number;
  to: number;
  /** By how many characters the text grows. */
  grown: number;
}

/** @param line where the search for the edit's first line begins */
function spanOf(
  { start, end, text }: ChangedFile['edits'][number],
  { old, before, line }: { old: Lines; before: string; line: number },
): Span {
  const count = old.lines.length;
  let from = line;
  while (from + 1 < count && startOf(old, from + 1) <= start) from++;
  if (start === before.length && before.endsWith('\n')) from = count;
  // Whole lines that come or go leave the one behind them alone.
  const isWhole = startOf(old, from) === start && (text === '' || text.endsWith('\n'));
  let to = from;
  while (to < count && startOf(old, to) < (isWhole ? end : end + 1)) to++;
  return { from, to, grown: text.length - (end - start) };
}

function startOf({ starts }: Lines, line: number): number {
  return starts[line] ?? 0;
}

function hunksOf(regions: readonly Region[]): Region[][] {
  const hunks: Region[][] = [];
  for (const region of regions) {
    const last = hunks.at(-1);
    const former = last?.at(-1);
    if (last && former && region.from - former.to <= 2 * contextLines) last.push(region);
    else hunks.push([region]);
  }
  return hunks;
}

/** diff names the line in front of an empty range. */
function range(first: number, count: number): string {
  return `${count === 0 ? first : first + 1},${count}`;
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, '\\ No newline at end of file'],
  );
}
