/** `npm run test:docker`: brings what is needed, and runs the proof in namespaces of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from '../support/machine/command.ts';
import { installedCommands } from '../support/machine/debian-install.ts';
import { provideDebianPrograms } from '../support/machine/debian-programs.ts';
import { projectFolder } from '../support/machine/paths.ts';
import { provideLibcs } from '../support/worlds/libcs.ts';
import { stageEngine } from './engine/stage.ts';
import { bootMachine } from './systemd/boot.ts';
import { stageSystemd } from './systemd/stage.ts';
import type { WorldOptions, WorldPart } from './world.ts';

/** Command or file → the Debian package that brings it. */
const programs = {
  podman: 'podman',
  crun: 'crun',
  '/usr/lib/podman/netavark': 'netavark',
  '/usr/bin/conmon': 'conmon',
  iptables: 'iptables',
  unshare: 'util-linux',
  'musl-gcc': 'musl-tools',
  '/lib/systemd/systemd': 'systemd',
  '/lib/systemd/system/dbus.socket': 'dbus',
  nsenter: 'util-linux',
};

const folder = join(projectFolder, '.cache', 'docker');

/** Each in a world of its own. */
const parts: Readonly<Record<string, (options: WorldOptions) => Promise<number | null>>> = {
  containers: (options) => proveInWorld('containers', options),
  'from-dnsdock': (options) => proveInWorld('from-dnsdock', options),
  scripted: (options) => proveInWorld('scripted', options),
  systemd: proveOnSystemd,
  engine: proveOnEngine,
};

/** Before a command: namespaces of its own. */
const world = ['unshare', '--net', '--mount', '--pid', '--fork', '--uts', '--mount-proc', '--kill-child'];

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seconds: { type: 'string', default: '30' }, only: { type: 'string' } },
  });
  const chosen = Object.entries(parts).filter(([name]) => name === (values.only ?? name));
  if (chosen.length === 0) throw new Error(`--only is one of ${Object.keys(parts).join(', ')}`);
  if (process.getuid?.() !== 0) throw new Error('only root can start containers here');
  const missing = await installedCommands(programs);
  if (missing.length > 0) throw new Error(`not installed, and not installable here: ${missing.join(', ')}`);
  const { available, missing: lacking } = await provideLibcs(['glibc', 'musl-1.2.2', 'musl-1.2.5']);
  for (const [name, reason] of Object.entries(lacking)) console.error(`NOT RUN: ${name}: ${reason}`);
  // The worlds reach no mirror.
  await provideDebianPrograms();
  mkdirSync(folder, { recursive: true });
  const idle = join(folder, 'idle');
  await runCommand('musl-gcc', ['-static', '-O1', '-o', idle, join(import.meta.dirname, 'idle.c')]);
  const options: WorldOptions = {
    folder,
    idle,
    probes: Object.values(available).map(({ name, probe }) => ({ name, probe })),
    seed: Number(values.seed ?? Date.now() % 1_000_000),
    seconds: Number(values.seconds),
  };
  let failed = Object.keys(lacking).length;
  for (const [name, prove] of chosen) {
    const startedMs = performance.now();
    console.log(name);
    if ((await prove(options)) !== 0) failed += 1;
    console.log(`${name}: ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
  return failed === 0 ? 0 : 1;
}

async function proveInWorld(part: WorldPart, options: WorldOptions): Promise<number | null> {
  return codeOf([...world, process.execPath, join(import.meta.dirname, 'world.ts')], {
    DOCKER_WORLD: JSON.stringify({ ...options, part }),
  });
}

async function proveOnSystemd(): Promise<number | null> {
  const machine = await bootMachine(await stageSystemd(join(folder, 'systemd')));
  try {
    return await codeOf([...machine.enter, process.execPath, join(import.meta.dirname, 'systemd/main.ts'), folder]);
  } finally {
    await machine.stop();
  }
}

async function proveOnEngine({ probes }: WorldOptions): Promise<number | null> {
  const [musl = ''] = probes.find(({ name }) => name === 'musl-1.2.5')?.probe ?? [];
  const engine = await stageEngine(join(folder, 'engine'), musl);
  return codeOf([...world, process.execPath, join(import.meta.dirname, 'engine/main.ts')], {
    DOCKER_ENGINE: JSON.stringify(engine),
  });
}

async function codeOf([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number | null> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}
