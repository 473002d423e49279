/**
 * The state file: read once at the start, written anew with each change. A writer that is stopped at any moment leaves the old
 * file or the new one, and never half of one.
 */
import { readFileSync, renameSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeptServices } from '../services/services.ts';
import { readState } from '../api/state-text.ts';

export interface StateFileOptions {
  readonly path: string;
  /** Of the wall clock, in milliseconds. */
  readonly nowMs: () => number;
  /** The file could not be read as one of ours; it lies there now. */
  setAside(path: string, why: string): void;
}

/** Undefined: there is none, or a damaged one, which is set aside. Throws where it cannot be read or moved at all. */
export function loadState({ path, nowMs, setAside }: StateFileOptions): KeptServices | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  const read = readState(text);
  if (read.ok) return read.kept;
  const aside = `${path}.damaged-${new Date(nowMs()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  renameSync(path, aside);
  setAside(aside, read.why);
  return undefined;
}

/** Settled when the text is on the disk under its name; rejects where the old one is still there. */
export async function saveState(path: string, text: string): Promise<void> {
  const written = `${path}.new`;
  try {
    // One that was left behind may be somebody else's, or a link: it is not written into.
    await unlink(written).catch(() => undefined);
    const file = await open(written, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, path);
  } catch (error) {
    await unlink(written).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** So that the new name outlives a loss of power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
