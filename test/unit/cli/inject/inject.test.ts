/** What `inject` makes of manifests, and what `uninject` restores. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inject } from '../../../../cli/inject/inject.ts';
import { readInjectOptions, readUninjectOptions } from '../../../../cli/inject/options.ts';
import type { Outcome } from '../../../../cli/inject/result.ts';
import { uninject } from '../../../../cli/inject/uninject.ts';
import { readDocuments } from '../../../../cli/manifests/documents.ts';
import { podsOf } from '../../../../cli/manifests/pods.ts';
import { readObjects } from '../../../../cli/manifests/documents.ts';
import { readImagePattern } from '../../../../webhook/injection/facts/image.ts';
import { readStatus } from '../../../../webhook/injection/facts/status.ts';
import { injectPod } from '../../../../webhook/injection/inject.ts';
import { objectAt, type JsonObject } from '../../../../webhook/kubernetes/json.ts';
import { injectionDefaults } from '../../../../shared/settings/settings.ts';
import { schemaFaults } from '../../../support/kubernetes/validate.ts';
import { inFolder } from './files.ts';

const given = join(import.meta.dirname, 'given');
const expected = join(import.meta.dirname, 'expected');
const files = readdirSync(given);
const columns = 80;

/** `inject` with these arguments, in a folder. */
function injectIn(folder: string, ...args: string[]): Outcome {
  const options = readInjectOptions(args);
  if (typeof options === 'string') throw new Error(options);
  return inject(options, { folder, columns });
}

function uninjectIn(folder: string, ...args: string[]): Outcome {
  const options = readUninjectOptions(args);
  if (typeof options === 'string') throw new Error(options);
  return uninject(options, { folder, columns });
}

function textOf({ result }: Outcome): string {
  return 'diff' in result ? result.diff.map((line) => `${line}\n`).join('') : Buffer.concat(result.bytes).toString();
}

function reportOf({ report }: Outcome): string {
  return report.map(({ line }) => `${line}\n`).join('');
}

test('at least sixty manifests in shapes that charts have come back byte for byte, though most are changed', () => {
  const outcomes = files.map((file) => {
    const before = readFileSync(join(given, file), 'utf8');
    const after = textOf(injectIn(given, '-f', file));
    const back = inFolder({ [file]: after }, (folder) => textOf(uninjectIn(folder, '-f', file)));
    return { isChanged: after !== before, isEqual: back === before };
  });
  expect(outcomes.filter(({ isEqual }) => isEqual).length).toBeGreaterThanOrEqual(60);
  expect(outcomes.filter(({ isEqual, isChanged }) => isEqual && isChanged).length).toBeGreaterThanOrEqual(50);
});

test('what the namespace of an option brought in is named, because uninject does not know it', () => {
  const annotations = ['linkerd.io/inject=enabled', 'config.linkerd.io/skip-inbound-ports=4444'];
  const options = annotations.flatMap((annotation) => ['--namespace-annotation', annotation]);
  const text = readFileSync(join(given, 'deployment.yaml'), 'utf8');
  const outcome = injectIn(given, '-f', 'deployment.yaml', ...options);
  const back = inFolder({ 'deployment.yaml': textOf(outcome) }, (folder) =>
    uninjectIn(folder, '-f', 'deployment.yaml'),
  );
  expect(textOf(back)).not.toBe(text);
  expect(reportOf(outcome).replaceAll(/\s+/g, ' ')).toMatch(/uninject restores/);
});

test('with the same options of the namespace uninject knows it', () => {
  const annotations = ['linkerd.io/inject=enabled', 'config.linkerd.io/skip-inbound-ports=4444'];
  const options = annotations.flatMap((annotation) => ['--namespace-annotation', annotation]);
  const text = readFileSync(join(given, 'deployment.yaml'), 'utf8');
  const injected = textOf(injectIn(given, '-f', 'deployment.yaml', ...options));
  const back = inFolder({ 'deployment.yaml': injected }, (folder) =>
    uninjectIn(folder, '-f', 'deployment.yaml', ...options),
  );
  expect(textOf(back)).toBe(text);
});

describe('DNS fields that were changed after the injection', () => {
  const pod = [
    ...['apiVersion: v1', 'kind: Pod', 'metadata:', '  name: web', 'spec:', '  containers:'],
    ...['    - name: web', '      image: nginx:1.29-alpine', ''],
  ].join('\n');
  const injected = inFolder({ 'pod.yaml': pod }, (folder) => textOf(injectIn(folder, '-f', 'pod.yaml')));
  const uninjected = (text: string): Outcome =>
    inFolder({ 'pod.yaml': text }, (folder) => uninjectIn(folder, '-f', 'pod.yaml'));

  test.each([
    ['a second nameserver', (text: string) => text.replace(/( *)- 127\.0\.0\.1\n/, '$&$1- 192.0.2.1\n')],
    ['a domain in front of the marker', (text: string) => text.replace(/( *)- glibc\.internal\n/, '$1- corp.test\n$&')],
    ['another nameserver before the marker', (text: string) => text.replace('- 127.0.0.1\n', '- 192.0.2.1\n')],
  ])('%s: the pod keeps its sidecar, without which it would find no name', (_, change) => {
    const changed = change(injected);
    expect(changed).not.toBe(injected);
    const outcome = uninjected(changed);
    expect(textOf(outcome)).toBe(changed);
    expect(outcome.exitCode).toBe(1);
    expect(reportOf(outcome).replaceAll(/\s+/g, ' ')).toContain('still points at the sidecar');
  });

  test('none of them: it is restored', () => {
    expect(textOf(uninjected(injected))).toBe(pod);
  });
});

describe.each(files)('%s', (file) => {
  const before = readFileSync(join(given, file), 'utf8');
  const outcome = injectIn(given, '-f', file);
  const after = textOf(outcome);
  const back = inFolder({ [file]: after }, (folder) => uninjectIn(folder, '-f', file));
  const report = reportOf(outcome);

  test('is injected and told as expected', async () => {
    await expect(after).toMatchFileSnapshot(join(expected, file));
    const name = basename(file).replace(/\.\w+$/, '.txt');
    await expect(`exit ${outcome.exitCode}\n${report}---\n${reportOf(back)}`).toMatchFileSnapshot(join(expected, name));
  });

  test('no line of the report is wider than the terminal', () => {
    expect(`${report}${reportOf(back)}`.split('\n').filter((line) => line.length > columns)).toStrictEqual([]);
  });

  test('a second injection changes nothing', () => {
    const again = inFolder({ [file]: after }, (folder) => injectIn(folder, '-f', file));
    expect(textOf(again)).toBe(after);
    expect(again.exitCode).toBe(outcome.exitCode);
  });

  test('uninject brings it back, byte for byte unless inject says otherwise', () => {
    if (/uninject\s+restores/.test(report.replaceAll(/\s+/g, ' '))) expect(textOf(back)).not.toBe(before);
    else expect(textOf(back)).toBe(before);
  });

  test('the diff is one that says the change', () => {
    const diff = textOf(injectIn(given, '-f', file, '--diff'));
    expect(applied(before, diff)).toBe(after);
  });

  test('each injected pod keeps to the schema, and the webhook changes nothing of it but when it was injected', () => {
    const { pods } = podsOf(readObjects(after, file), 'default');
    for (const { pod, namespace, title } of pods) {
      const status = readStatus(pod);
      if (!status) continue;
      expect({ title, faults: schemaFaults(pod) }).toStrictEqual({ title, faults: [] });
      const namespaces = readDocuments(before, file).documents.map(({ object }) => object);
      const own = namespaces.find(
        (object) => object['kind'] === 'Namespace' && objectAt(object, 'metadata')['name'] === namespace,
      );
      const seen = injectPod(pod, webhookContext(namespace, own));
      if (seen.verdict !== 'inject') throw new Error(`${title}: ${seen.reason}`);
      expect(seen.patch.map(({ op, path }) => `${op} ${path}`)).toStrictEqual([
        'replace /metadata/annotations/alpine-resolver.io~1status',
      ]);
      expect(readStatus(seen.pod)).toStrictEqual({ ...status, at: now });
      // Another webhook changed something, and ours is called again.
      expect(injectPod(seen.pod, webhookContext(namespace, own))).toMatchObject({
        verdict: 'skip',
        reason: 'unchanged',
      });
    }
  });
});

const now = '2026-01-02T03:04:05.000Z';

/** What the webhook of a cluster knows where it is as the command line assumes. */
function webhookContext(name: string, object: JsonObject | undefined): Parameters<typeof injectPod>[1] {
  const metadata = objectAt(object, 'metadata');
  return {
    namespace: {
      name,
      labels: { 'alpine-resolver.io/inject': 'enabled' },
      annotations: objectAt(metadata, 'annotations') as Record<string, string>,
    },
    ownNamespace: 'alpine-resolver',
    clusterDns: { nameservers: ['10.96.0.10'], clusterDomain: 'cluster.local', nodeSearches: [] },
    limitRanges: [],
    serverVersion: { major: 1, minor: 34 },
    sidecarImage: 'registry.example/alpine-resolver/sidecar:0.0.0-test',
    alpineImages: [].map(readImagePattern),
    dnsServerImages: [],
    userId: undefined,
    injection: injectionDefaults,
    now,
    version: '0.0.0-test',
  };
}

/** As `patch` does it, and as strictly: each line of context must stand where the hunk says. */
function applied(before: string, diff: string): string {
  if (diff === '') return before;
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  const lines = diff.replace(/\n$/, '').split('\n').slice(2);
  lines.forEach((line, i) => {
    const end = lines[i + 1]?.startsWith('\\') ? '' : '\n';
    const hunk = /^@@ -(\d+),(\d+) \+(\d+),\d+ @@$/.exec(line);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      out.push(...old.slice(at, start));
      at = start;
      expect(out).toHaveLength(Number(hunk[3]) - 1);
    } else if (line.startsWith('+')) out.push(line.slice(1) + end);
    else if (!line.startsWith('\\')) {
      expect(old[at]).toBe(line.slice(1) + end);
      if (line.startsWith(' ')) out.push(old[at] ?? '');
      at++;
    }
  });
  return [...out, ...old.slice(at)].join('');
}
