/** The HTTP API of the built sidecar over real sockets: each status that it has, what is kept over restarts, a full disk. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUpsOfTests } from '../support/clean-ups.ts';
import { containerEvent, inspectedContainer, listedContainer } from '../support/docker-json.ts';
import { responseFaults } from '../support/discovery/openapi.ts';
import { freePort } from '../../scripts/free-port.ts';
import { demandSidecarBundle, spawnSidecar, startSidecar, startUpstream } from '../support/machine/sidecar-process.ts';

const token = 'a-token-of-a-system-test';
const folder = mkdtempSync(join(tmpdir(), 'http-api-'));
const cleanUps = cleanUpsOfTests();
let upstream: Awaited<ReturnType<typeof startUpstream>>;

beforeAll(async () => {
  demandSidecarBundle();
  upstream = await startUpstream();
  writeFileSync(join(folder, 'token'), `${token}\n`);
});
afterAll(() => {
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const sidecar = await startSidecar({
    environment: {
      ...{ RESOLVER_PROFILE: 'host', RESOLVER_MODE: 'as-is', RESOLVER_API_LISTEN: `127.0.0.1:${port}` },
      RESOLVER_API_TOKEN_FILE: join(folder, 'token'),
      RESOLVER_NAMESERVERS: `127.0.0.1:${upstream.port}`,
      ...more,
    },
  });
  const stop = async (): Promise<void> => {
    sidecar.child.kill('SIGTERM');
    await sidecar.ended;
  };
  cleanUps.push(() => void sidecar.child.kill('SIGKILL'));
  return { ...sidecar, stop, base: `http://127.0.0.1:${port}`, send: (asked: Asked) => send(port, asked) };
}

interface Asked {
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** By hand, because `fetch` sends the Host that it wants. Each answer is held against the published description. */
async function send(port: number, { request, headers = {}, body }: Asked): Promise<Told> {
  const [method = '', path = ''] = request.split(' ');
  const sent = httpRequest({
    ...{ host: '127.0.0.1', port, method, path, agent: false },
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const told = { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
  const type = told.headers['content-type'] ?? '';
  if (path !== '/' && method !== 'HEAD') expect(responseFaults(method, path, { ...told, type })).toEqual([]);
  return told;
}

/** For as long as the test may take. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

const printer = JSON.stringify({ Name: 'printer', IPs: ['10.0.0.9'] });

test('each status that it has', async () => {
  const { send, admin } = await start({ RESOLVER_API_IF_MATCH: 'required' });
  const made = await send({ request: 'PUT /services/printer', body: printer });
  expect(made.status).toBe(200);
  const etag = String(made.headers['etag']);
  const rows: [status: number, code: string, asked: Asked][] = [
    [400, 'bad-json', { request: 'PUT /services/x', body: '{' }],
    [400, 'invalid-service', { request: 'PUT /services/x', body: '{"Name": "x", "IPs": ["10.0.0.1", "x"]}' }],
    [400, 'invalid-ttl', { request: 'PUT /set/ttl', body: '-1', headers: { 'if-match': '*' } }],
    [400, 'bad-request', { request: 'GET /lookup?name=a..b' }],
    [401, 'token-needed', { request: 'GET /services', headers: { authorization: 'Bearer a-token-of-a-system-tesT' } }],
    [403, 'cross-site', { request: 'GET /services', headers: { 'sec-fetch-site': 'cross-site' } }],
    [404, 'not-found', { request: 'GET /services/nobody' }],
    [404, 'not-found', { request: 'GET /nothing' }],
    [405, 'method-not-allowed', { request: 'POST /services/printer', body: '{}' }],
    [412, 'changed', { request: 'PATCH /services/printer', body: '{"TTL": 1}', headers: { 'if-match': '"old"' } }],
    [413, 'too-large', { request: 'PUT /services/x', body: `"${' '.repeat(65_536)}"` }],
    [415, 'unsupported-type', { request: 'PUT /services/x', body: printer, headers: { 'content-type': 'text/xml' } }],
    [421, 'misdirected', { request: 'GET /services', headers: { host: 'evil.test' } }],
    [428, 'if-match-needed', { request: 'DELETE /services/printer' }],
  ];
  for (const [status, code, asked] of rows) {
    const told = await send(asked);
    expect([asked.request, told.status, (JSON.parse(told.text) as { error: string }).error]).toEqual([
      asked.request,
      status,
      code,
    ]);
    expect(told.headers['allow']).toBe(status === 405 ? 'GET, HEAD, PUT, PATCH, DELETE' : undefined);
  }
  const services = await send({ request: 'GET /services' });
  expect(Object.keys(JSON.parse(services.text) as object)).toEqual(['printer']);
  const changed = await send({ request: 'PATCH /services/printer', body: '{"TTL": 1}', headers: { 'if-match': etag } });
  expect(changed.status).toBe(200);
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  for (const [status] of rows) expect(metrics).toContain(`alpine_resolver_api_requests_total{status="${status}"}`);
});

test('409 for as many as there may be, and the state file has them all', async () => {
  const path = join(folder, 'full.json');
  const entry = { name: 'a', image: '', aliases: [], addresses: ['10.0.0.1'], madeMs: 1 };
  const manual = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`m${index}`, entry]));
  writeFileSync(path, JSON.stringify({ version: 1, manual, overrides: {} }));
  const { send } = await start({ RESOLVER_API_STATE_FILE: path });
  const refused = await send({ request: 'PUT /services/more', body: printer });
  expect([refused.status, JSON.parse(refused.text)]).toEqual([409, expect.objectContaining({ error: 'full' })]);
  expect((await send({ request: 'DELETE /services/m7' })).status).toBe(200);
  expect((await send({ request: 'PUT /services/more', body: printer })).status).toBe(200);
  const kept = JSON.parse(readFileSync(path, 'utf8')) as { manual: object };
  expect(Object.keys(kept.manual)).toHaveLength(10_000);
});

describe('the state file', () => {
  test('brings services back after a restart, and a damaged one lies aside', async () => {
    const own = join(folder, 'state');
    mkdirSync(own);
    const path = join(own, 'state.json');
    const first = await start({ RESOLVER_API_STATE_FILE: path });
    await first.send({ request: 'PUT /services/printer', body: printer });
    await first.send({ request: 'PUT /set/ttl', body: '77' });
    await first.stop();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = await start({ RESOLVER_API_STATE_FILE: path });
    expect(JSON.parse((await second.send({ request: 'GET /services/printer' })).text)).toMatchObject({
      IPs: ['10.0.0.9'],
    });
    expect((await second.send({ request: 'GET /set/ttl' })).text).toBe('77\n');
    await second.stop();
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
    const third = await start({ RESOLVER_API_STATE_FILE: path });
    expect((await third.send({ request: 'GET /services' })).text).toBe('{}\n');
    expect(third.output()).toContain('"api-state-damaged"');
    expect(readdirSync(own)).toEqual([expect.stringMatching(/^state\.json\.damaged-\d{8}T\d{6}Z$/)]);
  });

  test('on a full disk refuses a change, tells it, and keeps what was', async (context) => {
    const small = join(folder, 'small');
    mkdirSync(small);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small]).status !== 0)
      context.skip('no right to mount');
    cleanUps.push(() => void spawnSync('umount', ['-l', small]));
    const path = join(small, 'state.json');
    const { send, output, stop } = await start({ RESOLVER_API_STATE_FILE: path });
    expect((await send({ request: 'PUT /services/printer', body: printer })).status).toBe(200);
    const before = readFileSync(path, 'utf8');
    const aliases = Array.from(
      { length: 64 },
      (_, index) => `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.a${index}.test`,
    );
    const large = JSON.stringify({ Name: 'large', IPs: ['10.0.0.1'], Aliases: aliases });
    const refused = await send({ request: 'PUT /services/large', body: large });
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      507,
      { error: 'not-kept', message: expect.stringContaining('ENOSPC') as string },
    ]);
    expect((await send({ request: 'GET /services/large' })).status).toBe(404);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(small)).toEqual(['state.json']);
    expect(output()).toContain('"api-state-unwritten"');
    expect((await send({ request: 'PATCH /services/printer', body: '{"TTL": 3}' })).status).toBe(200);
    await stop();
  });
});

test('a lookup shows the records and what was asked of the nameserver', async () => {
  const { send } = await start();
  const told = JSON.parse((await send({ request: 'GET /lookup?name=www.example&type=AAAA' })).text) as unknown;
  expect(told).toMatchObject({
    ...{ Name: 'www.example', Type: 'AAAA', Client: '127.0.0.1', Rcode: 'NOERROR', Matches: [] },
    Answers: [{ Name: 'www.example', Type: 'AAAA', TTL: 5, Data: '2001:db8::10' }],
    Record: { candidates: [{ name: 'www.example', conclusion: 'found' }] },
  });
});

test('what is made by hand is answered for at once, and a lookup says by which of its names', async () => {
  const { send, port } = await start();
  const body = JSON.stringify({ Name: 'nas', Image: 'box', IPs: ['10.0.0.7'], TTL: 9, Aliases: ['files.lan'] });
  const made = JSON.parse((await send({ request: 'PUT /services/nas', body })).text) as { Names: unknown };
  expect(made.Names).toEqual(
    expect.arrayContaining([
      { Name: 'nas.box.docker', From: 'image' },
      { Name: 'files.lan', From: 'alias' },
    ]),
  );
  const told = JSON.parse((await send({ request: 'GET /lookup?name=any.NAS.box.docker' })).text) as unknown;
  expect(told).toMatchObject({
    ...{ Rcode: 'NOERROR', Answers: [{ Type: 'A', TTL: 9, Data: '10.0.0.7' }], Record: { candidates: [] } },
    Matches: [{ Id: 'nas', Name: 'nas.box.docker', From: 'image' }],
  });
  const dns = spawnSync('dig', ['+short', '+time=2', '+tries=1', '@127.0.0.1', '-p', String(port), 'files.lan']);
  if (dns.error === undefined) expect(dns.stdout.toString()).toBe('10.0.0.7\n');
  const reverse = JSON.parse(
    (await send({ request: 'GET /lookup?name=7.0.0.10.in-addr.arpa&type=PTR' })).text,
  ) as unknown;
  expect(reverse).toMatchObject({ Rcode: 'NOERROR', Matches: [{ Id: 'nas', Name: '10.0.0.7', From: 'address' }] });
  const missing = JSON.parse((await send({ request: 'GET /lookup?name=nobody.docker' })).text) as unknown;
  expect(missing).toMatchObject({ Rcode: 'NXDOMAIN', Answers: [], Matches: [], Record: { candidates: [] } });
});

describe('what is said of a container', () => {
  const parts = { id: `ab12${'0'.repeat(60)}`, name: 'web', networks: { bridge: { ip: '172.17.0.2' } } };

  /** Docker's API with one container, or none. */
  async function startDocker(path: string) {
    let running = [parts];
    let events: ServerResponse | undefined;
    const server = createServer((request, response) => {
      const target = request.url ?? '';
      if (target.startsWith('/events')) events = response.writeHead(200).on('error', () => undefined);
      if (target.startsWith('/events')) return response.flushHeaders();
      if (target.startsWith('/containers/json')) return response.end(JSON.stringify(running.map(listedContainer)));
      const found = running.find(({ id }) => target.includes(id));
      if (target.startsWith('/containers/'))
        return response
          .writeHead(found ? 200 : 404)
          .end(JSON.stringify(found ? inspectedContainer(found) : { message: 'gone' }));
      return response.end('[]');
    });
    server.listen(path);
    await once(server, 'listening');
    cleanUps.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return {
      stopContainer() {
        running = [];
        events?.write(`${JSON.stringify(containerEvent('die', parts.id))}\n`);
      },
    };
  }

  test('lies beside what Docker says, outlives a restart, and goes with the container', async () => {
    const own = join(folder, 'docker');
    mkdirSync(own);
    const docker = await startDocker(join(own, 'docker.sock'));
    const environment = {
      RESOLVER_DOCKER: `unix://${join(own, 'docker.sock')}`,
      RESOLVER_API_STATE_FILE: join(own, 'state.json'),
    };
    const first = await start(environment);
    const read = async (from: typeof first) =>
      JSON.parse((await from.send({ request: 'GET /services/ab12' })).text) as Record<string, unknown>;
    await until(async () => (await read(first))['Name'] === 'web');
    expect((await first.send({ request: 'PUT /services/ab12', body: printer })).status).toBe(409);
    expect((await first.send({ request: 'DELETE /services/ab12' })).status).toBe(409);
    const patched = await first.send({
      request: 'PATCH /services/ab12',
      body: '{"TTL": 7, "Aliases": ["shop.example"]}',
    });
    expect(JSON.parse(patched.text)).toMatchObject({
      ...{
        Name: 'web',
        Image: 'nginx',
        IPs: ['172.17.0.2'],
        TTL: 7,
        Source: 'container',
        Overridden: ['TTL', 'Aliases'],
      },
    });
    const asked = await first.send({ request: 'GET /lookup?name=shop.example' });
    expect(JSON.parse(asked.text)).toMatchObject({
      Answers: [{ TTL: 7, Data: '172.17.0.2' }],
      Matches: [{ From: 'alias' }],
    });
    await first.stop();
    const second = await start(environment);
    await until(async () => (await read(second))['TTL'] === 7);
    expect((await second.send({ request: 'DELETE /services/ab12' })).status).toBe(200);
    expect(await read(second)).toMatchObject({ TTL: -1, Aliases: [], Overridden: [] });
    await second.send({ request: 'PATCH /services/ab12', body: '{"TTL": 8}' });
    docker.stopContainer();
    await until(async () => (await read(second))['error'] === 'not-found');
  });
});

describe('does not start', () => {
  test.each([
    ['without a token', { RESOLVER_API_TOKEN_FILE: '' }, /RESOLVER_API_TOKEN_FILE: must be given/],
    [
      'without TLS where others can reach it',
      { RESOLVER_API_LISTEN: '0.0.0.0:0' },
      /RESOLVER_API_LISTEN: 0\.0\.0\.0:0 can be reached from outside/,
    ],
    [
      'with a certificate and no key',
      { RESOLVER_API_TLS_CERT_FILE: '/nowhere' },
      /RESOLVER_API_TLS_KEY_FILE are given together/,
    ],
    ['with a token file that is not there', { RESOLVER_API_TOKEN_FILE: '/nowhere' }, /HTTP API did not start: ENOENT/],
  ])('%s', async (_what, environment, says) => {
    const { ended, output } = spawnSidecar({
      environment: {
        ...{ RESOLVER_PROFILE: 'host', RESOLVER_LISTEN: '127.0.0.1:0', RESOLVER_API_LISTEN: '127.0.0.1:0' },
        ...{ RESOLVER_ADMIN_LISTEN: '127.0.0.1:0', RESOLVER_API_TOKEN_FILE: join(folder, 'token') },
        ...environment,
      },
    });
    expect(await ended).not.toBe(0);
    expect(output()).toMatch(says);
  });
});
