/**
 * What Kubernetes changes on the host itself, saved before it starts and put back afterwards, also by the run after a crash:
 * the sysctls that the kubelet sets (`setupKernelTunables` in pkg/kubelet/cm) and the cgroups of its pods.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clusterCacheFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';

/** Cgroup that holds all pods, in every hierarchy. */
export const cgroupRoot = '/alpine-resolver-test';

/** Set by the kubelet for the whole host. */
export const tunedSysctls: readonly string[] = [
  'kernel/keys/root_maxbytes',
  'kernel/keys/root_maxkeys',
  'kernel/panic',
  'kernel/panic_on_oops',
  'vm/overcommit_memory',
  'vm/panic_on_oom',
];

interface HostState {
  readonly sysctls: Readonly<Record<string, string>>;
  /** cgroup v2: controllers that were switched on for the children of the root. */
  readonly rootControllers?: string;
}

const stateFile = join(clusterCacheFolder, 'host-state.json');
const rootControllersFile = '/sys/fs/cgroup/cgroup.subtree_control';

/** A state that a crashed run left is older and therefore right: it stays. */
export async function saveHostState(): Promise<void> {
  if (!existsSync(stateFile)) {
    const values: Record<string, string> = {};
    for (const name of tunedSysctls) {
      const value = await readFile(join('/proc/sys', name), 'utf8').catch(() => undefined);
      if (value !== undefined) values[name] = value.trim();
    }
    const state: HostState = {
      sysctls: values,
      ...(existsSync(rootControllersFile)
        ? { rootControllers: (await readFile(rootControllersFile, 'utf8')).trim() }
        : {}),
    };
    await mkdir(dirname(stateFile), { recursive: true });
    await writeFile(stateFile, JSON.stringify(state));
  }
  await makeCgroups();
}

export async function restoreHostState(): Promise<void> {
  // runc makes cgroups in every hierarchy, also in those that the kubelet does not use.
  for (const hierarchy of await cgroupMounts(['cgroup', 'cgroup2'])) {
    const folder = join(hierarchy, cgroupRoot);
    if (existsSync(folder)) await removeCgroup(folder);
  }
  if (!existsSync(stateFile)) return;
  const state = JSON.parse(await readFile(stateFile, 'utf8')) as HostState;
  for (const [name, value] of Object.entries(state.sysctls)) {
    const file = join('/proc/sys', name);
    if ((await readFile(file, 'utf8')).trim() !== value) await writeFile(file, value);
  }
  if (state.rootControllers !== undefined) await restoreRootControllers(state.rootControllers);
  await rm(stateFile);
}

/** The kubelet refuses to start when its root cgroup does not exist. */
async function makeCgroups(): Promise<void> {
  for (const hierarchy of await cgroupHierarchies()) {
    const folder = join(hierarchy, cgroupRoot);
    await mkdir(folder, { recursive: true });
    for (const name of ['cpuset.cpus', 'cpuset.mems']) {
      const parent = join(hierarchy, name);
      if (!existsSync(parent)) continue;
      await writeFile(join(folder, name), (await readFile(parent, 'utf8')).trim());
    }
  }
}

async function cgroupHierarchies(): Promise<string[]> {
  const versionOne = await cgroupMounts(['cgroup']);
  // In the hybrid arrangement the v2 hierarchy holds no controllers.
  return versionOne.length > 0 ? versionOne : cgroupMounts(['cgroup2']);
}

export async function cgroupMounts(types: readonly string[]): Promise<string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return mounts.flatMap(([, path = '', type = '']) => (types.includes(type) ? [path] : []));
}

async function removeCgroup(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeCgroup(join(folder, entry.name));
  }
  // The kernel answers EBUSY until the last killed process has been reaped.
  await until(`remove cgroup ${folder}`, 10_000, async () => {
    await rmdir(folder);
    return true;
  });
}

async function restoreRootControllers(before: string): Promise<void> {
  const now = (await readFile(rootControllersFile, 'utf8')).trim().split(' ').filter(Boolean);
  const added = now.filter((controller) => !before.split(' ').includes(controller));
  if (added.length > 0) {
    await writeFile(rootControllersFile, added.map((controller) => `-${controller}`).join(' '));
  }
}
