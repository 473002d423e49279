/** A configuration and its canonical text say the same. */
import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { parseResolvConf } from '../../shared/resolv-conf/resolv-conf.ts';
import { formatResolvConf } from '../support/machine/resolv-conf-text.ts';

const parse = (text: string, hostName = 'pod') => parseResolvConf(text, { hostName });

test('the canonical text reads back as the same configuration', () => {
  const lines = constantFrom(
    ...['nameserver 192.0.2.1', 'nameserver ::ffff:10.1.1.1', 'nameserver fe80::1%7', 'nameserver 0x7f.1', 'nope'],
    ...['search a.test b.test', 'search .', 'search .x. y\r', 'domain d.test', 'search', 'options', 'options -rotate'],
  );
  const options = record({ ndots: integer(), timeout: integer(), attempts: integer(), flag: boolean() }).map(
    ({ ndots, timeout, attempts, flag }) =>
      `options ndots:${ndots} timeout:${timeout} attempts:${attempts}${flag ? ' rotate edns0 trust-ad no-aaaa' : ''}`,
  );
  assert(
    property(array(lines), array(options), (some, others) => {
      const { ignored: _, ...conf } = parse([...some, ...others].join('\n'), 'pod.h.test');
      expect(parse(formatResolvConf({ ...conf, ignored: [] }), 'pod.h.test')).toEqual({ ...conf, ignored: [] });
    }),
  );
});
