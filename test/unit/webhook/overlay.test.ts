import { expect, test } from 'vitest';
import { overlay } from '../../../webhook/overlay.ts';

test('what others added stays, what we write wins', () => {
  const present = {
    name: 'x',
    image: 'old',
    env: [
      { name: 'OURS', value: '1' },
      { name: 'THEIRS', value: '2' },
    ],
    volumeMounts: [{ name: 'theirs', mountPath: '/theirs' }],
    securityContext: { runAsUser: 5, seLinuxOptions: { level: 's0' } },
    terminationMessagePath: '/dev/termination-log',
  };
  const wanted = {
    name: 'x',
    image: 'new',
    env: [
      { name: 'NEW', value: '3' },
      { name: 'OURS', value: '4' },
    ],
    volumeMounts: [{ name: 'ours', mountPath: '/ours', readOnly: true }],
    securityContext: { runAsUser: 6, capabilities: { drop: ['ALL'] } },
  };
  expect(overlay(present, wanted)).toEqual({
    name: 'x',
    image: 'new',
    env: [
      { name: 'OURS', value: '4' },
      { name: 'THEIRS', value: '2' },
      { name: 'NEW', value: '3' },
    ],
    volumeMounts: [
      { name: 'theirs', mountPath: '/theirs' },
      { name: 'ours', mountPath: '/ours', readOnly: true },
    ],
    securityContext: { runAsUser: 6, seLinuxOptions: { level: 's0' }, capabilities: { drop: ['ALL'] } },
    terminationMessagePath: '/dev/termination-log',
  });
});

test('no difference: the same object, whatever defaults were filled in', () => {
  const present = {
    probe: { httpGet: { path: '/', scheme: 'HTTP' }, timeoutSeconds: 1 },
    env: [{ name: 'A', value: '1' }],
    drop: ['ALL'],
  };
  expect(overlay(present, { probe: { httpGet: { path: '/' } }, env: [{ name: 'A', value: '1' }], drop: ['ALL'] })).toBe(
    present,
  );
});

test('a source gives way to a value, and lists without key are replaced', () => {
  const present = { env: [{ name: 'A', valueFrom: { fieldRef: {} } }], drop: ['NET_RAW'] };
  expect(overlay(present, { env: [{ name: 'A', value: '1' }], drop: ['ALL'] })).toEqual({
    env: [{ name: 'A', value: '1' }],
    drop: ['ALL'],
  });
});
