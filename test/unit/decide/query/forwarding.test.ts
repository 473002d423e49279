/** Which names are never sent to a nameserver. */
import { expect, test } from 'vitest';
import { forwardsAll, isForwarded } from '../../../../sidecar/decide/query/forwarding.ts';
import { encodeName, nameKey, rootName } from '../../../../sidecar/wire/name.ts';

const zone = { order: [1] };
const routes = { usual: { order: [0] }, zones: new Map([[nameKey(encodeName('zone') ?? rootName), zone]]) };

interface Asked {
  readonly searched?: boolean;
  readonly local?: boolean;
}

function forwards(
  text: string,
  minDots: number,
  hostsOnly = false,
  { searched = false, local = false }: Asked = {},
): boolean {
  const search = { name: encodeName(text) ?? rootName, dots: text.split('.').length - 1, absolute: !searched };
  return isForwarded({ search, isLocal: () => local, routes }, { hostsOnly, minDots });
}

test.each<[string, number, Asked, boolean]>([
  ['foo', 1, {}, false],
  ['foo.x', 1, {}, true],
  ['foo.x', 2, {}, false],
  ['zone', 2, {}, true],
  ['foo.zone', 5, {}, true],
  ['foo', 1, { searched: true }, true],
  ['foo', 1, { local: true }, true],
])('%s, where a name needs %i dots, %o: %s', (text, minDots, asked, expected) => {
  expect(forwards(text, minDots, false, asked)).toBe(expected);
});

test.each<[string, Asked, boolean]>([
  ['foo.x', {}, false],
  ['foo.zone', {}, false],
  ['foo', { searched: true }, false],
  ['foo', { local: true }, true],
])('%s, where the hosts files alone answer, %o: %s', (text, asked, expected) => {
  expect(forwards(text, 0, true, asked)).toBe(expected);
});

test('without either all names are sent', () => {
  expect(forwardsAll({ hostsOnly: false, minDots: 0 })).toBe(true);
  expect(forwardsAll({ hostsOnly: true, minDots: 0 })).toBe(false);
  expect(forwardsAll({ hostsOnly: false, minDots: 1 })).toBe(false);
});
