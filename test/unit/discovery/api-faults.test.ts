/** Settings of the HTTP API that are faulty together. */
import { expect, test } from 'vitest';
import { readSettings } from '../../../sidecar/discovery/discovery.ts';

const usual = { RESOLVER_PROFILE: 'host', RESOLVER_API_TOKEN_FILE: '/token' };
const tls = { RESOLVER_API_TLS_CERT_FILE: '/cert', RESOLVER_API_TLS_KEY_FILE: '/key' };

test.each([
  ['127.0.0.1:80', {}, []],
  ['[::1]:80,10.0.0.1:80,[fd00::1]:80', {}, []],
  [':80', {}, ['RESOLVER_API_LISTEN: :80 can be reached from outside']],
  ['127.0.0.1:80,192.0.2.1:80', {}, ['RESOLVER_API_LISTEN: 192.0.2.1:80 can be reached from outside']],
  [':80', tls, []],
  [
    '127.0.0.1:80',
    { RESOLVER_API_TOKEN_FILE: '' },
    ['RESOLVER_API_TOKEN_FILE: must be given with RESOLVER_API_LISTEN'],
  ],
  [
    '127.0.0.1:80',
    { RESOLVER_API_TLS_CERT_FILE: '/cert' },
    ['RESOLVER_API_TLS_CERT_FILE and RESOLVER_API_TLS_KEY_FILE are given together'],
  ],
  [':80', { RESOLVER_API_TLS_KEY_FILE: '/key' }, ['RESOLVER_API_LISTEN: :80', 'RESOLVER_API_TLS_CERT_FILE and']],
  ['', { RESOLVER_API_TOKEN_FILE: '' }, []],
])('%s %j', (listen, more, expected) => {
  const { issues } = readSettings({ ...usual, RESOLVER_API_LISTEN: listen, ...more });
  expect(issues.map(({ message }) => message)).toEqual(expected.map((text) => expect.stringContaining(text) as string));
});
