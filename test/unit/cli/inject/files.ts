/** Folders with files, for tests of commands. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs in a folder with these files, which is gone afterwards. */
export function inFolder<Value>(
  files: Readonly<Record<string, string | Uint8Array>>,
  run: (folder: string) => Value,
): Value {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
