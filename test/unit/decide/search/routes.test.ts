/** Which servers are asked for a name, and where it goes on. */
import { describe, expect, test } from 'vitest';
import { mayBeAsIs, routeAfter, routeOf, type Route, type Routes } from '../../../../sidecar/decide/search/routes.ts';
import { encodeName, nameKey, rootName } from '../../../../sidecar/wire/name.ts';
import { replyOf } from '../replies.ts';

const wire = (text: string) => encodeName(text) ?? rootName;
const zones = ['a.test', 'b.a.test', 'TEST.Case', '10.in-addr.arpa', 'one'];
const usual: Route = { order: [0] };
const routes: Routes = {
  usual,
  zones: new Map(zones.map((zone, index) => [nameKey(wire(zone)), { order: [index + 1] }])),
};

test.each([
  ['a.test', 1],
  ['x.a.test', 1],
  ['X.A.TEST', 1],
  ['y.x.a.test', 1],
  ['b.a.test', 2],
  ['x.b.a.test', 2],
  ['xb.a.test', 1],
  ['xa.test', 0],
  ['test', 0],
  ['a.test.x', 0],
  ['x.test.case', 3],
  ['1.2.3.10.in-addr.arpa', 4],
  ['1.2.3.110.in-addr.arpa', 0],
  ['one', 5],
  ['.', 0],
  [String.raw`x\.a.test`, 0],
  [String.raw`\001a.test`, 0],
])('%s is asked for at server %i', (name, server) => {
  expect(routeOf(routes, wire(name)).order).toEqual([server]);
});

test('every name is under the root', () => {
  const all: Routes = { usual, zones: new Map([[nameKey(rootName), { order: [1] }], ...routes.zones]) };
  expect(routeOf(all, wire('x.y')).order).toEqual([1]);
  expect(routeOf(all, rootName).order).toEqual([1]);
  expect(routeOf(all, wire('b.a.test')).order).toEqual([2]);
});

describe('where an exchange ended without a final reply it goes on', () => {
  const after = (...classes: (string | undefined)[]): Route | undefined => {
    const [one, other] = classes.map((word) => (word === undefined ? undefined : replyOf(word)));
    return routeAfter({ order: [1], next: usual }, { code: 'TEMP', halves: [one, other], rcode: 0 });
  };

  test.each([['SERVFAIL'], ['REFUSED'], ['NOTIMP'], ['LAME'], [undefined], ['SERVFAIL', 'REFUSED']])(
    '%s %s',
    (...classes) => {
      expect(after(...classes)).toBe(usual);
    },
  );

  test.each([['DATA'], ['ALIAS'], ['BAD'], ['EMPTY'], ['NX'], ['FORMERR'], ['SERVFAIL', 'NX'], [undefined, 'DATA']])(
    'not after %s %s',
    (...classes) => {
      expect(after(...classes)).toBeUndefined();
    },
  );

  test('not without fall-through', () => {
    expect(routeAfter({ order: [1] }, { code: 'TEMP', halves: [undefined, undefined], rcode: 0 })).toBeUndefined();
  });
});

test.each([
  ['foo', 0, true],
  ['foo', 1, false],
  ['foo.x', 1, true],
  ['foo.x', 2, false],
  ['one', 5, true],
  ['x.a.test', 5, true],
  ['x.b', 5, false],
])('%s, where a name needs %i dots, may be sent as it is: %s', (name, minDots, may) => {
  const all: Routes = { usual, zones: new Map([[nameKey(rootName), usual], ...routes.zones]) };
  const request = { name: wire(name), dots: name.split('.').length - 1 };
  expect(mayBeAsIs(request, minDots, all)).toBe(may);
  expect(mayBeAsIs(request, minDots, undefined)).toBe(request.dots >= minDots);
});
