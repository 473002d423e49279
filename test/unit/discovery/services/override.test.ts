/** What may be said of a service by hand. */
import { describe, expect, test } from 'vitest';
import {
  entryFault,
  maxItems,
  maxTtlSeconds,
  memberFault,
  type ManualEntry,
  type Override,
} from '../../../../sidecar/discovery/services/override.ts';

describe('a member', () => {
  test.each<[Override, string | undefined]>([
    [{}, undefined],
    [{ name: '', image: '' }, undefined],
    [{ name: 'web', image: 'nginx.eu', aliases: ['www.example'], addresses: ['192.0.2.1', '2001:db8::1'] }, undefined],
    [{ name: 'a_b-c.d' }, undefined],
    [{ name: 'ä' }, undefined],
    [{ name: 'a..b' }, 'name'],
    [{ name: 'a.' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ name: String.raw`a\046b` }, 'name'],
    [{ name: 'x'.repeat(64) }, 'name'],
    [{ image: '.' }, 'image'],
    [{ image: 'a.'.repeat(130) }, 'image'],
    [{ aliases: [''] }, 'aliases'],
    [{ aliases: ['fine', 'a\u0000'] }, 'aliases'],
    [{ aliases: Array.from({ length: maxItems + 1 }, (_, index) => `a${index}`) }, 'aliases'],
    [{ aliases: Array.from({ length: maxItems }, (_, index) => `a${index}`) }, undefined],
    [{ addresses: ['192.0.2.1:53'] }, 'addresses'],
    [{ addresses: ['192.0.2'] }, 'addresses'],
    [{ addresses: ['fe80::1%eth0'] }, 'addresses'],
    [{ ttlSeconds: 0 }, undefined],
    [{ ttlSeconds: maxTtlSeconds }, undefined],
    [{ ttlSeconds: maxTtlSeconds + 1 }, 'ttlSeconds'],
    [{ ttlSeconds: -1 }, 'ttlSeconds'],
    [{ ttlSeconds: 0.5 }, 'ttlSeconds'],
  ])('%j', (override, member) => expect(memberFault(override)?.member).toBe(member));
});

test('what is wrong is said with what is accepted', () => {
  const of = (override: Override): string => {
    const { member, value, accepted } = memberFault(override) ?? { member: 'none', value: '', accepted: '' };
    return `${member}: ${value}: ${accepted}`;
  };
  const many = Array.from({ length: maxItems + 1 }, () => 'a');
  expect([
    of({ name: 'a..b' }),
    of({ image: '.' }),
    of({ aliases: ['a b'] }),
    of({ aliases: many }),
    of({ addresses: ['x'] }),
    of({ ttlSeconds: -1 }),
  ]).toEqual([
    'name: a..b: labels of at most 63 characters with dots between them',
    'image: .: labels of at most 63 characters with dots between them',
    'aliases: a b: a domain name',
    'aliases: 65 of them: at most 64',
    'addresses: x: an IPv4 or IPv6 address without a port',
    'ttlSeconds: -1: an integer from 0 to 2147483647',
  ]);
  expect([
    entryFault({ name: 'db', image: '', addresses: [] }),
    entryFault({ name: '', image: '', addresses: ['192.0.2.1'] }),
  ]).toEqual([
    { member: 'addresses', value: '', accepted: 'at least one address' },
    { member: 'name', value: '', accepted: 'a name, an image or an alias' },
  ]);
});

describe('a whole entry', () => {
  const addresses = ['192.0.2.1'];
  test.each<[ManualEntry, string | undefined]>([
    [{ name: 'db', image: 'postgres', addresses }, undefined],
    [{ name: '', image: 'postgres', addresses }, undefined],
    [{ name: '', image: '', aliases: ['db.example'], addresses }, undefined],
    [{ name: '', image: '', addresses }, 'name'],
    [{ name: 'db', image: '', addresses: [] }, 'addresses'],
    [{ name: 'db', image: 'a..b', addresses }, 'image'],
  ])('%j', (entry, member) => expect(entryFault(entry)?.member).toBe(member));
});
