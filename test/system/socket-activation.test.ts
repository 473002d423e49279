/** Sockets that somebody else has opened, as systemd does: served by the built sidecar, and still there when it is restarted. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { sidecarBundle, demandSidecarBundle } from '../support/machine/sidecar-process.ts';
import { ask, described } from '../support/wire/ask.ts';
import { framed } from '../support/wire/framed.ts';
import { cleanUpsOfTests } from '../support/clean-ups.ts';

const activator = '/usr/bin/systemd-socket-activate';
const cleanUps = cleanUpsOfTests();
let folder: string;

beforeAll(() => {
  demandSidecarBundle();
  folder = mkdtempSync(join(tmpdir(), 'activation-'));
  writeFileSync(join(folder, 'hosts'), '192.0.2.1 db.test\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function environment(set: Record<string, string> = {}): Promise<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    RESOLVER_PROFILE: 'host',
    RESOLVER_NAMESERVERS: '127.0.0.1:9',
    RESOLVER_HOSTS_FILE: join(folder, 'hosts'),
    RESOLVER_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
    ...set,
  };
}

interface Activated {
  /** What the sidecar wrote, and `ended CODE` for each `stop` and `wait`. */
  output(): string;
  /** Sends SIGTERM and waits for the end (`stop`), waits for it (`wait`), or starts another one. */
  tell(word: 'stop' | 'wait' | 'start'): void;
}

/** Holds the sockets that it was given, as systemd does, and starts the sidecar with them whenever it is told. */
const holder = `start() { sh -c 'LISTEN_PID=$$ exec "$@"' sh "$@" & child=$!; }
start "$@"
while read -r word; do
  case $word in
    start) start "$@" ;;
    stop) kill -TERM $child; wait $child; echo "ended $?" ;;
    wait) wait $child; echo "ended $?" ;;
  esac
done
kill -KILL $child`;

function follow(child: ChildProcess): Activated {
  cleanUps.push(() => (child.stdin === null ? child.kill('SIGKILL') : child.stdin.end()));
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  return { output: () => output, tell: (word) => void child.stdin?.write(`${word}\n`) };
}

async function until(activated: Activated, text: string): Promise<void> {
  while (!activated.output().includes(text)) await sleep(20);
}

interface Opened {
  readonly udp: Datagrams;
  readonly tcp: Server;
  readonly port: number;
}

async function openSockets(host = '127.0.0.1'): Promise<Opened> {
  const tcp = createServer().listen(0, host);
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4').bind(port, host);
  await once(udp, 'listening');
  return { udp, tcp, port };
}

/** The descriptor of a socket of this process. */
function descriptorOf(owner: Datagrams | Server): number {
  const state = Object.getOwnPropertySymbols(owner).find(({ description }) => description === 'state symbol');
  const holders = owner as unknown as Record<PropertyKey, { fd?: number; handle?: { fd: number } } | undefined>;
  const ofDatagrams = state === undefined ? undefined : holders[state]?.handle?.fd;
  return ofDatagrams ?? holders['_handle']?.fd ?? -1;
}

/** The sockets are the holder's afterwards: this process would read from them, too. */
async function activate(
  sockets: readonly (Datagrams | Server)[],
  names: string,
  set: Record<string, string> = {},
): Promise<Activated> {
  const child = spawn('sh', ['-c', holder, 'sh', process.execPath, sidecarBundle], {
    env: { ...(await environment(set)), LISTEN_FDS: String(sockets.length), LISTEN_FDNAMES: names },
    stdio: ['pipe', 'pipe', 'pipe', ...sockets.map(descriptorOf)],
  });
  for (const socket of sockets) socket.close();
  return follow(child);
}

async function askTcp(port: number, host = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host });
  socket.write(framed(encode({ type: 'query', id: 1, questions: [{ type: 'A', name: 'db.test' }] })));
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return described(decode(reply.subarray(2)));
}

const found = 'NOERROR A 192.0.2.1';

describe.each(['127.0.0.1', '::1'])('sockets on %s', (host) => {
  test('UDP and TCP are told apart, in whatever order they come', async () => {
    const { udp, tcp, port } = await openSockets(host);
    const sidecar = await activate([tcp, udp], 'dns:dns');
    await until(sidecar, '"event":"ready"');
    expect(sidecar.output()).toMatch(new RegExp(`"event":"listening".*:${port}"`));
    expect(described(await ask('db.test', { port, host }))).toBe(found);
    expect(await askTcp(port, host)).toBe(found);
  });
});

test('a restart loses no query: what comes meanwhile waits in the socket', async () => {
  const { udp, tcp, port } = await openSockets();
  const first = await activate([udp, tcp], 'dns:dns');
  expect(described(await ask('db.test', { port }))).toBe(found);
  first.tell('stop');
  await until(first, 'ended 0');
  const client = createSocket('udp4');
  cleanUps.push(() => client.close());
  const replies = new Set<number>();
  client.on('message', (bytes) => replies.add(decode(bytes).id ?? 0));
  // Each is sent once, while nobody is there.
  for (let id = 1; id <= 50; id += 1)
    client.send(encode({ type: 'query', id, questions: [{ type: 'A', name: 'db.test' }] }), port, '127.0.0.1');
  const overTcp = askTcp(port);
  first.tell('start');
  while (replies.size < 50) await sleep(20);
  expect(await overTcp).toBe(found);
});

test('a socket of another name is told in the log', async () => {
  const { udp, tcp, port } = await openSockets();
  const other = await openSockets();
  other.udp.close();
  const sidecar = await activate([udp, tcp, other.tcp], 'dns:dns:api');
  expect(described(await ask('db.test', { port }))).toBe(found);
  expect(sidecar.output()).toMatch(/"event":"socket-unused","name":"api"/);
});

test('a wildcard needs a word on who may ask', async () => {
  const { udp, tcp } = await openSockets('0.0.0.0');
  const refused = await activate([udp, tcp], 'dns');
  refused.tell('wait');
  await until(refused, 'ended 1');
  expect(refused.output()).toMatch(/inherited socket 0\.0\.0\.0:\d+ can be reached from outside/);
  const another = await openSockets('0.0.0.0');
  await activate([another.udp, another.tcp], 'dns', { RESOLVER_ALLOW_CLIENTS: 'loopback' });
  expect(described(await ask('db.test', { port: another.port }))).toBe(found);
});

test('variables that are for another process are none of ours', async () => {
  const child = spawn(process.execPath, [sidecarBundle], {
    env: { ...(await environment()), LISTEN_PID: '1', LISTEN_FDS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = follow(child);
  expect(await once(child, 'close')).toEqual([78, null]);
  expect(started.output()).toContain('RESOLVER_LISTEN must be given');
});

describe.runIf(existsSync(activator))('systemd-socket-activate', () => {
  test.each([
    ['UDP', ['--datagram']],
    ['TCP', []],
  ])('%s', async (transport, options) => {
    const port = await freePort();
    const names = ['--fdname=dns', `--listen=127.0.0.1:${port}`];
    const set = Object.entries(await environment()).map(([name, value]) => `--setenv=${name}=${value}`);
    follow(
      spawn(activator, [...options, ...names, ...set, process.execPath, sidecarBundle], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const asked = (): Promise<string | undefined> =>
      transport === 'UDP' ? ask('db.test', { port }).then(described) : askTcp(port).catch(() => undefined);
    let reply = await asked();
    while (reply === undefined) {
      await sleep(100);
      reply = await asked();
    }
    expect(reply).toBe(found);
  });
});
