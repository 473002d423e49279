/** Which queries have one search (semantics §6.2). */
import { expect, test } from 'vitest';
import { isEqualSearch } from '../../../sidecar/lookups/equal-searches.ts';
import type { QueryContext } from '../../../sidecar/lookups/lookup.ts';
import { createSearchesInFlight } from '../../../sidecar/lookups/searches-in-flight.ts';
import type { SearchInFlight } from '../../../sidecar/lookups/lookup.ts';
import { wire } from '../../support/wire/messages.ts';

const snapshot = {} as QueryContext['snapshot'];
const edns = { version: 0, payloadSize: 1232, dnssecOk: false, extendedRcode: 0 };

interface Asked {
  readonly name?: string;
  readonly absolute?: boolean;
  readonly type?: number;
  readonly whole?: boolean;
  readonly edns?: boolean;
  readonly flags?: number;
  readonly snapshot?: QueryContext['snapshot'];
  readonly local?: string;
}

function contextOf(asked: Asked): QueryContext {
  const { name = 'foo.test', absolute = false, type = 1, whole = false, flags = 0, local } = asked;
  return {
    ...{ type, whole, flags, snapshot: asked.snapshot ?? snapshot },
    request: { name: wire(name), dots: 1, absolute },
    query: { view: { edns: asked.edns === true ? edns : undefined } },
    local: local === undefined ? undefined : { names: [{ name: wire(local), outcomes: ['records', undefined] }] },
  } as unknown as QueryContext;
}

test.each<[what: string, one: Asked, other: Asked, equal: boolean]>([
  ['the same question', {}, {}, true],
  ['A and AAAA', { type: 1 }, { type: 28 }, true],
  ['another name', {}, { name: 'bar.test' }, false],
  ['a longer name', { name: 'foo' }, { name: 'foo.test' }, false],
  ['another letter case', {}, { name: 'Foo.test' }, false],
  ['the name as it is', {}, { absolute: true }, false],
  ['other flags', {}, { flags: 2 }, false],
  ['another configuration', {}, { snapshot: { ...snapshot } }, false],
  ['an address and another type', {}, { type: 15, whole: true }, false],
  ['the other way round', { type: 15, whole: true }, {}, false],
  ['an address that is looked up, and one that is passed on', {}, { whole: true }, false],
  ['types that are passed on', { type: 15, whole: true }, { type: 16, whole: true }, false],
  ['addresses that are passed on', { type: 1, whole: true }, { type: 28, whole: true }, false],
  ['one type that is passed on', { type: 15, whole: true }, { type: 15, whole: true }, true],
  ['the same with OPT, which goes on', { type: 15, whole: true }, { type: 15, whole: true, edns: true }, false],
  ['one type that is searched for, and passed on', { type: 15 }, { type: 15, whole: true }, false],
  ['OPT that does not go on', { type: 15 }, { type: 15, edns: true }, true],
  ['OPT of a lookup for addresses', {}, { edns: true }, true],
  ['the same names of our own', { local: 'own.test' }, { local: 'own.test' }, true],
  ['other names of our own', { local: 'own.test' }, { local: 'its.test' }, false],
  ['a name of our own, and none', { local: 'own.test' }, {}, false],
])('%s', (_, one, other, equal) => {
  expect(isEqualSearch(contextOf(one), contextOf(other))).toBe(equal);
});

test('equal searches under way, the youngest last', () => {
  const searches = createSearchesInFlight(0);
  const search = (asked: Asked): SearchInFlight => ({ context: contextOf(asked) }) as SearchInFlight;
  const [old, young, other] = [search({}), search({}), search({ name: 'FOO.test' })];
  expect(searches.equal(contextOf({}))).toEqual([]);
  for (const one of [old, other, young]) searches.add(one);
  const endAside = searches.addAside();
  expect(searches.size).toBe(4);
  expect(searches.equal(contextOf({}))).toEqual([old, young]);
  searches.remove(old);
  searches.remove(old);
  endAside();
  expect(searches.size).toBe(2);
  expect(searches.equal(contextOf({}))).toEqual([young]);
  searches.remove(young);
  expect(searches.equal(contextOf({}))).toEqual([]);
  expect(searches.equal(contextOf({ name: 'FOO.test' }))).toEqual([other]);
});
