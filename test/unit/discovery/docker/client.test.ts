/** The client of Docker's API before real servers: a Unix socket, and TLS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDockerClient } from '../../../../sidecar/discovery/docker/client.ts';
import { createLines } from '../../../../sidecar/discovery/docker/lines.ts';
import { readTlsFiles } from '../../../../sidecar/discovery/docker/tls-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'docker-client-'));
const path = join(folder, 'docker.sock');
afterAll(() => rmSync(folder, { recursive: true }));

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return server;
}

function connect() {
  const client = createDockerClient({ endpoint: { transport: 'unix', path }, readTls: undefined });
  ends.push(client.close);
  return client;
}

describe('a request', () => {
  test('is a GET, and its answer is read as JSON', async () => {
    const seen: string[] = [];
    await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host}`);
      response.end('[{"Id":"x"}]');
    });
    const client = connect();
    expect(await client.get('/containers/json')).toEqual([{ Id: 'x' }]);
    expect(await client.get('/networks')).toEqual([{ Id: 'x' }]);
    expect(seen).toEqual(['GET /containers/json docker', 'GET /networks docker']);
  });

  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'an error of Docker',
      (response) => void response.writeHead(404).end('{"message":"No such container: x"}'),
      /^\/containers\/x\/json: 404 No such container: x$/,
    ],
    [
      'an error of a proxy',
      (response) => void response.writeHead(403).end('<html>Forbidden</html>'),
      /403 <html>Forbidden<\/html>$/,
    ],
    ['no JSON', (response) => void response.end('{'), /JSON/],
    [
      'an answer that breaks off',
      (response) => void (response.write('{"a":'), setImmediate(() => response.destroy())),
      /broke off/,
    ],
    ['no answer', (response) => void response.destroy(), /socket hang up/],
  ])('%s', async (_what, answer, message) => {
    await serve((_request, response) => answer(response));
    await expect(connect().get('/containers/x/json')).rejects.toThrow(message);
  });

  test('that meets a connection which the API has just closed goes over another one', async () => {
    let connections = 0;
    const server = await serve((_request, response) => void response.end('[]'));
    server.keepAliveTimeout = 1;
    server.on('connection', (socket) => {
      connections += 1;
      // The second request on it is answered by a reset.
      if (connections === 1) socket.once('data', () => socket.once('data', () => socket.resetAndDestroy()));
    });
    const client = connect();
    expect([await client.get('/networks'), await client.get('/networks')]).toEqual([[], []]);
  });

  test('without a socket', async () => {
    await expect(connect().get('/networks')).rejects.toThrow(/ENOENT/);
  });
});

describe('events', () => {
  async function follow(write: (response: ServerResponse) => void) {
    await serve((request, response) => {
      if (!request.url?.startsWith('/events?filters=')) return void response.writeHead(404).end();
      response.flushHeaders();
      write(response);
    });
    const events: unknown[] = [];
    const ended = Promise.withResolvers<Error>();
    const stream = await connect().events({ event: (event) => void events.push(event), ended: ended.resolve });
    return { events, ended: ended.promise, stream };
  }

  test('are told one by one, however they arrive, until the stream ends', async () => {
    const { events, ended } = await follow((response) => {
      response.write('{"Type":"container","Action":"st');
      setImmediate(() => response.end('art"}\n\nno JSON\n{"Type":"network"}\n'));
    });
    expect((await ended).message).toMatch(/ended/);
    expect(events).toEqual([{ Type: 'container', Action: 'start' }, { Type: 'network' }]);
  });

  test('of a closed stream nothing more is told', async () => {
    let open: ServerResponse | undefined;
    const { events, ended, stream } = await follow((response) => {
      open = response;
    });
    const closed = new Promise((resolve) => open?.on('close', resolve));
    stream.close();
    await closed;
    expect(await Promise.race([ended, Promise.resolve('open')])).toBe('open');
    expect(events).toEqual([]);
  });

  test('that are refused', async () => {
    await serve((_request, response) => void response.writeHead(403).end('no'));
    await expect(connect().events({ event: () => {}, ended: () => {} })).rejects.toThrow('/events: 403');
  });
});

describe('over TLS', () => {
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  let port = 0;
  let server: ReturnType<typeof createTlsServer>;
  beforeAll(async () => {
    const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
    const extensions = [{ name: 'subjectAltName' as const, altNames }];
    const own = await generate([{ name: 'commonName', value: 'docker' }], { keyType: 'ec', extensions });
    const client = await generate([{ name: 'commonName', value: 'client' }], { keyType: 'ec' });
    writeFileSync(files.ca, own.cert);
    writeFileSync(files.cert, client.cert);
    writeFileSync(files.key, client.private);
    const tls = { cert: own.cert, key: own.private, ca: client.cert, requestCert: true, rejectUnauthorized: true };
    server = createTlsServer(tls, (_request, response) => void response.end('["secret"]'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function ask(host: string, readTls: Parameters<typeof createDockerClient>[0]['readTls']): Promise<unknown> {
    const client = createDockerClient({ endpoint: { transport: 'tcp', host, port }, readTls });
    ends.push(client.close);
    return client.get('/networks');
  }

  test('the client shows its certificate, and verifies that of the API', async () => {
    expect(await ask('127.0.0.1', () => readTlsFiles(folder))).toEqual(['secret']);
  });

  test.each<[string, string, () => ReturnType<typeof readTlsFiles>, RegExp]>([
    [
      'another authority',
      '127.0.0.1',
      () => ({ ...readTlsFiles(folder), ca: readTlsFiles(folder).cert ?? '' }),
      /self-signed|unable to verify/,
    ],
    ['another name', 'localhost', () => readTlsFiles(folder), /altnames/],
    [
      'no certificate of the client',
      '127.0.0.1',
      () => ({ ...readTlsFiles(folder), cert: undefined, key: undefined }),
      /certificate required|ECONNRESET|socket hang up|alert/,
    ],
    ['no files', '127.0.0.1', () => readTlsFiles(join(folder, 'nowhere')), /ENOENT.*ca\.pem/],
  ])('%s is refused', async (_what, host, readTls, message) => {
    await expect(ask(host, readTls)).rejects.toThrow(message);
  });

  test('without TLS nothing is said', async () => {
    await expect(ask('127.0.0.1', undefined)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });
});

test('lines are put together, letters in two pieces too, and one that is too long is noticed', () => {
  const lines: string[] = [];
  const { take } = createLines(10, (line) => void lines.push(line));
  const bytes = new TextEncoder().encode('ä\nb\n');
  expect([take(bytes.subarray(0, 1)), take(bytes.subarray(1)), lines]).toEqual([true, true, ['ä', 'b']]);
  expect(take(new TextEncoder().encode('x'.repeat(11)))).toBe(false);
});
