/** Pods that are too large to look at. */
import { expect, test } from 'vitest';
import { injectPod } from '../../../../webhook/injection/inject.ts';
import { boundsProblem } from '../../../../webhook/injection/pod-bounds.ts';
import { goldenCase } from '../../../support/kubernetes/golden-cases.ts';

const { context } = goldenCase('smallest');
const containers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `c${index}`, image: 'alpine' }));

test.each([
  ['containers', { spec: { containers: containers(600), initContainers: containers(401) } }, /1001 containers/],
  ['annotations', { metadata: { annotations: { a: 'x'.repeat(200_000), b: 'x'.repeat(70_000) } } }, /annotations have/],
  ['labels', { metadata: { labels: Object.fromEntries(containers(40_000).map(({ name }) => [name, 'x'])) } }, /labels/],
])('too many %s: the pod is left alone', (_, pod, problem) => {
  expect(boundsProblem(pod)).toMatch(problem);
  const injection = injectPod(pod, context);
  expect(injection).toMatchObject({ verdict: 'skip', reason: 'patch-failed', warnings: [] });
});

test('a pod of 1000 containers is looked at', () => {
  expect(injectPod({ spec: { containers: containers(1000) } }, context).verdict).toBe('inject');
});

test.each([
  {},
  { metadata: null, spec: null },
  { spec: { containers: 'x' }, metadata: { labels: [], annotations: 1 } },
])('what is no list or map is not counted: %j', (pod) => {
  expect(boundsProblem(pod)).toBeUndefined();
});
