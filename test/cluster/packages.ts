/** Debian packages that the cluster runs on; none of their services is used or left running. */
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled, run, tryRun } from '../support/machine/command.ts';
import { logsFolder } from '../support/machine/paths.ts';
import { step } from '../support/machine/steps.ts';

interface Need {
  /** A program that the package brings, or a file. */
  readonly proof: string;
  readonly package: string;
}

const needs: readonly Need[] = [
  { proof: 'etcd', package: 'etcd-server' },
  { proof: 'containerd', package: 'containerd' },
  { proof: 'runc', package: 'runc' },
  { proof: '/usr/lib/cni/ptp', package: 'containernetworking-plugins' },
  { proof: 'iptables', package: 'iptables' },
  { proof: 'ip', package: 'iproute2' },
  { proof: 'nsenter', package: 'util-linux' },
  { proof: 'buildah', package: 'buildah' },
  { proof: 'gcc', package: 'gcc' },
  { proof: '/usr/include/stdio.h', package: 'libc6-dev' },
  { proof: '/usr/include/linux/types.h', package: 'linux-libc-dev' },
  { proof: 'make', package: 'make' },
  { proof: 'xz', package: 'xz-utils' },
  { proof: 'bzip2', package: 'bzip2' },
  { proof: 'dig', package: 'bind9-dnsutils' },
  {
    proof: '/usr/share/keyrings/debian-archive-keyring.gpg',
    package: 'debian-archive-keyring',
  },
];

export async function installPackages(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    throw new Error(
      `The cluster needs these Debian packages: ${missing.join(' ')}. ` +
        'They are installed by this command when it runs as root on Debian or Ubuntu; ' +
        'elsewhere install what brings the same programs: ' +
        needs
          .filter((need) => missing.includes(need.package))
          .map((need) => need.proof)
          .join(', '),
    );
  }
  await step(`install Debian packages: ${missing.join(' ')}`, () => install(missing));
}

function missingPackages(): string[] {
  return needs.filter(({ proof }) => !isInstalled(proof)).map((need) => need.package);
}

async function install(packages: readonly string[]): Promise<void> {
  const logFile = join(logsFolder, 'apt.log');
  const enabledBefore = await enabledUnits();
  const allowServices = await forbidServiceStarts();
  try {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const args = ['install', '--yes', '--no-install-recommends', ...packages];
    const first = await tryRun('apt-get', args, { env, logFile });
    // Package lists may be missing or too old.
    if (first.code !== 0) {
      await run('apt-get', ['update'], { env, logFile });
      await run('apt-get', args, { env, logFile });
    }
  } finally {
    await allowServices();
  }
  const enabledSince = [...(await enabledUnits())].filter((unit) => !enabledBefore.has(unit));
  if (enabledSince.length > 0) await run('systemctl', ['disable', ...enabledSince], { logFile });
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
  return new Set(
    list.stdout
      .split('\n')
      .flatMap((line) => line.trim().split(/\s+/).slice(0, 1))
      .filter(Boolean),
  );
}
