/** The second call of a request: another webhook changed the pod after ours. */
import { describe, expect, test } from 'vitest';
import type { InjectionContext } from '../../../../../webhook/injection/facts/injection-context.ts';
import { injectPod } from '../../../../../webhook/injection/inject.ts';
import { isObject, objectAt, objectsAt, type Json, type JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { contextOf, goldenCase } from '../../../../support/kubernetes/golden-cases.ts';
import { annotation, changedPod, entryOf, injected, type Container, type Pod } from '../../injected-pod.ts';
import { present } from '../../../../support/present.ts';

const { pod: original, context } = goldenCase('deployment-pod');
const ofNode = goldenCase('dns-policy-default');

function volumeOf(pod: Pod): JsonObject {
  const found = pod.spec.volumes.find(({ name }) => name === 'alpine-resolver-config');
  if (!found) throw new Error('no volume');
  return found;
}
const handler = { httpGet: { path: '/readyz', port: 9953 } };
const digest = `sha256:${'0'.repeat(64)}`;
/** Seconds after the first call. */
function later(seconds: number, from: InjectionContext = context): InjectionContext {
  return { ...from, now: new Date(Date.UTC(2026, 10, 29, 12, 0, seconds)).toISOString() };
}
/** The same API server and namespace during an upgrade: the other replica answers. */
const nextRelease: InjectionContext = { ...context, version: '2.0.0', sidecarImage: 'x/sidecar:2.0.0' };

test('nothing changed: no patch', () => {
  expect(injectPod(injected(), later(34))).toEqual({ verdict: 'skip', reason: 'unchanged', warnings: [] });
});

test("the API server's defaults cause no patch", () => {
  const pod = injected();
  Object.assign(entryOf(pod), { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' });
  for (const probe of [entryOf(pod).startupProbe, entryOf(pod).livenessProbe]) {
    Object.assign(probe, { successThreshold: 1 });
    Object.assign(probe['httpGet'] as JsonObject, { scheme: 'HTTP' });
  }
  entryOf(pod).startupProbe['timeoutSeconds'] = 1;
  const downwardApi = objectAt(volumeOf(pod), 'downwardAPI');
  Object.assign(downwardApi, { defaultMode: 420 });
  for (const item of objectsAt(downwardApi, 'items')) Object.assign(objectAt(item, 'fieldRef'), { apiVersion: 'v1' });
  expect(injectPod(pod, later(5))).toMatchObject({ reason: 'unchanged' });
  expect(injectPod(pod, nextRelease)).toMatchObject({ reason: 'unchanged' });
  // A pod that is no second call is written anew, and what the API server filled in is not a difference either.
  expect(injectPod(withoutStatusTime(pod), { ...context, now: undefined })).toMatchObject({ reason: 'unchanged' });
});

/** As the command line writes it. */
function withoutStatusTime(pod: Pod): Pod {
  const status = JSON.parse(pod.metadata.annotations[annotation('status')] ?? '') as JsonObject;
  delete status['at'];
  pod.metadata.annotations[annotation('status')] = JSON.stringify(status);
  return pod;
}

type Change = (pod: Pod) => unknown;

/** What others may do to the entry, and what the webhook leaves as it finds it. */
const left: [string, Change][] = [
  ['pull policy', (pod) => (entryOf(pod)['imagePullPolicy'] = 'Always')],
  ['pull policy removed', (pod) => delete entryOf(pod)['imagePullPolicy']],
  ['image to a mirror with a digest', (pod) => (entryOf(pod)['image'] = `mirror.example/sidecar@${digest}`)],
  ['requests raised', (pod) => Object.assign(entryOf(pod).resources, { requests: { cpu: '200m', memory: '128Mi' } })],
  ['limits removed', (pod) => delete entryOf(pod).resources['limits']],
  [
    'requests raised and limits removed',
    (pod) => (entryOf(pod).resources = { requests: { cpu: '1', memory: '256Mi' } }),
  ],
  ['one limit removed', (pod) => delete (entryOf(pod).resources['limits'] as JsonObject)['cpu']],
  ['resources emptied', (pod) => (entryOf(pod).resources = {})],
  ['resources removed', (pod) => delete (entryOf(pod) as JsonObject)['resources']],
  [
    'another probe handler',
    (pod) => (entryOf(pod).livenessProbe = { tcpSocket: { port: 9953 }, periodSeconds: 20, failureThreshold: 9 }),
  ],
  ['livenessProbe removed', (pod) => delete (entryOf(pod) as JsonObject)['livenessProbe']],
  ['livenessProbe thinned', (pod) => delete entryOf(pod).livenessProbe['timeoutSeconds']],
  ['times of the startupProbe', (pod) => Object.assign(entryOf(pod).startupProbe, { failureThreshold: 5 })],
  ['a time of the startupProbe removed', (pod) => delete entryOf(pod).startupProbe['failureThreshold']],
  ['user', (pod) => Object.assign(entryOf(pod).securityContext, { runAsUser: 1000_660_000 })],
  ['user removed', (pod) => delete entryOf(pod).securityContext['runAsUser']],
  ['securityContext removed', (pod) => delete (entryOf(pod) as JsonObject)['securityContext']],
  ['capabilities', (pod) => (entryOf(pod).securityContext['capabilities'] = { drop: ['NET_RAW'] })],
  ['ports removed', (pod) => delete (entryOf(pod) as JsonObject)['ports']],
  ['a port', (pod) => entryOf(pod).ports.push({ containerPort: 9954 })],
  ['a foreign variable', (pod) => entryOf(pod).env.push({ name: 'HTTPS_PROXY', value: 'proxy.example' })],
  ['a foreign mount', (pod) => addVolume(pod, entryOf(pod))],
  [
    'a variable of ours with another value',
    (pod) => (entryOf(pod).env[1] = { name: 'RESOLVER_ORIGINAL_RESOLV_CONF', value: 'nameserver 192.0.2.53\n' }),
  ],
  [
    'a variable of ours with a source',
    (pod) =>
      (entryOf(pod).env[1] = {
        name: 'RESOLVER_ORIGINAL_RESOLV_CONF',
        valueFrom: { configMapKeyRef: { name: 'dns', key: 'resolv.conf' } },
      }),
  ],
  ['arguments', (pod) => (entryOf(pod)['args'] = ['--help'])],
  ['a file of the volume', (pod) => volumeItems(pod).push(fieldItem('labels', 'metadata.labels'))],
  ['the mode of the volume', (pod) => (objectAt(volumeOf(pod), 'downwardAPI')['defaultMode'] = 0o444)],
  ['the text of the annotation', (pod) => setAnnotation(pod, 'resolv-conf', 'nameserver 192.0.2.53\n')],
  ['an init container behind', (pod) => pod.spec.initContainers.push(container('behind'))],
];

function addVolume(pod: Pod, entry: Container): void {
  pod.spec.volumes.push({ name: 'certificates', emptyDir: {} });
  entry.volumeMounts.push({ name: 'certificates', mountPath: '/etc/ssl' });
}
function volumeItems(pod: Pod): Json[] {
  return objectAt(volumeOf(pod), 'downwardAPI')['items'] as Json[];
}
function fieldItem(path: string, fieldPath: string): JsonObject {
  return { path, fieldRef: { fieldPath } };
}
function setAnnotation(pod: Pod, name: string, text: string): void {
  pod.metadata.annotations[annotation(name)] = text;
}
function container(name: string): Container {
  return { name, image: 'x', env: [{ name: 'ALPINE_NO_RESOLVER', value: 'true' }] } as unknown as Container;
}

test.each(left)('left as others made it: %s', (_, change) => {
  const pod = injected();
  void change(pod);
  expect(injectPod(pod, later(10))).toEqual({ verdict: 'skip', reason: 'unchanged', warnings: [] });
  expect(injectPod(pod, nextRelease)).toEqual({ verdict: 'skip', reason: 'unchanged', warnings: [] });
});

/** What the pod cannot do without: put back whatever release answered the first call. */
const putBackAlways: [string, Change][] = [
  ['restartPolicy removed', (pod) => delete entryOf(pod)['restartPolicy']],
  ['restartPolicy', (pod) => (entryOf(pod)['restartPolicy'] = 'OnFailure')],
  ['another init container in front', (pod) => pod.spec.initContainers.unshift(container('front'))],
  [
    "the startupProbe's handler of another kind",
    (pod) => replaceHandler(pod, { exec: { command: ['true'] }, httpGet: undefined }),
  ],
  ["the startupProbe's handler beside a second one", (pod) => replaceHandler(pod, { tcpSocket: { port: 15_020 } })],
  ["the startupProbe's handler beside an empty one", (pod) => replaceHandler(pod, { exec: {} })],
  ["the startupProbe's port", (pod) => replaceHandler(pod, { httpGet: { path: '/readyz', port: 15_020 } })],
  [
    "the startupProbe's path and scheme",
    (pod) => replaceHandler(pod, { httpGet: { path: '/app-health/x/startupz', port: 9953, scheme: 'HTTPS' } }),
  ],
  [
    "headers of the startupProbe's handler",
    (pod) => replaceHandler(pod, { httpGet: { ...handler.httpGet, httpHeaders: [{ name: 'a', value: 'b' }] } }),
  ],
  ["the startupProbe's handler removed", (pod) => delete entryOf(pod).startupProbe['httpGet']],
  ['startupProbe removed', (pod) => delete (entryOf(pod) as JsonObject)['startupProbe']],
  ['startupProbe emptied', (pod) => (entryOf(pod).startupProbe = {})],
];

function replaceHandler(pod: Pod, parts: Record<string, Json | undefined>): void {
  const probe = Object.entries({ ...entryOf(pod).startupProbe, ...parts }).filter((part) => part[1] !== undefined);
  entryOf(pod).startupProbe = Object.fromEntries(probe) as JsonObject;
}

describe.each([
  ['this release', context],
  ['another release', nextRelease],
])('answered by %s', (_, second) => {
  test.each(putBackAlways)('put back: %s', (__, change) => {
    const pod = injected();
    void change(pod);
    const after = changedPod(injectPod(pod, second));
    const names = pod.spec.initContainers.map(({ name }) => name);
    expect(after.spec.initContainers.map(({ name }) => name)).toEqual([
      'alpine-resolver',
      ...names.filter((name) => name !== 'alpine-resolver'),
    ]);
    expect(entryOf(after)).toEqual(entryOf(injected()));
    expect({ ...after.spec, initContainers: [] }).toEqual({ ...injected().spec, initContainers: [] });
    expect(after.metadata).toEqual(injected().metadata);
    expect(injectPod(after, second)).toMatchObject({ reason: 'unchanged' });
  });
});

describe('a replica that sees another cluster DNS, during an upgrade of the settings', () => {
  const ofPod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app', annotations: { [annotation('keep-searches')]: 'true' } },
    spec: { containers: [{ name: 'app', image: 'alpine:3.22' }], dnsConfig: { options: [{ name: 'trust-ad' }] } },
  };
  const otherDns = { nameservers: ['10.0.0.10'], clusterDomain: 'other.example', nodeSearches: [] };

  test.each([
    ['another one', otherDns],
    ['none', undefined],
  ])('%s: what the first call wrote counts', (_, clusterDns) => {
    const first = injected(ofPod);
    expect(first.spec.dnsConfig).toMatchObject({
      searches: expect.arrayContaining(['shop.svc.cluster.local']) as unknown,
      options: expect.arrayContaining([{ name: 'trust-ad' }]) as unknown,
    });
    const second = { ...later(1), clusterDns };
    expect(injectPod(first, second)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
    const changed = structuredClone(first);
    delete (changed.spec as JsonObject)['dnsConfig'];
    changed.spec.dnsPolicy = 'ClusterFirst';
    delete changed.metadata.annotations[annotation('resolv-conf')];
    expect(sorted(changedPod(injectPod(changed, second)))).toEqual(sorted(first));
  });
});

test('a displaced entry moves by one operation', () => {
  const pod = injected();
  pod.spec.initContainers.unshift(container('front'));
  expect(injectPod(pod, context)).toMatchObject({
    verdict: 'inject',
    reason: 'already-injected',
    patch: [{ op: 'move', from: '/spec/initContainers/1', path: '/spec/initContainers/0' }],
  });
});

/** What only the release that wrote it puts back: another one leaves all of it. */
const putBackByItsRelease: [string, Change][] = [
  ['dnsPolicy', (pod) => (pod.spec.dnsPolicy = 'ClusterFirst')],
  ['nameservers', (pod) => (pod.spec.dnsConfig['nameservers'] = ['192.0.2.99'])],
  ['options of dnsConfig', (pod) => (pod.spec.dnsConfig['options'] as Json[]).pop()],
  ['dnsConfig removed', (pod) => delete (pod.spec as JsonObject)['dnsConfig']],
  ['sysctl removed', (pod) => delete (pod.spec.securityContext as unknown as JsonObject)['sysctls']],
  ['sysctl raised', (pod) => (present(pod.spec.securityContext.sysctls[0]).value = '1024')],
  ['label removed', (pod) => delete pod.metadata.labels[annotation('injected')]],
  ['volume removed', (pod) => pod.spec.volumes.pop()],
  ['volume source replaced', (pod) => (pod.spec.volumes = [...pod.spec.volumes.slice(0, -1), otherVolume({})])],
  [
    'volume source replaced by an empty one beside ours',
    (pod) => (pod.spec.volumes = [...pod.spec.volumes.slice(0, -1), { ...volumeOf(pod), emptyDir: {} }]),
  ],
  ['a file of the volume removed', (pod) => volumeItems(pod).shift()],
  ['all files of the volume removed', (pod) => delete objectAt(volumeOf(pod), 'downwardAPI')['items']],
  ['the source of a file replaced', (pod) => (volumeItems(pod)[0] = resourceItem('resolv.conf'))],
  ['mount removed', (pod) => entryOf(pod).volumeMounts.shift()],
  ['token mount removed', (pod) => entryOf(pod).volumeMounts.pop()],
  ['mounts removed', (pod) => delete (entryOf(pod) as JsonObject)['volumeMounts']],
  ['mount of another volume', (pod) => (present(entryOf(pod).volumeMounts[1])['name'] = 'settings')],
  ['mount writable', (pod) => delete present(entryOf(pod).volumeMounts[0])['readOnly']],
  ['mount of one file', (pod) => (present(entryOf(pod).volumeMounts[0])['subPath'] = 'annotations')],
  ['variable removed', (pod) => entryOf(pod).env.pop()],
  ['variables removed', (pod) => delete (entryOf(pod) as JsonObject)['env']],
  ['annotation removed', (pod) => delete pod.metadata.annotations[annotation('resolv-conf')]],
];

function otherVolume(source: JsonObject): JsonObject {
  return { name: 'alpine-resolver-config', emptyDir: source };
}
function resourceItem(path: string): JsonObject {
  return { path, resourceFieldRef: { containerName: 'alpine-resolver', resource: 'limits.cpu' } };
}

test.each(putBackByItsRelease)('put back by the release that wrote it, and by no other: %s', (_, change) => {
  const pod = injected();
  void change(pod);
  expect(injectPod(pod, nextRelease)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
  const after = changedPod(injectPod(pod, later(10)));
  expect(sorted(after)).toEqual(sorted(injected()));
  expect(injectPod(after, later(20))).toMatchObject({ reason: 'unchanged' });
});

/** What is put back may stand behind what others wrote. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) {
    const entries = value.map(sorted);
    return entries.every(isObject)
      ? entries.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : entries;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((name) => [name, sorted(value[name] ?? null)]),
  );
}

describe('what others removed and added at once', () => {
  test('a variable comes back beside a foreign one, and a file of the volume beside a foreign one', () => {
    const pod = injected();
    entryOf(pod).env = [{ name: 'HTTPS_PROXY', value: 'proxy.example' }];
    objectAt(volumeOf(pod), 'downwardAPI')['items'] = [fieldItem('labels', 'metadata.labels')];
    const after = changedPod(injectPod(pod, context));
    expect(entryOf(after).env.map(({ name }) => name)).toEqual([
      'HTTPS_PROXY',
      'RESOLVER_ANNOTATIONS_FILE',
      'RESOLVER_ORIGINAL_RESOLV_CONF',
    ]);
    expect(volumeItems(after).map((item) => (item as JsonObject)['path'])).toEqual([
      'resolv.conf',
      'annotations',
      'labels',
    ]);
  });
});

describe('a container that came since', () => {
  test.each([
    ['this release', context, '1.2.3'],
    ['another release', nextRelease, '1.2.3'],
  ])('gets the variable from %s, and the status names it', (_, second, version) => {
    const pod = injected();
    pod.spec.containers.push({ name: 'late', image: 'x' } as unknown as Container);
    const after = changedPod(injectPod(pod, second));
    expect(after.spec.containers.at(-1)?.env).toEqual([{ name: 'ALPINE_NO_RESOLVER', value: 'true' }]);
    expect(JSON.parse(after.metadata.annotations[annotation('status')] ?? '')).toMatchObject({
      version,
      at: context.now,
      added: expect.arrayContaining([
        'containers/late/env/ALPINE_NO_RESOLVER',
        'containers/checkout/env/ALPINE_NO_RESOLVER',
      ]) as unknown,
    });
    expect(injectPod(after, second)).toMatchObject({ reason: 'unchanged' });
  });

  test('gets the file in scope containers, from the release that wrote the volume alone', () => {
    const pod = injected(ofNode.pod, ofNode.context);
    pod.spec.containers.push(container('late'));
    const after = changedPod(injectPod(pod, ofNode.context));
    expect(after.spec.containers.at(-1)?.volumeMounts).toMatchObject([
      { name: 'alpine-resolver-config', mountPath: '/etc/resolv.conf' },
    ]);
    expect(after.spec.dnsPolicy).toBe('Default');
    const byOther = injectPod(pod, { ...ofNode.context, version: '2.0.0' });
    expect(byOther).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
  });
});

test('what only another release knows in its status stays there', () => {
  const pod = injected();
  const status = JSON.parse(pod.metadata.annotations[annotation('status')] ?? '') as JsonObject;
  setAnnotation(pod, 'status', JSON.stringify({ ...status, version: '3.0.0', more: { a: 1 } }));
  pod.spec.containers.push({ name: 'late', image: 'x' } as unknown as Container);
  const after = changedPod(injectPod(pod, context));
  expect(JSON.parse(after.metadata.annotations[annotation('status')] ?? '')).toMatchObject({
    version: '3.0.0',
    more: { a: 1 },
  });
});

describe('pod-level resources', () => {
  const ofPod = { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } };
  const fromLimitRange = { requests: { cpu: '100m' }, limits: { cpu: '500m', memory: '256Mi' } };

  test.each([
    ['this release', context],
    ['another release', nextRelease],
  ])('what a LimitRange put on our entry goes, by %s', (_, second) => {
    const pod = structuredClone(original) as Pod;
    pod.spec.resources = ofPod;
    const first = injected(pod);
    expect(entryOf(first)).not.toHaveProperty('resources');
    entryOf(first).resources = fromLimitRange;
    expect(entryOf(changedPod(injectPod(first, second)))).not.toHaveProperty('resources');
  });

  test('what a LimitRange put there of a resource that pods do not have stays: it may demand it', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.resources = ofPod;
    const first = injected(pod);
    const storage = { 'ephemeral-storage': '1Gi' };
    entryOf(first).resources = { requests: storage, limits: storage };
    expect(injectPod(first, context)).toMatchObject({ reason: 'unchanged' });
    entryOf(first).resources = { requests: { ...storage, cpu: '1' }, limits: { ...storage, 'hugepages-2Mi': '2Mi' } };
    expect(entryOf(changedPod(injectPod(first, context))).resources).toEqual({ requests: storage, limits: storage });
    entryOf(first).resources = { requests: { cpu: '1' }, limits: storage };
    expect(entryOf(changedPod(injectPod(first, context))).resources).toEqual({ limits: storage });
  });

  test('ours go where the pod got its own since', () => {
    const pod = injected();
    pod.spec.resources = ofPod;
    expect(entryOf(changedPod(injectPod(pod, context)))).not.toHaveProperty('resources');
  });

  test('an empty object is no difference', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.resources = ofPod;
    const first = injected(pod);
    entryOf(first).resources = {};
    expect(injectPod(first, context)).toMatchObject({ reason: 'unchanged' });
  });
});

describe('the same request', () => {
  const mirror = 'mirror.example/sidecar:1';
  function withMirror(): Pod {
    const pod = injected();
    entryOf(pod)['image'] = mirror;
    return pod;
  }

  test.each([
    [0, true],
    [34, true],
    [120, true],
    // Clocks of replicas differ.
    [-5, true],
    [-121, false],
    [121, false],
    [86_400, false],
  ])('after %d s: %s', (seconds, isSame) => {
    const result = injectPod(withMirror(), later(seconds));
    if (isSame) return expect(result).toMatchObject({ reason: 'unchanged' });
    return expect(entryOf(changedPod(result))['image']).toBe(context.sidecarImage);
  });

  test.each([
    ['across midnight of a leap day', '2028-02-29T23:59:30Z', '2028-03-01T00:01:00Z', true],
    ['across the end of a year', '2026-12-31T23:59:30.250Z', '2027-01-01T00:00:10.000Z', true],
    ['the same clock a day later', '2028-02-28T12:00:00Z', '2028-02-29T12:00:00Z', false],
    ['no time at all', 'yesterday', '2028-02-29T12:00:00Z', false],
  ])('%s', (_, at, now, isSame) => {
    const pod = injected(original, { ...context, now: at });
    entryOf(pod)['image'] = mirror;
    const result = injectPod(pod, { ...context, now });
    expect(result.verdict === 'skip' && result.reason === 'unchanged').toBe(isSame);
  });

  test('another namespace is another request', () => {
    const elsewhere = contextOf({ namespace: { name: 'staging' } });
    expect(entryOf(changedPod(injectPod(withMirror(), elsewhere)))['image']).toBe(context.sidecarImage);
  });

  test('a status without a time, as the command line writes it, is never the same request', () => {
    expect(entryOf(changedPod(injectPod(withoutStatusTime(withMirror()), context)))['image']).toBe(
      context.sidecarImage,
    );
  });
});

describe('original search domains behind the marker', () => {
  const kept = goldenCase('keep-searches');
  const searchesIn = (pod: Pod): Json | undefined => pod.spec.dnsConfig['searches'];
  const first = injected(kept.pod, kept.context);

  test('a second call changes nothing', () => {
    expect(injectPod(first, later(1, kept.context))).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
  });

  test('a pod without its annotations is known by them, and decided anew', () => {
    const copy = structuredClone(first);
    delete copy.metadata.annotations[annotation('keep-searches')];
    const again = injected(copy, later(600, kept.context));
    expect(searchesIn(again)).toEqual(['glibc.internal']);
    expect(again.metadata.annotations[annotation('resolv-conf')]).toBe(
      first.metadata.annotations[annotation('resolv-conf')],
    );
    expect(again.spec.initContainers).toHaveLength(1);
  });

  test('nothing of them is left of a copy that has only our DNS fields and the stored text', () => {
    const copy = structuredClone(first);
    delete copy.metadata.annotations[annotation('status')];
    const again = injected(copy, later(600, kept.context));
    expect(searchesIn(again)).toEqual(searchesIn(first));
  });
});
