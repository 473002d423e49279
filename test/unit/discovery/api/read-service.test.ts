/** Each member that a request may have: what is read of it, and what is refused with which words. */
import { describe, expect, test } from 'vitest';
import { readService } from '../../../../sidecar/discovery/api/read-service.ts';

const read = (value: unknown, method: 'PUT' | 'PATCH' = 'PATCH') => readService(value, method);
const faults = (value: unknown, method: 'PUT' | 'PATCH' = 'PATCH'): string[] => {
  const result = read(value, method);
  return result.ok ? [] : result.faults.map(({ member = '', message }) => `${member}|${message}`);
};

describe('is read', () => {
  test.each([
    [{ Name: 'a.b.' }, { name: 'a.b' }],
    [{ NAME: 'a' }, { name: 'a' }],
    [{ name: '' }, { name: '' }],
    [{ Image: '' }, { image: '' }],
    [{ image: 'x_y' }, { image: 'x_y' }],
    [{ Ips: ['::1', '10.0.0.1'] }, { addresses: ['::1', '10.0.0.1'] }],
    [{ ip: '10.0.0.1' }, { addresses: ['10.0.0.1'] }],
    [{ TTL: 0 }, { ttlSeconds: 0 }],
    [{ ttl: 2_147_483_647 }, { ttlSeconds: 2_147_483_647 }],
    [{ ttl: -1 }, { ttlSeconds: undefined }],
    [{ ttl: null }, { ttlSeconds: undefined }],
    [{ name: null }, { name: undefined }],
    [{ Aliases: [] }, { aliases: [] }],
    [{ Aliases: ['A.example.', '*.b.example'] }, { aliases: ['A.example', '*.b.example'] }],
    [{ alias: 'a.example, b.example,' }, { aliases: ['a.example', 'b.example'] }],
    [{ ttl: 1, Id: 'x', Source: 'manual', Names: 7 }, { ttlSeconds: 1 }],
    [{ ttl: 1, Waiting: true }, { ttlSeconds: 1 }],
  ])('%j', (value, change) => {
    const result = read(value);
    expect(result).toStrictEqual({ ok: true, change });
  });

  test('in a PUT without aliases, TTL and image', () => {
    expect(read({ Name: 'a', IPs: ['10.0.0.1'], TTL: null }, 'PUT')).toStrictEqual({
      ok: true,
      change: { name: 'a', addresses: ['10.0.0.1'], ttlSeconds: undefined },
    });
  });
});

describe('is refused', () => {
  test.each<[value: unknown, ...said: RegExp[]]>([
    [[], /^\|the body is an object with Name, Image, IPs, TTL, Aliases$/],
    ['a', /^\|the body is an object/],
    [null, /^\|the body is an object/],
    [{}, /^\|nothing to change/],
    [{ Source: 'x' }, /^\|nothing to change/],
    [{ alises: [] }, /^alises\|there is no such member; did you mean Aliases\?$/],
    [{ flavour: 1 }, /^flavour\|there is no such member; there are Name, Image, IPs, TTL, Aliases$/],
    [JSON.parse('{"__proto__": 1, "ttl": 1}'), /^__proto__\|there is no such member/],
    [{ name: 'a', Name: 'b' }, /^Name\|is given twice$/],
    [{ ips: ['10.0.0.1'], ip: '10.0.0.2' }, /^ip\|is given twice$/],
    [{ name: 7 }, /^name\|7 is not a domain name/],
    [{ name: 'a b' }, /^name\|a b is not a domain name/],
    [{ name: 'a..b' }, /^name\|a\.\.b is not/],
    [{ name: 'x'.repeat(64) }, /^name\|x{64} is not/],
    [{ name: 'a\n' }, /^name\|a\\n is not/],
    [{ image: ['x'] }, /^image\|\["x"\] is not/],
    [{ ips: '10.0.0.1' }, /^ips\|10\.0\.0\.1 is not a list of at most 64/],
    [{ ips: [] }, /^ips\|there are 0; there may be 1 to 64$/],
    [{ ips: ['10.0.0.1:80'] }, /^ips\[0\]\|10\.0\.0\.1:80 is not an IPv4 or IPv6 address without a port$/],
    [{ ips: ['fe80::1%eth0'] }, /^ips\[0\]\|/],
    [{ ips: [1, '::1', 'x'] }, /^ips\[0\]\|1 is not/, /^ips\[2\]\|x is not/],
    [{ ip: 1 }, /^ip\[0\]\|1 is not/],
    [{ aliases: Array.from({ length: 65 }).fill('a') }, /^aliases\|there are 65; there may be 0 to 64$/],
    [{ aliases: ['a', ''] }, /^aliases\[1\]\|an empty text is not a domain name/],
    [{ ttl: '30' }, /^ttl\|30 is not an integer from 0 to 2147483647, or -1/],
    [{ ttl: -2 }, /^ttl\|-2 is not/],
    [{ ttl: 2_147_483_648 }, /^ttl\|/],
  ])('%j', (value, ...said) => {
    const found = faults(value);
    expect(found).toHaveLength(said.length);
    said.forEach((pattern, index) => expect(found[index]).toMatch(pattern));
  });

  test('in a PUT what is missing, and null where something must stand', () => {
    expect(faults({}, 'PUT')).toEqual(['Name|is missing', 'IPs|is missing']);
    expect(faults({ Name: null, IPs: null }, 'PUT')).toEqual([
      expect.stringMatching(/^Name\|null is not a domain name/),
      expect.stringMatching(/^IPs\|null is not a list/),
    ]);
  });

  test('and of many faults the first twenty are named', () => {
    expect(faults({ ips: Array.from({ length: 40 }).fill('x') })).toHaveLength(20);
  });
});
