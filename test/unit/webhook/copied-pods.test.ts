/** Pods with parts of ours that are no second call: copied, restored, from a template, of another release, forged. */
import { describe, expect, test } from 'vitest';
import type { InjectionContext } from '../../../webhook/injection/facts/injection-context.ts';
import { injectPod } from '../../../webhook/injection/inject.ts';
import type { Json, JsonObject } from '../../../webhook/kubernetes/json.ts';
import { contextOf, goldenCase } from '../../support/kubernetes/golden-cases.ts';
import { annotation, changedPod, entryOf, injected, type Container, type Pod } from './injected-pod.ts';
import { present } from '../../support/present.ts';

const { pod: original, context } = goldenCase('deployment-pod');
const ofNode = goldenCase('dns-policy-default');
const tomorrow = '2026-11-30T12:00:00.000Z';
const later: InjectionContext = { ...context, now: tomorrow };
const staging: InjectionContext = { ...contextOf({ namespace: { name: 'staging' } }), now: tomorrow };
const otherCluster: InjectionContext = {
  ...contextOf({
    resolvConf: 'search alpine-resolver.svc.other.example svc.other.example other.example\nnameserver 10.0.0.10\n',
  }),
  now: tomorrow,
};

function statusOf(pod: Pod): JsonObject {
  return JSON.parse(pod.metadata.annotations[annotation('status')] ?? '') as JsonObject;
}
function setStatus(pod: Pod, status: Json): void {
  pod.metadata.annotations[annotation('status')] = JSON.stringify(status);
}
function small(metadata: JsonObject = {}, spec: JsonObject = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'app', image: 'alpine:3.22' }], ...spec },
  } as unknown as Pod;
}

describe('a copy is what a new pod would be there', () => {
  const pods: [string, JsonObject][] = [
    ['of a Deployment', original],
    ['small', small()],
    ['with a dnsConfig', goldenCase('dns-config-merged').pod],
    ['with dnsPolicy None', goldenCase('dns-policy-none').pod],
    ['with dnsPolicy Default', ofNode.pod],
    ['with a configuration of its own', goldenCase('own-resolv-conf').pod],
    ['with a sysctl that is low enough', goldenCase('sysctl-low-enough').pod],
    ['in plain mode', goldenCase('plain-mode').pod],
  ];
  const places: [string, InjectionContext][] = [
    ['in the same namespace', later],
    ['in another namespace', staging],
    ['in another cluster', otherCluster],
    ['by another release', { ...later, version: '2.0.0', sidecarImage: 'x/sidecar:2.0.0' }],
    ['by the command line', { ...later, now: undefined }],
    ['where no sysctl is set', { ...later, injection: { ...later.injection, portSysctl: 'omit' } }],
    ['in plain mode', contextOf({ namespace: { annotations: { 'alpine-resolver.io/mode': 'plain' } } })],
    ['under a LimitRange', goldenCase('limit-range-clamped').context],
  ];

  test.each(pods.flatMap(([pod, value]) => places.map(([place, there]) => [pod, place, value, there] as const)))(
    '%s, %s',
    (_, __, pod, there) => {
      const copy = injected(pod);
      // Not a second call, whatever the clock says.
      setStatus(copy, { ...statusOf(copy), at: '2026-11-01T00:00:00Z' });
      const result = injectPod(copy, there);
      const fresh = injected(pod, there);
      const after = changedPod(result);
      expect(withoutAdded(after)).toEqual(withoutAdded(fresh));
      expect(result.warnings).toEqual(injectPod(pod, there).warnings);
      expect(injectPod(after, there)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
    },
  );
});

/** An empty parent that was added stays, and the variable in other containers stays ours. */
function withoutAdded(pod: Pod): JsonObject {
  const { added: _, ...status } = statusOf(pod);
  const copy = structuredClone(pod);
  copy.metadata.annotations[annotation('status')] = JSON.stringify(status);
  if (Object.keys(copy.spec.securityContext ?? {}).length === 0) delete (copy.spec as JsonObject)['securityContext'];
  return copy;
}

test("a pod of `shop` in `staging` asks staging's names", () => {
  const after = changedPod(injectPod(injected(), staging));
  const text =
    'search staging.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n';
  expect(after.metadata.annotations[annotation('resolv-conf')]).toBe(text);
  expect(entryOf(after).env[1]).toEqual({ name: 'RESOLVER_ORIGINAL_RESOLV_CONF', value: text });
  expect(statusOf(after)).toMatchObject({
    namespace: 'staging',
    at: tomorrow,
    original: { dnsPolicy: 'ClusterFirst' },
  });
});

test("in another cluster it asks that cluster's DNS", () => {
  const after = changedPod(injectPod(injected(), otherCluster));
  expect(after.metadata.annotations[annotation('resolv-conf')]).toBe(
    'search shop.svc.other.example svc.other.example other.example\nnameserver 10.0.0.10\noptions ndots:5\n',
  );
});

describe('what others left on our parts goes', () => {
  test('but for a pull policy that is demanded of all', () => {
    const copy = injected();
    Object.assign(entryOf(copy), {
      image: 'mirror.example/sidecar:0.9',
      imagePullPolicy: 'Always',
      resources: { requests: { cpu: '2' } },
      livenessProbe: { exec: { command: ['true'] } },
      args: ['--help'],
    });
    entryOf(copy).env.push({ name: 'RESOLVER_OF_ANOTHER_RELEASE', value: '1' });
    copy.spec.volumes[copy.spec.volumes.length - 1] = { name: 'alpine-resolver-config', emptyDir: {} };
    const after = changedPod(injectPod(copy, later));
    const fresh = injected(original, later);
    expect(entryOf(after)).toEqual({ ...entryOf(fresh), imagePullPolicy: 'Always' });
    expect(after.spec.volumes).toEqual(fresh.spec.volumes);
  });

  test.each<[string, (copy: Pod) => unknown]>([
    ['source of the volume', (copy) => Object.assign(copy.spec.volumes.at(-1) ?? {}, { emptyDir: {} })],
    ['probe handler', (copy) => Object.assign(entryOf(copy).livenessProbe, { exec: {} })],
    ['source of a variable', (copy) => Object.assign(entryOf(copy).env[0] ?? {}, { valueFrom: {} })],
  ])('an empty %s beside ours too, since the API takes one', (_, change) => {
    const copy = injected();
    change(copy);
    const after = changedPod(injectPod(copy, later));
    const fresh = injected(original, later);
    expect(entryOf(after)).toEqual(entryOf(fresh));
    expect(after.spec.volumes).toEqual(fresh.spec.volumes);
  });

  test.each(['Never', undefined])('a pull policy %s is not', (policy) => {
    const copy = injected();
    Object.assign(entryOf(copy), { imagePullPolicy: policy });
    expect(entryOf(changedPod(injectPod(copy, later)))).toHaveProperty('imagePullPolicy', 'IfNotPresent');
  });
});

describe('left as it came where a new pod would be', () => {
  test.each([
    ['a namespace that did not opt in', contextOf({ namespace: { labels: {} } }), 'namespace-not-opted-in'],
    ['a system namespace', contextOf({ namespace: { name: 'kube-system' } }), 'excluded-namespace'],
    [
      'a namespace that says never',
      contextOf({ namespace: { annotations: { 'alpine-resolver.io/inject': 'never' } } }),
      'opted-out',
    ],
    [
      'a cluster without native sidecars',
      contextOf({ serverVersion: { major: 1, minor: 28 } }),
      'native-sidecar-unsupported',
    ],
    ['a cluster whose DNS is not known', contextOf({ resolvConf: '' }), 'cluster-dns-unknown'],
    [
      'a LimitRange without room',
      contextOf({ limitRanges: [{ spec: { limits: [{ type: 'Container', max: { memory: '40Mi' } }] } }] }),
      'limit-range',
    ],
  ] as [string, InjectionContext, string][])('%s', (_, there, reason) => {
    const injection = injectPod(injected(), { ...there, now: tomorrow });
    expect(injection).toMatchObject({ verdict: 'skip', reason });
    expect(injection).not.toHaveProperty('patch');
  });

  test('an image that is not Alpine any more', () => {
    const copy = injected(small());
    present(copy.spec.containers[0])['image'] = 'company/app:1';
    expect(injectPod(copy, later)).toMatchObject({ verdict: 'skip', reason: 'not-alpine' });
  });

  test('a sysctl that we lowered, where it is not ours to set', () => {
    const copy = injected(goldenCase('sysctl-too-high').pod);
    const there = { ...later, injection: { ...later.injection, portSysctl: 'omit' as const } };
    expect(injectPod(copy, there)).toMatchObject({
      verdict: 'skip',
      reason: 'port-sysctl',
      detail: 'net.ipv4.ip_unprivileged_port_start is 1024',
    });
  });
});

describe('a status alone forces nothing', () => {
  const status = JSON.stringify({
    version: '1.2.3',
    at: context.now,
    namespace: 'shop',
    original: {},
    scope: 'containers',
    added: [],
  });

  test('the pod is decided by itself', () => {
    const pod = small({ annotations: { [annotation('status')]: status } });
    const fresh = injected(small({ annotations: {} }));
    expect(changedPod(injectPod(pod, context))).toEqual(fresh);
    present(pod.spec.containers[0])['image'] = 'company/app:1';
    expect(injectPod(pod, context)).toMatchObject({ verdict: 'skip', reason: 'not-alpine' });
  });

  test('its own DNS fields count, and not those that the status names', () => {
    const pod = small(
      {
        annotations: { [annotation('status')]: status.replace('"original":{}', '"original":{"dnsPolicy":"Default"}') },
      },
      { dnsConfig: { nameservers: ['192.0.2.1'] } },
    );
    expect(statusOf(changedPod(injectPod(pod, context)))).toMatchObject({
      original: { dnsConfig: { nameservers: ['192.0.2.1'] } },
      scope: 'pod',
    });
  });

  test("somebody else's volume of the name stays somebody else's", () => {
    const pod = small(
      { annotations: { [annotation('status')]: status } },
      { volumes: [{ name: 'alpine-resolver-config', emptyDir: {} }] },
    );
    expect(injectPod(pod, context)).toMatchObject({ verdict: 'skip', reason: 'name-taken' });
  });

  test.each([
    5,
    'x',
    { nameservers: [5] },
    { nameservers: '192.0.2.1' },
    { options: [{ name: 'ndots', value: 5 }] },
  ] as Json[])('DNS fields in it that no pod can have are not written: %j', (dnsConfig) => {
    const copy = injected();
    setStatus(copy, { ...statusOf(copy), original: { dnsPolicy: 'Default', dnsConfig } });
    expect(injectPod(copy, later)).toMatchObject({ verdict: 'skip', reason: 'patch-failed' });
  });

  test.each(['{', '[]', '"pod"', '{}', '{"scope":5}', '{"scope":""}', 'null'])('nonsense is none: %s', (text) => {
    const pod = small({
      annotations: { [annotation('status')]: text, [annotation('resolv-conf')]: 'nameserver 192.0.2.7\n' },
    });
    const injection = injectPod(pod, context);
    if (text === '{"scope":""}') return expect(injection).toMatchObject({ reason: 'unknown-scope' });
    return expect(changedPod(injection).metadata.annotations[annotation('resolv-conf')]).toBe('nameserver 192.0.2.7\n');
  });

  test('a scope that this release does not know: left alone', () => {
    const copy = injected();
    setStatus(copy, { ...statusOf(copy), scope: 'node' });
    expect(injectPod(copy, later)).toMatchObject({ verdict: 'skip', reason: 'unknown-scope', detail: 'scope node' });
  });
});

describe('the annotation resolv-conf beside a status', () => {
  test('is ours and derived anew', () => {
    const pod = small({
      annotations: {
        [annotation('status')]: '{"version":"1.2.3","scope":"pod","added":[]}',
        [annotation('resolv-conf')]: 'nameserver 192.0.2.7\n',
      },
    });
    expect(changedPod(injectPod(pod, context)).metadata.annotations[annotation('resolv-conf')]).toMatch(/^search shop/);
  });

  test('is the user’s where the status says so, and stays in another namespace', () => {
    const own = 'nameserver 192.0.2.7\n';
    const copy = injected(small({ annotations: { [annotation('resolv-conf')]: own } }));
    expect(changedPod(injectPod(copy, staging)).metadata.annotations[annotation('resolv-conf')]).toBe(own);
  });

  test('goes where the pod turns out to need the file of its node', () => {
    const copy = injected();
    setStatus(copy, { ...statusOf(copy), original: { dnsPolicy: 'Default' } });
    const after = changedPod(injectPod(copy, later));
    expect(after.metadata.annotations).not.toHaveProperty([annotation('resolv-conf')]);
    expect(after.spec.dnsPolicy).toBe('Default');
    expect(after.spec).not.toHaveProperty('dnsConfig');
    expect(after.spec.containers[0]?.volumeMounts.at(-1)).toMatchObject({ mountPath: '/etc/resolv.conf' });
  });

  test('and the mounts of the other scope go, where the pod turns out to be rewritten', () => {
    const copy = injected(ofNode.pod, ofNode.context);
    copy.spec.dnsPolicy = 'ClusterFirst';
    const after = changedPod(injectPod(copy, { ...ofNode.context, now: tomorrow }));
    expect(JSON.stringify(after.spec)).not.toContain('pod-resolv.conf');
    expect(after.metadata.annotations).not.toHaveProperty([annotation('pod-resolv-conf')]);
    expect(after.spec.dnsPolicy).toBe('None');
  });
});

describe('without the original fields', () => {
  /** `kubectl debug --copy-to` drops annotations and labels. */
  function debugCopy(pod?: JsonObject, from?: InjectionContext): Pod {
    const copy = injected(pod, from);
    copy.metadata.annotations = {};
    copy.metadata.labels = {};
    return copy;
  }
  const lost = { reason: 'original-lost' };

  test('the stored text of this namespace is taken', () => {
    const result = injectPod(debugCopy(goldenCase('dns-config-merged').pod), later);
    expect(result).toMatchObject({ verdict: 'inject', reason: 'injected', warnings: [] });
    const text = injected(goldenCase('dns-config-merged').pod).metadata.annotations[annotation('resolv-conf')];
    expect(changedPod(result).metadata.annotations[annotation('resolv-conf')]).toBe(text);
  });

  test('a text with dollars survives the way through the variable', () => {
    const text = 'nameserver 192.0.2.1\nsearch shop.svc.cluster.local $(HOME).example $$x.example\n';
    const copy = debugCopy(small({ annotations: { [annotation('resolv-conf')]: text } }));
    expect(changedPod(injectPod(copy, later)).metadata.annotations[annotation('resolv-conf')]).toBe(text);
  });

  test.each([
    ['of another namespace', debugCopy(), staging, 'staging'],
    ['of a namespace whose name begins alike', debugCopy(), contextOf({ namespace: { name: 'sho' } }), 'sho'],
    [
      'without a search list',
      debugCopy(small({ annotations: { [annotation('resolv-conf')]: 'nameserver 192.0.2.1\n' } })),
      later,
      'shop',
    ],
  ])('a text %s is not: ClusterFirst, with a warning', (_, copy, there, namespace) => {
    const result = injectPod(copy, there);
    expect(result).toMatchObject({ verdict: 'inject', warnings: [lost] });
    expect(changedPod(result).metadata.annotations[annotation('resolv-conf')]).toMatch(
      new RegExp(`^search ${namespace}\\.svc\\.`),
    );
  });

  test('nothing is lost in scope containers, where the DNS fields are the pod’s own', () => {
    const result = injectPod(debugCopy(ofNode.pod, ofNode.context), { ...ofNode.context, now: tomorrow });
    expect(result.warnings).not.toContainEqual(expect.objectContaining(lost));
    expect(statusOf(changedPod(result))).toMatchObject({ scope: 'containers', original: { dnsPolicy: 'Default' } });
  });

  test('the status of an older release', () => {
    const copy = injected();
    setStatus(copy, { version: '0.9.0', scope: 'pod', added: ['dnsConfig'] });
    const result = injectPod(copy, later);
    expect(result).toMatchObject({ verdict: 'inject', warnings: [] });
    expect(statusOf(changedPod(result))).toMatchObject({ version: '1.2.3', original: {} });
    expect(injectPod(copy, staging)).toMatchObject({ verdict: 'inject', warnings: [lost] });
  });

  test('our DNS fields and our volume without our container', () => {
    const copy = debugCopy();
    copy.spec.initContainers.shift();
    expect(injectPod(copy, later)).toMatchObject({ verdict: 'inject', warnings: [lost] });
    // A resolver in the pod is assumed where nothing else is ours.
    copy.spec.volumes.pop();
    expect(injectPod(copy, later)).toMatchObject({ verdict: 'skip', reason: 'port-in-use' });
  });

  test('our container without our DNS fields: those of the pod count', () => {
    const copy = debugCopy();
    copy.spec.dnsPolicy = 'None';
    copy.spec.dnsConfig = { nameservers: ['192.0.2.53'] };
    expect(changedPod(injectPod(copy, later)).metadata.annotations[annotation('resolv-conf')]).toBe(
      'nameserver 192.0.2.53\n',
    );
  });
});

describe('the name without anything of ours is taken', () => {
  const foreign = { name: 'alpine-resolver', image: 'x' } as unknown as Container;

  test('by a container', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.containers.push(foreign);
    expect(injectPod(pod, context)).toMatchObject({ reason: 'name-taken', detail: 'container alpine-resolver' });
    setStatus(pod, { ...statusOf(injected()) });
    expect(injectPod(pod, later)).toMatchObject({ reason: 'name-taken' });
  });

  test('by an init container', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.initContainers.push(foreign);
    expect(injectPod(pod, context)).toMatchObject({ reason: 'name-taken' });
  });

  test('by an init container beside a resolver of the pod’s own', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.initContainers.push(foreign);
    pod.spec.dnsPolicy = 'None';
    pod.spec.dnsConfig = { nameservers: ['127.0.0.1'], searches: ['corp.example'] };
    expect(injectPod(pod, context)).toMatchObject({ reason: 'name-taken', detail: 'container alpine-resolver' });
  });

  test.each([
    ['a status', (pod: Pod) => setStatus(pod, statusOf(injected()))],
    [
      'our DNS fields',
      (pod: Pod) => Object.assign(pod.spec, { dnsPolicy: 'None', dnsConfig: injected().spec.dnsConfig }),
    ],
    [
      'a variable of ours',
      (pod: Pod) => (present(pod.spec.initContainers.at(-1)).env = [{ name: 'RESOLVER_MODE', value: 'plain' }]),
    ],
  ])('but with %s the init container is ours, and is written whole', (_, change) => {
    const pod = structuredClone(original) as Pod;
    pod.spec.initContainers.push({ ...foreign });
    change(pod);
    expect(entryOf(changedPod(injectPod(pod, later)))).toEqual(entryOf(injected()));
  });
});
