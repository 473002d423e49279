/** The sidecar in a container of Docker, as the page starts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tryRun } from '../../support/machine/command.ts';

export async function untilReady(): Promise<void> {
  const isReady = async (): Promise<boolean> =>
    (await fetch('http://127.0.0.1:9953/readyz').catch(() => undefined))?.status === 200;
  for (let left = 200; !(await isReady()); left--) {
    if (left === 0) throw new Error('the sidecar is not ready within 20 s');
    await sleep(100);
  }
}

export const endSidecar = (): Promise<unknown> => tryRun('docker', ['rm', '--force', '--volumes', 'dns']);
