/** The golden pods: what the webhook makes of each stands beside it. */
import fastJsonPatch from 'fast-json-patch';
import { applyPatch as applyRfc6902 } from 'rfc6902';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { injectPod, type Injection } from '../../webhook/injection/inject.ts';
import type { JsonObject } from '../../webhook/kubernetes/json.ts';
import { schemaFaults } from '../support/kubernetes/validate.ts';
import { goldenCases } from '../support/kubernetes/golden-cases.ts';

const cases = goldenCases();

test('there are cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
});

describe.each(cases)('$name', ({ folder, pod, context }) => {
  const injection = injectPod(pod, context);

  test('gives the golden result', async () => {
    await expect(toYaml(describeResult(injection))).toMatchFileSnapshot(join(folder, 'result.yaml'));
    if (injection.verdict === 'inject')
      await expect(toYaml(injection.pod)).toMatchFileSnapshot(join(folder, 'injected.yaml'));
  });

  if (injection.verdict !== 'inject') return;

  test('two other libraries apply the patch to the same pod', () => {
    const byFastJsonPatch = structuredClone(pod);
    fastJsonPatch.applyPatch(byFastJsonPatch, structuredClone([...injection.patch]), true);
    const byRfc6902 = structuredClone(pod);
    const errors = applyRfc6902(byRfc6902, structuredClone([...injection.patch]));
    expect(errors.filter((error) => error !== null)).toEqual([]);
    expect(byFastJsonPatch).toEqual(injection.pod);
    expect(byRfc6902).toEqual(injection.pod);
  });

  test('the pod keeps to the schema of Kubernetes', () => {
    expect(schemaFaults(injection.pod)).toEqual([]);
  });

  test('a second pass changes nothing', () => {
    expect(injectPod(injection.pod, context)).toMatchObject({ verdict: 'skip', reason: 'unchanged' });
  });
});

/** Without the pod, which has a file of its own. */
function describeResult(injection: Injection): JsonObject {
  const { pod: _, ...result } = { pod: undefined, ...injection };
  return result as unknown as JsonObject;
}

function toYaml(value: JsonObject): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
