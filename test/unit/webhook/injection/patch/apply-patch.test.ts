/** JSON patches, applied as the API server does. */
import { describe, expect, test } from 'vitest';
import { applyPatch, pointer, type Operation } from '../../../../../webhook/injection/patch/apply-patch.ts';
import type { JsonObject } from '../../../../../webhook/kubernetes/json.ts';

test('pointer escapes the tilde before the slash', () => {
  expect(pointer(['metadata', 'annotations', 'a~b/c~1d'])).toBe('/metadata/annotations/a~0b~1c~01d');
  expect(pointer([])).toBe('');
});

/** RFC 6902 appendix A and the cases in which the API server's library reports an error. */
describe('one operation', () => {
  const document: JsonObject = { a: [1, 2], b: { 'x/y': 1, 'x~y': 2 }, n: null };
  test.each([
    [
      { op: 'add', path: '/c', value: 1 },
      { ...document, c: 1 },
    ],
    [
      { op: 'add', path: '/a/1', value: 9 },
      { ...document, a: [1, 9, 2] },
    ],
    [
      { op: 'add', path: '/a/2', value: 9 },
      { ...document, a: [1, 2, 9] },
    ],
    [
      { op: 'add', path: '/a/-', value: 9 },
      { ...document, a: [1, 2, 9] },
    ],
    [
      { op: 'add', path: '/n', value: 9 },
      { ...document, n: 9 },
    ],
    [
      { op: 'replace', path: '/b/x~1y', value: 9 },
      { ...document, b: { 'x/y': 9, 'x~y': 2 } },
    ],
    [
      { op: 'replace', path: '/a/0', value: 9 },
      { ...document, a: [9, 2] },
    ],
    [
      { op: 'replace', path: '/n', value: 9 },
      { ...document, n: 9 },
    ],
    [
      { op: 'remove', path: '/b/x~0y' },
      { ...document, b: { 'x/y': 1 } },
    ],
    [
      { op: 'remove', path: '/a/0' },
      { ...document, a: [2] },
    ],
    [
      { op: 'move', from: '/a/1', path: '/a/0' },
      { ...document, a: [2, 1] },
    ],
    [
      { op: 'move', from: '/b/x~1y', path: '/c' },
      { a: [1, 2], b: { 'x~y': 2 }, n: null, c: 1 },
    ],
  ] as [Operation, JsonObject][])('%j', (operation, expected) => {
    expect(applyPatch(document, [operation])).toEqual({ applies: true, value: expected });
  });

  test.each([
    { op: 'add', path: '/missing/c', value: 1 },
    { op: 'add', path: '/n/c', value: 1 },
    { op: 'add', path: '/a/3', value: 1 },
    { op: 'add', path: '/a/01', value: 1 },
    { op: 'add', path: '/a/-1', value: 1 },
    { op: 'add', path: '/a/0/c', value: 1 },
    { op: 'replace', path: '/c', value: 1 },
    { op: 'replace', path: '/a/2', value: 1 },
    { op: 'replace', path: '/a/-', value: 1 },
    { op: 'replace', path: '', value: 1 },
    { op: 'remove', path: '/c' },
    { op: 'remove', path: '/a/-' },
    { op: 'move', from: '/c', path: '/d' },
    { op: 'move', from: '/a/0', path: '/x/d' },
    { op: 'remove', path: '/constructor' },
    { op: 'add', path: '/__proto__/polluted', value: true },
  ] as Operation[])('%j does not apply', (operation) => {
    expect(applyPatch(document, [operation]).applies).toBe(false);
    expect({}).not.toHaveProperty('polluted');
  });
});

test('the given document and the patch stay as they are, though the result shares what no operation reached', () => {
  const document: JsonObject = { list: [{ a: 1 }], other: { b: [1] } };
  const value = { deep: [1] };
  const applied = applyPatch(document, [
    { op: 'add', path: '/list/-', value },
    { op: 'add', path: '/list/1/deep/-', value: 2 },
    { op: 'replace', path: '/list/0/a', value: 3 },
  ]);
  expect(document).toEqual({ list: [{ a: 1 }], other: { b: [1] } });
  expect(value).toEqual({ deep: [1] });
  expect(applied).toEqual({ applies: true, value: { list: [{ a: 3 }, { deep: [1, 2] }], other: { b: [1] } } });
  expect(applied.applies && applied.value['other']).toBe(document['other']);
});
