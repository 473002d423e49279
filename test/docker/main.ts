/** `npm run test:docker`: brings what is needed, and runs the proof in namespaces of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from '../support/machine/command.ts';
import { installedCommands } from '../support/machine/debian-install.ts';
import { projectFolder } from '../support/machine/paths.ts';
import { provideLibcs } from '../support/worlds/libcs.ts';
import type { WorldOptions } from './world.ts';

/** Command or file → the Debian package that brings it. */
const programs = {
  podman: 'podman',
  crun: 'crun',
  '/usr/lib/podman/netavark': 'netavark',
  '/usr/bin/conmon': 'conmon',
  iptables: 'iptables',
  unshare: 'util-linux',
  'musl-gcc': 'musl-tools',
};

const folder = join(projectFolder, '.cache', 'docker');

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seconds: { type: 'string', default: '30' }, only: { type: 'string' } },
  });
  if (process.getuid?.() !== 0) throw new Error('only root can start containers here');
  const missing = await installedCommands(programs);
  if (missing.length > 0) throw new Error(`not installed, and not installable here: ${missing.join(', ')}`);
  const { available, missing: lacking } = await provideLibcs(['glibc', 'musl-1.2.2', 'musl-1.2.5']);
  for (const [name, reason] of Object.entries(lacking)) console.error(`NOT RUN: ${name}: ${reason}`);
  mkdirSync(folder, { recursive: true });
  const idle = join(folder, 'idle');
  await runCommand('musl-gcc', ['-static', '-O1', '-o', idle, join(import.meta.dirname, 'idle.c')]);
  const options: WorldOptions = {
    folder,
    idle,
    probes: Object.values(available).map(({ name, probe }) => ({ name, probe })),
    seed: Number(values.seed ?? Date.now() % 1_000_000),
    seconds: Number(values.seconds),
    only: values.only,
  };
  const started = performance.now();
  const flags = ['--net', '--mount', '--pid', '--fork', '--uts', '--mount-proc', '--kill-child'];
  const child = spawn('unshare', [...flags, process.execPath, join(import.meta.dirname, 'world.ts')], {
    env: { ...process.env, DOCKER_WORLD: JSON.stringify(options) },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  console.log(`${Math.round((performance.now() - started) / 1000)} s`);
  return code === 0 && Object.keys(lacking).length === 0 ? 0 : 1;
}
