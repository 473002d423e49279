/** A machine with systemd as its first process, in namespaces of its own: nothing that it writes outlives it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, tryRun } from '../../support/machine/command.ts';
import type { Stage } from './stage.ts';

export interface Machine {
  /** Before a command: enters all namespaces of the machine. */
  readonly enter: readonly string[];
  stop(): Promise<void>;
}

/**
 * Units are those of this folder and what is put into /etc: none of those that this machine would start. Groups and users are
 * added as packages do it.
 */
const script = `set -eu
usr=$1 units=$2
mount --make-rprivate /
ip link set lo up
for path in /run /dev/shm; do mount -t tmpfs tmpfs $path; done
mount -t cgroup2 none /sys/fs/cgroup
mount --bind /dev/null /dev/console
layer() {
  mkdir -p /run/layers/$1/upper /run/layers/$1/work
  mount -t overlay overlay -o "lowerdir=$2,upperdir=/run/layers/$1/upper,workdir=/run/layers/$1/work" /$1
}
cp -r "$units" /run/units
layer usr "$usr:/usr"
layer etc /etc
layer tmp /tmp
layer var /var
rm -rf /etc/systemd/system /etc/systemd/network
mkdir -p /etc/systemd/system /run/systemd/system
echo docker:x:998: >> /etc/group
echo systemd-resolve:x:997: >> /etc/group
echo systemd-resolve:x:997:997::/:/usr/sbin/nologin >> /etc/passwd
ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
for name in basic default multi-user network network-online nss-lookup shutdown sockets sysinit; do
  printf '[Unit]\\nDescription=%s\\nDefaultDependencies=no\\n' $name > /run/units/$name.target
done
cp /lib/systemd/system/dbus.service /lib/systemd/system/dbus.socket /run/units
ln -s systemd-resolved.service /run/units/dbus-org.freedesktop.resolve1.service
# What systemd mounts for a unit, such as its credentials, has to reach it.
mount --make-rshared /
exec env -i container=other "PATH=$PATH" SYSTEMD_UNIT_PATH=/run/units:/etc/systemd/system /lib/systemd/systemd --unit=default.target
`;

/** Control groups are the kernel's own, and stay: the machine has one, and all of its groups are below that. */
const inGroup = `set -eu
umount -R /sys/fs/cgroup 2>&- || true
mount -t cgroup2 none /sys/fs/cgroup
cd /sys/fs/cgroup
group=$1; shift
`;
const enterGroup = `${inGroup}mkdir $group; echo $$ > $group/cgroup.procs; cd /; umount -l /sys/fs/cgroup; exec unshare "$@"`;
/** Its processes end a little later than the first one. */
const removeGroup = `${inGroup}for left in $(seq 50); do
  find $group -depth -type d -exec rmdir {} + 2>&- && exit
  sleep 0.1
done
exit 1`;

export async function bootMachine(stage: Stage): Promise<Machine> {
  const flags = ['--net', '--mount', '--pid', '--fork', '--uts', '--ipc', '--cgroup', '--mount-proc', '--kill-child'];
  const group = `alpine-resolver-${process.pid}`;
  const first = ['sh', '-c', script, 'sh', stage.usr, stage.units];
  const child = spawn('unshare', ['--mount', 'sh', '-c', enterGroup, 'sh', group, ...flags, ...first], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(child, 'close');
  const id = await firstProcess(child.pid ?? 0);
  const enter = ['nsenter', `--target=${id}`, '--all', 'env', 'SYSTEMD_UNIT_PATH=/run/units:/etc/systemd/system'];
  const isRunning = async (): Promise<boolean> =>
    (await tryRun('nsenter', [...enter.slice(1), 'systemctl', 'is-system-running'])).stdout.startsWith('running');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await runCommand('unshare', ['--mount', 'sh', '-c', removeGroup, 'sh', group]);
  };
  for (let left = 200; !(await isRunning()); left--) {
    if (left > 0 && child.exitCode === null) {
      await sleep(50);
      continue;
    }
    await stop();
    throw new Error('systemd did not start');
  }
  return { enter, stop };
}

/** The child that is in another process namespace: the shell before it has had others. */
async function firstProcess(parent: number): Promise<number> {
  const own = readlinkSync('/proc/self/ns/pid');
  for (let left = 200; left > 0; left--) {
    const ids = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const first = ids.find((id) => id !== '' && namespaceOf(id) !== own && namespaceOf(id) !== undefined);
    if (first !== undefined) return Number(first);
    await sleep(10);
  }
  throw new Error('there is no first process');
}

/** Undefined: it has ended. */
function namespaceOf(id: string): string | undefined {
  try {
    return readlinkSync(`/proc/${id}/ns/pid`);
  } catch {
    return undefined;
  }
}
