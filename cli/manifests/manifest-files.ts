/** The files that `-f FILE|DIR|-` names, as kubectl takes them. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../terminal/usage-error.ts';
import { looksLikeManifestName, readEncodedText, standardInput, type EncodedText } from './text.ts';

/**
 * Of a folder, its files that end in .yaml, .yml or .json, by name; with `isRecursive` those of the folders in it, too.
 * @param folder where relative names begin
 */
export function readManifestFiles(
  names: readonly string[],
  { folder, isRecursive }: { folder: string; isRecursive: boolean },
): EncodedText[] {
  if (names.filter((name) => name === standardInput).length > 1)
    throw new UsageError('standard input (-) can be read once only');
  return names
    .flatMap((name) => (isFolder(name, folder) ? manifestsIn(name, folder, isRecursive) : [name]))
    .map((name) => {
      const file = readEncodedText(name, folder);
      refuseControlCharacters(file);
      return file;
    });
}

function isFolder(name: string, folder: string): boolean {
  if (name === standardInput) return false;
  try {
    return statSync(resolve(folder, name)).isDirectory();
  } catch {
    // Reading it says why.
    return false;
  }
}

function manifestsIn(name: string, folder: string, isRecursive: boolean): string[] {
  let found: string[];
  try {
    found = readdirSync(resolve(folder, name), { withFileTypes: true, recursive: isRecursive })
      .filter((entry) => !entry.isDirectory() && looksLikeManifestName(entry.name))
      .map((entry) => join(name, entry.parentPath.slice(resolve(folder, name).length), entry.name))
      .toSorted();
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${(error as Error).message}`);
  }
  if (found.length > 0) return found;
  throw new UsageError(
    `${name} has no file that ends in .yaml, .yml or .json${isRecursive ? '' : '; -R looks into its folders, too'}`,
  );
}

/** kubectl's reader takes none but tab and ends of lines; a terminal would obey them. */
function refuseControlCharacters({ text, title }: EncodedText): void {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  const found = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/.exec(text);
  if (!found) return;
  const lines = text.slice(0, found.index).split('\n');
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new UsageError(
    `${title}:${lines.length}:${(lines.at(-1) ?? '').length + 1}: U+${code} is a control character; a manifest may hold none but tabs and ends of lines, in quotes as "\\x${code.slice(2)}"`,
  );
}
