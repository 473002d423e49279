/** Each row was put to the API server's own validation; `npm run test:admission` does it with random values too. */
import { describe, expect, test } from 'vitest';
import { dnsConfigFault } from '../../../../../webhook/injection/dns/dns-config.ts';
import type { Json } from '../../../../../webhook/kubernetes/json.ts';

function faultOf(dnsConfig: Json | undefined, minor: number | undefined, policy = 'ClusterFirst'): string {
  const pod = { spec: { dnsPolicy: policy, ...(dnsConfig !== undefined && { dnsConfig }) } };
  return dnsConfigFault(pod, policy, minor === undefined ? undefined : { major: 1, minor })?.why ?? 'valid';
}

const many = (count: number, text: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => text(index));

describe('every release refuses', () => {
  test.each([
    ['None', undefined],
    ['None', { searches: ['a'] }],
    ['None', { nameservers: [] }],
    ['Sometimes', undefined],
    ['ClusterFirst', { nameservers: many(4, (index) => `192.0.2.${index}`) }],
    ['ClusterFirst', { searches: many(33, (index) => `n${index}`) }],
    ['ClusterFirst', { searches: many(20, (index) => `${index}`.padEnd(60, 'x').concat('.', 'y'.repeat(60))) }],
    ['ClusterFirst', { options: [{ value: '1' }] }],
    ['ClusterFirst', { options: [{ name: '' }] }],
  ] as [string, Json | undefined][])('%s %j', (policy, dnsConfig) => {
    for (const minor of [29, 33, 34, 37, undefined]) expect(faultOf(dnsConfig, minor, policy)).toBe('invalid');
  });
});

test.each([
  // text                        1.29       1.34       1.37       not known
  ['192.0.2.1', 'valid', 'valid', 'valid', 'valid'],
  ['2001:db8::1', 'valid', 'valid', 'valid', 'valid'],
  ['2001:DB8:0::0001', 'valid', 'valid', 'valid', 'valid'],
  ['::192.0.2.1', 'valid', 'valid', 'valid', 'valid'],
  ['010.096.000.010', 'valid', 'valid', 'unsure', 'unsure'],
  ['0000192.0.2.01', 'valid', 'valid', 'unsure', 'unsure'],
  ['::ffff:192.0.2.1', 'valid', 'valid', 'unsure', 'unsure'],
  ['::FFFF:c000:201', 'valid', 'valid', 'unsure', 'unsure'],
  ['::ffff:192.0.02.1', 'valid', 'valid', 'unsure', 'unsure'],
  ['00001::1', 'valid', 'valid', 'unsure', 'unsure'],
  ['fe80::1%eth0', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['dns.example', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['10.1', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['0x0a.0.0.1', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['256.0.0.1', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['0256.0.0.1', 'invalid', 'invalid', 'invalid', 'invalid'],
  [' 192.0.2.1', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['192.0.2.1:53', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['[2001:db8::1]', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['1::2::3', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['1:2:3:4:5:6:7:8::', 'invalid', 'invalid', 'invalid', 'invalid'],
])('nameserver %j', (nameserver, on29, on34, on37, unknown) => {
  const found = [29, 34, 37, undefined].map((minor) => faultOf({ nameservers: [nameserver] }, minor));
  expect(found).toEqual([on29, on34, on37, unknown]);
});

test.each([
  // text                        1.29       1.33       1.34     not known
  ['a.example', 'valid', 'valid', 'valid', 'valid'],
  ['a.', 'valid', 'valid', 'valid', 'valid'],
  ['9', 'valid', 'valid', 'valid', 'valid'],
  ['a'.repeat(253), 'valid', 'valid', 'valid', 'valid'],
  ['.', 'invalid', 'unsure', 'valid', 'unsure'],
  ['_srv.example', 'invalid', 'unsure', 'valid', 'unsure'],
  ['a_b.example', 'invalid', 'unsure', 'valid', 'unsure'],
  ['_a', 'invalid', 'unsure', 'valid', 'unsure'],
  ['_', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['a_', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['__a', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['-a', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['a-', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['Upper.example', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['a..b', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['..', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['a\n', 'invalid', 'invalid', 'invalid', 'invalid'],
  ['a'.repeat(254), 'invalid', 'invalid', 'invalid', 'invalid'],
])('search %j', (search, on29, on33, on34, unknown) => {
  const found = [29, 33, 34, undefined].map((minor) => faultOf({ searches: [search] }, minor));
  expect(found).toEqual([on29, on33, on34, unknown]);
});

test('the detail names the value and what is the matter', () => {
  const detail = (dnsConfig: Json, minor: number): string | undefined =>
    dnsConfigFault({ spec: { dnsConfig } }, 'ClusterFirst', { major: 1, minor })?.detail;
  expect(detail({ nameservers: ['fe80::1%eth0'] }, 34)).toBe(
    'the nameserver fe80::1%eth0 of dnsConfig is not an IP address',
  );
  expect(detail({ searches: [''] }, 34)).toBe('the search "" of dnsConfig is not a domain name');
  expect(detail({ searches: ['_a'] }, 33)).toBe(
    'the search _a of dnsConfig is taken by some releases of Kubernetes alone',
  );
  expect(detail({ nameservers: ['010.0.0.1'] }, 36)).toBe(
    'the nameserver 010.0.0.1 of dnsConfig is not in standard form, which newer releases of Kubernetes refuse',
  );
});
