/** Debian packages that the cluster runs on. */
import { isInstalled } from '../support/machine/command.ts';
import { installedCommands } from '../support/machine/debian-install.ts';
import { step } from '../support/machine/steps.ts';

/** A program or a file → the package that brings it. */
const needs: Readonly<Record<string, string>> = {
  etcd: 'etcd-server',
  containerd: 'containerd',
  runc: 'runc',
  '/usr/lib/cni/ptp': 'containernetworking-plugins',
  iptables: 'iptables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  buildah: 'buildah',
  gcc: 'gcc',
  '/usr/include/stdio.h': 'libc6-dev',
  '/usr/include/linux/types.h': 'linux-libc-dev',
  make: 'make',
  xz: 'xz-utils',
  bzip2: 'bzip2',
  dig: 'bind9-dnsutils',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
};

export async function installPackages(): Promise<void> {
  const missing = Object.keys(needs).filter((proof) => !isInstalled(proof));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((proof) => needs[proof] ?? proof))].join(' ');
  const lacking = await step(`install Debian packages: ${packages}`, () => installedCommands(needs));
  if (lacking.length === 0) return;
  throw new Error(
    `The cluster needs these Debian packages: ${packages}. ` +
      'They are installed by this command when it runs as root on Debian or Ubuntu; ' +
      `elsewhere install what brings the same programs: ${lacking.join(', ')}`,
  );
}
