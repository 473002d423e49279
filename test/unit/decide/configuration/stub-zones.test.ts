/** The stub zones in force: those of the setting and of a file that changes. */
import { describe, expect, test } from 'vitest';
import { formatStubZones, parseStubZones } from '../../../../shared/resolv-conf/stub-zones.ts';
import { mergeStubZones, readStubZonesFile } from '../../../../sidecar/decide/configuration/stub-zones.ts';

const rulesOf = (text: string) => parseStubZones(text).rules;

describe('the file', () => {
  test('counts as it is, and a file that cannot be read leaves what it said', () => {
    const first = readStubZonesFile('a=192.0.2.1', undefined);
    expect(formatStubZones(first.rules)).toBe('a=192.0.2.1');
    expect(readStubZonesFile(undefined, first)).toBe(first);
    expect(readStubZonesFile('a=192.0.2.1', first)).toBe(first);
    expect(readStubZonesFile('', first).rules).toEqual([]);
    expect(readStubZonesFile(undefined, undefined)).toEqual({ text: '', rules: [], faults: [] });
  });

  test('with a fault leaves what it said before, and what is well of it where there was nothing', () => {
    const first = readStubZonesFile('a=192.0.2.1', undefined);
    const faulty = readStubZonesFile('b=192.0.2.2\nc', first);
    expect(formatStubZones(faulty.rules)).toBe('a=192.0.2.1');
    expect(faulty.faults).toEqual(['"c": no = in it']);
    expect(formatStubZones(readStubZonesFile('b=192.0.2.2\nc', undefined).rules)).toBe('b=192.0.2.2');
    expect(formatStubZones(readStubZonesFile('b=192.0.2.2\nc', readStubZonesFile('', undefined)).rules)).toBe(
      'b=192.0.2.2',
    );
    expect(formatStubZones(readStubZonesFile('b=192.0.2.2', faulty).rules)).toBe('b=192.0.2.2');
  });
});

test.each([
  ['', '', '', []],
  ['a=192.0.2.1', '', 'a=192.0.2.1', []],
  ['', 'a=192.0.2.1', 'a=192.0.2.1', []],
  ['a=192.0.2.1', 'b=192.0.2.2 fall-through', 'a=192.0.2.1;b=192.0.2.2 fall-through', []],
  ['a=192.0.2.1', 'A,b=192.0.2.2', 'a=192.0.2.1;b=192.0.2.2', ['A']],
  ['a,b=192.0.2.1', 'b=192.0.2.2;a=192.0.2.3', 'a,b=192.0.2.1', ['b', 'a']],
])('setting %o and file %o: %o', (setting, file, together, twice) => {
  const { rules, faults } = mergeStubZones(rulesOf(setting), rulesOf(file));
  expect(formatStubZones(rules)).toBe(together);
  expect(faults).toEqual(
    twice.map((zone) => `${zone} stands in RESOLVER_STUB_ZONES or its annotation, too, which counts`),
  );
});
