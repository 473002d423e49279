/** The sidecar in a container of Docker, as the page starts it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, tryRun } from '../../support/machine/command.ts';
import { projectFolder } from '../../support/machine/paths.ts';
import { isReady } from '../host-sidecar.ts';

/** `options`: of `docker run`, beside what it has everywhere. */
export async function startSidecar(options: string): Promise<void> {
  const image = (await docker('images --format {{.Repository}}:{{.Tag}} */*/docker-host')).trim();
  await docker(`run -d --name dns --user 0 -v /var/run/docker.sock:/var/run/docker.sock:ro ${options} ${image}`);
  await untilReady();
}

/** What it prints. */
export const docker = (line: string): Promise<string> => runCommand('docker', line.split(' '), { cwd: projectFolder });

export async function untilReady(): Promise<void> {
  for (let left = 200; !(await isReady()); left--) {
    if (left === 0) throw new Error('the sidecar is not ready within 20 s');
    await sleep(100);
  }
}

export const endSidecar = (): Promise<unknown> => tryRun('docker', ['rm', '--force', '--volumes', 'dns']);
