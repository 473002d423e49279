/** Debian packages that tests need on the machine: they are installed, and none of their services is left running. */
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { isInstalled, run, runCommand, tryRun } from './command.ts';
import { locked } from './made-once.ts';

/** Installs what is missing among `commands` (command or absolute file → Debian package); returns what stays missing. */
export async function installedCommands(commands: Readonly<Record<string, string>>): Promise<string[]> {
  const missing = () => Object.keys(commands).filter((command) => !isInstalled(command));
  if (missing().length === 0 || !canInstall()) return missing();
  await locked('install', async () => {
    const packages = [...new Set(missing().map((command) => commands[command] ?? command))];
    if (packages.length > 0) await install(packages);
  });
  return missing();
}

function canInstall(): boolean {
  return isInstalled('apt-get') && process.getuid?.() === 0;
}

async function install(packages: readonly string[]): Promise<void> {
  const enabledBefore = await enabledUnits();
  const allowServices = await forbidServiceStarts();
  const args = ['install', '-qq', '-y', '--no-install-recommends', ...packages];
  const apt = () => runCommand('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  try {
    // Package lists may be missing or too old.
    await apt().catch(async () => {
      await runCommand('apt-get', ['-qq', 'update']);
      await apt();
    });
  } finally {
    await allowServices();
  }
  const enabledSince = [...(await enabledUnits())].filter((unit) => !enabledBefore.has(unit));
  if (enabledSince.length > 0) await run('systemctl', ['disable', ...enabledSince]);
}

/** While `policy-rc.d` answers 101, package scripts start no service. */
async function forbidServiceStarts(): Promise<() => Promise<void>> {
  const file = '/usr/sbin/policy-rc.d';
  if (existsSync(file)) return async () => undefined;
  await writeFile(file, '#!/bin/sh\nexit 101\n');
  await chmod(file, 0o755);
  return () => rm(file, { force: true });
}

async function enabledUnits(): Promise<Set<string>> {
  if (!isInstalled('systemctl')) return new Set();
  const list = await tryRun('systemctl', [
    'list-unit-files',
    '--type=service,socket',
    '--state=enabled',
    '--no-legend',
    '--no-pager',
  ]);
  const units = list.stdout.split('\n').flatMap((line) => line.trim().split(/\s+/).slice(0, 1));
  return new Set(units.filter(Boolean));
}
