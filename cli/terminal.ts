/** What the commands print with: colours on a terminal only, columns by visible width. */
import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Widest line that is printed. */
export const LINE_COLUMNS = 100;

/** Plain when the output is no terminal, or NO_COLOR is set (util.styleText looks at both). */
export function styled(style: Style | readonly Style[], text: string): string {
  return styleText(typeof style === 'string' ? style : [...style], text, { stream: process.stdout });
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

export function visibleColumns(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function heading(text: string): string {
  return `\n${styled('bold', text)}\n`;
}

export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
