/** A second opinion on Pod Security "restricted". */
import {
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  valueAt,
  type JsonObject,
} from '../../../webhook/kubernetes/json.ts';

/**
 * Pod Security "restricted" of Kubernetes 1.34, written a second time for the tests (k8s.io/pod-security-admission
 * policy/*.go). One line per breach.
 */
export function restrictedBreaches(pod: JsonObject): string[] {
  const spec = objectAt(pod, 'spec');
  const isWindows = stringAt(spec, 'os', 'name') === 'windows';
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objectsAt(spec, list));
  const ofPod = objectAt(spec, 'securityContext');
  return [
    ...podBreaches(pod, spec, ofPod),
    ...containers.flatMap((container) =>
      containerBreaches(container, ofPod, isWindows).map((breach) => `${stringAt(container, 'name')}: ${breach}`),
    ),
  ];
}

type Rule = readonly [isBroken: boolean, breach: string];

const brokenOnes = (rules: readonly Rule[]): string[] =>
  rules.filter(([isBroken]) => isBroken).map(([, breach]) => breach);

const allowedVolumes = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'],
]);
const allowedSysctls = new Set([
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start'],
  ...['net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_local_reserved_ports'],
  ...[
    'net.ipv4.tcp_keepalive_time',
    'net.ipv4.tcp_fin_timeout',
    'net.ipv4.tcp_keepalive_intvl',
    'net.ipv4.tcp_keepalive_probes',
  ],
  ...['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'],
]);
const allowedSeLinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

function podBreaches(pod: JsonObject, spec: JsonObject, context: JsonObject): string[] {
  const appArmor = Object.entries(objectAt(pod, 'metadata', 'annotations')).filter(([name]) =>
    name.startsWith('container.apparmor.security.beta.kubernetes.io/'),
  );
  return brokenOnes([
    [['hostNetwork', 'hostPID', 'hostIPC'].some((name) => spec[name] === true), 'host namespace'],
    [
      objectsAt(spec, 'volumes').some((volume) =>
        Object.keys(volume).some((key) => key !== 'name' && !allowedVolumes.has(key)),
      ),
      'volume type',
    ],
    [objectsAt(context, 'sysctls').some(({ name }) => typeof name !== 'string' || !allowedSysctls.has(name)), 'sysctl'],
    [
      appArmor.some(
        ([, profile]) => typeof profile !== 'string' || !/^(runtime\/default|localhost\/.*|)$/.test(profile),
      ),
      'AppArmor annotation',
    ],
    ...contextRules(context),
  ]);
}

function containerBreaches(container: JsonObject, ofPod: JsonObject, isWindows: boolean): string[] {
  const own = objectAt(container, 'securityContext');
  const drops = stringsAt(own, 'capabilities', 'drop');
  const adds = stringsAt(own, 'capabilities', 'add');
  const seccomp = stringAt(own, 'seccompProfile', 'type') ?? stringAt(ofPod, 'seccompProfile', 'type');
  const linuxOnly: Rule[] = [
    [!drops.includes('ALL'), 'capabilities not dropped'],
    [adds.some((name) => name !== 'NET_BIND_SERVICE'), 'capability added'],
    [own['allowPrivilegeEscalation'] !== false, 'privilege escalation'],
    [seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost', 'seccomp profile'],
  ];
  return brokenOnes([
    [own['privileged'] === true, 'privileged'],
    [(own['runAsNonRoot'] ?? ofPod['runAsNonRoot']) !== true, 'runAsNonRoot'],
    [objectsAt(container, 'ports').some(({ hostPort }) => hostPort !== undefined && hostPort !== 0), 'host port'],
    [!['', 'Default'].includes(stringAt(own, 'procMount') ?? ''), 'procMount'],
    [hasHost(container), 'host in a probe or hook'],
    ...contextRules(own),
    ...(isWindows ? [] : linuxOnly),
  ]);
}

/** Rules that hold for the context of the pod and of each container alike. */
function contextRules(context: JsonObject): Rule[] {
  const seLinux = objectAt(context, 'seLinuxOptions');
  const profile = stringAt(context, 'appArmorProfile', 'type');
  return [
    [context['runAsUser'] === 0, 'runAsUser 0'],
    [valueAt(context, 'windowsOptions', 'hostProcess') === true, 'host process'],
    [!allowedSeLinuxTypes.has(stringAt(seLinux, 'type') ?? ''), 'SELinux type'],
    [(stringAt(seLinux, 'user') ?? '') !== '' || (stringAt(seLinux, 'role') ?? '') !== '', 'SELinux user or role'],
    [profile !== undefined && !['RuntimeDefault', 'Localhost'].includes(profile), 'AppArmor profile'],
    [stringAt(context, 'seccompProfile', 'type') === 'Unconfined', 'seccomp profile Unconfined'],
  ];
}

/** Baseline since 1.34. */
function hasHost(container: JsonObject): boolean {
  const handlers = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((name) => objectAt(container, name)),
    ...['postStart', 'preStop'].map((name) => objectAt(container, 'lifecycle', name)),
  ];
  return handlers.some((handler) =>
    ['httpGet', 'tcpSocket'].some((action) => (stringAt(handler, action, 'host') ?? '') !== ''),
  );
}
