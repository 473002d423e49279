/** What a cluster could leave on its host: seen before it starts and after its end, and compared. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { clusterCacheFolder } from '../../support/machine/paths.ts';
import { cgroupMounts, cgroupRoot, tunedSysctls } from './host-state.ts';
import { startTimeOf } from './namespaces.ts';

/** Every thing by what is said of it; of sysctls, with the value. */
export type HostView = ReadonlyMap<string, string>;

/** Names of what the parts of Kubernetes and the builds of images write where nothing else is said. */
const ownNames = /kube|containerd|containers|buildah|runc|etcd|coredns|\bcni|netns|go-build|alpine-resolver/i;

const folders = ['/etc', '/opt', '/run', '/tmp', '/usr/local/bin', '/usr/sbin', '/var/cache', '/var/lib', '/var/log'];
const homeFolders = ['.', '.cache', '.config', '.local/share'];

/** Places outside those names over which a pod or the machine has mounts of its own. */
const coveredPlaces = /^\/((etc|proc|sys|dev)\/|(mnt|run|var)$)/;

/** Interfaces of pods, of their plugins, and the machine's own bridge. */
const ownInterfaces = /^(veth|cni|kube|dummy|br-|node\d)/;

/** Sysctls that kube-proxy and network plugins set. The host changes many others by itself. */
const networkSysctls =
  /^net\/(bridge\/|ipv[46]\/(ip_forward$|conf\/[^/]+\/(forwarding|route_localnet|rp_filter|arp_\w+|proxy_arp)$)|netfilter\/nf_conntrack_(max|tcp_\w+)$)/;

export async function viewHost(): Promise<HostView> {
  const kinds = await Promise.all([processes(), mounts(), cgroups(), interfaces(), sysctls(), files()]);
  return new Map(kinds.flat());
}

/** One line for each thing that is new or another. */
export function remainsOf(before: HostView, after: HostView): string[] {
  return [...after]
    .filter(([thing, value]) =>
      thing.startsWith('sysctl') ? (before.get(thing) ?? value) !== value : !before.has(thing),
    )
    .map(([thing, value]) => (value === '' ? thing : `${thing} is ${value}, was ${before.get(thing)}`));
}

type Things = (readonly [string, string])[];

/** Those that run a program of the cache folder, name it, or are in one of the pods' cgroups. */
async function processes(): Promise<Things> {
  const found: Things = [];
  for (const pid of (await entries('/proc')).filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))) {
    const executable = await readlink(`/proc/${pid}/exe`).catch(() => '');
    const command = (await text(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
    const isOwn =
      executable.startsWith(clusterCacheFolder) ||
      command.includes(clusterCacheFolder) ||
      (await text(`/proc/${pid}/cgroup`)).includes(cgroupRoot);
    if (isOwn) found.push([`process ${pid} (started ${await startTimeOf(Number(pid))}): ${command}`, '']);
  }
  return found;
}

async function mounts(): Promise<Things> {
  const lines = (await text('/proc/self/mounts')).split('\n').filter(Boolean);
  const places = lines.map((line) => line.split(' ')[1] ?? '');
  const own = places.filter(
    (place) => place.startsWith(clusterCacheFolder) || ownNames.test(place) || coveredPlaces.test(place),
  );
  return own.map((place) => [`mount ${place}`, '']);
}

async function cgroups(): Promise<Things> {
  const found: Things = [];
  for (const hierarchy of await cgroupMounts(['cgroup', 'cgroup2'])) {
    const own = (await entries(hierarchy)).filter((name) => ownNames.test(name) || `/${name}` === cgroupRoot);
    found.push(...own.map((name) => [`cgroup ${join(hierarchy, name)}`, ''] as const));
  }
  return found;
}

async function interfaces(): Promise<Things> {
  const own = (await entries('/sys/class/net')).filter((name) => ownInterfaces.test(name));
  return own.map((name) => [`network interface ${name}`, '']);
}

async function sysctls(): Promise<Things> {
  const found: Things = [];
  const list = await readdir('/proc/sys', { recursive: true, withFileTypes: true });
  for (const entry of list) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const name = file.slice('/proc/sys/'.length);
    if (tunedSysctls.includes(name) || networkSysctls.test(name)) {
      found.push([`sysctl ${name}`, (await text(file)).trim()]);
    }
  }
  return found;
}

async function files(): Promise<Things> {
  const found: Things = [];
  for (const folder of [...folders, ...homeFolders.map((name) => join(homedir(), name))]) {
    const own = (await entries(folder)).filter((name) => ownNames.test(basename(name)) || name === 'policy-rc.d');
    found.push(...own.map((name) => [`file ${join(folder, name)}`, ''] as const));
  }
  return found;
}

function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Processes end and some files cannot be read: then there is nothing to compare. */
function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
