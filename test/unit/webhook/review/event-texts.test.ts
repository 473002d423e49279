/** What events say, and which decisions have one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { skipReasons, type SkipReason } from '../../../../shared/report/reasons.ts';
import { eventTexts, isAsWished, skipText } from '../../../../webhook/review/event-texts.ts';

const skip = (reason: SkipReason, detail?: string) =>
  ({ verdict: 'skip', reason, warnings: [], ...(detail !== undefined && { detail }) }) as const;

test('an injection and a refusal have an event under their code', () => {
  expect(eventTexts({ verdict: 'inject', reason: 'injected', patch: [], pod: {}, warnings: [] })).toEqual([
    { reason: 'Injected', type: 'Normal', message: 'injected: The sidecar was added.', code: 'injected' },
  ]);
  const [refusal] = eventTexts({
    verdict: 'refuse',
    reason: 'invalid-annotation',
    message: 'ndots: "x"',
    warnings: [],
  });
  expect(refusal).toMatchObject({ reason: 'InjectionRefused', type: 'Warning' });
  expect(refusal?.message).toMatch(/^invalid-annotation: .* ndots: "x"$/);
});

test("a skip is a trouble, a plain fact, or nobody's business", () => {
  const kinds = Object.fromEntries(
    (Object.keys(skipReasons) as SkipReason[]).map((reason) => [reason, eventTexts(skip(reason))[0]?.type ?? 'silent']),
  );
  expect(kinds).toMatchObject({
    'not-alpine': 'Normal',
    'host-network': 'Normal',
    'opted-out': 'Normal',
    'port-in-use': 'Warning',
    'limit-range': 'Warning',
    'cluster-dns-unknown': 'Warning',
    unchanged: 'silent',
    'opted-out-by-label': 'silent',
    'not-a-pod': 'silent',
  });
  expect(isAsWished('opted-out')).toBe(true);
  expect(isAsWished('not-alpine')).toBe(false);
  expect(skipText(skip('limit-range', 'memory'))).toMatch(/^limit-range: .* \(memory\)$/);
});

test('docs/injection.md names the reasons that have no event', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../../docs/injection.md'), 'utf8');
  const [sentence = ''] = /No event is written [^.]*\./.exec(docs) ?? [];
  const named = [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, reason]) => reason);
  const silent = (Object.keys(skipReasons) as SkipReason[]).filter((reason) => eventTexts(skip(reason)).length === 0);
  expect(new Set(named)).toEqual(new Set(silent));
});

test('each warning has an event of its own', () => {
  const warnings = [
    { reason: 'unknown-annotation', message: 'a' },
    { reason: 'unknown-annotation', message: 'b' },
  ] as const;
  const texts = eventTexts({ verdict: 'skip', reason: 'unchanged', warnings });
  expect(texts.map(({ message }) => message)).toEqual(['unknown-annotation: a', 'unknown-annotation: b']);
  expect(new Set(texts.map(({ code }) => code)).size).toBe(2);
});
