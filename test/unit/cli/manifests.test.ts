import { describe, expect, test } from 'vitest';
import { readManifest, readTextFile } from '../../../cli/demo/manifests.ts';

describe('readManifest', () => {
  test('several documents, several kinds', () => {
    const pods = readManifest(
      `kind: Service
metadata: { name: web }
---
kind: Deployment
metadata: { name: web, namespace: team }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c }] } } }
---
---
kind: CronJob
metadata: { name: nightly }
spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } }
---
apiVersion: v1
kind: Pod
metadata: { name: lone }
`,
      'f.yaml',
    );
    expect(pods.map(({ title, namespace }) => [title, namespace])).toEqual([
      ['Deployment team/web', 'team'],
      ['CronJob default/nightly', 'default'],
      ['Pod default/lone', 'default'],
    ]);
    expect(pods[0]?.pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'web-', namespace: 'team', labels: { app: 'web' } },
      spec: { containers: [{ name: 'c' }] },
    });
  });

  test('JSON, and a list', () => {
    const text = JSON.stringify({
      kind: 'List',
      items: [{ kind: 'Pod', metadata: { name: 'a' } }, { kind: 'Secret' }],
    });
    expect(readManifest(text, 'f.json').map(({ title }) => title)).toEqual(['Pod default/a']);
  });

  test.each([
    [
      'kind: Service\n---\nkind: ConfigMap\n',
      'f has no Pod and nothing with a pod template; it has Service, ConfigMap',
    ],
    ['', 'f has no Pod and nothing with a pod template; it has nothing'],
    ['metadata: {}\n', 'f has no Pod and nothing with a pod template; it has an object without kind'],
    ['- a\n', 'f: a document is no Kubernetes object'],
    ['kind: Deployment\nspec: {}\n', 'f has no Pod and nothing with a pod template; it has Deployment'],
  ])('%j', (text, message) => {
    expect(() => readManifest(text, 'f')).toThrow(message);
  });

  test('a syntax error names its place', () => {
    expect(() => readManifest('kind: Pod\nmetadata: {name: [a}\n', 'f.yaml')).toThrow(/^f\.yaml:2:\d+: /);
  });

  test('a file that cannot be read', () => {
    expect(() => readTextFile('/no/such/file')).toThrow('/no/such/file cannot be read: there is no such file');
    expect(() => readTextFile('/')).toThrow('/ cannot be read: it is a folder');
  });
});
