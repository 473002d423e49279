/** The difference between two pods, as it is shown. */
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { diffLines, podDiff } from '../../../cli/report/pod-diff.ts';
import type { JsonObject } from '../../../webhook/kubernetes/json.ts';

test('a replaced line is removed before its successor is added', () => {
  expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
    { kind: 'added', text: 'd' },
  ]);
  expect(diffLines([], ['a'])).toEqual([{ kind: 'added', text: 'a' }]);
  expect(diffLines(['a'], [])).toEqual([{ kind: 'removed', text: 'a' }]);
});

const before: JsonObject = {
  kind: 'Pod',
  metadata: { name: 'web', labels: { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' } },
  spec: { containers: [{ name: 'web', image: 'alpine' }] },
};

const after: JsonObject = {
  ...before,
  spec: {
    containers: [{ name: 'web', image: 'alpine' }],
    dnsPolicy: 'None',
    initContainers: [
      {
        name: 'alpine-resolver',
        image: 'sidecar',
        restartPolicy: 'Always',
        env: [{ name: 'A', value: 'x'.repeat(120) }],
      },
    ],
  },
};

const plain = (lines: readonly string[]) => lines.map((line) => stripVTControlCharacters(line));

test('short: far lines and the injected container are folded, no line is too wide', () => {
  expect(plain(podDiff(before, after, false))).toEqual([
    '    kind: Pod',
    '    metadata:',
    '      …',
    '    spec:',
    '      containers:',
    '        - name: web',
    '          image: alpine',
    '  +   dnsPolicy: None',
    '  +   initContainers:',
    '  +     - name: alpine-resolver',
    '  +       image: sidecar',
    '  +       restartPolicy: Always',
    '  +       …: 3 lines more, shown with --full',
  ]);
});

test('full: every line, at any width', () => {
  const lines = plain(podDiff(before, after, true));
  expect(lines).toContain('        f: "6"');
  expect(lines).toContain(`  +           value: ${'x'.repeat(120)}`);
});
