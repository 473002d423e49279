import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../webhook/inject.ts';
import { objectAt, type JsonObject } from '../../../webhook/json.ts';
import { sidecarOf } from '../../../webhook/pod.ts';
import { contextOf } from '../../golden/cases.ts';

/** The security context of the sidecar in a pod that has `ofPod` itself. */
function securityContextOf(ofPod: JsonObject | undefined, userId: number): JsonObject {
  const injection = injectPod(
    {
      metadata: { name: 'app' },
      spec: {
        ...(ofPod && { securityContext: ofPod }),
        containers: [{ name: 'app', image: 'alpine:3.22' }],
      },
    },
    contextOf({ userId }),
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
});
