/** The truth table of injection, row by row. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { invalid } from '../../../../shared/settings/read-settings.ts';
import { decide } from '../../../../webhook/injection/decide.ts';
import type { Facts } from '../../../../webhook/injection/facts/facts.ts';
import { readPodSettings } from '../../../../webhook/injection/facts/pod-settings.ts';

const injectable: Facts = {
  excludedNamespace: false,
  namespaceOptedIn: true,
  optedOutByLabel: false,
  mirrorPod: false,
  settings: readPodSettings({}, {}),
  nativeSidecars: true,
  unknownScope: undefined,
  hostNetwork: false,
  windows: undefined,
  clusterDnsPod: false,
  portInUse: undefined,
  nameTaken: undefined,
  sameRequest: undefined,
  portSysctl: undefined,
  original: { known: true, text: 'nameserver 10.96.0.10\n' },
  originalFields: { dnsPolicy: undefined, dnsConfig: undefined },
  originalLost: false,
  resources: { fits: true, resources: {} },
  alpine: true,
  ownResolver: { isThere: false, variables: [], values: {}, notCopied: [] },
  images: 'alpine:3.22',
  dnsServerImage: undefined,
};

/** Each fact that stops an injection, in the order of the truth table, with the reason it gives. */
const obstacles: [Partial<Facts>, string][] = [
  [{ excludedNamespace: true }, 'excluded-namespace'],
  [{ namespaceOptedIn: false }, 'namespace-not-opted-in'],
  [{ optedOutByLabel: true }, 'opted-out-by-label'],
  [{ mirrorPod: true }, 'mirror-pod'],
  [{ settings: settingsOf('never') }, 'opted-out'],
  [{ nativeSidecars: false }, 'native-sidecar-unsupported'],
  [{ unknownScope: 'scope node' }, 'unknown-scope'],
  [{ hostNetwork: true }, 'host-network'],
  [{ windows: 'the node selector rules Linux out' }, 'windows'],
  [{ clusterDnsPod: true }, 'cluster-dns'],
  [{ nameTaken: 'volume alpine-resolver-config' }, 'name-taken'],
  [{ portInUse: 'container a declares port 53' }, 'port-in-use'],
  [{ portSysctl: 'it is 1024' }, 'port-sysctl'],
  [{ original: { known: false, why: 'invalid', detail: 'why' } }, 'invalid-dns-config'],
  [{ original: { known: false, why: 'unsure', detail: 'why' } }, 'dns-config-unsure'],
  [{ original: { known: false, why: 'cluster' } }, 'cluster-dns-unknown'],
  [{ resources: { fits: false, problem: 'memory' } }, 'limit-range'],
  [{ alpine: false }, 'not-alpine'],
  [{ dnsServerImage: 'the image pihole/pihole' }, 'port-in-use'],
];
const rowsBeforeEarlier = obstacles.findIndex(([, reason]) => reason === 'name-taken');

function settingsOf(podInject?: string, namespaceInject?: string) {
  const name = 'alpine-resolver.io/inject';
  return readPodSettings(
    podInject === undefined ? {} : { [name]: podInject },
    namespaceInject === undefined ? {} : { [name]: namespaceInject },
  );
}

test('nothing in the way: injected', () => {
  expect(decide(injectable)).toEqual({ verdict: 'inject', reason: 'injected', scope: 'pod' });
});

test('an original that only the node knows: scope containers', () => {
  expect(decide({ ...injectable, original: { known: false, why: 'node' } })).toMatchObject({ scope: 'containers' });
});

test.each(obstacles)('%j: %s', (obstacle, reason) => {
  expect(decide({ ...injectable, ...obstacle })).toMatchObject({ verdict: 'skip', reason });
});

test('of two obstacles the first of the table counts', () => {
  for (const [index, [first, reason]] of obstacles.entries())
    for (const [second] of obstacles.slice(index + 1)) {
      const later = Object.fromEntries(Object.entries(second).filter(([key]) => !(key in first)));
      expect(decide({ ...injectable, ...later, ...first })).toMatchObject({ verdict: 'skip', reason });
    }
});

test.each(['webhook/injection/decide.ts', 'docs/injection.md'])('the table in %s has the same order', (path) => {
  const text = readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');
  const rows = [...text.matchAll(/^[ *]*\| +\d+ \|.*\bskip `?([a-z-]+)`? *\|$/gm)].map(([, reason]) => reason);
  expect(rows).toEqual(obstacles.map(([, reason]) => reason));
});

test('what stands in the way is named', () => {
  expect(decide({ ...injectable, portInUse: 'container a declares port 53' })).toHaveProperty(
    'detail',
    'container a declares port 53',
  );
  expect(decide({ ...injectable, resources: { fits: false, problem: 'memory' } })).toHaveProperty('detail', 'memory');
});

describe('the annotation inject: pod, then namespace, then auto', () => {
  test.each([
    [undefined, undefined, 'auto'],
    ['auto', 'never', 'auto'],
    ['enabled', 'never', 'always'],
    ['True', 'false', 'always'],
    [undefined, 'enabled', 'auto'],
    [undefined, 'true', 'auto'],
    ['always', 'never', 'always'],
    ['never', 'always', 'never'],
    ['disabled', 'always', 'never'],
    ['false', undefined, 'never'],
    [undefined, 'always', 'always'],
    [undefined, 'never', 'never'],
    [undefined, 'disabled', 'never'],
    [undefined, 'sometimes', 'auto'],
    ['sometimes', 'never', 'never'],
    ['sometimes', undefined, 'auto'],
    ['', 'always', 'always'],
  ])('pod %j, namespace %j: %s', (pod, namespace, expected) => {
    expect(settingsOf(pod, namespace).inject).toBe(expected);
  });

  test('always skips the recognition of Alpine, the table of DNS servers, and no other rule', () => {
    const settings = settingsOf('always');
    for (const [obstacle, reason] of obstacles) {
      if (reason === 'opted-out') continue;
      const decision = decide({ ...injectable, settings, ...obstacle });
      const isOfImages = 'alpine' in obstacle || 'dnsServerImage' in obstacle;
      expect(decision).toMatchObject(isOfImages ? { verdict: 'inject' } : { verdict: 'skip', reason });
    }
  });
});

describe('bad values', () => {
  const settings = readPodSettings({ 'alpine-resolver.io/ndots': '16' }, {});

  test('on the pod: refused, with annotation, value and what is accepted', () => {
    expect(decide({ ...injectable, settings })).toEqual({
      verdict: 'refuse',
      reason: 'invalid-annotation',
      message: 'alpine-resolver.io/ndots: "16" is not accepted; expected integer from 0 to 15 (dots)',
    });
  });

  test('all of them at once', () => {
    const names = ['inject', 'ndots', 'resolv-conf', 'options'].map((name) => `alpine-resolver.io/${name}`);
    const several = readPodSettings(Object.fromEntries(names.map((name) => [name, 'alwyas'])), {});
    const decision = decide({ ...injectable, settings: several });
    const { message } = decision as Extract<typeof decision, { verdict: 'refuse' }>;
    expect(message.split('; also ')).toEqual([
      'alpine-resolver.io/inject: "alwyas" is not accepted (did you mean always?); expected one of auto, always (or enabled, true), never (or disabled, false)',
      'alpine-resolver.io/resolv-conf: "alwyas" is not accepted; expected resolv.conf text with a nameserver line',
      'alpine-resolver.io/ndots: "alwyas" is not accepted; expected integer from 0 to 15 (dots)',
      expect.stringMatching(/^alpine-resolver\.io\/options: "alwyas" is not accepted \("alwyas" is wrong\); expected /),
    ]);
  });

  test('of very many the first ten, and how many more', () => {
    const podIssues = Array.from({ length: 12 }, (_, index) => invalid(`a${index}`, '', { accepted: 'text' }));
    expect(decide({ ...injectable, settings: { ...injectable.settings, podIssues } })).toHaveProperty(
      'message',
      expect.stringMatching(/^a0: .*; also a9: [^;]*; expected text; also 2 more$/),
    );
  });

  test.each(obstacles.filter(([obstacle]) => !('settings' in obstacle)))(
    'not refused where it would not be injected: %j',
    (obstacle, reason) => {
      expect(decide({ ...injectable, settings, ...obstacle })).toMatchObject({ verdict: 'skip', reason });
    },
  );

  test('a bad inject on the pod is judged by the next lower source', () => {
    expect(decide({ ...injectable, settings: settingsOf('sometimes') }).verdict).toBe('refuse');
    expect(decide({ ...injectable, settings: settingsOf('sometimes', 'never') })).toMatchObject({
      reason: 'opted-out',
    });
  });

  test('on the namespace: ignored', () => {
    const ofNamespace = readPodSettings({}, { 'alpine-resolver.io/ndots': '16', 'alpine-resolver.io/inject': 'x' });
    expect(decide({ ...injectable, settings: ofNamespace }).verdict).toBe('inject');
    expect(ofNamespace.namespaceIssues).toHaveLength(2);
  });

  test('a resolv-conf annotation without nameserver', () => {
    const ofPod = readPodSettings({ 'alpine-resolver.io/resolv-conf': 'search a.example\n' }, {});
    expect(decide({ ...injectable, settings: ofPod })).toMatchObject({ verdict: 'refuse' });
    expect(readPodSettings({ 'alpine-resolver.io/resolv-conf': ' \n' }, {}).podIssues).toEqual([]);
  });
});

describe('injected before', () => {
  const before: Facts = { ...injectable, sameRequest: { scope: 'containers', version: '1.2.3' } };

  test('keeps its scope', () => {
    expect(decide(before)).toEqual({ verdict: 'inject', reason: 'already-injected', scope: 'containers' });
  });

  test.each(obstacles.slice(0, rowsBeforeEarlier))('%j stops the second pass too', (obstacle, reason) => {
    expect(decide({ ...before, ...obstacle })).toMatchObject({ verdict: 'skip', reason });
  });

  test.each(obstacles.slice(rowsBeforeEarlier))('%j does not', (obstacle) => {
    expect(decide({ ...before, ...obstacle })).toMatchObject({ verdict: 'inject', reason: 'already-injected' });
  });
});
