/** The HTTP API over real sockets: bodies, streams, TLS, and what its files do to it. */
import { X509Certificate } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer, request } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maxOpenRequests } from '../../../../shared/program/open-requests.ts';
import { pagePaths } from '../../../../sidecar/discovery/api/routes.ts';
import { maxStreams } from '../../../../sidecar/discovery/http/event-streams.ts';
import { readTlsFiles } from '../../../../sidecar/discovery/http/tls-files.ts';
import { issueAuthority, issueLeaf } from '../../../../webhook/certificates/issue.ts';
import { makeFolder, startApi, token } from '../../../support/discovery/api-world.ts';
import { hide } from '../../../../sidecar/discovery/services/services.ts';
import { someServices, web, withOverride } from '../api/requests.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const nas = { Name: 'nas', IPs: ['10.0.0.7'] };

describe('requests', () => {
  test('make, change and remove a service', async () => {
    const { ask, store, statuses } = await startApi(stack, { services: someServices() });
    expect((await ask('/services/nas', { method: 'PUT', body: nas })).status).toBe(200);
    const read = await ask('/services/nas');
    expect(await read.json()).toMatchObject({ Name: 'nas', IPs: ['10.0.0.7'], Source: 'manual' });
    const ifMatch = { headers: { 'if-match': read.headers.get('etag') ?? '' } };
    expect((await ask('/services/nas', { method: 'PATCH', body: { ttl: 9 }, ...ifMatch })).status).toBe(200);
    expect((await ask('/services/nas', { method: 'PATCH', body: { ttl: 8 }, ...ifMatch })).status).toBe(412);
    expect(store.current.manual.get('nas')?.ttlSeconds).toBe(9);
    expect((await ask('/services/nas', { method: 'DELETE' })).status).toBe(200);
    expect(store.current.manual.has('nas')).toBe(false);
    expect(statuses).toEqual([200, 200, 200, 412, 200]);
  });

  test('read what was said of a container that does not run, and take it back', async () => {
    const { ask, statuses } = await startApi(stack, { services: hide(withOverride(), web) });
    const read = await ask('/services/ab12');
    expect(await read.json()).toMatchObject({ Id: web, Name: 'shop', Waiting: true });
    const ifMatch = { headers: { 'if-match': read.headers.get('etag') ?? '' } };
    await ask('/services/ab12', { method: 'PATCH', body: { Name: null } });
    await ask('/services/ab12', { method: 'DELETE', ...ifMatch });
    expect(await (await ask('/services/ab12', { method: 'PATCH', body: { TTL: null } })).json()).toMatchObject({
      TTL: -1,
    });
    await ask('/services/ab12', { method: 'DELETE' });
    expect(statuses).toEqual([200, 200, 412, 200, 404]);
  });

  test('as the pages of dnsdock show them: a form by its type, JSON by its text', async () => {
    const { ask } = await startApi(stack);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = '{"name": "foo", "image": "bar", "ip": "192.168.0.3", "ttl": 30}';
    expect(await (await ask('/services/serviceid', { method: 'PUT', body, headers })).json()).toMatchObject({
      ...{ Name: 'foo', Image: 'bar', IPs: ['192.168.0.3'], TTL: 30, Aliases: [] },
    });
    expect((await ask('/set/ttl', { method: 'PUT', body: '10', headers })).status).toBe(200);
    expect(await (await ask('/set/ttl')).json()).toBe(10);
  });

  test('at once are one after the other', async () => {
    const { ask, store, folder } = await startApi(stack, { settings: (at) => ({ apiStateFile: join(at, 'state') }) });
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    const answers = await Promise.all(ids.map((id) => ask(`/services/${id}`, { method: 'PUT', body: nas })));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    const kept = JSON.parse(readFileSync(join(folder, 'state'), 'utf8')) as { manual: object };
    expect(Object.keys(kept.manual).toSorted()).toEqual([...store.current.manual.keys()].toSorted());
  });

  test('a HEAD has the headers of the GET', async () => {
    const { ask } = await startApi(stack, { services: someServices() });
    const [head, get] = [await ask('/services', { method: 'HEAD' }), await ask('/services')];
    expect(await head.text()).toBe('');
    for (const name of ['etag', 'content-length', 'content-type'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  });
});

describe('bodies', () => {
  test('of 64 kB are read, larger ones are refused, and the connection goes on', async () => {
    const { ask, base } = await startApi(stack);
    const filled = (bytes: number) => JSON.stringify(nas).replace('nas', `nas${'\u0020'.repeat(bytes)}`);
    const whole = `${JSON.stringify(nas)}${' '.repeat(65_536 - JSON.stringify(nas).length)}`;
    expect((await ask('/services/a', { method: 'PUT', body: whole })).status).toBe(200);
    const refused = await ask('/services/b', { method: 'PUT', body: `${whole} ` });
    expect([refused.status, ((await refused.json()) as { error: string }).error]).toEqual([413, 'too-large']);
    expect((await ask('/services/b', { method: 'PUT', body: filled(500_000) })).status).toBe(413);
    expect((await ask('/services/b')).status).toBe(404);
    // Without a length, in chunks.
    const chunked = httpRequest(`${base}/services/b`, { method: 'PUT', headers: { authorization: `Bearer ${token}` } });
    chunked.write(whole);
    chunked.end('        ');
    const [response] = (await once(chunked, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
  });

  test('of strangers are not waited for', async () => {
    const { base } = await startApi(stack);
    const sent = httpRequest(`${base}/services/b`, { method: 'PUT', headers: { 'content-length': '1000' } });
    sent.write('{');
    const [response] = (await once(sent, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(401);
    sent.destroy();
  });

  test('that stop half-way change nothing, and are no fault', async () => {
    const { base, log, ask, store } = await startApi(stack);
    const { port } = new URL(base);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `PUT /services/a HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-length: 99\r\n\r\n{"Na`,
    );
    await once(socket, 'connect');
    expect((await ask('/services')).status).toBe(200);
    socket.destroy();
    await once(socket, 'close');
    expect((await ask('/services')).status).toBe(200);
    expect([store.current.manual.size, log.filter(({ event }) => event === 'api-fault')]).toEqual([0, []]);
  });
});

describe('what is no request', () => {
  test.each([
    ['nonsense\r\n\r\n', 400, 'bad-request'],
    ['GET / HTTP/1.1\r\n\r\n', 400, ''],
    [`GET / HTTP/1.1\r\nhost: localhost\r\na: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('%#', async (text, status, code) => {
    const { base, ask } = await startApi(stack);
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.on('error', () => undefined).end(text);
    let told = '';
    for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) told += chunk;
    const [head = '', body = ''] = told.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (code !== '') expect(JSON.parse(body)).toMatchObject({ error: code });
    expect((await ask('/services')).status).toBe(200);
  });
});

test('a connection that sends many requests and reads no answer is ended', async () => {
  const { base, ask, statuses } = await startApi(stack);
  const socket = connect(Number(new URL(base).port), '127.0.0.1').pause();
  stack.defer(() => void socket.destroy());
  socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(5000));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  while (!statuses.includes(200)) await ask('/nothing');
  socket.resume();
  await ended;
  expect(statuses.filter((status) => status === 200)).toHaveLength(maxOpenRequests);
  expect((await ask('/services')).status).toBe(200);
});

describe('what takes too long', () => {
  const limits = { headersTimeout: 40, requestTimeout: 80, connectionsCheckingInterval: 10 };
  const body = `PUT /services/a HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-length: 99\r\n\r\n{"Na`;

  test.each([
    ['a head', 'GET /services HTTP/1.1\r\nhost: loc'],
    ['nothing at all', ''],
    ['a body', body],
  ])('is refused with 408, and the connection closed: %s', async (_what, text) => {
    const { base, log, store } = await startApi(stack, { limits });
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.write(text);
    let told = '';
    for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) told += chunk;
    const [head = '', json = ''] = told.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 408 /);
    expect(JSON.parse(json)).toEqual({ error: 'too-slow', message: 'a request comes within 10 seconds' });
    expect([store.current.manual.size, log.filter(({ event }) => event === 'api-fault')]).toEqual([0, []]);
  });
});

test('a fault of the program is 500, tells nothing of itself, and is in the log', async () => {
  const lookUp = () => Promise.reject(new Error('the secret of the house'));
  const { ask, log, statuses } = await startApi(stack, { lookUp });
  const answer = await ask('/lookup?name=web.docker');
  expect([answer.status, await answer.json()]).toEqual([
    500,
    { error: 'fault', message: 'a fault of the program; its log has it' },
  ]);
  expect(log).toContainEqual(
    expect.objectContaining({
      event: 'api-fault',
      error: expect.objectContaining({ message: 'the secret of the house' }),
    }),
  );
  expect((await ask('/services')).status).toBe(200);
  expect(statuses).toEqual([500, 200]);
});

describe('more connections than there may be', () => {
  const limits = { maxConnections: 8 };
  const half = 'GET /services HTTP/1.1\r\nhost: localhost\r\n';

  /** Connections that have sent half a head, as far as the listener left them open. */
  async function flood(base: string, count: number, localAddress = '127.0.0.1'): Promise<Socket[]> {
    const sockets: Socket[] = [];
    for (let left = count; left > 0; left--) {
      const socket = connect({ port: Number(new URL(base).port), host: '127.0.0.1', localAddress });
      stack.defer(() => void socket.destroy());
      socket.on('error', () => undefined).write(half);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    return sockets;
  }

  async function closed(socket: Socket): Promise<void> {
    if (!socket.closed) await once(socket, 'close');
  }

  test('close those that wait for the longest, and never one whose request is under way', async () => {
    const { base, ask } = await startApi(stack, { limits });
    const { body } = await ask('/events');
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    const sockets = await flood(base, 30);
    await Promise.all(sockets.slice(0, 22).map(closed));
    expect((await ask('/services/a', { method: 'PUT', body: nas })).status).toBe(200);
    expect((await reader?.read())?.value).toContain('"Generation":1');
    await reader?.cancel();
  });

  test('and not one of two requests, of which one is answered', async () => {
    const asked = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<never>();
    const { base } = await startApi(stack, { limits, lookUp: () => (asked.resolve(undefined), held.promise) });
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    stack.defer(() => void socket.destroy());
    const head = `host: localhost\r\nauthorization: Bearer ${token}\r\n\r\n`;
    socket.write(`GET /set/ttl HTTP/1.1\r\n${head}GET /lookup?name=web.docker HTTP/1.1\r\n${head}`);
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1.1 200 /);
    await asked.promise;
    const sockets = await flood(base, 30);
    await Promise.all(sockets.slice(0, 22).map(closed));
    held.reject(new Error('it took long enough'));
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1.1 500 /);
  });

  test('of one peer keep no other out, not even one that was there before', async () => {
    const { base } = await startApi(stack, { limits });
    const [before] = await flood(base, 1);
    const others = await flood(base, 30, '127.0.0.2');
    await Promise.all(others.slice(0, 20).map(closed));
    before?.write('\r\n');
    const [answer] = (await once(before ?? new EventEmitter(), 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /);
  });
});

describe('every answer', () => {
  test.each([...pagePaths, '/services', '/nothing'])('%s has the headers that keep browsers apart', async (path) => {
    const { ask } = await startApi(stack);
    const { headers } = await ask(path);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self';.*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers.get('set-cookie')).toBe(null);
  });

  test('the page takes at most 60 kB, and asks for nothing from elsewhere', async () => {
    const { base } = await startApi(stack);
    const texts = await Promise.all(pagePaths.map(async (path) => (await fetch(base + path)).text()));
    expect(texts.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(60_000);
    const links = texts.join('\n').match(/https?:\/\/[^"'`\s]*/g) ?? [];
    expect(links.filter((link) => link !== 'http://www.w3.org/2000/svg')).toEqual([]);
  });

  test('of a name that is none of ours is 421, and of another page 403', async () => {
    const { base, ask } = await startApi(stack);
    const { port } = new URL(base);
    for (const [host, status] of [
      ['evil.test', 421],
      ['api.test', 200],
    ] as const) {
      const sent = httpRequest({ port, path: '/services', headers: { host, authorization: `Bearer ${token}` } }).end();
      const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
      response.resume();
      expect(response.statusCode).toBe(status);
    }
    expect((await ask('/services', { headers: { origin: 'http://evil.test' } })).status).toBe(403);
  });
});

describe('the stream of events', () => {
  test('says that something changed, many changes as one', async () => {
    const { ask } = await startApi(stack);
    const { body, headers } = await ask('/events');
    expect(headers.get('content-type')).toBe('text/event-stream');
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('event: services\ndata: {"Generation":0}\n\n');
    for (const id of ['a', 'b', 'c']) await ask(`/services/${id}`, { method: 'PUT', body: nas });
    expect((await reader?.read())?.value).toBe('event: services\ndata: {"Generation":3}\n\n');
    await reader?.cancel();
  });

  test('needs the token, and there are only so many', async () => {
    const { ask, base } = await startApi(stack);
    expect((await fetch(`${base}/events`)).status).toBe(401);
    const open = await Promise.all(Array.from({ length: maxStreams }, () => ask('/events')));
    const refused = await ask('/events');
    expect([refused.status, ((await refused.json()) as { error: string }).error]).toEqual([503, 'too-many-streams']);
    for (const { body } of open) await body?.cancel();
  });
});

describe('the token', () => {
  test('counts as soon as its file has another one', async () => {
    const { folder, ask } = await startApi(stack);
    writeFileSync(join(folder, 'token'), 'another-token-0123456789\n');
    expect((await ask('/services')).status).toBe(401);
    const headers = { authorization: 'Bearer another-token-0123456789' };
    expect((await ask('/services', { headers })).status).toBe(200);
  });

  test('stays where its file becomes empty, and the log says so', async () => {
    const { folder, ask, log } = await startApi(stack);
    writeFileSync(join(folder, 'token'), '');
    expect((await ask('/services')).status).toBe(200);
    expect((await ask('/services')).status).toBe(200);
    expect(log.filter(({ event }) => event === 'api-file-fault')).toHaveLength(1);
  });

  test.each(['', 'short', 'two words of a token', 'ümläute-are-no-token'])(
    'is refused at the start: %j',
    async (text) => {
      const settings = (at: string) => {
        writeFileSync(join(at, 'bad'), text);
        return { apiTokenFile: join(at, 'bad') };
      };
      await expect(startApi(stack, { settings })).rejects.toThrow(/has no token: 16 to 512 characters/);
    },
  );
});

describe('the state file', () => {
  const settings = (at: string) => ({ apiStateFile: join(at, 'state.json') });

  test('brings everything back, for nobody else to read', async () => {
    const first = await startApi(stack, { settings, services: someServices() });
    await first.ask('/services/nas', { method: 'PUT', body: nas });
    await first.ask('/services/ab12', { method: 'PATCH', body: { ttl: 3 } });
    await first.ask('/set/ttl', { method: 'PUT', body: 44 });
    const path = join(first.folder, 'state.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(first.folder).toSorted()).toEqual(['state.json', 'token']);
    const again = await startApi(stack, { settings, folder: first.folder });
    const { manual, overrides, ttlSeconds } = first.store.current;
    expect(again.store.current).toMatchObject({ manual, overrides, ttlSeconds });
    expect(again.log).toContainEqual(expect.objectContaining({ event: 'api-state-read', manual: 2, overrides: 1 }));
  });

  test('that is damaged lies aside, and the log says where', async () => {
    const folder = makeFolder(stack);
    writeFileSync(join(folder, 'state.json'), '{"version": 1, "manual": {"a"');
    const { log, ask } = await startApi(stack, { settings, folder });
    const aside = join(folder, 'state.json.damaged-19700101T000000Z');
    expect(log).toContainEqual(expect.objectContaining({ event: 'api-state-damaged', level: 'error', aside }));
    expect(readFileSync(aside, 'utf8')).toBe('{"version": 1, "manual": {"a"');
    expect((await ask('/services/nas', { method: 'PUT', body: nas })).status).toBe(200);
    expect(existsSync(join(folder, 'state.json'))).toBe(true);
  });

  test('that cannot be written refuses the change, and nothing is changed', async () => {
    const { ask, store, log } = await startApi(stack, {
      settings: (at) => ({ apiStateFile: join(at, 'nowhere', 'state.json') }),
    });
    const refused = await ask('/services/nas', { method: 'PUT', body: nas });
    expect([refused.status, await refused.json()]).toEqual([
      507,
      { error: 'not-kept', message: 'the state file could not be written (ENOENT); nothing was changed' },
    ]);
    expect(store.current.manual.size).toBe(0);
    expect(log).toContainEqual(expect.objectContaining({ event: 'api-state-unwritten' }));
  });

  test('is not written through a link that somebody left in its way', async () => {
    const { ask, folder } = await startApi(stack, { settings });
    writeFileSync(join(folder, 'other'), 'mine');
    symlinkSync(join(folder, 'other'), join(folder, 'state.json.new'));
    expect((await ask('/services/nas', { method: 'PUT', body: nas })).status).toBe(200);
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('mine');
  });
});

describe('TLS', () => {
  test('is spoken with the certificate of its files, and with a new one as soon as it is looked at', async () => {
    const folder = makeFolder(stack);
    const [certificatePath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const authority = await issueAuthority(term);
    const write = async (): Promise<string> => {
      const { chain, key } = await issueLeaf(authority, { ...term, names: ['127.0.0.1'] });
      writeFileSync(certificatePath, chain);
      writeFileSync(keyPath, key);
      return new X509Certificate(chain).fingerprint256;
    };
    const first = await write();
    let look = (): void => undefined;
    const every = (_periodMs: number, run: () => void) => ((look = run), () => undefined);
    const faults: Error[] = [];
    const tls = readTlsFiles({ certificatePath, keyPath, every, unreadable: (error) => void faults.push(error) });
    const server = tls.serve(createServer({ ...tls.current }, (_request, response) => response.end()));
    server.listen(0, '127.0.0.1');
    stack.defer(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const seen = () => fingerprintOf(port, authority.chain);
    expect(await seen()).toBe(first);
    writeFileSync(keyPath, 'nonsense');
    look();
    expect([await seen(), faults.length]).toEqual([first, 1]);
    const second = await write();
    look();
    expect(second).not.toBe(first);
    expect(await seen()).toBe(second);
  });

  test('is what the API speaks where it has a certificate', async () => {
    const authority = await issueAuthority(term);
    const { chain, key } = await issueLeaf(authority, { ...term, names: ['127.0.0.1'] });
    const { base, log } = await startApi(stack, {
      settings(at) {
        const [apiTlsCertFile, apiTlsKeyFile] = [join(at, 'cert.pem'), join(at, 'key.pem')];
        writeFileSync(apiTlsCertFile, chain);
        writeFileSync(apiTlsKeyFile, key);
        return { apiTlsCertFile, apiTlsKeyFile };
      },
    });
    expect(log).toContainEqual(expect.objectContaining({ event: 'api-listening', tls: true }));
    await expect(fetch(`${base}/services`)).rejects.toThrow('fetch failed');
    const options = { port: new URL(base).port, ca: authority.chain, headers: { authorization: `Bearer ${token}` } };
    const sent = request({ ...options, host: '127.0.0.1', path: '/services', agent: false }).end();
    const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
  });

  test('that nobody begins to speak keeps nobody out', async () => {
    const authority = await issueAuthority(term);
    const { chain, key } = await issueLeaf(authority, { ...term, names: ['127.0.0.1'] });
    const { base } = await startApi(stack, {
      limits: { maxConnections: 4 },
      settings(at) {
        const [apiTlsCertFile, apiTlsKeyFile] = [join(at, 'cert.pem'), join(at, 'key.pem')];
        writeFileSync(apiTlsCertFile, chain);
        writeFileSync(apiTlsKeyFile, key);
        return { apiTlsCertFile, apiTlsKeyFile };
      },
    });
    const port = Number(new URL(base).port);
    for (let left = 8; left > 0; left--) {
      const silent = connect(port, '127.0.0.1').on('error', () => undefined);
      stack.defer(() => void silent.destroy());
      await once(silent, 'connect');
    }
    const sent = request({ port, ca: authority.chain, host: '127.0.0.1', path: '/', agent: false }).end();
    const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});

const term = { nowMs: Date.now(), lifetimeMs: 3_600_000 };

async function fingerprintOf(port: number, ca: string): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', ca });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
