/** The annotations for requests and limits. */
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../shared/settings/read-settings.ts';
import { injectionDefaults, webhookSettings, type InjectionSettings } from '../../../shared/settings/settings.ts';
import { sidecarAmounts } from '../../../shared/settings/sidecar-amounts.ts';
import { injectPod } from '../../../webhook/injection/inject.ts';
import type { JsonObject } from '../../../webhook/kubernetes/json.ts';
import { limitRangeItems } from '../../../webhook/injection/resources/limit-range.ts';
import { fitResources } from '../../../webhook/injection/resources/resources.ts';
import { contextOf } from '../../support/kubernetes/golden-cases.ts';

const app = { name: 'app', image: 'alpine:3.22' };
const full = { cpu: '1', memory: '1Gi' };
const guaranteedApp = { ...app, resources: { requests: full, limits: full } };
const limitedApp = { ...app, resources: { limits: { memory: '16Mi' } } };
const leastMemory = sidecarAmounts.memory.minLimit;
const usual = { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '250m', memory: '128Mi' } };

function fit(settings: Partial<InjectionSettings>, container: JsonObject = app, ...limits: JsonObject[]): unknown {
  const pod = { spec: { containers: [container] } };
  const fitted = fitResources(pod, limitRangeItems({ spec: { limits } }), { ...injectionDefaults, ...settings });
  return fitted.fits ? (fitted.resources ?? null) : fitted.problem;
}

describe('what is set is written', () => {
  test.each([
    [{}, usual],
    [{ cpuRequest: '50m' }, { ...usual, requests: { cpu: '50m', memory: '48Mi' } }],
    [{ memoryRequest: '96Mi' }, { ...usual, requests: { cpu: '10m', memory: '96Mi' } }],
    [{ cpuLimit: '2' }, { ...usual, limits: { cpu: '2', memory: '128Mi' } }],
    [{ memoryLimit: '1Gi' }, { ...usual, limits: { cpu: '250m', memory: '1Gi' } }],
    [{ cpuLimit: 'none' }, { ...usual, limits: { memory: '128Mi' } }],
    [{ memoryLimit: 'none' }, { ...usual, limits: { cpu: '250m' } }],
    [{ cpuLimit: 'none', memoryLimit: 'none' }, { requests: usual.requests }],
    [
      { cpuLimit: 'none', cpuRequest: '1' },
      { requests: { cpu: '1', memory: '48Mi' }, limits: { memory: '128Mi' } },
    ],
    // Lowered to the limit.
    [{ cpuRequest: '300m' }, { ...usual, requests: { cpu: '250m', memory: '48Mi' } }],
    [
      { memoryRequest: '1Gi', memoryLimit: '192Mi' },
      { requests: { cpu: '10m', memory: '192Mi' }, limits: { cpu: '250m', memory: '192Mi' } },
    ],
  ] as [Partial<InjectionSettings>, JsonObject][])('%j', (settings, expected) => {
    expect(fit(settings)).toEqual(expected);
  });

  test.each([
    [{}, { cpu: '100m', memory: '128Mi' }],
    [
      { cpuLimit: '2', memoryLimit: '256Mi' },
      { cpu: '2', memory: '256Mi' },
    ],
    [
      { cpuLimit: 'none', memoryLimit: 'none' },
      { cpu: '100m', memory: '128Mi' },
    ],
    [
      { cpuRequest: '1', memoryRequest: '1Gi' },
      { cpu: '100m', memory: '128Mi' },
    ],
    [
      { cpuRequest: '1m', cpuLimit: '300m' },
      { cpu: '300m', memory: '128Mi' },
    ],
  ] as [Partial<InjectionSettings>, JsonObject][])('in a Guaranteed pod %j stays Guaranteed', (settings, both) => {
    expect(fit(settings, guaranteedApp)).toEqual({ requests: both, limits: both });
  });
});

describe('LimitRanges clamp what is set', () => {
  const none = { cpuLimit: 'none', memoryLimit: 'none' };

  test.each([
    [
      'maximum',
      { cpuLimit: '2' },
      { type: 'Container', max: { cpu: '500m' } },
      { ...usual, limits: { cpu: '500m', memory: '128Mi' } },
    ],
    [
      'minimum',
      { cpuRequest: '1m' },
      { type: 'Container', min: { cpu: '20m' } },
      { ...usual, requests: { cpu: '20m', memory: '48Mi' } },
    ],
    [
      'ratio',
      { cpuLimit: '2' },
      { type: 'Container', maxLimitRequestRatio: { cpu: '4' } },
      { requests: { cpu: '500m', memory: '48Mi' }, limits: { cpu: '2', memory: '128Mi' } },
    ],
    [
      'maximum that is not a whole number of Mi',
      { memoryLimit: '1Gi' },
      { type: 'Container', max: { memory: '200M' } },
      { ...usual, limits: { cpu: '250m', memory: '190Mi' } },
    ],
    [
      'minimum equal to it',
      { memoryLimit: '1Gi' },
      { type: 'Container', min: { memory: '200M' }, max: { memory: '200M' } },
      { requests: { cpu: '10m', memory: '200000000' }, limits: { cpu: '250m', memory: '200000000' } },
    ],
    [
      'room of the pod',
      { memoryLimit: '1Gi' },
      { type: 'Pod', max: { memory: '512Mi' } },
      { ...usual, limits: { cpu: '250m', memory: '496Mi' } },
    ],
    // A container without a limit is refused, or gets the default.
    [
      'maximum, without a limit',
      none,
      { type: 'Container', max: { cpu: '4' } },
      { requests: usual.requests, limits: { cpu: '250m' } },
    ],
    [
      'default, without a limit',
      none,
      { type: 'Container', default: { memory: '32Mi' } },
      { requests: usual.requests, limits: { memory: '128Mi' } },
    ],
    [
      'ratio, without a limit',
      none,
      { type: 'Container', maxLimitRequestRatio: { cpu: '50' } },
      { requests: usual.requests, limits: { cpu: '250m' } },
    ],
    [
      'maximum of the pod, without a limit',
      none,
      { type: 'Pod', max: { memory: '1Gi' } },
      { requests: usual.requests, limits: { memory: '128Mi' } },
    ],
    [
      'minimum, without a limit',
      none,
      { type: 'Container', min: { cpu: '20m' } },
      { requests: { cpu: '20m', memory: '48Mi' } },
    ],
  ] as [string, Partial<InjectionSettings>, JsonObject, JsonObject][])('%s', (_, settings, limit, expected) => {
    // A pod without limits is refused alone by a maximum of pods.
    expect(fit(settings, limit['type'] === 'Pod' ? limitedApp : app, limit)).toEqual(expected);
  });

  test('and not below what the sidecar needs', () => {
    expect(fit({ cpuLimit: '2' }, app, { type: 'Container', max: { cpu: '99m' } })).toMatch(/^cpu: .*at least 100m/);
    const memory = (max: string) => fit({ memoryLimit: '1Gi' }, app, { type: 'Container', max: { memory: max } });
    expect(memory('127Mi')).toBe(`memory: the sidecar needs a limit of at least ${leastMemory}, 127Mi is allowed`);
    expect(memory(leastMemory)).toEqual({ ...usual, limits: { cpu: '250m', memory: leastMemory } });
  });
});

test('a pod with resources of its own gets none, whatever is set', () => {
  const pod = { spec: { resources: { limits: full }, containers: [app] } };
  expect(fitResources(pod, [], { ...injectionDefaults, cpuLimit: '2' })).toEqual({ fits: true, resources: undefined });
});

const annotations = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [`alpine-resolver.io/${name}`, text]));

function inject(
  ofPod: Record<string, string>,
  ofNamespace: Record<string, string> = {},
  ofWebhook: Partial<InjectionSettings> = {},
) {
  return injectPod(
    { metadata: { name: 'app', annotations: annotations(ofPod) }, spec: { containers: [app] } },
    contextOf({ namespace: { annotations: annotations(ofNamespace) }, injection: ofWebhook }),
  );
}

test('webhook, namespace and pod: the nearest counts, each by itself', () => {
  const injection = inject(
    { 'cpu-limit': '1' },
    { 'cpu-limit': '2', 'memory-limit': '256Mi' },
    { cpuLimit: '3', memoryLimit: '512Mi', cpuRequest: '20m' },
  );
  expect(injection).toMatchObject({
    verdict: 'inject',
    pod: {
      spec: {
        initContainers: [
          { resources: { requests: { cpu: '20m', memory: '48Mi' }, limits: { cpu: '1', memory: '256Mi' } } },
        ],
      },
    },
  });
});

test('a request above the limit is a warning', () => {
  expect(inject({ 'cpu-request': '1', 'memory-request': '1Gi' }).warnings).toEqual([
    { reason: 'request-lowered', message: 'cpu-request 1 is above the limit and was lowered to 250m' },
    { reason: 'request-lowered', message: 'memory-request 1Gi is above the limit and was lowered to 128Mi' },
  ]);
  expect(inject({ 'cpu-request': '250m', 'memory-request': '64Mi' }).warnings).toEqual([]);
});

describe('values that are not accepted', () => {
  const ofCpu = 'quantity of CPU (such as 100m or 0.5) from';
  const ofMemory = 'quantity of memory (such as 64Mi or 1Gi) from';

  test.each([
    ['cpu-limit', '99m', `${ofCpu} 100m to 256, or none`],
    ['cpu-limit', '', `${ofCpu} 100m to 256, or none`],
    ['cpu-limit', '1 core', `${ofCpu} 100m to 256, or none`],
    ['cpu-limit', '257', `${ofCpu} 100m to 256, or none`],
    ['memory-limit', '127Mi', `${ofMemory} ${leastMemory} to 1Ti, or none`],
    ['memory-limit', '128', `${ofMemory} ${leastMemory} to 1Ti, or none`],
    ['memory-limit', '128MB', `${ofMemory} ${leastMemory} to 1Ti, or none`],
    ['cpu-request', 'none', `${ofCpu} 1m to 256`],
    ['cpu-request', '0', `${ofCpu} 1m to 256`],
    ['cpu-request', '-1', `${ofCpu} 1m to 256`],
    ['memory-request', '100m', `${ofMemory} 1Mi to 1Ti`],
    ['memory-request', 'none', `${ofMemory} 1Mi to 1Ti`],
  ])('%s: %j', (name, text, accepted) => {
    const message = `alpine-resolver.io/${name}: "${text}" is not accepted; expected ${accepted}`;
    expect(inject({ [name]: text })).toMatchObject({ verdict: 'refuse', message });
    expect(inject({}, { [name]: text })).toMatchObject({
      verdict: 'inject',
      warnings: [{ reason: 'invalid-namespace-annotation', message: `namespace annotation ignored: ${message}` }],
    });
  });

  test('of the webhook’s environment end its start', () => {
    const { issues, values } = readEnvironment(webhookSettings, {
      WEBHOOK_MEMORY_LIMIT: '64Mi',
      WEBHOOK_CPU_LIMIT: 'None',
      WEBHOOK_CPU_REQUEST: '0.05',
    });
    expect(issues.map(({ message }) => message)).toEqual([
      `WEBHOOK_MEMORY_LIMIT: "64Mi" is not accepted; expected ${ofMemory} ${leastMemory} to 1Ti, or none`,
    ]);
    expect(values).toMatchObject({ cpuLimit: 'none', cpuRequest: '50m' });
  });
});
