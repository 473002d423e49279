/** LimitRanges for pods, which the sidecar must not break. */
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { limitRangeItems } from '../../../../../webhook/injection/resources/limit-range.ts';
import { refusedAlone } from '../../../../../webhook/injection/resources/pod-alone.ts';
import { fitResources } from '../../../../../webhook/injection/resources/resources.ts';

function podWith(...resources: (JsonObject | undefined)[]): JsonObject {
  return {
    spec: { containers: resources.map((each, index) => ({ name: `c${index}`, ...(each && { resources: each }) })) },
  };
}

function refusal(pod: JsonObject, bounds: Record<string, Json>): string | undefined {
  return refusedAlone(pod, limitRangeItems({ spec: { limits: [{ type: 'Pod', ...bounds }] } }));
}

const misses = (bound: string, resource = 'cpu'): string =>
  `${resource}: without the sidecar the pod does not meet the ${bound}`;

test.each([
  ['no limit, a maximum', podWith({ requests: { cpu: '10m' } }), { max: { cpu: '1' } }, misses('maximum')],
  ['one of two has a limit', podWith({ limits: { cpu: '1' } }, undefined), { max: { cpu: '1' } }, undefined],
  [
    'above the maximum',
    podWith({ limits: { cpu: '1' } }, { limits: { cpu: '1m' } }),
    { max: { cpu: '1' } },
    misses('maximum'),
  ],
  ['no request, a minimum', podWith(undefined), { min: { cpu: '1m' } }, misses('minimum')],
  ['below the minimum', podWith({ requests: { cpu: '5m' } }), { min: { cpu: '10m' } }, misses('minimum')],
  ['a limit alone is the request', podWith({ limits: { cpu: '10m' } }), { min: { cpu: '10m' } }, undefined],
  [
    'no limit, a ratio',
    podWith({ requests: { cpu: '1' } }),
    { maxLimitRequestRatio: { cpu: '2' } },
    misses('ratio of limit to request'),
  ],
  [
    'beyond the ratio',
    podWith({ requests: { cpu: '1' }, limits: { cpu: '3' } }),
    { maxLimitRequestRatio: { cpu: '2' } },
    misses('ratio of limit to request'),
  ],
  [
    'at the ratio',
    podWith({ requests: { cpu: '1' }, limits: { cpu: '2' } }),
    { maxLimitRequestRatio: { cpu: '2' } },
    undefined,
  ],
  [
    'another resource',
    podWith(undefined),
    { max: { 'ephemeral-storage': '1Gi' } },
    misses('maximum', 'ephemeral-storage'),
  ],
])('%s', (_, pod, bounds, expected) => {
  expect(refusal(pod, bounds)).toBe(expected);
});

test("the pod's own resources count before those of its containers", () => {
  const pod = { spec: { containers: [{ name: 'c' }], resources: { limits: { cpu: '1' } } } };
  expect(refusal(pod, { max: { cpu: '1' } })).toBeUndefined();
  expect(refusal(pod, { max: { cpu: '500m' } })).toBe(misses('maximum'));
});

test('items of type Container are not meant; such a pod is left alone', () => {
  const items = (type: string) => limitRangeItems({ spec: { limits: [{ type, max: { cpu: '1' } }] } });
  expect(refusedAlone(podWith(undefined), items('Container'))).toBeUndefined();
  expect(fitResources(podWith(undefined), items('Pod'))).toEqual({ fits: false, problem: misses('maximum') });
});
