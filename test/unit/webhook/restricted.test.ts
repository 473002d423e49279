/** Injected pods under Pod Security "restricted". */
import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../webhook/injection/inject.ts';
import type { JsonObject } from '../../../webhook/kubernetes/json.ts';
import { contextOf } from '../../support/kubernetes/golden-cases.ts';
import { restrictedBreaches } from '../../support/kubernetes/restricted.ts';
import { readKubernetesData } from '../../support/kubernetes/validate.ts';

const pods = readKubernetesData('restricted-pods') as Record<'pass' | 'fail', Record<string, JsonObject>>;
const passing = Object.entries(pods.pass);
const failing = Object.entries(pods.fail);

test('the pods are there', () => {
  expect(passing.length).toBeGreaterThan(20);
  expect(failing.length).toBeGreaterThan(70);
});

test.each(passing)("our checker agrees with Kubernetes' own cases: pass %s", (_, pod) => {
  expect(restrictedBreaches(pod)).toEqual([]);
});

test.each(failing)("our checker agrees with Kubernetes' own cases: fail %s", (_, pod) => {
  expect(restrictedBreaches(pod)).not.toEqual([]);
});

describe('an injection neither breaks nor mends', () => {
  function inject(pod: JsonObject): JsonObject | undefined {
    const always = contextOf({ namespace: { annotations: { 'alpine-resolver.io/inject': 'always' } } });
    const injection = injectPod(pod, always);
    return injection.verdict === 'inject' ? injection.pod : undefined;
  }
  // hostNetwork and Windows are left alone.
  const concerned = (cases: [string, JsonObject][]) => cases.filter(([, pod]) => inject(pod) !== undefined);

  test('most of them are injected', () => {
    expect(concerned(passing).length).toBeGreaterThan(18);
    expect(concerned(failing).length).toBeGreaterThan(60);
  });

  test.each(concerned(passing))('%s goes on passing', (_, pod) => {
    expect(restrictedBreaches(inject(pod) ?? {})).toEqual([]);
  });

  test.each(concerned(failing))('%s fails for the same as before', (_, pod) => {
    expect(restrictedBreaches(inject(pod) ?? {})).toEqual(restrictedBreaches(pod));
  });
});
