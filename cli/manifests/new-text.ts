/** Text of values that are new in a manifest, in the style of what stands around them. */
import { Document, Scalar } from 'yaml';
import type { Json } from '../../webhook/kubernetes/json.ts';
import { schema } from './documents.ts';

/** How a document is written. */
export interface TextStyle {
  /** `\n` or `\r\n`. */
  readonly lineEnd: string;
  /** Columns from an object to the members of an object in it. */
  readonly step: number;
  /** Whether the dashes of a list stand to the right of its key. */
  readonly isListIndented: boolean;
}

/** Lines in block style, without indentation; a text of several lines has lines of its own. */
export function blockLines(value: Json, { step, isListIndented }: TextStyle): string[] {
  const document = new Document(value, { version: '1.1', schema, aliasDuplicateObjects: false });
  const text = document.toString({ indent: step, indentSeq: isListIndented, lineWidth: 0 });
  return text.replace(/\n$/, '').split('\n');
}

/** Empty lines, as those inside a text, get no indentation. */
export function indented(lines: readonly string[], column: number): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line));
}

/** On one line: JSON, which is YAML wherever a value may stand. */
export function flowText(value: Json, indent = '', lineStart = '', lineEnd = '\n'): string {
  const text = JSON.stringify(value, undefined, indent)
    .split('\n')
    .join(lineEnd + lineStart)
    // Breaks of lines in YAML 1.1, and what no YAML may hold.
    .replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => unicodeEscape(character));
  return indent === '' ? withSpaces(text, value) : text;
}

/** A plain value or an empty collection in the place of another, quoted as that was where it can be. */
export function scalarText(value: Json, former: Scalar.Type | null | undefined, isFlow: boolean): string {
  if (typeof value !== 'string' || former === Scalar.QUOTE_DOUBLE) return flowText(value);
  if (!/^[\x20-\x7e]*$/.test(value)) return flowText(value);
  if (former === Scalar.QUOTE_SINGLE) return `'${value.replaceAll("'", "''")}'`;
  if (isFlow && !/^[A-Za-z][\w.-]*$/.test(value)) return flowText(value);
  const lines = blockLines(value, { lineEnd: '\n', step: 2, isListIndented: false });
  return lines.length === 1 ? (lines[0] ?? '') : flowText(value);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `{"a": 1, "b": 2}`, as people write it. */
function withSpaces(compact: string, value: Json): string {
  if (typeof value !== 'object' || value === null) return compact;
  return compact.replaceAll(/"(?:[^"\\]|\\.)*"|[:,]/g, (token) => (token.length === 1 ? `${token} ` : token));
}
