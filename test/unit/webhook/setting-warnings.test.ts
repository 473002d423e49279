import { describe, expect, test } from 'vitest';
import { eventTexts } from '../../../webhook/event-texts.ts';
import { injectPod } from '../../../webhook/inject.ts';
import { contextOf } from '../../golden/cases.ts';

type Texts = Record<string, string>;
const ownImage = 'company/app:1';

function inject(image: string, ofPod: Texts, ofNamespace: Texts) {
  return injectPod(
    { metadata: { name: 'app', annotations: ofPod }, spec: { containers: [{ name: 'app', image }] } },
    contextOf({ namespace: { annotations: ofNamespace } }),
  );
}
const bad = { 'alpine-resolver.io/inject': 'alwyas' };
const told = 'alpine-resolver.io/inject: "alwyas" is not accepted; expected one of auto, always, never';

describe('a bad value of the annotation inject on a pod that is left alone', () => {
  test('of the namespace: told, in an event too', () => {
    const injection = inject(ownImage, {}, bad);
    expect(injection).toEqual({
      verdict: 'skip',
      reason: 'not-alpine',
      warnings: [{ reason: 'invalid-namespace-annotation', message: `namespace annotation ignored: ${told}` }],
    });
    expect(eventTexts(injection).map(({ message }) => message)).toContain(
      `invalid-namespace-annotation: namespace annotation ignored: ${told}`,
    );
  });

  test('of the pod: told', () => {
    expect(inject(ownImage, bad, {})).toEqual({
      verdict: 'skip',
      reason: 'not-alpine',
      warnings: [{ reason: 'invalid-pod-annotation', message: `annotation ignored: ${told}` }],
    });
  });

  test('of the pod, where the namespace then says never: told', () => {
    expect(inject('alpine:3.22', bad, { 'alpine-resolver.io/inject': 'never' })).toMatchObject({
      reason: 'opted-out',
      warnings: [{ reason: 'invalid-pod-annotation' }],
    });
  });

  test('of the namespace, where the pod itself says never: nothing hangs on it', () => {
    expect(inject('alpine:3.22', { 'alpine-resolver.io/inject': 'never' }, bad)).toEqual({
      verdict: 'skip',
      reason: 'opted-out',
      warnings: [],
    });
  });

  test('where something else stands in the way: nothing hangs on it', () => {
    const pod = { metadata: { annotations: bad }, spec: { hostNetwork: true, containers: [] } };
    expect(injectPod(pod, contextOf())).toEqual({ verdict: 'skip', reason: 'host-network', warnings: [] });
  });
});

test('other bad values matter to injected pods alone', () => {
  const faulty = { 'alpine-resolver.io/ndots': '16' };
  expect(inject(ownImage, {}, faulty)).toMatchObject({ verdict: 'skip', warnings: [] });
  expect(inject(ownImage, faulty, {})).toMatchObject({ verdict: 'skip', warnings: [] });
  expect(inject('alpine:3.22', {}, faulty)).toMatchObject({
    verdict: 'inject',
    warnings: [{ reason: 'invalid-namespace-annotation' }],
  });
});
