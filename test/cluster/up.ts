/** Brings the cluster up from nothing, and takes it down to nothing. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Programs, buildPrograms } from './build.ts';
import { buildImages, compilePause, imageNames, pauseProgram } from './images.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { writeCertificates } from './machine/certificates.ts';
import { clusterDnsManifests } from './machine/cluster-dns.ts';
import { configurationFiles, writeConfiguration } from './machine/configuration.ts';
import { runContainerd } from './machine/containers.ts';
import { restoreHostState, saveHostState } from './machine/host-state.ts';
import { writeNames } from './machine/names.ts';
import {
  type Machine,
  findMachine,
  keepMachine,
  startMachine,
  stopMachine,
  whilePartsRun,
} from './machine/namespaces.ts';
import { startApiServer, startControllersAndNode, startFoundations } from './machine/parts.ts';
import { installPackages } from './packages.ts';
import { kubeconfigFile, kubectlWrapper, logsFolder, runFolder } from '../support/machine/paths.ts';
import { step, until } from '../support/machine/steps.ts';

export interface Cluster {
  readonly machine: Machine;
  readonly kubectl: Kubectl;
  readonly programs: Programs;
  importImages(archives: readonly string[]): Promise<void>;
}

export interface Prepared {
  readonly programs: Programs;
  readonly archives: readonly string[];
}

/** What stays on the host: Debian packages. */
export async function prepareHost(): Promise<void> {
  requireRoot();
  await mkdir(logsFolder, { recursive: true });
  await installPackages();
}

/** Everything that is kept between runs: nothing is left to do when it is there. */
export async function prepare(): Promise<Prepared> {
  await prepareHost();
  const programs = await buildPrograms();
  await compilePause();
  return { programs, archives: await buildImages(programs) };
}

/** @param kept whether the cluster outlives this process */
export async function bringUp({ programs, archives }: Prepared, kept: boolean): Promise<Cluster> {
  await takeDown();
  await rm(logsFolder, { recursive: true, force: true });
  await mkdir(logsFolder, { recursive: true });
  await mkdir(runFolder, { recursive: true, mode: 0o700 });
  await writeCertificates();
  await writeConfiguration();
  await writeNames();
  await saveHostState();
  const machine = await step('namespaces, etcd, containerd', async () => {
    const started = await startMachine(pauseProgram, configurationFiles.nodeResolvConf, kept);
    await startFoundations(started, programs);
    return started;
  });
  const cluster = await describeCluster(machine, programs);
  await step('API server; import of the images', () =>
    whilePartsRun(Promise.all([startApiServer(machine, programs), cluster.importImages(archives)])),
  );
  await step('controllers, node Ready', async () => {
    startControllersAndNode(machine, programs);
    await cluster.kubectl.apply(...clusterDnsManifests(imageNames.coredns));
    await whilePartsRun(waitFor(cluster.kubectl, 'node/node', 'Ready'));
  });
  await step('cluster DNS', () => waitFor(cluster.kubectl, 'deployment/coredns', 'Available', 'kube-system'));
  return kept ? { ...cluster, machine: await keepMachine(machine) } : cluster;
}

/** The cluster of an earlier `npm run cluster`, if it is up. */
export async function findCluster(programs: Programs): Promise<Cluster | undefined> {
  const machine = await findMachine();
  return machine?.kept === true ? describeCluster(machine, programs) : undefined;
}

/** Ends the cluster, also one that a crashed run left, and puts back what it changed on the host. */
export async function takeDown(): Promise<void> {
  await stopMachine();
  await restoreHostState();
  await rm(runFolder, { recursive: true, force: true });
  await rm(kubectlWrapper, { force: true });
}

async function describeCluster(machine: Machine, programs: Programs): Promise<Cluster> {
  await writeFile(
    kubectlWrapper,
    `#!/bin/sh
export KUBECONFIG='${kubeconfigFile}' KUBECACHEDIR='${join(runFolder, 'kubectl-cache')}'
exec nsenter --target ${machine.pid} --net '${programs.kubernetesFolder}/kubectl' "$@"
`,
  );
  await chmod(kubectlWrapper, 0o755);
  return {
    machine,
    kubectl: kubectlOf([kubectlWrapper]),
    programs,
    importImages: async (archives) => {
      for (const archive of archives) {
        await runContainerd(machine, ['images', 'import', archive], { logFile: join(logsFolder, 'import.log') });
      }
    },
  };
}

async function waitFor(kubectl: Kubectl, object: string, condition: string, namespace = 'default'): Promise<void> {
  await until(`${object} ${condition}`, 60_000, async () => {
    await kubectl.run(['wait', object, `--for=condition=${condition}`, `--namespace=${namespace}`, '--timeout=60s']);
    return true;
  });
}

function requireRoot(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      'A cluster of its own needs Linux and root: it makes namespaces, mounts and cgroups. ' +
        'Without them prove on an existing cluster: npm run test:cluster -- --kubeconfig FILE',
    );
  }
}
