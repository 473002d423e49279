/** The edits that turn a document's text into one that says other values, and touch nothing else. */
import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { equalJson, isObject, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import {
  CannotEdit,
  columnOf,
  contentEnd,
  findStyle,
  indentationOf,
  isInline,
  lineStart,
  nextLine,
  spansOf,
  type Place,
  type Span,
} from './layout.ts';
import { pairLists } from './list-pairs.ts';
import { blockLines, flowText, indented, scalarText, type TextStyle } from './new-text.ts';
import type { TextEdit } from './text-edits.ts';

/** A list or object that is written at its alias, because its anchor's value is not the one that is wanted there. */
export interface Expansion {
  readonly alias: string;
  readonly offset: number;
}

export interface DocumentEdits {
  readonly edits: readonly TextEdit[];
  readonly expansions: readonly Expansion[];
}

/** @param lineEnd of the lines that are added */
export function editDocument(
  text: string,
  document: Document.Parsed,
  { before, after, lineEnd }: { before: JsonObject; after: JsonObject; lineEnd: string },
): DocumentEdits {
  const root = document.contents as Node | null;
  const editor = new DocumentEditor(text, { ...findStyle(text, root), lineEnd });
  if (root)
    editor.visit(root, before, after, { owner: 'top', column: 0, headEnd: root.range?.[0] ?? 0, isFlow: false });
  return editor;
}

type Entries = Pair<Node, Node | null> | Node;

class DocumentEditor {
  readonly edits: TextEdit[] = [];
  readonly expansions: Expansion[] = [];
  readonly #text: string;
  readonly #style: TextStyle;
  /** What the anchors that were met stand for afterwards. An alias follows its anchor. */
  readonly #anchors = new Map<string, Json>();

  constructor(text: string, style: TextStyle) {
    this.#text = text;
    this.#style = style;
  }

  /** Looks at equal values too: an alias in them may stand for something that changes. */
  visit(node: Node, before: Json, after: Json, place: Place): void {
    if (isAlias(node)) return this.#visitAlias(node, after, place);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, after);
    if (isMap(node) && isObject(before) && isObject(after))
      this.#visitMap(node as YAMLMap<Node, Node | null>, before, after, place);
    else if (isSeq(node) && Array.isArray(before) && Array.isArray(after))
      this.#visitSeq(node as YAMLSeq<Node>, before, after, place);
    else if (!equalJson(before, after)) this.#replace(node, after, place);
  }

  #visitAlias(node: Alias, after: Json, place: Place): void {
    if (equalJson(this.#anchors.get(node.source), after)) return;
    this.expansions.push({ alias: node.source, offset: node.range?.[0] ?? 0 });
    this.#replace(node, after, place);
  }

  #visitMap(map: YAMLMap<Node, Node | null>, before: JsonObject, after: JsonObject, place: Place): void {
    const spans = spansOf(this.#text, map);
    const keys = map.items.map(({ key }) => keyText(key));
    const inherited = this.#inherited(map);
    const additions = Object.entries(after).filter(
      ([key, value]) => !keys.includes(key) && !(Object.hasOwn(inherited, key) && equalJson(inherited[key], value)),
    );
    const isKept = keys.map((key) => key === mergeKey || Object.hasOwn(after, key));
    if (!isKept.includes(true) && (keys.length > 0 || place.owner === 'top'))
      return this.#refill(map, after, { spans, place, isSame: Object.keys(before).length === 0 });
    map.items.forEach(({ value }, i) => {
      const key = keys[i] ?? '';
      if (!isKept[i] || key === mergeKey) return;
      const [old, wanted] = [before[key] ?? null, after[key] ?? null];
      if (value !== null) this.visit(value, old, wanted, this.#placeIn(map, 'pair', spans[i]));
      else if (!equalJson(old, wanted))
        throw new CannotEdit(spans[i]?.start ?? 0, `${key} has no value that could be changed`);
    });
    this.#remove(map, spans, isKept);
    this.#addMembers(map, Object.fromEntries(additions), { spans, place });
  }

  #visitSeq(list: YAMLSeq<Node>, before: readonly Json[], after: readonly Json[], place: Place): void {
    const spans = spansOf(this.#text, list);
    const pairs = pairLists(before, after);
    const isKept = spans.map((_, i) => pairs.some(([row]) => row === i));
    if (pairs.length === 0 && spans.length > 0)
      return this.#refill(list, [...after], { spans, place, isSame: after.length === 0 && before.length === 0 });
    for (const [i, j] of pairs) {
      const node = list.items[i];
      if (node) this.visit(node, before[i] ?? null, after[j] ?? null, this.#placeIn(list, 'entry', spans[i]));
    }
    this.#remove(list, spans, isKept);
    for (const { behind, entries } of additionsTo(after, pairs))
      this.#addEntries(list, entries, { behind, spans, place });
  }

  #placeIn(collection: YAMLMap | YAMLSeq, owner: 'pair' | 'entry', span: Span | undefined): Place {
    const start = span?.start ?? 0;
    return {
      owner,
      column: columnOf(this.#text, start),
      headEnd: span?.headEnd ?? start,
      isFlow: collection.flow === true,
    };
  }

  /** What the map has through `<<`: of several sources the first. */
  #inherited(map: YAMLMap<Node, Node | null>): JsonObject {
    const sources = map.items.flatMap(({ key, value }) => (keyText(key) === mergeKey && value ? [value] : []));
    const objects = sources.flatMap((source): Json[] =>
      (isSeq(source) ? source.items : [source]).map((node) => {
        if (isAlias(node)) return this.#anchors.get(node.source) ?? null;
        throw new CannotEdit((node as Node).range?.[0] ?? 0, 'it merges an object that is no alias');
      }),
    );
    return Object.assign({}, ...objects.filter(isObject).toReversed()) as JsonObject;
  }

  /** Nothing of the collection stays. */
  #refill(
    node: YAMLMap | YAMLSeq,
    after: Json,
    { spans, place, isSame }: { spans: readonly Span[]; place: Place; isSame: boolean },
  ): void {
    if (isSame) return;
    const isEmpty = Object.keys(after as object).length === 0;
    const last = spans.at(-1);
    // What a filled `{ }` was before.
    if (node.flow === true && isEmpty && last) return this.#cut((node.range?.[0] ?? 0) + 1, last.end);
    this.#replace(node, after, place);
  }

  #remove(node: YAMLMap | YAMLSeq, spans: readonly Span[], isKept: readonly boolean[]): void {
    const firstKept = isKept.indexOf(true);
    spans.forEach((span, i) => {
      if (isKept[i]) return;
      const next = spans[i + 1];
      if (node.flow !== true) this.#removeLines(span, next);
      else if (i < firstKept && next) this.#cut(span.start, next.start);
      else this.#cut(spans[i - 1]?.end ?? span.start, span.end);
    });
  }

  #removeLines(span: Span, next: Span | undefined): void {
    if (indentationOf(this.#text, span.start) !== undefined)
      return this.#cut(lineStart(this.#text, span.start), nextLine(this.#text, span.end));
    // It stands behind the dash of its list, and what follows takes its place there.
    if (!next) throw new CannotEdit(span.start, 'nothing would be left behind the dash');
    this.#cut(span.start, next.start);
  }

  #addMembers(map: YAMLMap, members: JsonObject, { spans, place }: { spans: readonly Span[]; place: Place }): void {
    if (Object.keys(members).length === 0) return;
    const last = spans.at(-1);
    if (map.flow === true)
      return this.#addInFlow(
        map,
        Object.entries(members).map(([key, value]) => ({ key, value })),
        { behind: spans.length - 1, spans },
      );
    if (!last) return this.#replace(map, members, place);
    const column = columnOf(this.#text, spans[0]?.start ?? 0);
    this.#addLines(nextLine(this.#text, last.end), indented(blockLines(members, this.#style), column));
  }

  #addEntries(
    list: YAMLSeq,
    entries: readonly Json[],
    { behind, spans, place }: { behind: number; spans: readonly Span[]; place: Place },
  ): void {
    if (list.flow === true)
      return this.#addInFlow(
        list,
        entries.map((value) => ({ value })),
        { behind, spans },
      );
    const first = spans[0];
    if (!first) return this.#replace(list, [...entries], place);
    const lines = indented(entryLines(entries, this.#style), columnOf(this.#text, first.start));
    const former = spans[behind];
    if (former) return this.#addLines(nextLine(this.#text, former.end), lines);
    // In front of comments that belong to the entry which was the first one.
    const below = nextLine(this.#text, place.headEnd);
    if (place.owner === 'pair' && below <= lineStart(this.#text, first.start)) return this.#addLines(below, lines);
    if (indentationOf(this.#text, first.start) !== undefined)
      return this.#addLines(lineStart(this.#text, first.start), lines);
    const [head = '', ...rest] = lines;
    const indentation = ' '.repeat(columnOf(this.#text, first.start));
    this.#insert(first.start, [head.trimStart(), ...rest, indentation].join(this.#style.lineEnd));
  }

  /** In the form of the entries that are there: each on a line of its own, or all on one. */
  #addInFlow(
    node: YAMLMap | YAMLSeq,
    entries: readonly { key?: string; value: Json }[],
    { behind, spans }: { behind: number; spans: readonly Span[] },
  ): void {
    const { lineEnd } = this.#style;
    const neighbour = spans[Math.max(0, behind)];
    const indentation = neighbour && indentationOf(this.#text, neighbour.start);
    const isOnLines =
      indentation !== undefined && lineStart(this.#text, neighbour?.start ?? 0) > (node.range?.[0] ?? 0);
    const write = (value: Json): string =>
      isOnLines ? flowText(value, this.#flowStep(node, indentation), indentation, lineEnd) : flowText(value);
    const texts = entries.map(({ key, value }) =>
      key === undefined ? write(value) : `${flowText(key)}: ${write(value)}`,
    );
    const gap = isOnLines ? lineEnd + indentation : ' ';
    if (!neighbour) return this.#insert((node.range?.[0] ?? 0) + 1, texts.join(', '));
    const former = spans[behind];
    if (former) this.#insert(former.end, texts.map((text) => `,${gap}${text}`).join(''));
    else this.#insert(neighbour.start, texts.map((text) => `${text},${gap}`).join(''));
  }

  /** What an entry is indented by more than the line with the bracket. */
  #flowStep(node: YAMLMap | YAMLSeq, indentation: string): string {
    const start = lineStart(this.#text, node.range?.[0] ?? 0);
    const outer = /^[ \t]*/.exec(this.#text.slice(start))?.[0] ?? '';
    const step = indentation.startsWith(outer) ? indentation.slice(outer.length) : '';
    return step === '' ? '  ' : step;
  }

  /** Another value in the place of a whole one. */
  #replace(node: Node, after: Json, place: Place): void {
    const isFilled = typeof after === 'object' && after !== null && Object.keys(after).length > 0;
    if (isFilled && !place.isFlow && place.owner !== 'top') this.#replaceByBlock(node, after, place);
    else this.#replaceInLine(node, after, place);
  }

  #replaceInLine(node: Node, after: Json, place: Place): void {
    const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
    const former = isScalar(node) ? node.type : undefined;
    if (isInline(node)) {
      const text = scalarText(after, former, place.isFlow);
      return this.#set(start, end, start === end ? ` ${text}` : text);
    }
    const contents = this.#text.slice(0, contentEnd(this.#text, node)).replace(/\r?\n$/, '').length;
    this.#set(place.headEnd, contents, ` ${scalarText(after, undefined, place.isFlow)}`);
  }

  #replaceByBlock(node: Node, after: Json, place: Place): void {
    const end = contentEnd(this.#text, node);
    if (place.owner === 'entry') return this.#replaceEntry(node, after, place);
    const { step, isListIndented } = this.#style;
    const depth = Array.isArray(after) && !isListIndented ? 0 : step;
    const lines = indented(blockLines(after, this.#style), place.column + depth);
    if (isInline(node)) this.#cut(Math.min(place.headEnd, node.range?.[0] ?? end), node.range?.[1] ?? end);
    else this.#cut(nextLine(this.#text, place.headEnd), nextLine(this.#text, end));
    this.#addLines(nextLine(this.#text, end), lines);
  }

  #replaceEntry(node: Node, after: Json, place: Place): void {
    if (!isInline(node)) throw new CannotEdit(node.range?.[0] ?? 0, 'this entry would change as a whole');
    const [head = '', ...rest] = blockLines(after, this.#style);
    this.#set(node.range?.[0] ?? 0, node.range?.[1] ?? 0, head);
    if (rest.length > 0) this.#addLines(nextLine(this.#text, node.range?.[1] ?? 0), indented(rest, place.column + 2));
  }

  #addLines(at: number, lines: readonly string[]): void {
    this.#insert(at, lines.map((line) => line + this.#style.lineEnd).join(''));
  }

  #insert(at: number, text: string): void {
    this.#set(at, at, text);
  }

  #cut(start: number, end: number): void {
    this.#set(start, end, '');
  }

  #set(start: number, end: number, text: string): void {
    if (start < end || text !== '') this.edits.push({ start, end, text });
  }
}

/** No key of a manifest. */
const mergeKey = '\0<<';

function keyText(key: Entries): string {
  // A merging `<<` is a symbol; in quotes it is a key as any other.
  if (isScalar(key)) return typeof key.value === 'symbol' ? mergeKey : String(key.value);
  const offset = isCollection(key) || isAlias(key) ? (key.range?.[0] ?? 0) : 0;
  throw new CannotEdit(offset, 'this key is no plain text');
}

interface Additions {
  /** Index of the entry that they follow, among those that stay; -1: they come first. */
  readonly behind: number;
  readonly entries: Json[];
}

function additionsTo(after: readonly Json[], pairs: readonly [number, number][]): Additions[] {
  const rows = new Map(pairs.map(([i, j]) => [j, i]));
  const additions: Additions[] = [];
  let behind = -1;
  after.forEach((value, j) => {
    const row = rows.get(j);
    const last = additions.at(-1);
    if (row !== undefined) behind = row;
    else if (last?.behind === behind) last.entries.push(value);
    else additions.push({ behind, entries: [value] });
  });
  return additions;
}

/** Each entry behind a dash. */
function entryLines(entries: readonly Json[], style: TextStyle): string[] {
  return blockLines([...entries], style);
}
