/** Stub zones as text. */
import { describe, expect, test } from 'vitest';
import { formatStubZones, parseStubZones, stubZonesAccepted } from '../../../../shared/resolv-conf/stub-zones.ts';

describe('rules', () => {
  test.each([
    ['a.test=192.0.2.1', 'a.test=192.0.2.1'],
    ['a.test,B.test = 192.0.2.1 , [::1]:5353', 'a.test,B.test=192.0.2.1,[::1]:5353'],
    ['.=192.0.2.1:54', '.=192.0.2.1:54'],
    ['.a.test.=192.0.2.1', 'a.test=192.0.2.1'],
    ['a=192.0.2.1 fall-through', 'a=192.0.2.1 fall-through'],
    ['a=192.0.2.1,192.0.2.2\tfall-through ; b=192.0.2.3', 'a=192.0.2.1,192.0.2.2 fall-through;b=192.0.2.3'],
    ['# a comment\na=192.0.2.1\n\n  # another; b=1\nb=192.0.2.2;;', 'a=192.0.2.1;b=192.0.2.2'],
    ['10.in-addr.arpa=10.0.0.1', '10.in-addr.arpa=10.0.0.1'],
    ['_x.a.test=fe80::1%eth0', '_x.a.test=fe80::1%eth0'],
    ['a=1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4', 'a=1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4'],
    ['', ''],
    ['# nothing', ''],
  ])('%o: %s', (text, written) => {
    const { rules, faults } = parseStubZones(text);
    expect(faults).toEqual([]);
    expect(formatStubZones(rules)).toBe(written);
    expect(parseStubZones(written).rules).toEqual(rules);
  });
});

test('what is accepted is shown by a form', () => {
  expect(stubZonesAccepted).toMatch(/^ZONE\[,ZONE…\]=SERVER\[,SERVER…\]\[ fall-through\], /);
});

describe('faults', () => {
  test.each([
    ['a.test', '"a.test": no = in it'],
    ['a.test=', '"a.test=": "" is no server'],
    ['=192.0.2.1', '"=192.0.2.1": "" is no zone'],
    ['a,,b=192.0.2.1', '"a,,b=192.0.2.1": "" is no zone'],
    ['a..b=192.0.2.1', '"a..b=192.0.2.1": "a..b" is no zone'],
    ['a=dns.test', '"a=dns.test": "dns.test" is no server'],
    ['a=10.1', '"a=10.1": "10.1" is no server'],
    ['a=192.0.2.1 fallthrough', '"a=192.0.2.1 fallthrough": "192.0.2.1 fallthrough" is no server'],
    ['a=192.0.2.1=192.0.2.2', '"a=192.0.2.1=192.0.2.2": "192.0.2.1=192.0.2.2" is no server'],
    ['a=192.0.2.1;b=192.0.2.2;A=192.0.2.3', 'A stands twice'],
    ['a,a.=192.0.2.1;b=192.0.2.2', 'a stands twice'],
    ['.=192.0.2.1;.=192.0.2.2', '. stands twice'],
  ])('%o: %s', (text, fault) => {
    expect(parseStubZones(text).faults).toEqual([fault]);
  });

  test('what is well stays beside them', () => {
    expect(formatStubZones(parseStubZones('a\nb=192.0.2.1\n').rules)).toBe('b=192.0.2.1');
  });

  test('of a file of nonsense a few are reported, and a rule is shown by its beginning', () => {
    const { rules, faults } = parseStubZones(`${'x'.repeat(200)}\n`.repeat(100));
    expect(rules).toEqual([]);
    expect(faults).toHaveLength(5);
    expect(faults[0]?.length).toBeLessThan(120);
  });

  test('there are bounds', () => {
    const text = Array.from({ length: 1001 }, (_, index) => `z${index}=192.0.2.1`);
    expect(parseStubZones(text.slice(1).join('\n'))).toMatchObject({ faults: [] });
    const { rules, faults } = parseStubZones(text.join('\n'));
    expect(rules).toHaveLength(1000);
    expect(faults).toEqual(['more than 1000 rules']);
  });
});
