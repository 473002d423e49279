/** Pods that no API server takes. */
import { isObject, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { Random } from '../support/random.ts';

/**
 * Makes a pod that the API server refuses, in one place: whatever the webhook does, such a pod must not get in. No
 * value of ours is touched.
 */
export function spoil(random: Random, pod: JsonObject): JsonObject {
  const made = structuredClone(pod);
  const spec = made['spec'] as JsonObject;
  const first = (spec['containers'] as JsonObject[])[0] as JsonObject;
  random.pick(ways)(spec, first);
  return made;
}

type Way = (spec: JsonObject, container: JsonObject) => void;

const ways: readonly Way[] = [
  (spec) => (spec['containers'] as Json[]).push({ name: 'app-0', image: 'alpine' }),
  (_, container) => Object.assign(container, { image: '' }),
  (_, container) => Object.assign(container, { name: 'Upper' }),
  (_, container) => Object.assign(container, { imagePullPolicy: 'Sometimes' }),
  (_, container) => Object.assign(container, { volumeMounts: [{ name: 'nowhere', mountPath: '/x' }] }),
  (_, container) => Object.assign(container, { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
  (_, container) => Object.assign(container, { resources: { limits: { memory: '-1' } } }),
  (_, container) => Object.assign(container, { env: [{ name: '', value: 'x' }] }),
  (_, container) => Object.assign(container, { ports: [{ containerPort: 70_000 }] }),
  (_, container) => Object.assign(container, { livenessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }),
  (_, container) => Object.assign(container, { livenessProbe: { periodSeconds: 1 } }),
  (_, container) =>
    Object.assign(container, {
      securityContext: { capabilities: { add: ['X'] }, privileged: true, allowPrivilegeEscalation: false },
    }),
  (spec) => Object.assign(spec, { restartPolicy: 'Never again' }),
  (spec) => Object.assign(spec, { serviceAccountName: 'nobody' }),
  (spec) => Object.assign(spec, { terminationGracePeriodSeconds: -1 }),
  (spec) => Object.assign(spec, { activeDeadlineSeconds: 0 }),
  (spec) => Object.assign(spec, { dnsPolicy: 'None', dnsConfig: {} }),
  (spec) => Object.assign(spec, { dnsPolicy: 'ClusterFirst', dnsConfig: { nameservers: ['fe80::1%eth0'] } }),
  (spec) => Object.assign(spec, { dnsPolicy: 'ClusterFirst', dnsConfig: { searches: ['_'] } }),
  (spec) => Object.assign(spec, { dnsPolicy: 'Sometimes' }),
  (spec) => Object.assign(spec, { volumes: [{ name: 'two', emptyDir: {}, configMap: { name: 'x' } }] }),
  (spec) =>
    Object.assign(spec, {
      volumes: [
        { name: 'same', emptyDir: {} },
        { name: 'same', emptyDir: {} },
      ],
    }),
  (spec) =>
    withSysctls(spec, [
      { name: 'kernel.shm_rmid_forced', value: '1' },
      { name: 'kernel.shm_rmid_forced', value: '0' },
    ]),
  (spec) => withSysctls(spec, [{ name: 'Not a name', value: '1' }]),
  (spec) => Object.assign(spec, { hostAliases: [{ ip: 'no address', hostnames: ['a'] }] }),
  (spec) => Object.assign(spec, { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }),
  (spec) => Object.assign(spec, { os: { name: 'linux' }, securityContext: { windowsOptions: { runAsUserName: 'x' } } }),
  (spec) =>
    Object.assign(spec, {
      initContainers: [{ name: 'init', image: 'alpine', readinessProbe: { exec: { command: ['x'] } } }],
    }),
  (spec) => Object.assign(spec, { initContainers: [{ name: 'init', image: 'alpine', restartPolicy: 'Sometimes' }] }),
  (spec) => Object.assign(spec, { hostname: 'Not a label' }),
  (spec) => Object.assign(spec, { resources: { limits: { cpu: '1m' }, requests: { cpu: '2' } } }),
  (spec) => Object.assign(spec, { containers: [] }),
];

function withSysctls(spec: JsonObject, sysctls: JsonObject[]): void {
  const context = spec['securityContext'];
  spec['securityContext'] = { ...(isObject(context) && context), sysctls };
}
