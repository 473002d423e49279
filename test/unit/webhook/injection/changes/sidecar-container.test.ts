/** The container that is injected. */
import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../../../webhook/injection/inject.ts';
import { objectAt, type JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { sidecarOf } from '../../../../../webhook/kubernetes/pod.ts';
import { contextOf } from '../../../../support/kubernetes/golden-cases.ts';

/** The security context of the sidecar in a pod that has `ofPod` itself. */
function securityContextOf(
  ofPod: JsonObject | undefined,
  userId: number | undefined,
  ofNamespace: Record<string, string> = {},
): JsonObject {
  const injection = injectPod(
    {
      metadata: { name: 'app' },
      spec: {
        ...(ofPod && { securityContext: ofPod }),
        containers: [{ name: 'app', image: 'alpine:3.22' }],
      },
    },
    contextOf({ ...(userId !== undefined && { userId }), namespace: { annotations: ofNamespace } }),
  );
  if (injection.verdict !== 'inject') throw new Error(injection.reason);
  return objectAt(sidecarOf(injection.pod)?.value, 'securityContext');
}

describe('the user of the sidecar', () => {
  test.each([undefined, { runAsUser: 0 }, { runAsUser: 1000 }])('is the one that is set, in a pod of %j', (ofPod) => {
    expect(securityContextOf(ofPod, 4711)).toMatchObject({ runAsNonRoot: true, runAsUser: 4711, runAsGroup: 4711 });
  });

  test.each([undefined, {}, { runAsUser: 1000 }, { runAsGroup: 0 }])(
    'is left to the cluster in a pod of %j',
    (ofPod) => {
      const context = securityContextOf(ofPod, 0);
      expect(context).toHaveProperty('runAsNonRoot', true);
      expect(context).not.toHaveProperty('runAsUser');
      expect(context).not.toHaveProperty('runAsGroup');
    },
  );

  test('is ours where it is left to the cluster and the pod runs as root, as which the sidecar would never start', () => {
    expect(securityContextOf({ runAsUser: 0 }, 0)).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
    });
  });

  describe('without a setting', () => {
    const range = { 'openshift.io/sa.scc.uid-range': '1000660000/10000' };

    test('is ours', () => {
      expect(securityContextOf(undefined, undefined)).toMatchObject({ runAsUser: 65_532, runAsGroup: 65_532 });
    });

    test('is left to a namespace that has a range of its own', () => {
      const context = securityContextOf(undefined, undefined, range);
      expect(context).not.toHaveProperty('runAsUser');
      expect(context).not.toHaveProperty('runAsGroup');
    });

    test('is the one that a setting names, in such a namespace too', () => {
      expect(securityContextOf(undefined, 4711, range)).toMatchObject({ runAsUser: 4711 });
    });
  });
});

test('the admin port is declared, for whoever selects ports by name', () => {
  const injection = injectPod(
    { metadata: { name: 'app' }, spec: { containers: [{ name: 'app', image: 'alpine:3.22' }] } },
    contextOf(),
  );
  if (injection.verdict !== 'inject') throw new Error(injection.reason);
  const ports = sidecarOf(injection.pod)?.value['ports'];
  expect(ports).toEqual([{ name: 'resolver-metric', containerPort: 9953, protocol: 'TCP' }]);
});

test.each([undefined, 'Always'] as const)(
  'an image that was proved with pull policy %s is pulled in the same way',
  (policy) => {
    const pod = { metadata: { name: 'app' }, spec: { containers: [{ name: 'app', image: 'alpine:3.22' }] } };
    const injection = injectPod(pod, { ...contextOf({}), sidecarPullPolicy: policy });
    if (injection.verdict !== 'inject') throw new Error(injection.reason);
    expect(sidecarOf(injection.pod)?.value).toHaveProperty('imagePullPolicy', policy ?? 'IfNotPresent');
  },
);
