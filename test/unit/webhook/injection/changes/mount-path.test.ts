/** Which paths of mounts lie on the file that we mount. */
import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../../../webhook/injection/inject.ts';
import { isOnResolvConf } from '../../../../../webhook/injection/changes/mount-path.ts';
import { contextOf } from '../../../../support/kubernetes/golden-cases.ts';

test.each([
  ...['/etc', '/etc/', '/etc/resolv.conf', '/etc/resolv.conf/', '/etc/./resolv.conf', '//etc/resolv.conf'],
  ...['/etc//resolv.conf', '/./etc', '/etc/.', '/run/../etc/resolv.conf', '/../etc', '/etc/a/b/../../resolv.conf'],
  ...['etc/resolv.conf', './etc', '/run/..//etc/x/..'],
])('%s lies on the file', (path) => {
  expect(isOnResolvConf(path)).toBe(true);
});

test.each([
  ...['', '/', '.', '..', '/etc/resolv.conf/x', '/etc/resolv', '/etc/hosts', '/data/etc', '/data/etc/resolv.conf'],
  ...['/etc/..', '/etc/../resolv.conf', '/etc/resolv.conf/..x', '/etc/.../resolv.conf', '/Etc', '/resolv.conf/etc'],
  ...['/etc/a/b/../resolv.conf', '/etc/resolv.conf/../hosts'],
])('%j does not', (path) => {
  expect(isOnResolvConf(path)).toBe(false);
});

describe('a pod of dnsPolicy Default', () => {
  const inject = (mountPath: string) =>
    injectPod(
      {
        metadata: { name: 'app' },
        spec: {
          dnsPolicy: 'Default',
          volumes: [{ name: 'own', emptyDir: {} }],
          containers: [{ name: 'app', image: 'alpine:3.22', volumeMounts: [{ name: 'own', mountPath }] }],
        },
      },
      contextOf(),
    );

  test('its own mount is recognised however the path is written: no second one, and a warning', () => {
    const injection = inject('/etc/./resolv.conf');
    expect(injection).toMatchObject({ verdict: 'inject', warnings: [{ reason: 'resolv-conf-mounted' }] });
    expect(JSON.stringify(injection)).not.toContain('"mountPath":"/etc/resolv.conf"');
  });

  test('a block device on the path is recognised too: a mount beside it would be refused', () => {
    const app = { name: 'app', image: 'alpine:3.22', volumeDevices: [{ name: 'own', devicePath: '/etc/resolv.conf' }] };
    const beside = { ...app, name: 'beside', volumeDevices: [{ name: 'own', devicePath: '/etc/resolv.conf.d' }] };
    const spec = { dnsPolicy: 'Default', containers: [app, beside] };
    const injection = injectPod({ metadata: { name: 'app' }, spec }, contextOf());
    if (injection.verdict !== 'inject') throw new Error(injection.reason);
    expect(injection.warnings).toMatchObject([{ message: expect.stringContaining('container app mounts') as unknown }]);
    expect(injection.patch.map(({ path }) => path)).not.toContain('/spec/containers/0/volumeMounts');
    expect(injection.patch.map(({ path }) => path)).toContain('/spec/containers/1/volumeMounts');
  });

  // With a search from each slash to the end of the run this takes more than 20 s.
  test('a path of many slashes costs no more than its length', () => {
    const startedMs = performance.now();
    expect(inject(`${'/'.repeat(100_000)}x`).verdict).toBe('inject');
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
