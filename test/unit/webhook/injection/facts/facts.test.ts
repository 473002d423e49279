/** The facts of a pod that the decision looks at. */
import { describe, expect, test } from 'vitest';
import { injectPod } from '../../../../../webhook/injection/inject.ts';
import type { InjectionContext } from '../../../../../webhook/injection/facts/injection-context.ts';
import type { JsonObject } from '../../../../../webhook/kubernetes/json.ts';
import { contextOf } from '../../../../support/kubernetes/golden-cases.ts';

function inject(
  spec: JsonObject,
  {
    annotations = {},
    context = contextOf(),
  }: { annotations?: Record<string, string>; context?: InjectionContext } = {},
) {
  const containers = [{ name: 'app', image: 'alpine:3.22' }];
  return injectPod({ metadata: { name: 'app', annotations }, spec: { containers, ...spec } }, context);
}

describe('a configuration that the pod brings itself', () => {
  const own = { 'alpine-resolver.io/resolv-conf': 'nameserver 192.0.2.7\n' };
  const fourServers = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];

  test.each([
    [{ dnsPolicy: 'Bogus' }, 'dnsPolicy Bogus does not exist'],
    [{ dnsPolicy: 'None' }, 'dnsPolicy None needs a nameserver in dnsConfig'],
    [{ dnsConfig: { nameservers: fourServers } }, 'dnsConfig has more than 3 nameservers'],
    [{ dnsPolicy: 'Default', dnsConfig: { searches: ['a b'] } }, 'the search a b of dnsConfig is not a domain name'],
  ] as [JsonObject, string][])(
    'does not let in a pod whose own DNS fields the API server refuses: %j',
    (spec, detail) => {
      expect(inject(spec)).toMatchObject({ verdict: 'skip', reason: 'invalid-dns-config', detail });
      expect(inject(spec, { annotations: own })).toMatchObject({
        verdict: 'skip',
        reason: 'invalid-dns-config',
        detail,
      });
    },
  );

  test.each([
    { dnsConfig: { nameservers: ['010.0.0.10'] } },
    { dnsPolicy: 'Default', dnsConfig: { nameservers: ['::ffff:192.0.2.1'] } },
  ] as JsonObject[])('does not let in a pod whose own DNS fields some API servers refuse: %j', (spec) => {
    const reviewed = (minor: number) =>
      inject(spec, { annotations: own, context: { ...contextOf(), serverVersion: { major: 1, minor } } });
    expect(reviewed(37)).toMatchObject({ verdict: 'skip', reason: 'dns-config-unsure' });
    expect(reviewed(35)).toMatchObject({ verdict: 'inject', pod: { metadata: { annotations: own } } });
  });

  test.each([{}, { dnsPolicy: 'Default' }, { dnsConfig: { nameservers: ['192.0.2.1'] } }] as JsonObject[])(
    'counts instead of the DNS fields, and of a cluster DNS that is not known: %j',
    (spec) => {
      const context = { ...contextOf(), clusterDns: undefined };
      expect(inject(spec, { annotations: own, context })).toMatchObject({
        verdict: 'inject',
        pod: { metadata: { annotations: own }, spec: { dnsPolicy: 'None' } },
      });
    },
  );
});

describe('the name of our volume', () => {
  const mounting = {
    name: 'app',
    image: 'alpine:3.22',
    volumeMounts: [{ name: 'alpine-resolver-config', mountPath: '/x' }],
  };

  test.each(['containers', 'initContainers'])('is taken by a mount in %s that has no volume', (list) => {
    expect(inject({ containers: [{ name: 'main', image: 'alpine:3.22' }], [list]: [mounting] })).toMatchObject({
      verdict: 'skip',
      reason: 'name-taken',
      detail: 'container app mounts alpine-resolver-config',
    });
  });

  test('is taken by a volume', () => {
    expect(inject({ volumes: [{ name: 'alpine-resolver-config', emptyDir: {} }] })).toMatchObject({
      reason: 'name-taken',
      detail: 'volume alpine-resolver-config',
    });
  });
});

describe('the status of an injection', () => {
  const withStatus = (status: string) => inject({}, { annotations: { 'alpine-resolver.io/status': status } });

  test('of a scope that only another release knows: left alone', () => {
    expect(withStatus('{"version":"9.0.0","scope":"node","added":[]}')).toMatchObject({
      verdict: 'skip',
      reason: 'unknown-scope',
      detail: 'scope node',
    });
  });

  test.each(['{"version":"1.2.3","scope":"pod","added":[]}', '{"scope":1}', 'null', '{'])(
    'of a scope that is known, or without one, is no reason: %s',
    (status) => {
      expect(withStatus(status)).toMatchObject({ verdict: 'inject' });
    },
  );
});

describe('images that bring a DNS server', () => {
  const containers = [
    { name: 'app', image: 'alpine:3.22' },
    { name: 'vpn', image: 'qmcgaw/gluetun:v3.40' },
  ];

  test('are left alone, with the image and the way out', () => {
    expect(inject({ containers })).toMatchObject({
      verdict: 'skip',
      reason: 'port-in-use',
      detail:
        'qmcgaw/gluetun:v3.40 in container vpn brings a DNS server; if it leaves port 53 alone, annotate the pod with alpine-resolver.io/inject: always or set WEBHOOK_DNS_SERVER_IMAGES',
    });
  });

  test('are injected where somebody says so', () => {
    expect(inject({ containers }, { annotations: { 'alpine-resolver.io/inject': 'always' } })).toMatchObject({
      verdict: 'inject',
    });
  });
});

describe('a pod without an Alpine image', () => {
  const detailOf = (images: string[], alpineImages: string[] = []) => {
    const containers = images.map((image, index) => ({ name: `app-${index}`, image }));
    const pod = { metadata: { name: 'app' }, spec: { containers } };
    const injection = injectPod(pod, contextOf({ alpineImages }));
    return injection.verdict === 'skip' ? `${injection.reason}: ${injection.detail}` : injection.verdict;
  };
  const wayOut =
    'if one is, annotate the pod with alpine-resolver.io/inject: always or add the image to WEBHOOK_ALPINE_IMAGES';

  test('learns which images were seen, each once, and both ways to say otherwise', () => {
    expect(detailOf(['company/app:1', 'company/db:2', 'company/app:1'])).toBe(
      `not-alpine: company/app:1, company/db:2; ${wayOut}`,
    );
    expect(detailOf([])).toBe(`not-alpine: no image; ${wayOut}`);
  });

  test('learns a bounded number of them, of bounded length, in one line', () => {
    const many = Array.from({ length: 900 }, (_, index) => `app-${index}`);
    expect(detailOf(many)).toBe(`not-alpine: app-0, app-1, app-2, app-3, app-4 and 895 more; ${wayOut}`);
    expect(detailOf([`a\n${'b'.repeat(1000)}`])).toBe(`not-alpine: a\\n${'b'.repeat(98)}…; ${wayOut}`);
  });

  test('may be one by a pattern of the operator, or not be one', () => {
    expect(detailOf(['traefik:v3'], ['docker.io/library/traefik'])).toBe('inject');
    expect(detailOf(['node:22-alpine'], ['!**'])).toBe(`not-alpine: node:22-alpine; ${wayOut}`);
  });
});

test('a container with a resolv.conf of its own never asks the sidecar: told in every scope', () => {
  const containers = ['/etc/resolv.conf', '/etc/', '/etc/app.conf'].map((mountPath, index) => ({
    name: `app-${index}`,
    image: 'alpine:3.22',
    volumeMounts: [{ name: 'own', mountPath }],
  }));
  const warnings = [0, 1].map((index) => ({
    reason: 'resolv-conf-mounted',
    message: `container app-${index} mounts /etc/resolv.conf or /etc itself and never asks the sidecar`,
  }));
  for (const dnsPolicy of ['ClusterFirst', 'Default'])
    expect(inject({ containers, dnsPolicy, volumes: [{ name: 'own', emptyDir: {} }] })).toMatchObject({
      verdict: 'inject',
      warnings,
    });
});

test('a pod for Windows is left alone whatever its annotation says, with what says so', () => {
  const spec = {
    containers: [{ name: 'app', image: 'x', securityContext: { windowsOptions: { hostProcess: true } } }],
  };
  expect(inject(spec, { annotations: { 'alpine-resolver.io/inject': 'always' } })).toMatchObject({
    reason: 'windows',
    detail: 'container app has windowsOptions',
  });
});
