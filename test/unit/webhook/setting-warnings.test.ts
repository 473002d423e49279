/** Bad values of annotations: what is warned of, and what refuses a pod. */
import { describe, expect, test } from 'vitest';
import { eventTexts } from '../../../webhook/review/event-texts.ts';
import { injectPod } from '../../../webhook/injection/inject.ts';
import { contextOf } from '../../support/kubernetes/golden-cases.ts';

type Texts = Record<string, string>;
const ownImage = 'company/app:1';

function inject(image: string, ofPod: Texts, ofNamespace: Texts) {
  return injectPod(
    { metadata: { name: 'app', annotations: ofPod }, spec: { containers: [{ name: 'app', image }] } },
    contextOf({ namespace: { annotations: ofNamespace } }),
  );
}
const bad = { 'alpine-resolver.io/inject': 'alwyas' };
const told = (accepted: string): string =>
  `alpine-resolver.io/inject: "alwyas" is not accepted (did you mean always?); expected one of ${accepted}`;
const toldOfPod = told('auto, always (or enabled, true), never (or disabled, false)');
const toldOfNamespace = told('auto (or enabled, true), always, never (or disabled, false)');

describe('a bad value of the annotation inject on a pod that is left alone', () => {
  test('of the namespace: told, in an event too', () => {
    const injection = inject(ownImage, {}, bad);
    expect(injection).toEqual({
      verdict: 'skip',
      reason: 'not-alpine',
      detail: expect.stringMatching(/^company\/app:1; /) as unknown,
      warnings: [
        { reason: 'invalid-namespace-annotation', message: `namespace annotation ignored: ${toldOfNamespace}` },
      ],
    });
    expect(eventTexts(injection).map(({ message }) => message)).toContain(
      `invalid-namespace-annotation: namespace annotation ignored: ${toldOfNamespace}`,
    );
  });

  test('of the pod: told', () => {
    expect(inject(ownImage, bad, {})).toEqual({
      verdict: 'skip',
      reason: 'not-alpine',
      detail: expect.stringMatching(/^company\/app:1; /) as unknown,
      warnings: [{ reason: 'invalid-pod-annotation', message: `annotation ignored: ${toldOfPod}` }],
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

  test('of the pod, where an image brings a DNS server: told', () => {
    expect(inject('pihole/pihole:alpine', bad, {})).toMatchObject({
      reason: 'port-in-use',
      warnings: [{ reason: 'invalid-pod-annotation' }],
    });
  });

  test('where something else stands in the way: nothing hangs on it', () => {
    const pod = { metadata: { annotations: bad }, spec: { hostNetwork: true, containers: [] } };
    expect(injectPod(pod, contextOf())).toEqual({ verdict: 'skip', reason: 'host-network', warnings: [] });
    const never = contextOf({ namespace: { annotations: { 'alpine-resolver.io/inject': 'never' } } });
    expect(injectPod(pod, never)).toEqual({ verdict: 'skip', reason: 'opted-out', warnings: [] });
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
