/** Pods with resources of their own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valueAt, type Json, type JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { limitRangeItems } from '../../../../../webhook/injection/resources/limit-range.ts';
import { readQuantity } from '../../../../../webhook/injection/resources/read-quantity.ts';
import { fitResources } from '../../../../../webhook/injection/resources/resources.ts';

function fit(spec: JsonObject, ...limits: JsonObject[]) {
  const fitted = fitResources({ spec }, limitRangeItems({ spec: { limits } }));
  return fitted.fits ? fitted.resources : fitted.problem;
}
const resources = (requests: JsonObject, limits: JsonObject): JsonObject => ({ resources: { requests, limits } });
const app = (requests: JsonObject, limits: JsonObject): JsonObject => ({ name: 'app', ...resources(requests, limits) });
const ofContainers = (parts: JsonObject): JsonObject => ({ type: 'Container', ...parts });

const half = { cpu: '500m', memory: '512Mi' };
const whole = { cpu: '1', memory: '1Gi' };
const small = app({ cpu: '100m', memory: '256Mi' }, { cpu: '500m', memory: '512Mi' });

describe('without bounds for containers: none, and the sidecar shares what the pod has', () => {
  test.each([
    [],
    [ofContainers({ default: { cpu: '500m', memory: '256Mi' } })],
    [ofContainers({ default: { memory: '1Gi' }, defaultRequest: { cpu: '1' } })],
    [ofContainers({ max: { 'ephemeral-storage': '1Gi' }, default: { 'ephemeral-storage': '1Gi' } })],
    [{ type: 'Pod', max: { cpu: '1', memory: '1Gi' } }],
  ] as JsonObject[][])('%j', (...limits) => {
    expect(fit({ containers: [app(half, whole)], ...resources(half, whole) }, ...limits)).toBeUndefined();
  });
});

describe('bounds for containers: values that the pod leaves room for', () => {
  const podOf = (...containers: Json[]): JsonObject => ({ containers, ...resources(half, whole) });
  const memory = (request: string, limit: string) => ({ requests: { memory: request }, limits: { memory: limit } });
  const cpu = (request: string, limit: string) => ({ requests: { cpu: request }, limits: { cpu: limit } });
  const both = { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '250m', memory: '128Mi' } };

  test.each([
    ['maximum', [ofContainers({ max: { memory: '2Gi' } })], podOf(small), memory('48Mi', '128Mi')],
    ['minimum', [ofContainers({ min: { memory: '100Mi' } })], podOf(small), memory('100Mi', '128Mi')],
    ['minimum above our limit', [ofContainers({ min: { memory: '200Mi' } })], podOf(small), memory('200Mi', '200Mi')],
    ['ratio', [ofContainers({ maxLimitRequestRatio: { cpu: '5' } })], podOf(small), cpu('50m', '250m')],
    ['cpu alone', [ofContainers({ max: { cpu: '200m' } })], podOf(small), cpu('10m', '200m')],
    ['both', [ofContainers({ max: { cpu: '1' } }), ofContainers({ min: { memory: '1' } })], podOf(small), both],
    [
      'one, and a default of the other',
      [ofContainers({ max: { cpu: '1' }, default: { memory: '1Gi' } })],
      podOf(small),
      both,
    ],
    [
      'the requests are used up',
      [ofContainers({ max: { memory: '2Gi' } })],
      podOf(app(half, whole)),
      memory('0', '128Mi'),
    ],
    [
      'an odd remainder',
      [ofContainers({ max: { cpu: '1', memory: '2Gi' } })],
      podOf(app({ cpu: '492m', memory: '500Mi' }, whole)),
      { requests: { cpu: '8m', memory: '12Mi' }, limits: both.limits },
    ],
    [
      'the ratio lowers the limit to what is left',
      [ofContainers({ maxLimitRequestRatio: { cpu: '2' } })],
      podOf(app({ cpu: '425m', memory: '256Mi' }, whole)),
      cpu('75m', '150m'),
    ],
    [
      "the pod's limit",
      [ofContainers({ max: { cpu: '4' } })],
      { containers: [{ name: 'app' }], ...resources({ cpu: '200m' }, { cpu: '200m' }) },
      cpu('10m', '200m'),
    ],
    [
      'limits alone: the requests equal them',
      [ofContainers({ max: { memory: '2Gi' } })],
      { containers: [app({ memory: '100Mi' }, {})], resources: { limits: { memory: '140Mi' } } },
      memory('40Mi', '128Mi'),
    ],
    [
      'a resource that the pod does not set',
      [ofContainers({ max: { cpu: '1' } }), { type: 'Pod', max: { cpu: '1200m' } }],
      { containers: [app({ cpu: '100m' }, { cpu: '1' })], resources: { limits: { memory: '1Gi' } } },
      cpu('10m', '200m'),
    ],
    [
      'sidecars add up, an init container counts beside those before it',
      [ofContainers({ min: { memory: '1Mi' } })],
      {
        initContainers: [
          { name: 's', restartPolicy: 'Always', resources: { requests: { memory: '100Mi' } } },
          { name: 'i', resources: { requests: { memory: '372Mi' } } },
          { name: 'alpine-resolver', restartPolicy: 'Always', resources: { requests: { memory: '999Mi' } } },
        ],
        containers: [{ name: 'a', resources: { requests: { memory: '200Mi' } } }],
        ...resources(half, whole),
      },
      memory('40Mi', '128Mi'),
    ],
    [
      'a LimitRange of pods judges the limits of the containers where the pod has none',
      [ofContainers({ min: { cpu: '1m' } }), { type: 'Pod', max: { cpu: '700m' } }],
      { containers: [small], resources: { requests: { cpu: '500m' } } },
      cpu('10m', '200m'),
    ],
    [
      "a LimitRange of pods judges the pod's own limit, which does not grow",
      [ofContainers({ min: { memory: '1Mi' } }), { type: 'Pod', max: { memory: '1Gi' } }],
      podOf(app(half, whole)),
      "memory: the sidecar needs a request of at least 1Mi, the pod's own resources and the LimitRanges leave nothing",
    ],
    [
      'no room for the minimum',
      [ofContainers({ min: { memory: '300Mi' } })],
      podOf(small),
      "memory: the sidecar needs a request of at least 300Mi, the pod's own resources and the LimitRanges leave 256Mi",
    ],
    [
      'no room for the least limit',
      [ofContainers({ max: { cpu: '50m' } })],
      podOf(small),
      "cpu: the sidecar needs a limit of at least 100m, the pod's own resources and the LimitRanges leave 50m",
    ],
    [
      'not as much memory as was measured',
      [ofContainers({ max: { memory: '2Gi' } })],
      { containers: [{ name: 'app' }], ...resources({ memory: '127Mi' }, { memory: '127Mi' }) },
      "memory: the sidecar needs a limit of at least 128Mi, the pod's own resources and the LimitRanges leave 127Mi",
    ],
    [
      'a ratio, and nothing left',
      [ofContainers({ maxLimitRequestRatio: { memory: '4' } })],
      podOf(app(half, whole)),
      "memory: the sidecar needs a limit of at least 128Mi, the pod's own resources and the LimitRanges leave nothing",
    ],
  ] as [string, JsonObject[], JsonObject, JsonObject | string][])('%s', (_, limits, spec, expected) => {
    expect(fit(spec, ...limits)).toEqual(expected);
  });
});

describe('what is given is what the API server takes', () => {
  const quantity = (value: Json | undefined): bigint | undefined => readQuantity(value);
  const oneOf = (...amounts: string[]) => fc.option(fc.constantFrom(...amounts), { nil: undefined });
  const item = fc.record({
    min: oneOf('0', '1m', '10m'),
    max: oneOf('120m', '500m', '4'),
    maxLimitRequestRatio: oneOf('1', '2.5', '20'),
    default: oneOf('50m', '150m'),
    defaultRequest: oneOf('1m', '50m'),
  });
  const container = fc.record({
    request: oneOf('0', '1m', '50m', '100m'),
    limit: oneOf('100m', '150m'),
    kind: fc.constantFrom('containers', 'init', 'sidecar'),
  });

  /** LimitRanger's defaults, then its rules; the consistency of pod-level resources. In CPU alone. */
  function isTaken(
    containers: readonly Placed[],
    pod: Ask,
    items: readonly Record<string, string | undefined>[],
  ): boolean {
    for (const given of items)
      for (const { ask } of containers) {
        const limit = given['default'] ?? given['max'];
        const request = given['defaultRequest'] ?? limit ?? given['min'];
        ask.limit ??= quantity(limit);
        ask.request ??= quantity(request);
      }
    const requestsFit = total(containers) <= (pod.request ?? total(containers));
    const limitsFit = containers.every(
      ({ kind, ask }) => kind !== 'containers' || (ask.limit ?? 0n) <= (pod.limit ?? 99n ** 9n),
    );
    return requestsFit && limitsFit && containers.every(({ ask }) => items.every((given) => meets(ask, given)));
  }
  interface Ask {
    request: bigint | undefined;
    limit: bigint | undefined;
  }
  interface Placed {
    readonly kind: string;
    readonly ask: Ask;
  }
  function meets({ request, limit }: Ask, given: Record<string, string | undefined>): boolean {
    const [min, max, ratio] = [given['min'], given['max'], given['maxLimitRequestRatio']].map(quantity);
    if (request !== undefined && limit !== undefined && request > limit) return false;
    if (min !== undefined && (request === undefined || request < min || (limit !== undefined && limit < min)))
      return false;
    if (max !== undefined && (limit === undefined || limit > max || (request ?? 0n) > max)) return false;
    return ratio === undefined || (!!request && !!limit && limit * 1_000_000_000n <= request * ratio);
  }
  function total(containers: readonly Placed[]): bigint {
    let [running, sidecars, initialising] = [0n, 0n, 0n];
    for (const { kind, ask } of containers) {
      const request = ask.request ?? 0n;
      if (kind === 'containers') running += request;
      else if (kind === 'sidecar') sidecars += request;
      else initialising = initialising > sidecars + request ? initialising : sidecars + request;
    }
    return running + sidecars > initialising ? running + sidecars : initialising;
  }

  test('a valid pod that is injected stays valid', () => {
    let injected = 0;
    const property = fc.property(
      fc.array(container, { minLength: 1, maxLength: 4 }),
      fc.record({ request: oneOf('50m', '160m', '300m', '1'), limit: oneOf('1', '4') }),
      fc.array(item, { minLength: 1, maxLength: 2 }),
      (given, own, limits) => {
        const items = limits.map((parts) => JSON.parse(JSON.stringify(parts)) as Record<string, string | undefined>);
        const asks = given.map(({ kind, request, limit }) => ({
          kind,
          ask: { request: quantity(request ?? limit), limit: quantity(limit) },
        }));
        const pod = { request: quantity(own.request ?? own.limit), limit: quantity(own.limit) };
        if (pod.request === undefined || !isTaken(asks, pod, items)) return;
        // The pod comes with the defaults filled in, as the webhook sees it.
        const nano = (value: bigint | undefined) => (value === undefined ? undefined : `${value}n`);
        const listOf = (isWanted: (kind: string) => boolean) =>
          asks.flatMap(({ kind, ask }, index) =>
            isWanted(kind)
              ? [
                  {
                    name: `c${index}`,
                    ...(kind === 'sidecar' && { restartPolicy: 'Always' }),
                    resources: {
                      requests: defined({ cpu: nano(ask.request) }),
                      limits: defined({ cpu: nano(ask.limit) }),
                    },
                  },
                ]
              : [],
          );
        const spec = {
          containers: listOf((kind) => kind === 'containers'),
          initContainers: listOf((kind) => kind !== 'containers'),
          resources: { requests: defined({ cpu: own.request }), limits: defined({ cpu: own.limit }) },
        };
        const ranges = items.map((parts) =>
          ofContainers(Object.fromEntries(Object.entries(parts).map(([part, cpu]) => [part, { cpu: cpu ?? '' }]))),
        );
        const fitted = fitResources({ spec }, limitRangeItems({ spec: { limits: ranges } }));
        if (!fitted.fits || !fitted.resources) return;
        injected++;
        const ours = {
          kind: 'sidecar',
          ask: {
            request: quantity(valueAt(fitted.resources, 'requests', 'cpu')),
            limit: quantity(valueAt(fitted.resources, 'limits', 'cpu')),
          },
        };
        expect(isTaken([ours, ...asks], pod, items)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 3000 });
    expect(injected).toBeGreaterThan(50);
  });

  function defined(amounts: Record<string, string | undefined>): JsonObject {
    return JSON.parse(JSON.stringify(amounts)) as JsonObject;
  }
});
