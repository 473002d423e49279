/** Names of the query log that are replaced. */
import { expect, test } from 'vitest';
import { createNameRedactor } from '../../../sidecar/io/name-redactor.ts';

test('the same label becomes the same text, in any letter case, and public ones stay', () => {
  const redacted = createNameRedactor();
  const [db, prod, ...rest] = redacted('db.prod.svc.cluster.local').split('.');
  expect(db).toMatch(/^n[\da-f]{8}$/);
  expect(prod).not.toBe(db);
  expect(rest).toEqual(['svc', 'cluster', 'local']);
  expect(redacted('DB')).toBe(db);
  expect(redacted('')).toBe('');
});

test('another process replaces it by something else', () => {
  expect(createNameRedactor()('db')).not.toBe(createNameRedactor()('db'));
  const secret = Uint8Array.of(1);
  expect(createNameRedactor(secret)('db')).toBe(createNameRedactor(secret)('db'));
});
