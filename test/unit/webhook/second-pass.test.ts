import { describe, expect, test } from 'vitest';
import { injectPod, type Injection } from '../../../webhook/inject.ts';
import { objectAt, objectsAt, type JsonObject } from '../../../webhook/json.ts';
import { contextOf, goldenCase } from '../../golden/cases.ts';

const { pod: original, context } = goldenCase('deployment-pod');
const ofNode = goldenCase('dns-policy-default');
const originalText =
  'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n';

/** A pod as these tests change it; they know its shape. */
interface Pod extends JsonObject {
  metadata: { annotations: Record<string, string>; labels: Record<string, string> };
  spec: {
    initContainers: Container[];
    containers: Container[];
    volumes: JsonObject[];
    dnsPolicy: string;
    dnsConfig: JsonObject;
    resources: JsonObject;
  };
}
interface Container extends JsonObject {
  name: string;
  env: JsonObject[];
  volumeMounts: JsonObject[];
  resources: JsonObject;
}

function injected(pod: JsonObject, from = context): Pod {
  const result = injectPod(pod, from);
  if (result.verdict !== 'inject') throw new Error(`${result.verdict} ${result.reason}`);
  return structuredClone(result.pod) as Pod;
}
function changedPod(result: Injection): Pod {
  if (result.verdict !== 'inject') throw new Error(`${result.verdict} ${result.reason}`);
  return result.pod as Pod;
}
function sidecarOf(pod: Pod): Container {
  const found = pod.spec.initContainers.find(({ name }) => name === 'alpine-resolver');
  if (!found) throw new Error('no sidecar');
  return found;
}

test('unchanged: no patch', () => {
  expect(injectPod(injected(original), context)).toEqual({ verdict: 'skip', reason: 'unchanged', warnings: [] });
});

test("the API server's defaults on our entry cause no patch", () => {
  const pod = injected(original);
  Object.assign(sidecarOf(pod), { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' });
  Object.assign(sidecarOf(pod)['startupProbe'] as JsonObject, { timeoutSeconds: 1, successThreshold: 1 });
  Object.assign((sidecarOf(pod)['startupProbe'] as JsonObject)['httpGet'] as JsonObject, { scheme: 'HTTP' });
  const downwardApi = objectAt(pod.spec.volumes.at(-1), 'downwardAPI');
  Object.assign(downwardApi, { defaultMode: 420 });
  for (const item of objectsAt(downwardApi, 'items')) Object.assign(objectAt(item, 'fieldRef'), { apiVersion: 'v1' });
  expect(injectPod(pod, context)).toMatchObject({ reason: 'unchanged' });
});

test('displaced by a mesh: moved to the front by one operation, the others keep their order', () => {
  const pod = injected(original);
  pod.spec.initContainers.unshift({
    name: 'istio-proxy',
    restartPolicy: 'Always',
    env: [{ name: 'ALPINE_NO_RESOLVER', value: 'true' }],
    volumeMounts: [],
    resources: {},
  });
  const result = injectPod(pod, context);
  expect(result).toMatchObject({
    verdict: 'inject',
    reason: 'already-injected',
    patch: [{ op: 'move', from: '/spec/initContainers/1', path: '/spec/initContainers/0' }],
  });
  expect(changedPod(result).spec.initContainers.map(({ name }) => name)).toEqual([
    'alpine-resolver',
    'istio-proxy',
    'migrate',
  ]);
});

test('a container that came since gets the variable, and the status names it', () => {
  const pod = injected(original);
  pod.spec.containers.push({ name: 'late', image: 'x' } as unknown as Container);
  const result = injectPod(pod, context);
  const after = changedPod(result);
  expect(after.spec.containers.at(-1)?.env).toEqual([{ name: 'ALPINE_NO_RESOLVER', value: 'true' }]);
  expect(JSON.parse(after.metadata.annotations['alpine-resolver.io/status'] ?? '')).toMatchObject({
    added: expect.arrayContaining([
      'containers/late/env/ALPINE_NO_RESOLVER',
      'containers/checkout/env/ALPINE_NO_RESOLVER',
    ]) as unknown,
  });
  expect(injectPod(after, context)).toMatchObject({ reason: 'unchanged' });
});

test('variables, mounts and resources that others put on our entry stay', () => {
  const pod = injected(original);
  sidecarOf(pod).env.push({ name: 'HTTPS_PROXY', value: 'proxy.example' });
  sidecarOf(pod).volumeMounts.push({ name: 'certificates', mountPath: '/etc/ssl' });
  sidecarOf(pod).resources = { requests: { cpu: '20m', memory: '70Mi' }, limits: { cpu: '1', memory: '1Gi' } };
  expect(injectPod(pod, context)).toMatchObject({ reason: 'unchanged' });
  // Another release writes its own resources, and still leaves the rest.
  const after = changedPod(injectPod(pod, { ...context, version: '2.0.0', sidecarImage: 'x/sidecar:2.0.0' }));
  expect(sidecarOf(after)).toMatchObject({
    image: 'x/sidecar:2.0.0',
    resources: { requests: { cpu: '10m' } },
    env: expect.arrayContaining([{ name: 'HTTPS_PROXY', value: 'proxy.example' }]) as unknown,
    volumeMounts: expect.arrayContaining([{ name: 'certificates', mountPath: '/etc/ssl' }]) as unknown,
  });
});

test('somebody changed what is ours: written again from the stored original, not from the present dnsConfig', () => {
  const pod = injected(original);
  pod.spec.dnsConfig = { nameservers: ['192.0.2.99'] };
  sidecarOf(pod)['image'] = 'evil/image';
  const after = changedPod(injectPod(pod, context));
  expect(after.spec.dnsConfig).toEqual(injected(original).spec.dnsConfig);
  expect(after.metadata.annotations['alpine-resolver.io/resolv-conf']).toBe(originalText);
  expect(sidecarOf(after)['image']).toBe(context.sidecarImage);
});

test('pod-level resources that came since take ours away', () => {
  const pod = injected(original);
  pod.spec.resources = { limits: { cpu: '1' } };
  expect(sidecarOf(changedPod(injectPod(pod, context)))).not.toHaveProperty('resources');
});

describe('a copy without annotations and labels, as kubectl debug --copy-to makes it', () => {
  test('scope pod: original and status come back from what remained', () => {
    const pod = injected(original);
    pod.metadata.annotations = {};
    pod.metadata.labels = {};
    const result = injectPod(pod, context);
    expect(result).toMatchObject({ verdict: 'inject', reason: 'already-injected' });
    const after = changedPod(result);
    expect(after.metadata.annotations['alpine-resolver.io/resolv-conf']).toBe(originalText);
    expect(after.spec).toEqual(injected(original).spec);
    expect(injectPod(after, context)).toMatchObject({ reason: 'unchanged' });
  });

  test('scope containers: the mounted file comes back', () => {
    const pod = injected(ofNode.pod, ofNode.context);
    pod.metadata.annotations = {};
    const result = injectPod(pod, ofNode.context);
    expect(result).toMatchObject({ verdict: 'inject', reason: 'already-injected' });
    expect(changedPod(result).metadata.annotations).toHaveProperty(['alpine-resolver.io/pod-resolv-conf']);
    expect(changedPod(result).spec.dnsPolicy).toBe('Default');
  });

  test('a text with dollars survives the way through the variable', () => {
    const pod = structuredClone(goldenCase('smallest').pod) as Pod;
    const text = 'nameserver 192.0.2.1\nsearch $(HOME).example $$x.example\n';
    pod.metadata.annotations = { 'alpine-resolver.io/resolv-conf': text };
    const copy = injected(pod);
    copy.metadata.annotations = {};
    expect(changedPod(injectPod(copy, context)).metadata.annotations['alpine-resolver.io/resolv-conf']).toBe(text);
  });
});

describe('the name without anything of ours', () => {
  test('is taken', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.containers.push({ name: 'alpine-resolver', image: 'x' } as unknown as Container);
    expect(injectPod(pod, context)).toMatchObject({ reason: 'name-taken', detail: 'container alpine-resolver' });
    const asInit = structuredClone(original) as Pod;
    asInit.spec.initContainers.push({ name: 'alpine-resolver', image: 'x' } as unknown as Container);
    expect(injectPod(asInit, context)).toMatchObject({ reason: 'name-taken' });
  });

  test('is taken, and not the port, where an init container of the name stands beside a foreign resolver', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.initContainers.push({ name: 'alpine-resolver', image: 'x' } as unknown as Container);
    pod.spec.dnsPolicy = 'None';
    pod.spec.dnsConfig = { nameservers: ['127.0.0.1'], searches: ['corp.example'] };
    expect(injectPod(pod, context)).toMatchObject({ reason: 'name-taken', detail: 'container alpine-resolver' });
  });

  test('a copied status does not make a foreign container ours when the original is nowhere', () => {
    const pod = structuredClone(original) as Pod;
    pod.spec.initContainers.push({ name: 'alpine-resolver', image: 'x' } as unknown as Container);
    pod.metadata.annotations['alpine-resolver.io/status'] = '{"version":"1","scope":"pod","added":[]}';
    expect(injectPod(pod, context)).toMatchObject({ reason: 'name-taken' });
  });
});

test('our DNS configuration without our container: a resolver in the pod is assumed', () => {
  const pod = injected(original);
  pod.spec.initContainers.shift();
  pod.spec.volumes.pop();
  // The stored original lets it be injected anew …
  expect(injectPod(pod, context)).toMatchObject({ verdict: 'inject', reason: 'injected' });
  // … without it nobody knows where 127.0.0.1 leads.
  delete pod.metadata.annotations['alpine-resolver.io/resolv-conf'];
  expect(injectPod(pod, context)).toMatchObject({ verdict: 'skip', reason: 'port-in-use' });
});

test('a pod of the namespace kube-system is left alone even when it was injected elsewhere', () => {
  expect(injectPod(injected(original), contextOf({ namespace: { name: 'kube-system' } }))).toMatchObject({
    reason: 'excluded-namespace',
  });
});
