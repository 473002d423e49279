/** A pod before and after, as YAML with the changed lines marked. */
import { stringify } from 'yaml';
import { sidecar } from '../../shared/values/names.ts';
import { isObject, objectsAt, stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { outputColumns, printable, shortened, styled } from '../terminal/output.ts';

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Lines that stay beside a change; longer runs of equal lines are folded. */
const contextLines = 3;
const indent = '  ';
const fold = '…';

/** In short form the injected container and the volume are folded, and no line is wider than the terminal. */
export function podDiff(before: JsonObject, after: JsonObject, isFull: boolean): string[] {
  const lines = diffLines(yamlLines(before), yamlLines(isFull ? after : folded(after)));
  return foldedRuns(lines, isFull).map((line) => coloured(line, isFull));
}

function yamlLines(pod: JsonObject): string[] {
  return stringify(pod, { lineWidth: 0 }).trimEnd().split('\n').map(printable);
}

/** Keeps what a reader looks for in the long parts; the names of the other keys stay. */
function folded(pod: JsonObject): JsonObject {
  const spec = isObject(pod['spec']) ? pod['spec'] : {};
  const initContainers = objectsAt(spec, 'initContainers').map((container) =>
    stringAt(container, 'name') === sidecar.containerName
      ? foldedObject(container, ['name', 'image', 'restartPolicy'])
      : container,
  );
  const volumes = objectsAt(spec, 'volumes').map((volume) =>
    stringAt(volume, 'name') === sidecar.volumeName ? foldedObject(volume, ['name']) : volume,
  );
  return {
    ...pod,
    spec: {
      ...spec,
      ...(initContainers.length > 0 && { initContainers }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

function foldedObject(value: JsonObject, kept: readonly string[]): JsonObject {
  const shown = Object.fromEntries(Object.entries(value).filter(([key]) => kept.includes(key)));
  const hidden = yamlLines(value).length - yamlLines(shown).length;
  return hidden === 0 ? shown : { ...shown, [fold]: `${hidden} lines more, shown with --full` };
}

/** Longest common subsequence; removed lines stand before the added ones that replace them. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ kind: 'same', text: old });
      i++;
      j++;
    } else if (old !== undefined && (fresh === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ kind: 'removed', text: old });
      i++;
    } else {
      lines.push({ kind: 'added', text: fresh ?? '' });
      j++;
    }
  }
  return lines;
}

/** How many lines the longest common subsequence of what is left from `i` and `j` on has. */
function commonLengths(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? [];
    for (let j = after.length - 1; j >= 0; j--)
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  return at;
}

/** Equal lines far from every change become one mark; top-level keys stay. */
function foldedRuns(lines: readonly DiffLine[], isFull: boolean): DiffLine[] {
  if (isFull) return [...lines];
  const isKept = lines.map(
    ({ text }, i) =>
      !text.startsWith(' ') ||
      lines.slice(Math.max(0, i - contextLines), i + contextLines + 1).some(({ kind }) => kind !== 'same'),
  );
  return lines.flatMap((line, i): DiffLine[] => {
    // One line costs no more than its mark.
    if (isKept[i] || (isKept[i - 1] !== false && isKept[i + 1] !== false)) return [line];
    if (isKept[i - 1] === false) return [];
    return [{ kind: 'same', text: `${/^ */.exec(line.text)?.[0]}${fold}` }];
  });
}

const marks = { same: ' ', added: '+', removed: '-' } as const;

function coloured({ kind, text }: DiffLine, isFull: boolean): string {
  const line = `${indent}${marks[kind]} ${text}`;
  const cut = isFull ? line : shortened(line, outputColumns());
  if (kind === 'same') return styled('dim', cut);
  return styled(kind === 'added' ? 'green' : 'red', cut);
}
