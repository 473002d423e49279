/** Random pods: a patch applies by every library, and a second injection changes nothing. */
import fc from 'fast-check';
import fastJsonPatch from 'fast-json-patch';
import { applyPatch as applyRfc6902 } from 'rfc6902';
import { expect, test } from 'vitest';
import { checkPod } from '../../webhook/injection/check-pod.ts';
import { injectPod } from '../../webhook/injection/inject.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { contextOf } from '../support/kubernetes/golden-cases.ts';

const runs = { numRuns: 1000 };

/** A pod's lists are read where they are: whoever writes into one fails. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** What is rare keeps a pod from being injected; enough of them must be. */
const rarely = <Value>(rare: fc.Arbitrary<Value>, usual: fc.Arbitrary<Value>) =>
  fc.oneof({ arbitrary: usual, weight: 15 }, { arbitrary: rare, weight: 1 });
const name = rarely(
  fc.constant('alpine-resolver'),
  fc.constantFrom('app', 'web', 'db', 'istio-proxy', 'a~b', 'constructor'),
);
const volumeName = rarely(fc.constant('alpine-resolver-config'), fc.constant('v'));
const image = fc.constantFrom('alpine', 'node:22-alpine', 'debian:13', '');
const text = fc.constantFrom('', 'true', 'false', '53', '1024', '0', 'x', '$(A)');
const variable = fc.oneof(
  fc.record({
    name: fc.constantFrom(
      'A',
      'ALPINE_NO_RESOLVER',
      'RESOLVER_MODE',
      'DNSMASQ_NDOTS',
      'DNSMASQ_NOREC',
      'DNSMASQ_LISTEN',
    ),
    value: text,
  }),
  fc.record({
    name: fc.constant('ALPINE_NO_RESOLVER'),
    valueFrom: fc.constant({ fieldRef: { fieldPath: 'metadata.name' } }),
  }),
  fc.record({ name: fc.constant('ALPINE_NO_RESOLVER') }),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 3 });
const amounts = fc.dictionary(fc.constantFrom('cpu', 'memory'), fc.constantFrom('1', '500m', '1Gi', '0'));
const container = fc.record(
  {
    name,
    image,
    env: maybe(fc.array(variable, { maxLength: 3 })),
    volumeMounts: maybe(
      fc.array(
        fc.record({
          name: volumeName,
          mountPath: fc.constantFrom('/etc', '/etc/', '/etc/resolv.conf', '/data'),
        }),
        { maxLength: 2 },
      ),
    ),
    ports: maybe(
      fc.array(fc.record({ containerPort: rarely(fc.constantFrom(53, 9953), fc.constant(80)) }), { maxLength: 1 }),
    ),
    resources: maybe(fc.record({ requests: amounts, limits: amounts }, { requiredKeys: [] })),
    restartPolicy: fc.constant('Always'),
  },
  { requiredKeys: ['name', 'image'] },
);
const containersOf = (lengths: { minLength?: number; maxLength: number }) =>
  fc.uniqueArray(container, { ...lengths, selector: (entry) => entry.name });
const labelOrAnnotation = fc.constantFrom(
  ...['alpine-resolver.io/inject', 'alpine-resolver.io/mode', 'alpine-resolver.io/ndots', 'alpine-resolver.io/options'],
  ...['alpine-resolver.io/status', 'alpine-resolver.io/resolv-conf', 'a~b/c', '__proto__', 'k8s-app'],
);
const annotationText = fc.constantFrom(
  ...[
    'always',
    'auto',
    'plain',
    '3',
    'trust-ad',
    'nameserver 192.0.2.1\n',
    '{"version":"1","scope":"pod","added":[]}',
    '{',
  ],
);
const texts = fc.dictionary(labelOrAnnotation, annotationText);
const spec = fc.record(
  {
    containers: containersOf({ minLength: 1, maxLength: 3 }),
    initContainers: maybe(containersOf({ maxLength: 2 })),
    volumes: maybe(fc.array(fc.record({ name: volumeName }), { maxLength: 2 })),
    dnsPolicy: fc.constantFrom('ClusterFirst', 'Default', 'None', 'ClusterFirstWithHostNet'),
    dnsConfig: maybe(
      fc.record(
        {
          nameservers: fc.array(
            rarely(fc.constantFrom('127.0.0.1', '::1'), fc.constantFrom('192.0.2.1', '10.96.0.10')),
            { maxLength: 3 },
          ),
          searches: fc.array(fc.constantFrom('a.example', 'glibc.internal', 'corp.example'), { maxLength: 3 }),
          options: fc.array(
            fc.record({ name: fc.constantFrom('ndots', 'trust-ad'), value: text }, { requiredKeys: ['name'] }),
            { maxLength: 2 },
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    securityContext: maybe(
      fc.record(
        {
          sysctls: maybe(
            fc.array(
              fc.record({ name: fc.constantFrom('net.ipv4.ip_unprivileged_port_start', 'kernel.msgmax'), value: text }),
              { maxLength: 2 },
            ),
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    resources: maybe(fc.record({ limits: amounts }, { requiredKeys: [] })),
  },
  { requiredKeys: ['containers'] },
);
const pod = fc
  .record(
    {
      metadata: maybe(fc.record({ labels: maybe(texts), annotations: maybe(texts) }, { requiredKeys: [] })),
      spec,
    },
    { requiredKeys: ['spec'] },
  )
  .map(frozen) as fc.Arbitrary<JsonObject>;
const context = fc
  .record({
    inject: fc.constantFrom('auto', 'always'),
    mode: fc.constantFrom('auto', 'plain'),
    userId: fc.constantFrom(0, 65_532),
  })
  .map(({ inject, mode, userId }) =>
    contextOf({
      userId,
      namespace: { annotations: { 'alpine-resolver.io/inject': inject, 'alpine-resolver.io/mode': mode } },
    }),
  );

test('a patch applies by every library, with the result that was checked', () => {
  let injected = 0;
  fc.assert(
    fc.property(pod, context, (start, surroundings) => {
      const injection = injectPod(start, surroundings);
      expect(injection.reason).not.toBe('internal-error');
      if (injection.verdict !== 'inject') return;
      injected++;
      const patch = structuredClone([...injection.patch]);
      const byRfc6902 = structuredClone(start);
      expect(applyRfc6902(byRfc6902, patch).filter((error) => error !== null)).toEqual([]);
      expect(byRfc6902).toEqual(injection.pod);
      // This one refuses pointers into a prototype, which the patch never has.
      expect(fastJsonPatch.applyPatch(structuredClone(start), structuredClone(patch), true).newDocument).toEqual(
        injection.pod,
      );
      expect(checkPod(start, injection.pod)).toBeUndefined();
    }),
    runs,
  );
  // Or the property would say little.
  expect(injected).toBeGreaterThan(150);
});

test('inject(inject(pod)) = inject(pod)', () => {
  fc.assert(
    fc.property(pod, context, (start, surroundings) => {
      const first = injectPod(start, surroundings);
      if (first.verdict === 'inject')
        expect(injectPod(first.pod, surroundings)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
    }),
    runs,
  );
});

interface Injected extends JsonObject {
  spec: { initContainers: JsonObject[] };
}

test('a copy in another namespace comes to rest, and another release adds nothing in the same request', () => {
  fc.assert(
    fc.property(pod, context, (start, surroundings) => {
      const first = injectPod(start, surroundings);
      if (first.verdict !== 'inject') return;
      const next = { ...surroundings, version: '2.0.0', sidecarImage: 'x/sidecar:2' };
      expect(injectPod(first.pod, next)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
      const staging = { ...next, namespace: { ...next.namespace, name: 'staging' } };
      const copy = injectPod(first.pod, staging);
      expect(copy.verdict).toBe('inject');
      if (copy.verdict !== 'inject') return;
      expect(checkPod(first.pod, copy.pod)).toBeUndefined();
      expect(injectPod(copy.pod, staging)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
    }),
    runs,
  );
});

test('an injected pod that others changed comes back to rest after one more pass', () => {
  fc.assert(
    fc.property(pod, container, context, fc.boolean(), (start, added, surroundings, isFirst) => {
      const first = injectPod(start, surroundings);
      if (first.verdict !== 'inject') return;
      const changed = structuredClone(first.pod) as Injected;
      const displacing = { ...added, name: 'displacing', restartPolicy: 'Always' } as JsonObject;
      changed.spec.initContainers.splice(isFirst ? 0 : 1, 0, displacing);
      const second = injectPod(changed, surroundings);
      const settled = (second.verdict === 'inject' ? second.pod : changed) as Injected;
      if (second.verdict === 'inject') expect(settled.spec.initContainers[0]?.['name']).toBe('alpine-resolver');
      expect(injectPod(settled, surroundings).verdict).toBe('skip');
    }),
    runs,
  );
});

test('a pod that is left alone is not looked at twice: no patch, whatever it holds', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const injection = injectPod({ metadata: value, spec: value } as JsonObject, contextOf());
      expect(injection.verdict).toBe('skip');
      expect(injection).not.toHaveProperty('patch');
    }),
    runs,
  );
});
