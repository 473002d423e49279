/** The last look at a pod before its patch is sent. */
import { expect, test } from 'vitest';
import { checkPod } from '../../../../webhook/injection/check-pod.ts';
import { injectPod } from '../../../../webhook/injection/inject.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { goldenCase } from '../../../support/kubernetes/golden-cases.ts';
import { present } from '../../../support/present.ts';

const { pod, context } = goldenCase('deployment-pod');
const injection = injectPod(pod, context);
if (injection.verdict !== 'inject') throw new Error('not injected');
const good = injection.pod;

/** A copy of the good result with one thing wrong. */
function broken(change: (copy: Mutable) => void): JsonObject {
  const copy = structuredClone(good) as unknown as Mutable;
  change(copy);
  return copy as unknown as JsonObject;
}
interface Mutable {
  metadata: { labels: JsonObject; annotations: Record<string, string>; generateName: string };
  spec: {
    volumes: JsonObject[];
    containers: { name: string; image: string; env: JsonObject[]; volumeMounts: JsonObject[] }[];
    initContainers: { name: string; env: JsonObject[]; volumeMounts: JsonObject[] }[];
    securityContext: { sysctls: JsonObject[] };
    dnsConfig: { nameservers: string[]; searches: string[] };
    serviceAccountName: string;
    tolerations: JsonObject[];
  };
}

test('the result of an injection is fine', () => {
  expect(checkPod(pod, good)).toBeUndefined();
});

test.each([
  [
    'a container twice',
    ({ spec }) => spec.containers.push(structuredClone(present(spec.containers[0]))),
    /container checkout stands twice/,
  ],
  ['a volume twice', ({ spec }) => spec.volumes.push({ name: 'settings' }), /volume settings stands twice/],
  [
    'a sysctl twice',
    ({ spec }) => spec.securityContext.sysctls.push(present(spec.securityContext.sysctls[0])),
    /sysctl .* stands twice/,
  ],
  [
    'a mount twice',
    ({ spec }) => spec.initContainers[0]?.volumeMounts.push({ name: 'x', mountPath: '/etc/alpine-resolver' }),
    /mount \/etc\/alpine-resolver stands twice/,
  ],
  ['the volume missing', ({ spec }) => spec.volumes.pop(), /volume alpine-resolver-config does not exist/],
  ['no nameserver', ({ spec }) => (spec.dnsConfig.nameservers = []), /without nameserver/],
  ['a policy that is no text', ({ spec }) => Object.assign(spec, { dnsPolicy: 1 }), /not of the type/],
  ['a dnsConfig that is no object', ({ spec }) => Object.assign(spec, { dnsConfig: 'x' }), /not of the type/],
  [
    'a nameserver that is no text',
    ({ spec }) => Object.assign(spec.dnsConfig, { nameservers: ['::1', 5] }),
    /not of the type/,
  ],
  ['searches that are no list', ({ spec }) => Object.assign(spec.dnsConfig, { searches: { a: 1 } }), /not of the type/],
  ['options that are texts', ({ spec }) => Object.assign(spec.dnsConfig, { options: ['ndots:5'] }), /not of the type/],
  [
    'an option whose value is a number',
    ({ spec }) => Object.assign(spec.dnsConfig, { options: [{ name: 'ndots', value: 5 }] }),
    /not of the type/,
  ],
  [
    'too many searches',
    ({ spec }) => (spec.dnsConfig.searches = Array.from({ length: 33 }, (_, index) => `s${index}`)),
    /beyond the limits/,
  ],
  [
    'annotations too large',
    ({ metadata }) => (metadata.annotations['alpine-resolver.io/resolv-conf'] = 'ü'.repeat(131_000)),
    /annotations would have 26\d{4} bytes/,
  ],
  [
    'a variable that the kernel does not take',
    ({ spec }) => spec.initContainers[0]?.env.push({ name: 'LONG', value: 'ü'.repeat(65_534) }),
    /variable LONG would have 131074 bytes/,
  ],
  [
    'a NUL in a variable',
    ({ spec }) => spec.initContainers[0]?.env.push({ name: 'CUT', value: 'a\0b' }),
    /variable CUT would hold a NUL/,
  ],
  ['another label', ({ metadata }) => (metadata.labels['x'] = 'y'), /not ours/],
  ['another annotation', ({ metadata }) => delete metadata.annotations['prometheus.io/scrape'], /not ours/],
  ['the name', ({ metadata }) => (metadata.generateName = 'x-'), /not ours/],
  ['an image', ({ spec }) => (present(spec.containers[0]).image = 'x'), /not ours/],
  ['a variable', ({ spec }) => spec.containers[0]?.env.shift(), /not ours/],
  ['a mount', ({ spec }) => spec.containers[0]?.volumeMounts.shift(), /not ours/],
  ['the order of containers', ({ spec }) => spec.containers.unshift(...spec.containers.splice(1)), /not ours/],
  ['the service account', ({ spec }) => (spec.serviceAccountName = 'default'), /not ours/],
  ['a toleration', ({ spec }) => spec.tolerations.pop(), /not ours/],
] as [string, (copy: Mutable) => unknown, RegExp][])('found: %s', (_, change, problem) => {
  expect(
    checkPod(
      pod,
      broken((copy) => void change(copy)),
    ),
  ).toMatch(problem);
});

test('a variable of exactly what the kernel takes is fine, as the kubelet unescapes it', () => {
  const value = '$$'.repeat(131_066);
  const longest = broken(({ spec }) => spec.initContainers[0]?.env.push({ name: 'LONG', value }));
  expect(checkPod(pod, longest)).toBeUndefined();
});

test('an original configuration beyond what the kernel takes leaves the pod alone', () => {
  const lines = (count: number): string => `nameserver 192.0.2.1\n${'# a comment of no use\n'.repeat(count)}`;
  const injectWith = (count: number) => {
    const annotations = { 'alpine-resolver.io/resolv-conf': lines(count) };
    return injectPod({ metadata: { annotations }, spec: { containers: [{ name: 'a', image: 'alpine' }] } }, context);
  };
  expect(injectWith(5000).verdict).toBe('inject');
  expect(injectWith(6000)).toMatchObject({
    verdict: 'skip',
    reason: 'patch-failed',
    detail: expect.stringMatching(/^the variable RESOLVER_ORIGINAL_RESOLV_CONF would have 132\d{3} bytes/),
  });
});

test('a pod of 3 MB is checked in a time that grows with its size, not with the square of it', () => {
  const many = Array.from({ length: 60_000 }, (_, index) => ({ name: `v${index}` }));
  const large = broken(({ spec }) => spec.volumes.push(...many));
  const startMs = performance.now();
  expect(checkPod(large, large)).toBeUndefined();
  expect(performance.now() - startMs).toBeLessThan(4000);
});
