/** The pods in manifests: where they are, and in which namespace. */
import { describe, expect, test } from 'vitest';
import { readObjects } from '../../../cli/manifests/documents.ts';
import { formatOthers, podsOf } from '../../../cli/manifests/pods.ts';
import { decodeText, readTextFile } from '../../../cli/manifests/text.ts';

const read = (text: string) => podsOf(readObjects(text, 'f.yaml'), 'default');
const titles = (text: string) => read(text).pods.map(({ title }) => title);
const template = '{ spec: { containers: [{ name: c }] } }';

describe('pods', () => {
  test('several documents, several kinds, and what else is there', () => {
    const { pods, others } = read(
      `kind: Service
metadata: { name: web }
---
kind: Deployment
metadata: { name: web, namespace: team }
spec: { template: { metadata: { labels: { app: web }, namespace: other, name: x }, spec: { containers: [{ name: c }] } } }
---
---
kind: CronJob
metadata: { name: nightly }
spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } }
---
apiVersion: v1
kind: Pod
metadata: { name: lone }
---
kind: Service
---
metadata: {}
`,
    );
    expect(pods.map(({ title, namespace }) => [title, namespace])).toEqual([
      ['Deployment team/web', 'team'],
      ['CronJob default/nightly', 'default'],
      ['Pod default/lone', 'default'],
    ]);
    expect(pods.map(({ pod }) => pod)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        // The controllers take labels, annotations and finalizers of a template, and no other metadata.
        metadata: { generateName: 'web-', namespace: 'team', labels: { app: 'web' } },
        spec: { containers: [{ name: 'c' }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { generateName: 'nightly-', namespace: 'default' },
        spec: { containers: [] },
      },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace: 'default' } },
    ]);
    expect(formatOthers(others)).toBe('2 Service, 1 an object without kind');
  });

  test('the namespace of objects that name none', () => {
    const objects = readObjects('kind: Pod\nmetadata: { namespace: "" }', 'f');
    expect(podsOf(objects, 'shop').pods[0]).toMatchObject({
      title: 'Pod shop/',
      pod: { metadata: { namespace: 'shop' } },
    });
  });

  test.each([
    ['Deployment', `spec: { template: ${template} }`],
    ['StatefulSet', `spec: { template: ${template} }`],
    ['DaemonSet', `spec: { template: ${template} }`],
    ['ReplicaSet', `spec: { template: ${template} }`],
    ['ReplicationController', `spec: { template: ${template} }`],
    ['Job', `spec: { template: ${template} }`],
    ['CronJob', `spec: { jobTemplate: { spec: { template: ${template} } } }`],
    ['PodTemplate', `template: ${template}`],
    ['Rollout', `spec: { template: ${template} }`],
    ['ScaledJob', `spec: { jobTargetRef: { template: ${template} } }`],
    ['AdvancedCronJob', `spec: { template: { jobTemplate: { spec: { template: ${template} } } } }`],
    ['constructor', `spec: { template: ${template} }`],
  ])('%s', (kind, spec) => {
    expect(titles(`kind: ${kind}\nmetadata: { name: x }\n${spec}\n`)).toEqual([`${kind} default/x`]);
  });

  test('a custom resource that makes pods of several sorts', () => {
    const text = `kind: TrainJob
metadata: { name: t }
spec: { replicas: [{ name: leader, template: ${template} }, { name: worker, template: ${template} }] }
`;
    expect(titles(text)).toEqual([
      'TrainJob default/t (spec.replicas.0.template)',
      'TrainJob default/t (spec.replicas.1.template)',
    ]);
  });

  test.each([
    'kind: Deployment\nspec: {}',
    'kind: CustomResourceDefinition\nspec: { template: { spec: { containers: { items: {} } } } }',
    'kind: ConfigMap\ndata: { app.yaml: "spec: {containers: []}" }',
  ])('no pod in %j', (text) => {
    expect(titles(text)).toEqual([]);
  });

  test('JSON, and a list', () => {
    const items = [{ kind: 'Pod', metadata: { name: 'a' } }, { kind: 'Secret' }];
    expect(titles(JSON.stringify({ kind: 'List', items }))).toEqual(['Pod default/a']);
    expect(titles(JSON.stringify({ kind: 'PodList', items }))).toEqual(['Pod default/a']);
  });
});

describe('what the API server refuses before any webhook', () => {
  const quotes = 'it must be text: write it in quotes';
  test.each([
    ['metadata: { annotations: { a/b: 2 } }', `metadata.annotations["a/b"] is the number 2; ${quotes}`],
    ['metadata: { annotations: { x: on } }', `metadata.annotations.x is the boolean true; ${quotes}`],
    ['metadata: { labels: { x: 1.5 } }', `metadata.labels.x is the number 1.5; ${quotes}`],
    ['metadata: { annotations: { x: {} } }', 'metadata.annotations.x is an object; it must be text'],
    ['metadata: { annotations: { x: [] } }', 'metadata.annotations.x is a list; it must be text'],
    [
      'spec: { dnsConfig: { options: [{ name: a }, { name: ndots, value: 2 }] } }',
      `spec.dnsConfig.options[1].value is the number 2; ${quotes}`,
    ],
    [
      'spec: { containers: [{ env: [{ name: A, value: yes }] }] }',
      `spec.containers[0].env[0].value is the boolean true; ${quotes}`,
    ],
    ['spec: { initContainers: [{ args: [-v, 1] }] }', `spec.initContainers[0].args[1] is the number 1; ${quotes}`],
    ['metadata: { annotations: { x: null, y: "2", z: 2001-01-01, w: 1:30 } }', undefined],
    ['metadata: { annotations: 3 }\nspec: []', undefined],
  ])('%s', (text, fault) => {
    expect(read(`kind: Pod\n${text}`).pods[0]?.fault).toBe(fault);
  });

  test('the path of a template', () => {
    const text = `kind: Job\nspec: { template: { metadata: { annotations: { x: 1 } }, spec: {} } }`;
    expect(read(text).pods[0]?.fault).toBe(`spec.template.metadata.annotations.x is the number 1; ${quotes}`);
  });
});

describe('text', () => {
  test('YAML as kubectl reads it: merged anchors', () => {
    const text = 'x: &a { kind: Pod }\n---\nx: &a { app: web }\nkind: Pod\nmetadata: { labels: { <<: *a, b: c } }';
    expect(readObjects(text, 'f')[1]).toMatchObject({ metadata: { labels: { app: 'web', b: 'c' } } });
  });

  test.each([
    ['kind: Pod\nmetadata: {name: [a}\n', /^f\.yaml:2:\d+: /],
    ['kind: Pod\n---\n- a\n', /^f\.yaml:3:1: this is no Kubernetes object/],
    [
      'kind: Pod\n{{- if .Values.x }}\nname: a\n{{- end }}\n',
      /^f\.yaml:2:\d+: .*it looks like a template: render it first/,
    ],
    ['kind: Pod\nkind: Job\n', /^f\.yaml:2:1: Map keys must be unique$/],
    ['kind: *none\n', /^f\.yaml: Unresolved alias/],
    [`a: ${'['.repeat(20_000)}`, 'f.yaml is nested too deeply'],
    [
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]\n`)
        .join('')}`,
      'f.yaml: its aliases stand for too much',
    ],
  ])('%#: a fault names its place', (text, message) => {
    expect(() => readObjects(text, 'f.yaml')).toThrow(message);
  });

  test('thousands of documents', () => {
    const text = 'kind: Pod\nmetadata: { name: a }\n---\n'.repeat(2000);
    expect(read(text).pods).toHaveLength(2000);
  });

  test('encodings', () => {
    const text = 'kind: Pöd\n';
    expect(decodeText(Buffer.from(`\ufeff${text}`), 'f')).toBe(text);
    expect(decodeText(Buffer.from(`\ufeff${text}`, 'utf16le'), 'f')).toBe(text);
    expect(decodeText(Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'f')).toBe(text);
    expect(() => decodeText(Buffer.from(text, 'latin1'), 'f')).toThrow('f is no text in UTF-8');
    expect(() => decodeText(Buffer.from(text, 'utf16le'), 'f')).toThrow('f is no text');
    expect(() => decodeText(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), 'f')).toThrow('it has a zero byte');
  });

  test('a file that cannot be read', () => {
    expect(() => readTextFile('no/such', '/tmp')).toThrow('no/such cannot be read: there is no such file');
    expect(() => readTextFile('.', '/')).toThrow('. cannot be read: it is a folder');
  });
});
