/** Configuration files of the node's parts. Only what differs from the defaults stands here, each with its reason. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder } from '../../support/machine/paths.ts';
import {
  clusterDnsAddress,
  clusterDomain,
  nodeName,
  nodeSearchDomain,
  outsideDnsAddress,
  podRange,
} from './addresses.ts';
import { certificateFile, kubeconfigOf } from './certificates.ts';
import { cgroupRoot } from './host-state.ts';

export const pauseImage = 'localhost/pause:1';
export const containerdSocket = '/run/containerd/containerd.sock';

export const configurationFiles = {
  containerd: join(runFolder, 'containerd.toml'),
  kubelet: join(runFolder, 'kubelet.json'),
  proxy: join(runFolder, 'kube-proxy.json'),
  audit: join(runFolder, 'audit-policy.json'),
  nodeResolvConf: join(runFolder, 'resolv.conf'),
};

const cniFolder = join(runFolder, 'cni');

export async function writeConfiguration(): Promise<void> {
  await mkdir(cniFolder, { recursive: true });
  const json = (value: unknown) => JSON.stringify(value, undefined, 2);
  await writeFile(configurationFiles.containerd, containerdConfiguration);
  await writeFile(configurationFiles.kubelet, json(kubeletConfiguration));
  await writeFile(configurationFiles.proxy, json(proxyConfiguration));
  await writeFile(configurationFiles.audit, json(auditPolicy));
  await writeFile(configurationFiles.nodeResolvConf, `search ${nodeSearchDomain}\nnameserver ${outsideDnsAddress}\n`);
  await writeFile(join(cniFolder, 'pods.conflist'), json(podNetwork));
}

/**
 * At each start containerd makes the folder of its optional programs: by default under /opt, outside the machine's memory.
 * An own OOM score may only be raised without CAP_SYS_RESOURCE in the host's user namespace:
 * `restrict_oom_score_adj`.
 */
const containerdConfiguration = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cniFolder}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
`;

/** Every pod has a link of its own to the node, so that service addresses work without bridge netfilter. */
const podNetwork = {
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni',
        ranges: [[{ subnet: podRange }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

const kubeletConfiguration = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: certificateFile('ca') },
  },
  authorization: { mode: 'Webhook' },
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  clusterDNS: [clusterDnsAddress],
  clusterDomain,
  resolvConf: configurationFiles.nodeResolvConf,
  cgroupDriver: 'cgroupfs',
  cgroupRoot,
  enforceNodeAllocatable: [],
  // Kubernetes 1.35 refuses cgroup v1 unless told; 1.34 warns.
  failCgroupV1: false,
  failSwapOn: false,
  // The node's disk is memory: nothing is evicted or collected for want of space.
  evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  imageGCHighThresholdPercent: 100,
  maxPods: 250,
  // The default directory is under /usr/libexec, outside the machine's own memory.
  volumePluginDir: '/var/lib/kubelet/volume-plugins',
};

const proxyConfiguration = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  hostnameOverride: nodeName,
  clusterCIDR: podRange,
  clientConnection: { kubeconfig: kubeconfigOf('proxy') },
  // The connection table belongs to the host: its size cannot be set from a network namespace.
  conntrack: { maxPerCore: 0, min: 0 },
};

/** Enough to say which calls the product's account makes, and how often and with which patch its webhook was called for a pod. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Request', userGroups: ['system:serviceaccounts:alpine-resolver'] },
    {
      level: 'RequestResponse',
      verbs: ['create'],
      resources: [{ group: '', resources: ['pods', 'pods/ephemeralcontainers'] }],
    },
    {
      level: 'Metadata',
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      resources: [{ group: '', resources: ['pods'] }, { group: 'admissionregistration.k8s.io' }],
    },
    { level: 'None' },
  ],
};
