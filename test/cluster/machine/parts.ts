/** The programs of a one-node cluster with their arguments, started in the order in which they need each other. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { Programs } from '../build.ts';
import { logsFolder, runFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';
import { nodeAddress, nodeName, podRange, serviceRange } from './addresses.ts';
import { certificateFile, keyFile, kubeconfigOf } from './certificates.ts';
import { configurationFiles, containerdSocket } from './configuration.ts';
import { type Machine, runInMachine, startBesideMachine, startInMachine } from './namespaces.ts';
import { outsideCorefile } from './names.ts';

export const auditLog = join(logsFolder, 'audit.log');

/** What runs before there is an API server: the store, the container runtime, the resolver outside the cluster. */
export async function startFoundations(machine: Machine, programs: Programs): Promise<void> {
  startInMachine(machine, 'etcd', 'etcd', [
    '--data-dir=/var/lib/etcd',
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
  ]);
  startInMachine(machine, 'containerd', 'containerd', ['--config', configurationFiles.containerd]);
  startInMachine(machine, 'outside-dns', programs.coredns, ['-conf', outsideCorefile]);
  await until('containerd', 20_000, async () => {
    await runInMachine(machine, 'ctr', ['--address', containerdSocket, 'version']);
    return true;
  });
}

export async function startApiServer(machine: Machine, programs: Programs): Promise<void> {
  startInMachine(machine, 'kube-apiserver', join(programs.kubernetesFolder, 'kube-apiserver'), [
    ...apiServerArguments(['NodeRestriction']),
    `--audit-log-path=${auditLog}`,
    `--audit-policy-file=${configurationFiles.audit}`,
  ]);
  await apiServerReady(machine, programs);
}

const secondPort = 6444;

/** How kubectl reaches the second API server. */
export const secondApiServer = `--server=https://${nodeAddress}:${secondPort}`;

/**
 * An API server beside the first, on the same etcd, with further admission plug-ins; it serves while `work` runs. The
 * cluster goes on using the first.
 */
export async function withSecondApiServer<Result>(
  machine: Machine,
  programs: Programs,
  { plugins, work }: { plugins: readonly string[]; work: () => Promise<Result> },
): Promise<Result> {
  const server = startBesideMachine(machine, 'second-apiserver', join(programs.kubernetesFolder, 'kube-apiserver'), [
    ...apiServerArguments(['NodeRestriction', ...plugins]),
    `--secure-port=${secondPort}`,
    // The Service `kubernetes` stays that of the first.
    '--endpoint-reconciler-type=none',
  ]);
  try {
    await apiServerReady(machine, programs, [secondApiServer]);
    return await work();
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
}

function apiServerArguments(plugins: readonly string[]): string[] {
  return [
    `--advertise-address=${nodeAddress}`,
    '--allow-privileged=true',
    '--authorization-mode=Node,RBAC',
    `--client-ca-file=${certificateFile('ca')}`,
    `--enable-admission-plugins=${plugins.join(',')}`,
    '--etcd-servers=http://127.0.0.1:2379',
    `--kubelet-client-certificate=${certificateFile('admin')}`,
    `--kubelet-client-key=${keyFile('admin')}`,
    // No resolver knows the node's name.
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(runFolder, 'service-account.pub')}`,
    `--service-account-signing-key-file=${keyFile('service-account')}`,
    `--service-cluster-ip-range=${serviceRange}`,
    `--tls-cert-file=${certificateFile('apiserver')}`,
    `--tls-private-key-file=${keyFile('apiserver')}`,
    '--v=1',
  ];
}

async function apiServerReady(machine: Machine, programs: Programs, which: readonly string[] = []): Promise<void> {
  await until('API server', 60_000, async () => {
    await runInMachine(machine, join(programs.kubernetesFolder, 'kubectl'), [
      `--kubeconfig=${kubeconfigOf('admin')}`,
      ...which,
      'get',
      '--raw=/readyz',
    ]);
    return true;
  });
}

export function startControllersAndNode(machine: Machine, programs: Programs): void {
  const program = (name: string) => join(programs.kubernetesFolder, name);
  startInMachine(machine, 'kube-controller-manager', program('kube-controller-manager'), [
    `--cluster-cidr=${podRange}`,
    '--flex-volume-plugin-dir=/var/lib/kubelet/volume-plugins',
    `--kubeconfig=${kubeconfigOf('controller-manager')}`,
    '--leader-elect=false',
    `--root-ca-file=${certificateFile('ca')}`,
    `--service-account-private-key-file=${keyFile('service-account')}`,
    `--service-cluster-ip-range=${serviceRange}`,
    '--use-service-account-credentials=true',
  ]);
  startInMachine(machine, 'kube-scheduler', program('kube-scheduler'), [
    `--kubeconfig=${kubeconfigOf('scheduler')}`,
    '--leader-elect=false',
  ]);
  startInMachine(machine, 'kubelet', program('kubelet'), [
    `--config=${configurationFiles.kubelet}`,
    `--hostname-override=${nodeName}`,
    `--kubeconfig=${kubeconfigOf('kubelet')}`,
    `--node-ip=${nodeAddress}`,
  ]);
  startInMachine(machine, 'kube-proxy', program('kube-proxy'), [`--config=${configurationFiles.proxy}`]);
}
