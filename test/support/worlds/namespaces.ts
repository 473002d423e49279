/**
 * How to start programs in private namespaces: as root directly, else inside a user namespace. Nothing
 * outside changes: the world has its own network, mounts and host name.
 */
import { isInstalled, runCommand } from '../machine/command.ts';
import { installedCommands } from '../machine/debian-install.ts';

export interface Namespaces {
  /** `unshare` with the flags for a new world. */
  create: readonly string[];
  /** `nsenter` with the flags to enter the world of a process. */
  enter(pid: number): readonly string[];
}

const tools = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
  hostname: 'hostname',
};

const trial = 'ip link set lo up && hostname trial && mount --bind /etc/hosts /etc/resolv.conf';

let found: Promise<Namespaces> | undefined;

/** Fails with the reason when this machine does not allow private namespaces. */
export function provideNamespaces(): Promise<Namespaces> {
  return (found ??= findNamespaces());
}

async function findNamespaces(): Promise<Namespaces> {
  if (process.platform !== 'linux') throw new Error('private namespaces need Linux');
  const missing = await installedCommands(tools);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
  if (!isInstalled('/etc/resolv.conf')) throw new Error('there is no /etc/resolv.conf to cover');
  const reasons: string[] = [];
  for (const user of [[], ['--user', '--map-root-user']]) {
    const create = ['unshare', ...user, '--net', '--uts', '--mount'];
    const [command = '', ...args] = create;
    try {
      await runCommand(command, [...args, 'sh', '-c', trial]);
      const flags = user.length > 0 ? ['--user', '--preserve-credentials'] : [];
      const enter = (pid: number) => ['nsenter', `--target=${pid}`, ...flags, '--net', '--uts', '--mount'];
      return { create, enter };
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`private namespaces are not allowed here: ${reasons.join('; ')}`);
}
