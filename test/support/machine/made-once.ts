/**
 * A folder under `.cache/` that is made once, whoever asks first: several test processes may start at
 * the same time. The maker works in a private folder that is renamed when it is complete, so a folder
 * that exists is always whole.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from './paths.ts';

/** C libraries, probes and Debian packages of other releases. */
export const libcsFolder = join(projectFolder, '.cache', 'libcs');

const pollMs = 100;

/** @param cache the folder in which `name` is made */
export async function madeOnce(
  name: string,
  make: (folder: string) => Promise<void>,
  cache: string = libcsFolder,
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const work = async () => {
    if (existsSync(folder)) return folder;
    const draft = `${folder}.${process.pid}`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    try {
      await make(draft);
      await rename(draft, folder);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return folder;
  };
  return locked(name, work, cache);
}

/** Runs `work` while this process alone holds the lock of that name; a dead holder's lock is taken over. */
export async function locked<T>(name: string, work: () => Promise<T>, cache: string = libcsFolder): Promise<T> {
  const file = join(cache, `${name}.lock`);
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(await readFile(file, 'utf8').catch(() => ''));
      if (holder > 0 && holder !== process.pid && !isAlive(holder)) await rm(file, { force: true });
      else await sleep(pollMs);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

export function shortHash(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 12);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
