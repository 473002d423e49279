/** The manifests against the schemas of the API server, and against the settings. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { installManifest } from '../../../scripts/generate/install-manifest.ts';
import {
  excludedNamespaces,
  imageRepository,
  labels,
  labelValues,
  projectName,
  webhook,
  webhookEntryName,
} from '../../../shared/values/names.ts';
import {
  arrayAt,
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  valueAt,
  type JsonObject,
} from '../../../webhook/kubernetes/json.ts';
import { ownNamespaceFaults, ownNamespaceOverlay } from '../../support/machine/own-namespace.ts';
import { replaceIn, type Replacement } from '../../support/kubernetes/replacements.ts';
import { restrictedBreaches } from '../../support/kubernetes/restricted.ts';
import { schemaFaults } from '../../support/kubernetes/validate.ts';

const root = join(import.meta.dirname, '../../..');
const objects = parseAllDocuments(installManifest()).map((document) => document.toJS() as JsonObject);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

function find(kind: string, namespace?: string): JsonObject {
  const found = objects.find(
    (object) =>
      object['kind'] === kind && (namespace === undefined || stringAt(object, 'metadata', 'namespace') === namespace),
  );
  if (!found) throw new Error(`no ${kind}`);
  return found;
}
const template = objectAt(find('Deployment'), 'spec', 'template');

test.each(objects.map((object) => [stringAt(object, 'kind'), object] as const))(
  '%s keeps to the schema of Kubernetes',
  (_, object) => {
    expect(schemaFaults(object)).toEqual([]);
  },
);

test('a mistyped member is a fault', () => {
  expect(schemaFaults({ ...find('Service'), spec: { selectors: {} } })).toEqual([expect.stringContaining('selectors')]);
});

test('every file of the base is in the list of resources', () => {
  const { resources } = parse(readFileSync(join(root, 'manifests/kustomization.yaml'), 'utf8')) as {
    resources: string[];
  };
  const files = globSync('*.yaml', { cwd: join(root, 'manifests'), exclude: ['kustomization.yaml', 'install.yaml'] });
  expect(resources.toSorted()).toEqual(files.toSorted());
});

describe('another namespace', () => {
  const base = '../../manifests';

  test('by the component: everything names it, and nothing else changes', () => {
    const files = ownNamespaceOverlay(base, 'dns-system');
    const { replacements } = parse(
      readFileSync(join(root, 'manifests/components/own-namespace/kustomization.yaml'), 'utf8'),
    ) as { replacements: Replacement[] };
    const moved = replaceIn([...objects, files['namespace.yaml'] as JsonObject], replacements);
    expect(ownNamespaceFaults(moved, 'dns-system', 'component')).toEqual([]);
    expect(moved.flatMap((object) => schemaFaults(object))).toEqual([]);
    expect(moved).toHaveLength(objects.length);
    const back = JSON.stringify(moved).replaceAll('dns-system', projectName);
    expect(JSON.parse(back)).toEqual(objects);
  });

  test('a base that was not moved has faults', () => {
    expect(ownNamespaceFaults(objects, 'dns-system', 'component').length).toBeGreaterThan(8);
  });

  test('no two objects of a kind have one name, which kustomize’s `namespace:` would put into one place', () => {
    const names = objects.map((object) => `${stringAt(object, 'kind')} ${stringAt(object, 'metadata', 'name')}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

test('one sed of the prefix sets both images of install.yaml, and nothing else', () => {
  const file = join(root, 'manifests/install.yaml');
  const text = execFileSync('sed', ['s#registry.example/#registry.corp.test:5000/team/#', file], { encoding: 'utf8' });
  const changed = parseAllDocuments(text).map((document) => document.toJS() as JsonObject);
  const imagesOf = (list: readonly JsonObject[]): unknown[] => {
    const deployment = list.find(({ kind }) => kind === 'Deployment');
    return ['initContainers', 'containers'].flatMap((key) =>
      objectsAt(deployment, 'spec', 'template', 'spec', key).map(({ image }) => image),
    );
  };
  const prefix = 'registry.corp.test:5000/team/alpine-resolver';
  expect(imagesOf(changed)).toEqual([`${prefix}/sidecar:${version}`, `${prefix}/webhook:${version}`]);
  expect(JSON.parse(JSON.stringify(changed).replaceAll(prefix, imageRepository))).toEqual(objects);
});

describe('names', () => {
  test('are those of the programs', () => {
    for (const kind of ['Namespace', 'ServiceAccount', 'Service', 'Deployment', 'MutatingWebhookConfiguration'])
      expect(stringAt(find(kind), 'metadata', 'name')).toBe(projectName);
    const [entry] = objectsAt(find('MutatingWebhookConfiguration'), 'webhooks');
    expect(stringAt(entry, 'name')).toBe(webhookEntryName);
    expect(objectAt(entry, 'clientConfig', 'service')).toEqual({
      name: projectName,
      namespace: projectName,
      path: webhook.mutatePath,
      port: 443,
    });
  });

  test('of the images carry the version of the package', () => {
    const images = ['initContainers', 'containers']
      .flatMap((list) => objectsAt(template, 'spec', list))
      .map(({ image }) => image);
    expect(images).toEqual([`${imageRepository}/sidecar:${version}`, `${imageRepository}/webhook:${version}`]);
  });

  test('of the own pod and its init container are those that the program reads', () => {
    const [container] = objectsAt(template, 'spec', 'containers');
    expect(objectsAt(container, 'env')).toEqual([
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ]);
    expect(objectsAt(template, 'spec', 'initContainers').map(({ name }) => name)).toEqual([webhook.imageContainerName]);
  });

  test('of ports and probes are those on which the program listens', () => {
    const [container] = objectsAt(template, 'spec', 'containers');
    expect(objectsAt(container, 'ports')).toEqual([
      { name: 'https', containerPort: webhook.port },
      { name: 'admin', containerPort: webhook.adminPort },
    ]);
  });
});

describe('the webhook configuration', () => {
  const [entry] = objectsAt(find('MutatingWebhookConfiguration'), 'webhooks');

  test('fails open, quickly, and is called again', () => {
    expect(entry).toMatchObject({
      failurePolicy: 'Ignore',
      timeoutSeconds: 5,
      sideEffects: 'NoneOnDryRun',
      reinvocationPolicy: 'IfNeeded',
      matchPolicy: 'Equivalent',
      admissionReviewVersions: ['v1'],
    });
    expect(objectsAt(entry, 'rules')).toEqual([
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' },
    ]);
  });

  test('has no caBundle', () => {
    expect(valueAt(entry, 'clientConfig', 'caBundle')).toBeUndefined();
  });

  test('filters as the code does', () => {
    expect(arrayAt(entry, 'namespaceSelector', 'matchExpressions')).toEqual([
      { key: labels.inject, operator: 'In', values: [labelValues.optIn] },
      { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...excludedNamespaces, projectName] },
    ]);
    expect(arrayAt(entry, 'objectSelector', 'matchExpressions')).toEqual([
      { key: labels.inject, operator: 'NotIn', values: [labelValues.optOut] },
    ]);
  });
});

describe('the Deployment', () => {
  test('passes Pod Security "restricted", which its namespace enforces', () => {
    expect(restrictedBreaches(template)).toEqual([]);
    expect(valueAt(find('Namespace'), 'metadata', 'labels', 'pod-security.kubernetes.io/enforce')).toBe('restricted');
  });

  test('Service, disruption budget, network policy and spreading all select its pods', () => {
    const podLabels = objectAt(template, 'metadata', 'labels');
    const selectors = [
      objectAt(find('Service'), 'spec', 'selector'),
      objectAt(find('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels'),
      objectAt(find('NetworkPolicy'), 'spec', 'podSelector', 'matchLabels'),
      objectAt(objectsAt(template, 'spec', 'topologySpreadConstraints')[0], 'labelSelector', 'matchLabels'),
      objectAt(find('Deployment'), 'spec', 'selector', 'matchLabels'),
    ];
    for (const selector of selectors) expect(podLabels).toMatchObject(selector);
    expect(selectors.every((selector) => Object.keys(selector).length === 2)).toBe(true);
  });

  test('every role is bound to its ServiceAccount, and nothing is granted by a wildcard', () => {
    const subject = { kind: 'ServiceAccount', name: projectName, namespace: projectName };
    const bindings = objects.filter((object) => stringAt(object, 'kind')?.endsWith('RoleBinding'));
    expect(bindings).toHaveLength(3);
    for (const binding of bindings) expect(binding['subjects']).toEqual([subject]);
    const rules = objects.flatMap((object) => objectsAt(object, 'rules'));
    expect(JSON.stringify(rules)).not.toContain('*');
  });

  test('nothing else is granted, and what has a name that is known is granted by it', () => {
    const granted = objects.flatMap((object) =>
      objectsAt(object, 'rules').map((rule) => {
        const words = ['resources', 'resourceNames', 'verbs'].map((list) => stringsAt(rule, list).join());
        return [stringAt(object, 'metadata', 'namespace') ?? 'everywhere', ...words].filter(Boolean).join(' ');
      }),
    );
    expect(granted.toSorted()).toEqual([
      'alpine-resolver pods get',
      'alpine-resolver secrets alpine-resolver-ca get,list,watch,update',
      'alpine-resolver secrets create',
      'everywhere events create,patch',
      'everywhere jobs get',
      'everywhere limitranges list,watch',
      'everywhere mutatingwebhookconfigurations alpine-resolver get,list,watch,patch',
      'everywhere namespaces get,list,watch',
      'everywhere replicasets get',
      'kube-system services kube-dns get',
    ]);
  });
});
