/** What the commands print with: colours and cursor codes where the terminal allows them, columns by visible width. */
import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** What a terminal has when it does not say, and what is printed for pipes and files. */
const defaultColumns = 80;
/** Narrower lines would hold no table, wider ones are hard to read. */
const minColumns = 60;
const maxColumns = 120;

/** Width of the lines that are printed: that of the terminal, within bounds. */
export function outputColumns(): number {
  const columns = process.stdout.isTTY ? process.stdout.columns || defaultColumns : defaultColumns;
  return Math.min(maxColumns, Math.max(minColumns, columns));
}

/** Whether a line may be written over. NO_COLOR (no-color.org) and TERM=dumb ask for text alone. */
export function mayMoveCursor(stream: NodeJS.WriteStream = process.stdout): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

/** Plain when the output is no terminal, or NO_COLOR or TERM=dumb is set (util.styleText looks at all three). */
export function styled(
  style: Style | readonly Style[],
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return styleText(typeof style === 'string' ? style : [...style], text, { stream });
}

/**
 * What a terminal would obey or hide: control characters (C0, DEL, C1), line and paragraph separators, and what turns the
 * direction of writing.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

export function hasUnprintable(text: string): boolean {
  return text.search(unprintable) >= 0;
}

/** Text of others as it may reach a terminal: such characters become `\u{…}`; halves of surrogate pairs, too. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unprintable, (character) =>
      character === '\t' ? ' ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - visibleColumns(text)));
}

export function paddedLeft(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - visibleColumns(text))) + text;
}

/** Cuts plain text. */
export function shortened(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/**
 * Plain text in lines of at most so many columns; a word that is longer is broken.
 * @param first in front of the first line
 * @param rest in front of the others
 */
export function wrapped(text: string, columns: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const end = () => {
    lines.push(line);
    line = rest;
    isEmpty = true;
  };
  for (const word of text.split(' ')) {
    let left = word;
    if (!isEmpty && line.length + 1 + left.length > columns) end();
    while (line.length + (isEmpty ? 0 : 1) + left.length > columns) {
      const room = Math.max(1, columns - line.length);
      line += left.slice(0, room);
      left = left.slice(room);
      end();
    }
    line += (isEmpty ? '' : ' ') + left;
    isEmpty = false;
  }
  end();
  return lines;
}

export function visibleColumns(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function heading(text: string): string {
  return `\n${styled('bold', text)}\n`;
}

export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Where the cursor may be moved: home, and everything behind it goes. */
export function clearScreen(stream: NodeJS.WriteStream = process.stdout): void {
  if (mayMoveCursor(stream)) stream.write('\u001b[H\u001b[J');
}

/** A paragraph of plain text, indented, in the width of the output. */
export function printText(text: string, style?: Style): void {
  const lines = wrapped(printable(text), outputColumns(), '  ');
  print(...(style === undefined ? lines : lines.map((line) => styled(style, line))));
}
