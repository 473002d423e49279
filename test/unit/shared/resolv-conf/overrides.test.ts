/** Settings in place of lines of resolv.conf. */
import { describe, expect, test } from 'vitest';
import { applyOverrides, parseOverridden } from '../../../../shared/resolv-conf/overrides.ts';

const original = `nameserver 10.96.0.10
search ns.svc.cluster.local svc.cluster.local
domain cluster.local
options ndots:5 rotate
# the end
`;

describe('the text', () => {
  test('is unchanged without overrides, but for the last newline', () => {
    expect(applyOverrides(original, {})).toBe(original);
    expect(applyOverrides('nameserver 192.0.2.1', {})).toBe('nameserver 192.0.2.1\n');
    expect(applyOverrides('', {})).toBe('');
  });

  test('gets each override in place of its lines', () => {
    const overrides = {
      nameservers: ['192.0.2.1', '::1'],
      searches: ['a.test', 'b.test'],
      ndots: 2,
      options: ['-rotate'],
    };
    expect(applyOverrides(original, overrides)).toBe(
      'options ndots:5 rotate\n# the end\nnameserver 192.0.2.1\nnameserver ::1\nsearch a.test b.test\noptions -rotate ndots:2\n',
    );
  });

  test('names servers as they are written, but for their ports', () => {
    expect(applyOverrides('', { nameservers: ['2001:DB8::1', '192.0.2.1:53', 'none'] })).toBe(
      'nameserver 2001:DB8::1\nnameserver 192.0.2.1\nnameserver none\n',
    );
  });

  test('replaces lines with a tab behind the keyword', () => {
    expect(applyOverrides('nameserver\t192.0.2.1\n', { nameservers: ['192.0.2.2'] })).toBe('nameserver 192.0.2.2\n');
  });

  test('keeps what only looks like a line to replace', () => {
    const text = ' nameserver 192.0.2.1\nnameservers x\nsearchlist y\n';
    expect(applyOverrides(text, { nameservers: [], searches: [] })).toBe(text);
  });
});

describe('the configuration', () => {
  const parse = (overrides: Parameters<typeof parseOverridden>[1]) =>
    parseOverridden(original, overrides, { hostName: 'pod.h.test' });

  test('of nameservers: none of the original stays', () => {
    expect(parse({ nameservers: ['2001:db8::1'] })).toMatchObject({
      servers: [{ family: 6, address: '2001:db8::1' }],
      search: ['cluster.local'],
      ndots: 5,
    });
  });

  test('of nameservers with ports, of which the first three count', () => {
    const nameservers = ['192.0.2.1:5353', '[2001:db8::1]:54', 'fe80::1%eth0', '192.0.2.4'];
    expect(parse({ nameservers })).toMatchObject({
      servers: [
        { family: 4, address: '192.0.2.1', port: 5353 },
        { family: 6, address: '2001:db8::1', port: 54 },
        { family: 6, address: 'fe80::1', scope: 'eth0' },
      ],
      hasNameserver: true,
      ignored: expect.arrayContaining([
        expect.objectContaining({ text: 'nameserver 192.0.2.4', why: 'more than 3 nameservers' }),
      ]) as unknown,
    });
  });

  test('of nameservers without ports, read as the lines of a file are', () => {
    expect(parse({ nameservers: ['2001:db8::1%eth0', 'none'] }).servers).toEqual([
      { family: 6, address: '2001:db8::1' },
    ]);
  });

  test('of nameservers with ports: what is none is left out', () => {
    expect(parse({ nameservers: ['none', '192.0.2.1:53'] }).servers).toEqual([
      { family: 4, address: '192.0.2.1', port: 53 },
    ]);
  });

  test('of searches: none of the original stays, and an empty list is none at all', () => {
    expect(parse({ searches: ['a.test', '.'] }).search).toEqual(['a.test', '.']);
    expect(parse({ searches: [] }).search).toEqual([]);
  });

  test('of options: they add to the original, and a later one wins', () => {
    expect(parse({ options: ['timeout:3', 'ndots:1'] })).toMatchObject({ timeoutSeconds: 3, ndots: 1, rotate: true });
    expect(parse({ options: ['-rotate'] })).toMatchObject({ rotate: false, ndots: 5 });
  });

  test('of ndots: it wins over options', () => {
    expect(parse({ ndots: 3, options: ['ndots:7'] }).ndots).toBe(3);
    expect(parse({ ndots: 0 }).ndots).toBe(0);
  });
});
