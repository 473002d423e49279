/**
 * The "machine" on which the cluster runs: private network, mount, host name and process namespaces.
 * Everything in them dies with their first process; nothing of it touches the host's network or files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, run } from '../../support/machine/command.ts';
import { clusterCacheFolder, logsFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import { gatewayAddress, nodeAddress, nodeName, nodePrefixLength, outsideDnsAddress } from './addresses.ts';

export interface Machine {
  /** The first process of the namespaces, as the host numbers it. */
  readonly pid: number;
  readonly startTime: string;
  /** Brought up completely, for hand work: it ends only by `down`. */
  readonly kept: boolean;
}

const stateFile = join(clusterCacheFolder, 'machine.json');

/**
 * Starts the namespaces. A machine that is not to be kept dies with this process, however this process ends.
 * @param firstProgram a static program that waits and reaps
 * @param nodeResolvConf what the node's own programs see as /etc/resolv.conf
 */
export async function startMachine(firstProgram: string, nodeResolvConf: string, kept: boolean): Promise<Machine> {
  const unshare = [
    'unshare',
    '--net',
    '--mount',
    '--uts',
    '--ipc',
    '--pid',
    '--mount-proc',
    '--kill-child',
    firstProgram,
  ];
  const command = kept ? unshare : ['setpriv', '--pdeathsig', 'KILL', ...unshare];
  const log = openSync(join(logsFolder, 'machine.log'), 'a');
  const parent = spawn(command[0] ?? '', command.slice(1), {
    detached: true,
    stdio: ['ignore', log, log],
    env: {},
    cwd: '/',
  });
  closeSync(log);
  parent.unref();
  const parentPid = parent.pid;
  if (parentPid === undefined) throw new Error(`${command[0]} cannot be started`);
  const pid = await until('start of the namespaces', 10_000, () => childRunning(parentPid, firstProgram));
  const machine = { pid, startTime: (await startTimeOf(pid)) ?? '', kept: false };
  await writeFile(stateFile, JSON.stringify(machine));
  await prepareMachine(machine, nodeResolvConf);
  return machine;
}

/** From now on the machine is for hand work; until then it counts as left by a crash when its starter is gone. */
export async function keepMachine(machine: Machine): Promise<Machine> {
  const kept = { ...machine, kept: true };
  await writeFile(stateFile, JSON.stringify(kept));
  return kept;
}

/** The machine that the last run started, if it still lives. */
export async function findMachine(): Promise<Machine | undefined> {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const machine = JSON.parse(text) as Machine;
  return (await startTimeOf(machine.pid)) === machine.startTime ? machine : undefined;
}

/** Ends everything in the namespaces: the kernel kills all processes of a process namespace with its first one. */
export async function stopMachine(): Promise<void> {
  const machine = await findMachine();
  if (machine !== undefined) {
    const namespace = await readlink(`/proc/${machine.pid}/ns/pid`);
    process.kill(machine.pid, 'SIGKILL');
    await until('end of the processes in the namespaces', 20_000, async () =>
      (await someProcessIn(namespace)) ? undefined : true,
    );
  }
  await rm(stateFile, { force: true });
}

/** The words that run a program of the host in the network of the machine, with the files of the host. */
export function commandInNetworkOf(machine: Machine, words: readonly string[]): [string, ...string[]] {
  return ['nsenter', '--target', String(machine.pid), '--net', '--', ...words];
}

export function runInMachine(
  machine: Machine,
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return run('nsenter', [...enter(machine), program, ...args], options);
}

/** Starts a long-running part; its output goes to a log of its own. */
export function startInMachine(
  machine: Machine,
  name: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): void {
  const log = openSync(join(logsFolder, `${name}.log`), 'a');
  const child = spawn('nsenter', [...enter(machine), program, ...args], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR: '/var/tmp', HOME: '/var/tmp', ...env },
  });
  closeSync(log);
  child.on('exit', (code, signal) => {
    endedParts.set(name, code ?? signal ?? 'unknown');
    firstEnd.reject(new Error(`${name} ended by itself`));
  });
  child.unref();
}

/**
 * Starts a program in the network and among the files of the machine, but as a process of the host: the caller ends it,
 * and it dies with this process.
 */
export function startBesideMachine(
  machine: Machine,
  name: string,
  program: string,
  args: readonly string[],
): ChildProcess {
  const log = openSync(join(logsFolder, `${name}.log`), 'a');
  const outside = enter(machine).filter((word) => word !== '--pid');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'nsenter', ...outside, program, ...args], {
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR: '/var/tmp', HOME: '/var/tmp' },
  });
  closeSync(log);
  return child;
}

/** Parts that ended although nobody told them to, with their exit code or signal: the first thing to say about a failure. */
export const endedParts = new Map<string, number | string>();

const firstEnd = Promise.withResolvers<never>();
// It is looked at only while the cluster comes up.
firstEnd.promise.catch(() => undefined);

/** Gives up as soon as a part has ended: nobody needs to wait for a cluster that cannot come up. */
export function whilePartsRun<Result>(work: Promise<Result>): Promise<Result> {
  return Promise.race([work, firstEnd.promise]);
}

function enter(machine: Machine): string[] {
  return ['--target', String(machine.pid), '--net', '--mount', '--uts', '--ipc', '--pid', '--wd=/', '--'];
}

/**
 * Only the cache folder is the host's to write: programs make folders at their first start (containerd under /opt), and
 * whatever a release of theirs may make next must not stay there. /run, /tmp and /var are empty memory of the machine's own.
 * The host's resolver cannot be reached from here: an image that is not there shall fail at once.
 * A bridge without ports carries the node's address because kernels may lack dummy devices; the kubelet wants a default route.
 */
async function prepareMachine(machine: Machine, nodeResolvConf: string): Promise<void> {
  const script = `set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/cache
mount --bind "$1" /mnt/cache
while read -r device place rest; do
  case "$place/" in /dev/*|/mnt/*|/proc/*|/sys/*) ;; *) mount -o remount,bind,ro "$(printf '%b' "$place")";; esac
done < /proc/self/mounts
for place in /run /tmp /var; do mount -t tmpfs -o mode=755 tmpfs $place; done
mkdir -p /var/lib /var/log /var/cache /var/tmp
chmod 1777 /tmp /var/tmp
ln -s /run /var/run
[ -d "$1" ] || mkdir -p "$1"
mount --move /mnt/cache "$1"
umount /mnt
file=$(readlink -m /etc/resolv.conf)
case "$file" in /run/*|/var/*) mkdir -p "$(dirname "$file")"; : > "$file";; esac
[ ! -e "$file" ] || mount --bind "$2" "$file"
for place in / /etc /home /opt /root /srv /usr /usr/local; do
  if touch "$place/alpine-resolver-test" 2>/dev/null; then echo "$place of the host can be written" >&2; exit 1; fi
done
mount --make-rshared /
hostname ${nodeName}
ip link set lo up
ip link add node0 type bridge
ip address add ${nodeAddress}/${nodePrefixLength} dev node0
ip address add ${outsideDnsAddress}/${nodePrefixLength} dev node0
ip link set node0 up
ip route add default via ${gatewayAddress} dev node0
echo 1 > /proc/sys/net/ipv4/ip_forward
`;
  await runInMachine(machine, 'sh', ['-c', script, 'sh', clusterCacheFolder, nodeResolvConf], {
    logFile: join(logsFolder, 'machine.log'),
  });
}

async function childRunning(parentPid: number, program: string): Promise<number | undefined> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    if (statField(stat, 4) !== String(parentPid)) continue;
    const executable = await readlink(`/proc/${entry}/exe`).catch(() => '');
    if (executable === program) return Number(entry);
  }
  return undefined;
}

/** Field 22 of /proc/PID/stat tells a process from a later one with the same number. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? undefined : statField(stat, 22);
}

/** A field of /proc/PID/stat by its number, from 3 on: the name before it stands in parentheses and may hold spaces. */
export function statField(stat: string, number: number): string | undefined {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3];
}

async function someProcessIn(pidNamespace: string): Promise<boolean> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const namespace = await readlink(`/proc/${entry}/ns/pid`).catch(() => undefined);
    if (namespace === pidNamespace) return true;
  }
  return false;
}
