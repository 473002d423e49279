/** Where the parts of a YAML document stand in its text. */
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Scalar,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A value's place: after the key of a pair, after the dash of an entry, or at the top. */
export interface Place {
  readonly owner: 'top' | 'pair' | 'entry';
  /** Of the key or the dash, from 0. */
  readonly column: number;
  /** Behind the colon or dash, and the anchor and tag of the value. */
  readonly headEnd: number;
  /** Inside brackets or braces. */
  readonly isFlow: boolean;
}

/** An entry of a collection: a pair or a value. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly headEnd: number;
}

/** What this editor cannot do without printing a document anew, with the place. */
export class CannotEdit extends Error {
  override readonly name = 'CannotEdit';
  readonly offset: number;

  constructor(offset: number, why: string) {
    super(why);
    this.offset = offset;
  }
}

interface Token {
  readonly type: string;
  readonly offset: number;
  readonly source?: string;
}

interface CollectionItem {
  readonly start: readonly Token[];
  readonly key?: Token | null;
  readonly sep?: readonly Token[];
  readonly value?: Token;
}

const spaces = new Set(['space', 'newline', 'comment', 'comma']);

/** The entries in their order, as `items` has them. */
export function spansOf(text: string, node: YAMLMap | YAMLSeq): Span[] {
  const items = itemsOf(node);
  const nodes = node.items as readonly (Pair | Node)[];
  if (items.length !== nodes.length) throw new CannotEdit(node.range?.[0] ?? 0, 'its entries cannot be told apart');
  return items.map((item, i) => {
    const value = nodes[i] as Pair<Node, Node | null> | Node;
    const start = startOf(item);
    return {
      start,
      end: 'key' in value ? pairEnd(text, value) : contentEnd(text, value),
      headEnd: headEnd(item, start),
    };
  });
}

function itemsOf(node: YAMLMap | YAMLSeq): CollectionItem[] {
  const items = ((node.srcToken as { items?: readonly CollectionItem[] } | undefined)?.items ?? []) as CollectionItem[];
  // What follows the last entry, such as comments, is an item without one.
  if (isSeq(node) && node.flow !== true)
    return items.filter(({ start }) => start.some(({ type }) => type === 'seq-item-ind'));
  return items.filter(
    ({ key, sep, value }) => (key ?? undefined) !== undefined || sep !== undefined || value !== undefined,
  );
}

function startOf({ start, key, sep, value }: CollectionItem): number {
  const first = start.find(({ type }) => !spaces.has(type)) ?? key ?? sep?.[0] ?? value;
  return first?.offset ?? 0;
}

function headEnd({ start, sep }: CollectionItem, fallback: number): number {
  const last = (sep ?? start).findLast(({ type }) => !spaces.has(type));
  return last === undefined ? fallback : last.offset + (last.source?.length ?? 1);
}

function pairEnd(text: string, { key, value }: Pair<Node, Node | null>): number {
  return value ? contentEnd(text, value) : (key.range?.[1] ?? 0);
}

/** Behind the last character of the value; of a block of text, behind the end of its last line. */
export function contentEnd(text: string, node: Node): number {
  if (isCollection(node) && node.flow !== true) {
    const last = node.items.at(-1) as Pair<Node, Node | null> | Node | undefined;
    if (last !== undefined) return 'key' in last ? pairEnd(text, last) : contentEnd(text, last);
  }
  return node.range?.[1] ?? 0;
}

/** Behind the line on which the content ends that ends here. */
export function nextLine(text: string, end: number): number {
  if (end > 0 && text[end - 1] === '\n') return end;
  const found = text.indexOf('\n', end);
  return found < 0 ? text.length : found + 1;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The indentation in front, where nothing else stands there. */
export function indentationOf(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

export function isBlockText(node: Node): boolean {
  return isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED);
}

/** Whether a value stands in its line, with what follows behind it. */
export function isInline(node: Node): boolean {
  return isAlias(node) || (isCollection(node) ? node.flow === true : !isBlockText(node));
}

/** How deep the members of objects are indented, and lists below their keys, as the document's first ones are. */
export function findStyle(text: string, root: Node | null): { step: number; isListIndented: boolean } {
  const found: { step?: number; isListIndented?: boolean } = {};
  look(root);
  return { step: found.step ?? 2, isListIndented: found.isListIndented ?? false };

  function look(node: Node | null): void {
    if (!isCollection(node) || node.flow === true || (found.step !== undefined && found.isListIndented !== undefined))
      return;
    if (isSeq(node)) return node.items.forEach((item) => look(item as Node | null));
    if (!isMap(node)) return;
    const spans = spansOf(text, node);
    node.items.forEach(({ value }, i) => {
      const column = columnOf(text, spans[i]?.start ?? 0);
      if (isCollection(value) && value.flow !== true) {
        const [first] = spansOf(text, value);
        const depth = columnOf(text, first?.start ?? 0) - column;
        if (isMap(value) && depth > 0) found.step ??= depth;
        if (isSeq(value)) found.isListIndented ??= depth > 0;
      }
      look(value as Node | null);
    });
  }
}
