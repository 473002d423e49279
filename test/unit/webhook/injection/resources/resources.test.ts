/** The sidecar's requests and limits. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { limitRangeItems } from '../../../../../webhook/injection/resources/limit-range.ts';
import { fitResources } from '../../../../../webhook/injection/resources/resources.ts';

const usual = { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '250m', memory: '128Mi' } };
const guaranteed = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '100m', memory: '128Mi' } };

function podOf(...containers: Json[]): JsonObject {
  return { spec: { containers } };
}
function withResources(requests: JsonObject | undefined, limits: JsonObject | undefined): JsonObject {
  return { name: 'app', resources: { ...(requests && { requests }), ...(limits && { limits }) } };
}
function fit(pod: JsonObject, ...limits: JsonObject[]) {
  return fitResources(pod, limitRangeItems({ spec: { limits } }));
}

describe('quality of service', () => {
  const full = withResources({ cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '1Gi' });

  test('without resources, with requests, with one limit: ours as usual', () => {
    expect(fit(podOf({ name: 'app' }))).toEqual({ fits: true, resources: usual });
    expect(fit(podOf(withResources({ cpu: '1', memory: '1Gi' }, undefined)))).toEqual({ fits: true, resources: usual });
    expect(fit(podOf(full, withResources(undefined, { cpu: '1' })))).toEqual({ fits: true, resources: usual });
    expect(fit(podOf(withResources({ cpu: '500m', memory: '1Gi' }, { cpu: '1', memory: '1Gi' })))).toEqual({
      fits: true,
      resources: usual,
    });
  });

  test('Guaranteed: equal, however the amounts are written, and with requests left to the defaults', () => {
    expect(fit(podOf(full))).toEqual({ fits: true, resources: guaranteed });
    expect(fit(podOf(withResources({ cpu: '1000m', memory: '1024Mi' }, { cpu: '1', memory: '1Gi' })))).toEqual({
      fits: true,
      resources: guaranteed,
    });
    expect(fit(podOf(withResources(undefined, { cpu: '1', memory: '1Gi' })))).toEqual({
      fits: true,
      resources: guaranteed,
    });
  });

  test('an init container without limits ends Guaranteed', () => {
    expect(fit({ spec: { containers: [full], initContainers: [{ name: 'first' }] } })).toEqual({
      fits: true,
      resources: usual,
    });
    expect(fit({ spec: { containers: [full], initContainers: [full] } })).toEqual({
      fits: true,
      resources: guaranteed,
    });
  });

  test('our own entry does not count', () => {
    const own = { name: 'alpine-resolver', restartPolicy: 'Always', resources: usual };
    expect(fit({ spec: { containers: [full], initContainers: [own] } })).toEqual({ fits: true, resources: guaranteed });
  });

  test('resources of the pod: none of ours; an empty list is none', () => {
    expect(fit({ spec: { containers: [full], resources: { limits: { cpu: '1' } } } })).toEqual({
      fits: true,
      resources: undefined,
    });
    expect(fit({ spec: { containers: [{ name: 'app' }], resources: {} } })).toEqual({ fits: true, resources: usual });
  });
});

describe('LimitRange of containers', () => {
  const pod = podOf({ name: 'app' });
  const resourcesOf = (...limits: JsonObject[]) => {
    const fitted = fit(pod, ...limits);
    return fitted.fits ? fitted.resources : fitted.problem;
  };

  test('minimum raises, maximum lowers', () => {
    expect(resourcesOf({ type: 'Container', min: { cpu: '50m', memory: '200Mi' } })).toEqual({
      requests: { cpu: '50m', memory: '200Mi' },
      limits: { cpu: '250m', memory: '200Mi' },
    });
    expect(resourcesOf({ type: 'Container', max: { cpu: '100m', memory: '128Mi' } })).toEqual({
      requests: { cpu: '10m', memory: '48Mi' },
      limits: { cpu: '100m', memory: '128Mi' },
    });
  });

  test('the strictest of several counts', () => {
    expect(
      resourcesOf(
        { type: 'Container', max: { cpu: '200m' } },
        { type: 'Container', max: { cpu: '110m' } },
        { type: 'Container', min: { cpu: '20m' } },
      ),
    ).toMatchObject({ requests: { cpu: '20m' }, limits: { cpu: '110m' } });
  });

  test('the ratio raises the request', () => {
    expect(resourcesOf({ type: 'Container', maxLimitRequestRatio: { cpu: '4', memory: '1' } })).toEqual({
      requests: { cpu: '63m', memory: '128Mi' },
      limits: { cpu: '250m', memory: '128Mi' },
    });
  });

  test('minimum equal to maximum, not a whole number of Mi', () => {
    expect(resourcesOf({ type: 'Container', min: { memory: '200M' }, max: { memory: '200M' } })).toMatchObject({
      requests: { memory: '200000000' },
      limits: { memory: '200000000' },
    });
  });

  test.each([
    [{ max: { memory: '127Mi' } }, /memory: .*at least 128Mi, 127Mi is allowed/],
    [{ max: { cpu: '99m' } }, /cpu: .*at least 100m, 99m is allowed/],
    [{ min: { cpu: '2' }, max: { cpu: '1' } }, /cpu: at least 2 is demanded, at most 1 is allowed/],
  ] as [JsonObject, RegExp][])('%j cannot be met', (limit, problem) => {
    expect(resourcesOf({ type: 'Container', ...limit })).toMatch(problem);
  });

  test('other kinds do not concern us, nor other resources whose maximum is the default', () => {
    expect(
      resourcesOf(
        { type: 'PersistentVolumeClaim', max: { storage: '1' } },
        { type: 'Container', max: { 'ephemeral-storage': '1' } },
      ),
    ).toEqual(usual);
  });
});

describe('LimitRange of pods', () => {
  const app = withResources({ cpu: '100m', memory: '100Mi' }, { cpu: '1', memory: '200Mi' });

  test('ours gets what the others leave', () => {
    expect(fit(podOf(app), { type: 'Pod', max: { cpu: '1100m', memory: '328Mi' } })).toEqual({
      fits: true,
      resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '100m', memory: '128Mi' } },
    });
  });

  test('no room', () => {
    expect(fit(podOf(app), { type: 'Pod', max: { memory: '327Mi' } })).toMatchObject({ fits: false });
    expect(fit(podOf(app), { type: 'Pod', max: { memory: '100Mi' } })).toMatchObject({ fits: false });
  });

  test('the ratio of the whole pod', () => {
    // (0.3 + 0.25) / (0.1 + x) ≤ 3 → x ≥ 0.0833
    const atTheRatio = withResources({ cpu: '100m' }, { cpu: '300m' });
    expect(fit(podOf(atTheRatio), { type: 'Pod', maxLimitRequestRatio: { cpu: '3' } })).toMatchObject({
      resources: { requests: { cpu: '84m' }, limits: { cpu: '250m' } },
    });
    // Alone it is beyond it: ours must not let it in.
    expect(fit(podOf(app), { type: 'Pod', maxLimitRequestRatio: { cpu: '5' } })).toMatchObject({ fits: false });
  });

  test('an init container counts beside the sidecars before it, not beside the containers', () => {
    const spec = {
      initContainers: [
        { name: 's', restartPolicy: 'Always', resources: { limits: { memory: '50Mi' } } },
        { name: 'i', resources: { limits: { memory: '300Mi' } } },
      ],
      containers: [{ name: 'app', resources: { limits: { memory: '100Mi' } } }],
    };
    // max(100 + 50, 50 + 300) = 350 Mi
    expect(fit({ spec }, { type: 'Pod', max: { memory: '478Mi' } })).toMatchObject({
      resources: { limits: { memory: '128Mi' } },
    });
    expect(fit({ spec }, { type: 'Pod', max: { memory: '477Mi' } })).toMatchObject({ fits: false });
  });
});

describe('LimitRange of a resource that the sidecar does not ask for', () => {
  const app = withResources({ 'ephemeral-storage': '1Gi' }, { 'ephemeral-storage': '2Gi' });
  const storage = (parts: Record<string, string>): JsonObject => ({
    type: 'Container',
    ...Object.fromEntries(Object.entries(parts).map(([part, amount]) => [part, { 'ephemeral-storage': amount }])),
  });

  test.each([
    [{ maxLimitRequestRatio: '2' }, 'the ratio of limit to request'],
    [{ maxLimitRequestRatio: '2', min: '1Mi' }, 'the ratio of limit to request'],
    [{ maxLimitRequestRatio: '2', default: '3Gi', defaultRequest: '1Gi' }, 'the ratio of limit to request'],
    [{ maxLimitRequestRatio: '2', default: '0' }, 'the ratio of limit to request'],
  ] as [Record<string, string>, string][])('%j: the defaults do not do', (parts, missed) => {
    expect(fit(podOf(app), storage(parts))).toEqual({
      fits: false,
      problem: `ephemeral-storage: a container that does not set it does not meet ${missed}`,
    });
  });

  test.each([
    { maxLimitRequestRatio: '2', max: '2Gi' },
    { maxLimitRequestRatio: '1.5', default: '3Gi', defaultRequest: '2Gi' },
    { maxLimitRequestRatio: '1', default: '1Gi' },
    { min: '1Mi' },
    { min: '1Mi', max: '2Gi' },
    { default: '1Gi' },
  ] as Record<string, string>[])('%j: the defaults do', (parts) => {
    expect(fit(podOf(app), storage(parts))).toEqual({ fits: true, resources: usual });
  });

  test("one LimitRange's default does not do for another", () => {
    const [small, large] = [storage({ default: '1Mi' }), storage({ min: '2Mi' })];
    expect(fit(podOf(app), small, large)).toMatchObject({ problem: expect.stringMatching(/the minimum$/) as unknown });
    expect(fit(podOf(app), storage({ default: '1Gi' }), storage({ max: '1Mi' }))).toMatchObject({
      problem: expect.stringMatching(/the maximum$/) as unknown,
    });
    expect(fit(podOf(app), storage({ default: '1Gi' }), storage({ maxLimitRequestRatio: '1' }))).toMatchObject({
      fits: true,
    });
  });

  test('a ratio counts in a pod with resources of its own too', () => {
    const pod = { spec: { containers: [app], resources: { limits: { cpu: '1' } } } };
    expect(fit(pod, storage({ maxLimitRequestRatio: '2' }))).toMatchObject({ fits: false });
  });

  test('of pods: what a default adds has to fit, and nothing else does', () => {
    const ofPod = (parts: Record<string, string>): JsonObject => ({ ...storage(parts), type: 'Pod' });
    expect(fit(podOf(app), ofPod({ max: '2Gi' }))).toMatchObject({ fits: true });
    expect(fit(podOf(app), ofPod({ maxLimitRequestRatio: '2' }))).toMatchObject({ fits: true });
    expect(fit(podOf(app), ofPod({ max: '3Gi' }), storage({ default: '1Gi' }))).toMatchObject({ fits: true });
    expect(fit(podOf(app), ofPod({ max: '2Gi' }), storage({ default: '1Gi' }))).toEqual({
      fits: false,
      problem: "ephemeral-storage: with the sidecar's default the pod does not meet the maximum",
    });
    expect(
      fit(podOf(app), ofPod({ maxLimitRequestRatio: '2' }), storage({ default: '1Gi', defaultRequest: '1Mi' })),
    ).toMatchObject({ problem: expect.stringMatching(/the ratio of limit to request$/) as unknown });
  });
});
