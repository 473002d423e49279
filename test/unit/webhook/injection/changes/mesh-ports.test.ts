/** The annotations that keep a mesh from our port. */
import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../../../webhook/injection/inject.ts';
import { objectAt, type Json, type JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { contextOf } from '../../../../support/kubernetes/golden-cases.ts';

const istio = 'traffic.sidecar.istio.io/excludeInboundPorts';
const linkerd = 'config.linkerd.io/skip-inbound-ports';
const omit = 'alpine-resolver.io/mesh-ports';

interface Place {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

function annotationsOf(ofPod: Place, ofNamespace: Place = {}, containers: Json[] = []): JsonObject {
  const pod = {
    metadata: { name: 'app', labels: ofPod.labels ?? {}, annotations: ofPod.annotations ?? {} },
    spec: { containers: [{ name: 'app', image: 'alpine:3.22' }, ...containers] },
  };
  const labels = { 'alpine-resolver.io/inject': 'enabled', ...ofNamespace.labels };
  const context = contextOf({ namespace: { labels, annotations: ofNamespace.annotations ?? {} } });
  const injection = injectPod(pod, context);
  if (injection.verdict !== 'inject') throw new Error(injection.reason);
  expect(injectPod(injection.pod, context)).toMatchObject({ reason: 'unchanged' });
  const all = objectAt(injection.pod, 'metadata', 'annotations');
  return Object.fromEntries(Object.entries(all).filter(([name]) => name === istio || name === linkerd));
}

describe('a mesh that is asked for leaves our port alone', () => {
  test.each([
    [{}, { labels: { 'istio-injection': 'enabled' } }, { [istio]: '9953' }],
    [{}, { labels: { 'istio.io/rev': 'canary' } }, { [istio]: '9953' }],
    [{ labels: { 'istio.io/rev': 'canary' } }, {}, { [istio]: '9953' }],
    [{ labels: { 'sidecar.istio.io/inject': 'true' } }, {}, { [istio]: '9953' }],
    [{ annotations: { 'sidecar.istio.io/inject': 'true' } }, {}, { [istio]: '9953' }],
    [{ annotations: { 'sidecar.istio.io/inject': 'Yes' } }, {}, { [istio]: '9953' }],
    [{ labels: { 'sidecar.istio.io/inject': 'True' } }, {}, { [istio]: '9953' }],
    [{ labels: { 'sidecar.istio.io/inject': '' } }, { labels: { 'istio-injection': 'enabled' } }, { [istio]: '9953' }],
    [{ annotations: { 'linkerd.io/inject': 'enabled' } }, {}, { [linkerd]: '9953' }],
    [{ annotations: { 'linkerd.io/inject': 'ingress' } }, {}, { [linkerd]: '9953' }],
    [{}, { annotations: { 'linkerd.io/inject': 'enabled' } }, { [linkerd]: '9953' }],
  ] as [Place, Place, JsonObject][])('pod %j, namespace %j', (ofPod, ofNamespace, expected) => {
    expect(annotationsOf(ofPod, ofNamespace)).toEqual(expected);
  });

  test.each([
    ['istio-proxy', istio],
    ['linkerd-proxy', linkerd],
  ])('the container %s is there', (name, annotation) => {
    expect(annotationsOf({}, {}, [{ name, image: 'x' }])).toEqual({ [annotation]: '9953' });
  });
});

test.each([
  [{}, {}],
  [{}, { labels: { 'istio-injection': 'disabled', 'istio.io/rev': 'canary' } }],
  [{ labels: { 'sidecar.istio.io/inject': 'false' } }, { labels: { 'istio-injection': 'enabled' } }],
  [{ labels: { 'sidecar.istio.io/inject': 'off' } }, { labels: { 'istio-injection': 'enabled' } }],
  [{ labels: { 'sidecar.istio.io/inject': '' } }, {}],
  [{ annotations: { 'linkerd.io/inject': 'disabled' } }, { annotations: { 'linkerd.io/inject': 'enabled' } }],
  [{ labels: { 'linkerd.io/inject': 'enabled' } }, {}],
] as [Place, Place][])('no mesh is asked for: pod %j, namespace %j', (ofPod, ofNamespace) => {
  expect(annotationsOf(ofPod, ofNamespace)).toEqual({});
});

describe('what stands there is kept', () => {
  const asked = { labels: { 'istio-injection': 'enabled' }, annotations: { 'linkerd.io/inject': 'enabled' } };

  test.each([
    ['8080', '8080,9953'],
    [' 8080, 9090 ,', ' 8080, 9090 ,9953'],
    ['', '9953'],
    ['19953', '19953,9953'],
    ['9953', '9953'],
    ['80, 9953', '80, 9953'],
    ['*', '*'],
    ['9000-9999', '9000-9999'],
    ['9954-9999', '9954-9999,9953'],
    ['-', '-,9953'],
  ])('%j becomes %j', (before, after) => {
    const annotations = { [istio]: before, [linkerd]: before };
    expect(annotationsOf({ annotations }, asked)).toEqual({ [istio]: after, [linkerd]: after });
  });

  test('what Linkerd takes from the namespace is carried to the pod, whose annotation hides it', () => {
    const ofNamespace = { annotations: { ...asked.annotations, [linkerd]: '4567' } };
    expect(annotationsOf({}, ofNamespace)).toEqual({ [linkerd]: '4567,9953' });
    expect(annotationsOf({}, { annotations: { ...asked.annotations, [linkerd]: '9953' } })).toEqual({});
  });

  test('nothing is written where the setting says so', () => {
    expect(annotationsOf({ annotations: { [omit]: 'omit', [istio]: '80' } }, asked)).toEqual({ [istio]: '80' });
    expect(annotationsOf({}, { ...asked, annotations: { ...asked.annotations, [omit]: 'omit' } })).toEqual({});
  });
});

test('a mesh whose container came between the two calls of a request', () => {
  const pod = { metadata: { name: 'app' }, spec: { containers: [{ name: 'app', image: 'alpine:3.22' }] } };
  const first = injectPod(pod, contextOf());
  if (first.verdict !== 'inject') throw new Error(first.reason);
  const between = structuredClone(first.pod) as { spec: { initContainers: JsonObject[] } } & JsonObject;
  between.spec.initContainers.push({
    name: 'istio-proxy',
    image: 'x',
    env: [{ name: 'ALPINE_NO_RESOLVER', value: 'true' }],
  });
  const second = injectPod(between, contextOf());
  if (second.verdict !== 'inject') throw new Error(second.reason);
  expect(objectAt(second.pod, 'metadata', 'annotations')).toHaveProperty([istio], '9953');
  expect(injectPod(second.pod, contextOf())).toMatchObject({ reason: 'unchanged' });
});
