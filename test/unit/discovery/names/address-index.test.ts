/** Who has an address, in order, whatever came and went. */
import { expect, test } from 'vitest';
import { createAddressIndex } from '../../../../sidecar/discovery/names/address-index.ts';
import type { DirectoryEntry } from '../../../../sidecar/discovery/names/reached.ts';
import { network, service } from '../../../support/discovery/named-services.ts';

const address = Uint8Array.of(172, 17, 0, 2);

function entryOf(id: string, startedMs: number, ...addresses: string[]): DirectoryEntry {
  return { service: service(id, { startedMs, networks: [network('n', ...addresses)] }), names: [] };
}

test('several have an address in the order of their start, and of their ids where that is the same', () => {
  const index = createAddressIndex();
  const entries = ['b 5', 'c 9', 'a 5', 'd 1', 'e 7'].map((text) => {
    const [id = '', startedMs] = text.split(' ');
    return entryOf(id, Number(startedMs), '172.17.0.2', 'fd00::2');
  });
  const ids = (): string | undefined =>
    index
      .of(address)
      ?.map(({ service: { id } }) => id)
      .join('');
  const steps = entries.map((entry) => (index.add(entry), ids()));
  expect(steps).toEqual(['b', 'bc', 'abc', 'dabc', 'dabec']);
  expect(index.of(address)).toBe(index.of(address));
  expect(entries.map((entry) => (index.remove(entry), ids()))).toEqual(['daec', 'dae', 'de', 'e', undefined]);
});

test('gateways of the machine are not those of who is in its network, but what was set for one is', () => {
  const index = createAddressIndex();
  const host = { namespace: 'host', networks: [network('bridge', '172.17.0.2')] } as const;
  const [one, set] = [service('a', host), service('b', { ...host, addresses: ['10.0.0.5'] })];
  for (const each of [one, set]) index.add({ service: each, names: [] });
  expect(index.of(address)).toBeUndefined();
  expect(index.of(Uint8Array.of(10, 0, 0, 5))).toHaveLength(1);
  for (const each of [one, set]) index.remove({ service: each, names: [] });
  expect(index.of(Uint8Array.of(10, 0, 0, 5))).toBeUndefined();
});

test('each address by itself, and one that nobody has has nobody', () => {
  const index = createAddressIndex();
  index.add(entryOf('a', 1, '172.17.0.2'));
  index.add(entryOf('b', 2, '172.17.0.3', '172.17.0.2'));
  index.remove(entryOf('a', 1, '172.17.0.2'));
  expect(index.of(address)?.map(({ service: { id } }) => id)).toEqual(['b']);
  expect(index.of(Uint8Array.of(172, 17, 0, 3))).toHaveLength(1);
  expect(index.of(Uint8Array.of(172, 17, 0, 4))).toBeUndefined();
});
