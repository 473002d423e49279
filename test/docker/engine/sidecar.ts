/** The sidecar in a container of Docker, as the page starts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tryRun } from '../../support/machine/command.ts';
import { isReady } from '../host-sidecar.ts';

export async function untilReady(): Promise<void> {
  for (let left = 200; !(await isReady()); left--) {
    if (left === 0) throw new Error('the sidecar is not ready within 20 s');
    await sleep(100);
  }
}

export const endSidecar = (): Promise<unknown> => tryRun('docker', ['rm', '--force', '--volumes', 'dns']);
