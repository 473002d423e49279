/** The sysctl that opens port 53. */
import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../../../webhook/injection/inject.ts';
import { objectsAt, stringAt, type JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { contextOf } from '../../../../support/kubernetes/golden-cases.ts';

const dots = 'net.ipv4.ip_unprivileged_port_start';
const slashes = 'net/ipv4/ip_unprivileged_port_start';
type Entry = readonly [name: string, value: string];

function podWith(sysctls: readonly Entry[], annotations: JsonObject = {}): JsonObject {
  return {
    metadata: { name: 'app', annotations },
    spec: {
      securityContext: { sysctls: sysctls.map(([name, value]) => ({ name, value })) },
      containers: [{ name: 'app', image: 'alpine:3.22' }],
    },
  };
}
function sysctlsOf(pod: JsonObject): Entry[] {
  return objectsAt(pod, 'spec', 'securityContext', 'sysctls').map((entry) => [
    stringAt(entry, 'name') ?? '',
    stringAt(entry, 'value') ?? '',
  ]);
}
function injectedSysctls(sysctls: readonly Entry[]): Entry[] {
  const injection = injectPod(podWith(sysctls), contextOf());
  if (injection.verdict !== 'inject') throw new Error(injection.reason);
  return sysctlsOf(injection.pod);
}

describe('set: port 53 is opened, and a start that opens it stays', () => {
  test.each([
    ['none', [], [[dots, '0']]],
    [
      'another sysctl',
      [['kernel.msgmax', '1']],
      [
        ['kernel.msgmax', '1'],
        [dots, '0'],
      ],
    ],
    ['low enough', [[dots, '53']], [[dots, '53']]],
    ['0', [[slashes, '0']], [[slashes, '0']]],
    ['too high', [[dots, '54']], [[dots, '0']]],
    ['too high, with slashes', [[slashes, '1024']], [[slashes, '0']]],
    // The kubelet takes the last.
    [
      'both spellings, the last too high',
      [
        [dots, '0'],
        [slashes, '1024'],
      ],
      [
        [dots, '0'],
        [slashes, '0'],
      ],
    ],
    [
      'both spellings, the last low enough',
      [
        [slashes, '1024'],
        [dots, '10'],
      ],
      [
        [slashes, '1024'],
        [dots, '10'],
      ],
    ],
    [
      'both spellings too high',
      [
        [slashes, '1024'],
        [dots, '80'],
      ],
      [
        [slashes, '0'],
        [dots, '0'],
      ],
    ],
    [
      'repeats',
      [
        [dots, '80'],
        [dots, '0'],
        [dots, '1024'],
      ],
      undefined,
    ],
    [
      'a name that the kubelet does not know',
      [['net.ipv4/ip_unprivileged_port_start', '80']],
      [
        ['net.ipv4/ip_unprivileged_port_start', '80'],
        [dots, '0'],
      ],
    ],
    ['no number, on which the pod fails by itself', [[dots, 'low']], [[dots, 'low']]],
  ] as [string, Entry[], Entry[] | undefined][])('%s', (_, before, after) => {
    if (after) return expect(injectedSysctls(before)).toEqual(after);
    // The API server refuses one name twice; the pod must not be let in by our patch, nor broken.
    return expect(injectPod(podWith(before), contextOf())).toMatchObject({ verdict: 'skip', reason: 'patch-failed' });
  });
});

describe('omit: nothing is written', () => {
  const omit = { 'alpine-resolver.io/port-sysctl': 'omit' };

  test.each([
    [[]],
    [[[dots, '0']]],
    [[[dots, '53']]],
    [
      [
        [slashes, '1024'],
        [dots, '0'],
      ],
    ],
  ] as [Entry[]][])('a pod with %j is injected', (sysctls) => {
    const injection = injectPod(podWith(sysctls, omit), contextOf());
    expect(injection).toMatchObject({ verdict: 'inject' });
    if (injection.verdict === 'inject') expect(sysctlsOf(injection.pod)).toEqual(sysctls);
  });

  test.each([
    [[[dots, '54']], '54'],
    [
      [
        [dots, '0'],
        [slashes, '1024'],
      ],
      '1024',
    ],
  ] as [Entry[], string][])('a pod with %j is left alone', (sysctls, value) => {
    expect(injectPod(podWith(sysctls, omit), contextOf())).toMatchObject({
      verdict: 'skip',
      reason: 'port-sysctl',
      detail: `${dots} is ${value}`,
    });
  });

  test.each([
    ['the webhook', {}, {}, 'omit', 0],
    ['the namespace', {}, omit, 'set', 0],
    ['the pod', omit, {}, 'set', 0],
    ['the pod before the namespace', { 'alpine-resolver.io/port-sysctl': 'set' }, omit, 'omit', 1],
  ] as const)('set by %s', (_, ofPod, ofNamespace, portSysctl, entries) => {
    const context = contextOf({ namespace: { annotations: ofNamespace }, injection: { portSysctl } });
    const injection = injectPod(podWith([], ofPod), context);
    if (injection.verdict !== 'inject') throw new Error(injection.reason);
    expect(sysctlsOf(injection.pod)).toHaveLength(entries);
    // It is no setting of the sidecar, which would end on a variable that it does not know.
    expect(JSON.stringify(injection.pod['spec'])).not.toContain('PORT_SYSCTL');
  });

  test('a value that is not accepted refuses the pod', () => {
    expect(injectPod(podWith([], { 'alpine-resolver.io/port-sysctl': 'none' }), contextOf())).toMatchObject({
      verdict: 'refuse',
      message: 'alpine-resolver.io/port-sysctl: "none" is not accepted; expected one of set, omit',
    });
  });
});

test('the status says what was there', () => {
  const statusOf = (sysctls: readonly Entry[]): string => {
    const injection = injectPod(podWith(sysctls), contextOf());
    return injection.verdict === 'inject' ? JSON.stringify(injection.pod['metadata']) : injection.reason;
  };
  expect(statusOf([])).toContain(`sysctls/${dots}\\"`);
  expect(statusOf([[dots, '1024']])).toContain(`sysctls/${dots}=1024\\"`);
  expect(statusOf([[dots, '53']])).not.toContain('sysctls/');
});
