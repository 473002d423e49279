/** Which pods run on Windows. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { windowsSign } from '../../../../../webhook/injection/facts/windows.ts';

const label = 'kubernetes.io/os';
const betaLabel = 'beta.kubernetes.io/os';
const options = { securityContext: { windowsOptions: { runAsUserName: 'ContainerUser' } } };

function affinity(...nodeSelectorTerms: Json[]): JsonObject {
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}
function term(...expressions: [key: string, operator: string, ...values: string[]][]): JsonObject {
  return { matchExpressions: expressions.map(([key, operator, ...values]) => ({ key, operator, values })) };
}
const sign = (spec: JsonObject) => windowsSign({ spec: { containers: [{ name: 'app' }], ...spec } });

describe('runs on Windows', () => {
  test.each([
    [{ os: { name: 'windows' } }, 'spec.os.name rules Linux out'],
    [{ nodeSelector: { [label]: 'windows' } }, 'the node selector rules Linux out'],
    [{ nodeSelector: { [betaLabel]: 'windows', disk: 'ssd' } }, 'the node selector rules Linux out'],
    [affinity(term([label, 'In', 'windows'])), 'the required node affinity rules Linux out'],
    [affinity(term([betaLabel, 'NotIn', 'linux'])), 'the required node affinity rules Linux out'],
    [affinity(term([label, 'In', 'windows', 'linux'], [label, 'NotIn', 'linux'])), /affinity/],
    [affinity(term(['disk', 'Exists'], [label, 'In', 'windows'])), /affinity/],
    [affinity(term([label, 'In', 'windows']), term([betaLabel, 'In', 'windows'], ['zone', 'In', 'a'])), /affinity/],
    [affinity({}, term([label, 'In', 'windows'])), /affinity/],
    [affinity(term([label, 'DoesNotExist'])), /affinity/],
    [affinity(term([label, 'Gt', '1'])), /affinity/],
    [options, 'the pod has windowsOptions'],
    [{ containers: [{ name: 'app' }, { name: 'b', ...options }] }, 'container b has windowsOptions'],
    [{ initContainers: [{ name: 'first', ...options }] }, 'container first has windowsOptions'],
    [{ os: { name: 'linux' }, nodeSelector: { [label]: 'windows' } }, 'the node selector rules Linux out'],
    [{ ...options, nodeSelector: { disk: 'ssd' } }, 'the pod has windowsOptions'],
    [{ ...options, ...affinity(term([label, 'In', 'windows', 'linux'])) }, 'the pod has windowsOptions'],
  ] as [JsonObject, string | RegExp][])('%j', (spec, expected) => {
    expect(sign(spec)).toMatch(expected);
  });
});

describe('may run on Linux', () => {
  test.each([
    {},
    { os: { name: 'linux' } },
    { nodeSelector: { [label]: 'linux', [betaLabel]: 'linux' } },
    affinity(),
    affinity({}),
    affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['windows'] }] }),
    affinity(term([label, 'In', 'windows', 'linux'])),
    affinity(term([label, 'NotIn', 'windows'])),
    affinity(term([label, 'Exists'])),
    affinity(term(['disk', 'In', 'windows'])),
    affinity(term([label, 'In', 'windows']), term(['zone', 'In', 'a'])),
    { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } },
    { securityContext: { windowsOptions: {} } },
    { containers: [{ name: 'app', securityContext: { windowsOptions: {} } }] },
    { initContainers: [{ name: 'alpine-resolver', ...options }] },
    // Windows options, but one of the others says Linux.
    { ...options, os: { name: 'linux' } },
    { ...options, nodeSelector: { [label]: 'linux' } },
    { ...options, ...affinity(term([label, 'In', 'linux'])) },
    { ...options, ...affinity(term([label, 'NotIn', 'windows']), term([betaLabel, 'In', 'linux'])) },
  ] as JsonObject[])('%j', (spec) => {
    expect(sign(spec)).toBeUndefined();
  });
});
