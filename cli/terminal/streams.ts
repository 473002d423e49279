/** Results on standard output, what is to say about them on standard error. */
import { printable, styled, type Style } from './output.ts';

/** Bytes for files and programs; a terminal gets no control character of theirs. */
export function writeResult(bytes: Uint8Array): void {
  if (process.stdout.isTTY) process.stdout.write(printableLines(Buffer.from(bytes).toString()));
  else process.stdout.write(bytes);
}

export function writeLines(lines: readonly string[], style: (line: string) => Style | undefined): void {
  for (const line of lines) {
    const text = process.stdout.isTTY ? printable(line) : line;
    const found = style(line);
    process.stdout.write(`${found === undefined ? text : styled(found, text)}\n`);
  }
}

/** Text of ours, in which what others gave is escaped. */
export function writeText(text: string): void {
  process.stdout.write(text);
}

export function report(text: string, style?: Style): void {
  process.stderr.write(`${style === undefined ? text : styled(style, text, process.stderr)}\n`);
}

function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}

/** Whoever reads may go away (`| head`): that is no fault. What is to be said, nobody has to hear. */
export function endWithReader(): void {
  const endedBy =
    (end: () => void) =>
    (error: NodeJS.ErrnoException): void => {
      if (error.code !== 'EPIPE') throw error;
      end();
    };
  process.stdout.on(
    'error',
    endedBy(() => process.exit()),
  );
  process.stderr.on(
    'error',
    endedBy(() => {}),
  );
}
