/** The files that a pod's sidecar reads in the demo. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writePodFiles } from '../../../cli/demo/pod-files.ts';
import { parseAnnotationsFile } from '../../../sidecar/decide/configuration/annotations-file.ts';
import type { JsonObject } from '../../../webhook/kubernetes/json.ts';

const original = 'search shop.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';
const pod: JsonObject = {
  metadata: {
    annotations: {
      'alpine-resolver.io/resolv-conf': original,
      'alpine-resolver.io/log-level': 'debug',
      other: 'a"b\\',
    },
  },
  spec: {
    dnsConfig: {
      nameservers: ['127.0.0.1'],
      searches: ['glibc.internal'],
      options: [{ name: 'ndots', value: '15' }, { name: 'trust-ad' }],
    },
    initContainers: [{ name: 'alpine-resolver', env: [{ name: 'RESOLVER_LOG_LEVEL', value: 'warn' }] }],
  },
};

const folder = mkdtempSync(join(tmpdir(), 'pod-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the files that the kubelet would mount, and the environment of the container', () => {
  const files = writePodFiles(folder, pod, (text) => text.replace('10.96.0.10', '127.0.0.1'));
  expect(files.seen).toBe('search glibc.internal\nnameserver 127.0.0.1\noptions ndots:15 trust-ad\n');
  expect(readFileSync(files.seenFile, 'utf8')).toBe(files.seen);
  expect(readFileSync(files.originalFile, 'utf8')).toBe(original.replace('10.96.0.10', '127.0.0.1'));
  expect(files.env).toMatchObject({ RESOLVER_LOG_LEVEL: 'warn', RESOLVER_RESOLV_CONF: files.originalFile });
  const annotations = readFileSync(files.env['RESOLVER_ANNOTATIONS_FILE'] ?? '', 'utf8');
  expect(parseAnnotationsFile(annotations, 'alpine-resolver.io/')).toEqual({
    values: { 'alpine-resolver.io/resolv-conf': original, 'alpine-resolver.io/log-level': 'debug' },
    issues: [],
  });
});

test('a pod whose own DNS is left alone sees the mounted text', () => {
  const seen = 'search glibc.internal\nnameserver 127.0.0.1\n';
  const files = writePodFiles(
    folder,
    { metadata: { annotations: { 'alpine-resolver.io/pod-resolv-conf': seen } }, spec: {} },
    (text) => text,
  );
  expect(files.seen).toBe(seen);
});
