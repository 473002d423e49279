/** Text of a file that a user names, or of standard input. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { UsageError } from '../terminal/usage-error.ts';

/** What a user gives for standard input, as kubectl takes it. */
export const standardInput = '-';

/** The API server takes 3 MiB an object; a file may hold many. */
const maxBytes = 256 * 2 ** 20;

/** @param folder where relative names begin */
export function readTextFile(file: string, folder: string): string {
  return decodeText(readBytes(file, folder), fileTitle(file));
}

function readBytes(file: string, folder: string): Buffer {
  const title = fileTitle(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === standardInput ? 0 : resolve(folder, file));
  } catch (error) {
    throw new UsageError(`${title} cannot be read: ${errorText(error)}`);
  }
  if (bytes.length > maxBytes) throw new UsageError(`${title} is larger than ${maxBytes / 2 ** 20} MiB`);
  return bytes;
}

/** Text with what it takes to write it as it was. */
export interface EncodedText {
  readonly title: string;
  readonly text: string;
  /** The bytes of another text in the same encoding, with a byte order mark where there was one. */
  encode(text: string): Uint8Array;
}

/** @param folder where relative names begin */
export function readEncodedText(file: string, folder: string): EncodedText {
  const bytes = readBytes(file, folder);
  const title = fileTitle(file);
  return { title, text: decodeText(bytes, title), encode: (text) => encodeText(text, bytes) };
}

function encodeText(text: string, { 0: first, 1: second, 2: third }: Uint8Array): Uint8Array {
  const isBigEndian = first === 0xfe && second === 0xff;
  if (isBigEndian || (first === 0xff && second === 0xfe)) {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return isBigEndian ? bytes.swap16() : bytes;
  }
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf;
  return Buffer.from(hasMark ? `\ufeff${text}` : text);
}

export function fileTitle(file: string): string {
  return file === standardInput ? 'standard input' : file;
}

/** UTF-8, or UTF-16 with a byte order mark, as Windows PowerShell writes it: what the API's own YAML reader takes. */
export function decodeText(bytes: Uint8Array, title: string): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${title} is no text in ${encoding.toUpperCase()}`);
  }
  if (text.includes('\0')) throw new UsageError(`${title} is no text: it has a zero byte`);
  return text;
}

function errorText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'it may not be read';
  if (code === 'EAGAIN') return 'nothing is there to read';
  return error instanceof Error ? error.message : String(error);
}

/** Whether a word on the command line rather means a file. */
export function looksLikeManifestName(word: string): boolean {
  return /\.(ya?ml|json)$/i.test(basename(word));
}
