/** Keeps two commands from working on one cluster. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startTimeOf } from './machine/namespaces.ts';
import { clusterCacheFolder } from '../support/machine/paths.ts';

const lockFile = join(clusterCacheFolder, 'lock.json');

/** One command at a time works on the cache folder and the cluster; the lock of a process that is gone does not count. */
export async function withLock<Result>(work: () => Promise<Result>): Promise<Result> {
  await mkdir(clusterCacheFolder, { recursive: true });
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    const holder = JSON.parse(text) as { pid: number; startTime: string };
    if ((await startTimeOf(holder.pid)) === holder.startTime) {
      throw new Error(`another cluster command is at work: process ${holder.pid}`);
    }
    await rm(lockFile);
  }
  // Of two that start at the same moment, `wx` lets one succeed.
  const file = await open(lockFile, 'wx');
  await file.writeFile(JSON.stringify({ pid: process.pid, startTime: await startTimeOf(process.pid) }));
  await file.close();
  try {
    return await work();
  } finally {
    await releaseLock();
  }
}

/** For a process that ends before its work does. */
export async function releaseLock(): Promise<void> {
  await rm(lockFile, { force: true });
}
