/** `check --cluster` of recorded clusters: findings at 80 columns, rights that are missing, and Ctrl-C. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkCluster } from '../../../../cli/check/cluster-check.ts';
import { readCheckOptions, type CheckOptions } from '../../../../cli/check/options.ts';
import { checkDocument, checkText } from '../../../../cli/check/print.ts';
import { sarifDocument } from '../../../../cli/check/sarif.ts';
import { ClusterError, type ListSelection } from '../../../../cli/cluster/reader.ts';
import type { ClusterSelection } from '../../../../cli/terminal/cluster-target.ts';
import type { JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { recordedReader, type RecordedCluster } from '../../../support/kubernetes/recorded-reader.ts';
import { clusterOf, injectedPod, podOf, podsOfShop } from '../status/cluster.ts';
import { readOptions } from './read-options.ts';

function optionsOf(...args: string[]): CheckOptions & { readonly selection: ClusterSelection } {
  const { selection, ...options } = readOptions('--cluster', ...args);
  if (selection === undefined) throw new Error('no cluster');
  return { ...options, selection };
}

async function checked(recorded: RecordedCluster, args: string[] = ['-A'], signal?: AbortSignal) {
  const reader = recordedReader(recorded);
  return checkCluster(optionsOf(...args), { reader, folder: '.', signal, onPods: () => {}, onPod: () => {} });
}

const node = (name: string, kubeletVersion: string, providerID = 'kind://x'): JsonObject => ({
  ...{ metadata: { name }, spec: { providerID }, status: { nodeInfo: { kubeletVersion } } },
});

const objects: RecordedCluster['objects'] = {
  ...(await clusterOf(podsOfShop)),
  '/api/v1/namespaces': {
    items: [
      { metadata: { name: 'shop', labels: { 'alpine-resolver.io/inject': 'enabled' } } },
      { metadata: { name: 'tools', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    ],
  },
  '/api/v1/nodes': { items: [node('old', 'v1.28.9'), node('new', 'v1.34.4', 'gce://p/z/new')] },
  '/api/v1/services': { items: [{ metadata: { name: 'cart', namespace: 'shop' }, spec: {} }] },
  '/api/v1/resourcequotas': {
    items: [{ metadata: { name: 'q', namespace: 'shop' }, spec: { hard: { 'requests.cpu': '4' } } }],
  },
};

test('a cluster, as text, as documents', async () => {
  const result = await checked({ objects });
  const lines = checkText(result, { isAll: true }, 80);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('expected/cluster.txt');
  const schema = JSON.parse(readFileSync('docs/schemas/check-report-v1.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
  expect([validate(JSON.parse(JSON.stringify(checkDocument(result)))), validate.errors]).toEqual([true, null]);
  const { runs } = sarifDocument(result) as { runs: [{ results: { locations: [object] }[] }] };
  expect(runs[0].results.every(({ locations }) => !('physicalLocation' in locations[0]))).toBe(true);
  expect(JSON.stringify(runs)).toContain('"fullyQualifiedName":"shop/Deployment/cart"');
});

test('with the rights of the ClusterRole nothing but the settings of the webhook is taken as usual', async () => {
  const [role] = parseAllDocuments(readFileSync('manifests/command-line/cluster-roles.yaml', 'utf8'));
  const { rules = [] } = (role?.toJS() ?? {}) as { rules?: { resources: string[]; verbs: string[] }[] };
  expect(rules.length).toBeGreaterThan(2);
  const allowed = rules.flatMap(({ resources }) => resources);
  expect(rules.flatMap(({ verbs }) => verbs).every((verb) => ['get', 'list'].includes(verb))).toBe(true);
  const resourceOf = (path: string): string => /\/(?:namespaces\/[^/]+\/)?([a-z]+)(?:\/[^/]+)?$/.exec(path)?.[1] ?? '';
  const reader = recordedReader({ objects });
  const refusing = {
    ...reader,
    async *list(path: string, selection?: ListSelection) {
      if (!allowed.includes(resourceOf(path))) throw new ClusterError('forbidden', `${path} is forbidden`);
      yield* reader.list(path, selection);
    },
    get: (path: string) =>
      path === '/version' || allowed.includes(resourceOf(path))
        ? reader.get(path)
        : Promise.reject(new ClusterError('forbidden', `${path} is forbidden`)),
  };
  const result = await checkCluster(optionsOf('-A'), {
    ...{ reader: refusing, folder: '.', signal: undefined, onPods: () => {}, onPod: () => {} },
  });
  expect(result.unknown).toEqual([
    expect.stringContaining('the settings of the webhook are the defaults'),
    "the cluster's domain is cluster.local",
    expect.stringContaining('no NetworkPolicy keeps the API server from the webhook'),
  ]);
});

test('what may not be read is said, and the rest is checked', async () => {
  const result = await checked({ objects, forbidden: /nodes|quotas|limitranges|services$|namespaces$|mutating/ });
  expect(result.unknown?.map((one) => one.split(' (')[0])).toEqual([
    'every namespace has opted in',
    'there is no LimitRange',
    'no Service is known',
    'no ResourceQuota is known',
    'the kubelets are new enough',
  ]);
  expect(result.findings.some(({ code }) => code === 'missed')).toBe(true);
});

test('without the right to list pods there is nothing to check', async () => {
  await expect(checked({ objects, forbidden: /pods/ })).rejects.toThrow('/api/v1/pods is forbidden');
});

test('an owner is told once, and once more where some of its pods have the sidecar', async () => {
  const labels = { 'pod-template-hash': '5f6c8d' };
  const owner = ['ReplicaSet', 'cart-5f6c8d'] as const;
  const missed = [1, 2, 3].map((i) => podOf({ name: `cart-5f6c8d-${i}`, labels, owner }));
  const injected = injectedPod('cart-5f6c8d-4');
  const metadata = { ...(injected['metadata'] as JsonObject), ...(missed[0]?.['metadata'] as JsonObject) };
  const labelled = { ...metadata, labels: { ...labels, 'alpine-resolver.io/injected': 'true' } };
  const pods = [...missed, { ...injected, metadata: labelled }];
  const result = await checked({ objects: { ...objects, '/api/v1/pods': { items: pods } } });
  expect(result).toMatchObject({ pods: 2, injectedPods: 1 });
  const told = result.findings.filter(({ code }) => code === 'missed');
  expect(told.map(({ workload, fix }) => `${workload}: ${fix}`)).toEqual([
    "Deployment shop/cart: kubectl rollout restart deployment/cart -n shop --context 'prod'",
  ]);
});

test('interrupted, it has what was read', async () => {
  const controller = new AbortController();
  let items = 0;
  const onItem = (): void => void (++items === 12 && controller.abort());
  const result = await checked({ objects, onItem }, ['-A'], controller.signal);
  expect(result.isComplete).toBe(false);
  expect(result.pods).toBeGreaterThan(0);
  expect(checkText(result, { isAll: false }, 80).join('\n')).toContain('Interrupted');
});

describe('--dry-run-server', () => {
  const quota = 'pods "cart" is forbidden: exceeded quota: q';
  const asked: JsonObject[] = [];
  const refuse = (message: string) => (object: JsonObject) => {
    asked.push(object);
    throw new ClusterError('forbidden', message);
  };

  test('what the API server refuses is a finding', async () => {
    const result = await checked({ objects, dryRun: refuse(quota) }, ['-A', '--dry-run-server']);
    const found = result.findings.filter(({ code }) => code === 'refused-by-server');
    expect(found.map(({ workload }) => workload)).toContain('Deployment shop/cart');
    expect(found[0]?.text).toContain('exceeded quota');
    const pod = parse(JSON.stringify(asked[0])) as { metadata: object; spec: { initContainers: object[] } };
    expect(pod.metadata).not.toHaveProperty('uid');
    expect(pod.spec).not.toHaveProperty('nodeName');
    expect(pod.spec.initContainers[0]).toMatchObject({ name: 'alpine-resolver' });
  });

  test('it is asked as for a new pod, whose name may end where it was cut', async () => {
    asked.length = 0;
    const parts = {
      name: `${'a'.repeat(48)}.-b`,
      spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
    };
    const pods = { items: [podOf(parts)] };
    await checked({ objects: { ...objects, '/api/v1/pods': pods }, dryRun: refuse(quota) }, ['-A', '--dry-run-server']);
    expect(asked).toMatchObject([{ metadata: { generateName: `${'a'.repeat(48)}-` } }]);
    expect(asked[0]?.['spec']).not.toHaveProperty('ephemeralContainers');
  });

  test('a missing right is said once', async () => {
    const message = 'pods is forbidden: User "eve" cannot create resource "pods" in API group "" in namespace "shop"';
    const result = await checked({ objects, dryRun: refuse(message) }, ['-A', '--dry-run-server']);
    expect(result.findings.filter(({ code }) => code === 'refused-by-server')).toEqual([]);
    expect(result.unknown?.at(-1)).toBe(`the API server takes the injected pods (${message})`);
  });

  test('without it nothing is asked', async () => {
    asked.length = 0;
    await checked({ objects, dryRun: refuse(quota) });
    expect(asked).toEqual([]);
  });
});

describe('wrong use', () => {
  test.each([
    [['--cluster', '-f', 'x'], '--filename with --cluster: the cluster says it'],
    [['-f', 'x', '-A'], '--all-namespaces goes with --cluster'],
    [['-f', 'x', '--dry-run-server'], '--dry-run-server goes with --cluster'],
    [['--cluster', 'shop'], 'shop: check --cluster takes no words but options'],
    [['--cluster', '-A', '-n', 'shop'], '--namespace with --all-namespaces'],
  ])('%j', (args, message) => {
    expect(() => readCheckOptions(args)).toThrow(message);
  });
});
