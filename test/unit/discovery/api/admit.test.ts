/** Who may talk to the HTTP API at all, and in which order that is asked. */
import { describe, expect, test } from 'vitest';
import { admitRequest } from '../../../../sidecar/discovery/api/admit.ts';

const rules = { hosts: ['dnsdock.docker'], isToken: (text: string) => text === 'secret' };
const right = { host: '127.0.0.1:8080', authorization: 'Bearer secret' };

function admit(request: string, headers: Readonly<Record<string, string | undefined>> = right) {
  const [method = '', target = ''] = request.split(' ');
  const admitted = admitRequest({ method, target, headers }, rules);
  return 'route' in admitted ? admitted.route.to : `${admitted.refused.status}`;
}

describe('Host', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1:8080',
    '[::1]:8080',
    '[fd00::1]',
    'localhost',
    'LocalHost:80',
    'dnsdock.docker',
    'DnsDock.docker.:80',
    '192.168.1.5',
  ])('%s is ours', (host) => expect(admit('GET /services', { ...right, host })).toBe('services'));

  test.each([
    undefined,
    '',
    'evil.test',
    'evil.test:8080',
    '127.0.0.1.evil.test',
    'localhost.evil.test',
    'dnsdock.docker:80:80',
    'a b',
    '[::1',
    '::1',
  ])('%s is not', (host) => {
    expect(admit('GET /services', { ...right, host })).toBe('421');
    expect(admit('GET /', { ...right, host })).toBe('421');
  });
});

describe('a target that is a whole URL', () => {
  test.each([
    ['http://127.0.0.1:8080/services', '127.0.0.1', 'services'],
    ['HTTPS://DnsDock.docker/set/ttl', 'evil.test', 'ttl'],
    ['http://localhost', 'localhost', 'page'],
    ['http://localhost?x', 'localhost', 'page'],
    ['http://evil.test/services', '127.0.0.1', '421'],
    ['http://127.0.0.1@evil.test/services', '127.0.0.1', '421'],
    ['http:///services', '127.0.0.1', '421'],
    ['ftp://127.0.0.1/services', '127.0.0.1', '404'],
  ])('%s', (target, host, told) => expect(admit(`GET ${target}`, { ...right, host })).toBe(told));

  test('is the site that a page has to be of', () => {
    const headers = { ...right, host: 'evil.test', origin: 'http://evil.test' };
    expect(admit('GET http://localhost/services', headers)).toBe('403');
  });
});

describe('another site', () => {
  test.each([
    [{ origin: 'http://evil.test' }, '403'],
    [{ origin: 'null' }, '403'],
    [{ origin: 'http://127.0.0.1:8081' }, '403'],
    [{ 'sec-fetch-site': 'cross-site' }, '403'],
    [{ 'sec-fetch-site': 'same-site' }, '403'],
    [{ origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }, 'services'],
    [{ origin: 'https://127.0.0.1:8080' }, 'services'],
    [{ 'sec-fetch-site': 'none' }, 'services'],
  ])('%j', (headers, told) => expect(admit('GET /services', { ...right, ...headers })).toBe(told));

  test('may link to the page', () => {
    expect(admit('GET /', { host: '127.0.0.1', 'sec-fetch-site': 'cross-site' })).toBe('page');
  });
});

describe('the token', () => {
  test.each([
    ['Bearer secret', 'services'],
    ['bearer  secret ', 'services'],
    ['Bearer wrong', '401'],
    ['Bearer', '401'],
    ['Bearer secret more', '401'],
    ['Basic secret', '401'],
    ['secret', '401'],
    [undefined, '401'],
  ])('%s', (authorization, told) => {
    expect(admit('GET /services', { host: 'localhost', authorization })).toBe(told);
  });

  test('is asked for before it is said what there is', () => {
    const stranger = { host: 'localhost' };
    for (const request of ['GET /nothing', 'POST /services', 'GET /events', 'GET /lookup', 'PUT /set/ttl'])
      expect(admit(request, stranger)).toBe('401');
    for (const path of ['/', '/page.css', '/page.js', '/icon.svg']) expect(admit(`GET ${path}`, stranger)).toBe('page');
  });

  test('is asked for with a challenge, and is not repeated', () => {
    const admitted = admitRequest(
      { method: 'GET', target: '/services', headers: { ...right, authorization: 'Bearer nearly' } },
      rules,
    );
    if ('route' in admitted) throw new Error('it is the wrong one');
    expect(admitted.refused.headers['www-authenticate']).toMatch(/^Bearer /);
    expect(admitted.refused.body).not.toContain('nearly');
  });
});

describe('paths and methods', () => {
  test.each([
    ['GET /services', 'services'],
    ['HEAD /services/', 'services'],
    ['GET /services?x=1', 'services'],
    ['PATCH /services/a', 'service'],
    ['DELETE /services/a/', 'service'],
    ['PUT /set/ttl', 'ttl'],
    ['GET /lookup?name=a', 'lookup'],
    ['GET /events', 'events'],
    ['GET /services/a/b', '404'],
    ['GET /services//', '404'],
    ['GET /services/%E0%A4', '404'],
    ['GET /set', '404'],
    ['GET //', '404'],
    ['GET http://127.0.0.1/services', 'services'],
    ['GET /page.js/', '404'],
    ['GET /constructor', '404'],
    ['POST /services', '405'],
    ['PUT /services', '405'],
    ['POST /services/a', '405'],
    ['DELETE /set/ttl', '405'],
    ['OPTIONS /services', '405'],
    ['POST /', '405'],
    ['HEAD /events', '405'],
  ])('%s', (request, told) => expect(admit(request)).toBe(told));

  test('a method that there is not names those that there are', () => {
    const admitted = admitRequest({ method: 'POST', target: '/services/a', headers: right }, rules);
    expect(admitted).toMatchObject({ refused: { headers: { allow: 'GET, HEAD, PUT, PATCH, DELETE' } } });
  });
});
