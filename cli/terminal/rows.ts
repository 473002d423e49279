/** A title, and lines beside it. */
import { printable, styled, wrapped, type Style } from './output.ts';

/** Title, lines and their style. A title of nothing, or a sign, stands before its lines; another one has a column of its own. */
export type Row = (title: string, lines: readonly string[], style?: Style) => string[];

const titleColumns = 14;

/** @param columns of the output */
export function rowOf(columns: number): Row {
  const indent = ' '.repeat(titleColumns + 2);
  return (title, lines, style) =>
    lines.flatMap((line, i) => {
      const [, deeper = ''] = /^( *)/.exec(line) ?? [];
      const first = i === 0 ? `  ${title.padEnd(titleColumns)}` : indent;
      const head = title === '' || title === '✗' ? `  ${title === '' ? '' : `${title} `}` : first + deeper;
      const rest = title === '' || title === '✗' ? '    ' : `${indent}${deeper}  `;
      const text = wrapped(printable(line.slice(deeper.length)), columns, head, rest);
      return style === undefined ? text : text.map((one) => styled(style, one));
    });
}
