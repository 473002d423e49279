/** The published description of the HTTP API: sound by itself, and of the paths, methods and codes that there are. */
import { expect, test } from 'vitest';
import { apiErrors } from '../../../../sidecar/discovery/api/message.ts';
import { lookupTypes } from '../../../../sidecar/discovery/api/lookup.ts';
import { methods, routeOf, type Route } from '../../../../sidecar/discovery/api/routes.ts';
import { openApi, resolved, responseFaults, validatorOf } from '../../../support/discovery/openapi.ts';

const verbs = ['get', 'put', 'patch', 'delete'];

test('has the paths and methods that there are', () => {
  expect(openApi.openapi).toMatch(/^3\.1\.\d$/);
  const routes = Object.keys(openApi.paths).map(
    (path) => [path, routeOf({ target: path.replace('{id}', 'x') })?.to ?? ''] as const,
  );
  const expected = Object.keys(methods).filter((to) => to !== 'page');
  expect(routes.map(([, to]) => to).toSorted()).toEqual(expected.toSorted());
  for (const [path, to] of routes) {
    const described = verbs
      .filter((verb) => openApi.paths[path]?.[verb] !== undefined)
      .map((verb) => verb.toUpperCase());
    expect(described.toSorted()).toEqual(methods[to as Route['to']].filter((method) => method !== 'HEAD').toSorted());
  }
});

/** Each object in the document, with its place. */
function* objects(value: unknown, place = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  yield [place, value as Record<string, unknown>];
  for (const [key, inner] of Object.entries(value)) yield* objects(inner, `${place}/${key.replaceAll('/', '~1')}`);
}

const all = [...objects(openApi)];

test('refers to what there is', () => {
  const refs = all.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
  expect(refs.length).toBeGreaterThan(20);
  for (const ref of refs) expect(resolved(ref)).toBeDefined();
  const used = new Set(refs);
  const named = Object.entries(openApi.components).flatMap(([kind, members]) =>
    kind === 'securitySchemes' ? [] : Object.keys(members).map((name) => `#/components/${kind}/${name}`),
  );
  expect(named.filter((ref) => !used.has(ref))).toEqual([]);
});

test('has schemas that are JSON Schema, and says of each operation how it ends', () => {
  const schemas = all.filter(([place]) => /\/(schema|schemas\/[^/]+)$/.test(place)).map(([place]) => place);
  expect(schemas.length).toBeGreaterThan(20);
  for (const place of schemas) expect(validatorOf(place)).toBeTypeOf('function');
  const operations = Object.values(openApi.paths).flatMap((path) => verbs.flatMap((verb) => path[verb] ?? []));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { responses } of operations)
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', 'default']));
});

test('knows every code and every type', () => {
  const errorPlace = resolved('#/components/schemas/Error') as { properties: { error: { enum: string[] } } };
  expect(errorPlace.properties.error.enum.toSorted()).toEqual(Object.keys(apiErrors).toSorted());
  const [type] = all.filter(([, { name }]) => name === 'type').map(([, { schema }]) => schema as { enum: string[] });
  expect(type?.enum).toEqual([...lookupTypes]);
});

test('finds a response that is otherwise', () => {
  const json = (status: number, value: unknown) => ({ status, type: 'application/json', text: JSON.stringify(value) });
  expect(responseFaults('GET', '/set/ttl', json(200, 3))).toEqual([]);
  expect(responseFaults('GET', '/set/ttl', json(200, '3'))).toHaveLength(1);
  expect(responseFaults('GET', '/set/ttl', json(201, 3))).toHaveLength(1);
  expect(responseFaults('GET', '/services', json(200, { a: {} }))).not.toEqual([]);
  expect(responseFaults('POST', '/nothing', json(404, { error: 'not-found', message: 'x' }))).toEqual([]);
  expect(responseFaults('POST', '/nothing', json(404, { error: 'lost', message: 'x' }))).toHaveLength(1);
  expect(responseFaults('GET', '/set/ttl', { status: 200, type: 'text/plain', text: '3' })).toHaveLength(1);
});
