/** The built sidecar as a program: start, faults, signals, live files, and what overload does to it. */
import { execFile } from 'node:child_process';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Answer, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import {
  imageNode,
  demandSidecarBundle,
  spawnSidecar,
  startSidecar,
  startUpstream,
  type ProcessOptions,
  type SidecarProcess,
} from '../support/machine/sidecar-process.ts';
import { framed } from '../support/wire/framed.ts';
import { cleanUpsOfTests } from '../support/clean-ups.ts';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let folder: string;
const cleanUps = cleanUpsOfTests();
beforeAll(async () => {
  demandSidecarBundle();
  upstream = await startUpstream();
  folder = mkdtempSync(join(tmpdir(), 'program-'));
});
afterAll(() => {
  upstream.close();
  rmSync(folder, { recursive: true });
});

async function start(environment: Record<string, string> = {}, options: ProcessOptions = {}): Promise<SidecarProcess> {
  const sidecar = await startSidecar({
    ...options,
    environment: {
      RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\n',
      RESOLVER_UPSTREAM_PORT: String(upstream.port),
      ...environment,
    },
  });
  cleanUps.push(() => sidecar.child.kill('SIGKILL'));
  return sidecar;
}

/** Asks for A and AAAA as glibc does, from one socket, and repeats what was not answered. */
async function lookUp(port: number, name: string, host = '127.0.0.1'): Promise<string[]> {
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4');
  const answers = new Map<number, string>();
  const send = (): void => {
    for (const [id, type] of [
      [1, 'A'],
      [2, 'AAAA'],
    ] as const) {
      if (!answers.has(id)) socket.send(query(id, name, type), port, host);
    }
  };
  const timer = setInterval(send, 2000);
  send();
  try {
    return await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`no answer for ${name}`)), 25_000).unref();
      socket.on('message', (bytes) => {
        const { id = 0, answers: records = [] } = decode(bytes);
        answers.set(id, records.map(addressOf).join());
        if (answers.size === 2) resolve([...answers.values()].toSorted());
      });
    });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}

function countReplies(socket: Datagrams): () => number {
  let count = 0;
  socket.on('message', () => (count += 1));
  return () => count;
}

function addressOf(record: Answer): string {
  return record.type === 'A' || record.type === 'AAAA' ? record.data : record.type;
}

function query(id: number, name: string, type: 'A' | 'AAAA'): Buffer {
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] });
}

function tcpQuery(name: string): Buffer {
  return framed(query(7, name, 'A'));
}

async function openTcp(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host });
  socket.on('error', () => undefined);
  cleanUps.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const addresses = ['192.0.2.10', '2001:db8::10'];

describe('faults end the start', () => {
  test('unknown and invalid settings: exit code 78, one line each', async () => {
    const { ended, errors } = spawnSidecar({
      environment: { RESOLVER_LISTENN: ':53', RESOLVER_NDOTS: 'many', RESOLVER_SEARCH_MARKER: '.' },
    });
    expect(await ended).toBe(78);
    expect(errors().trim().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^RESOLVER_LISTENN is not a setting; did you mean RESOLVER_LISTEN\?$/),
      expect.stringMatching(/^RESOLVER_NDOTS: "many" is not accepted; expected integer from 0 to 15/),
      expect.stringMatching(/^RESOLVER_SEARCH_MARKER: "\." is not accepted/),
    ]);
  });

  test('what Kubernetes derives from a Service named resolver is no setting', async () => {
    const sidecar = await start({
      RESOLVER_SERVICE_HOST: '198.18.0.1',
      RESOLVER_SERVICE_PORT_DNS: '53',
      RESOLVER_PORT: 'udp://198.18.0.1:53',
      RESOLVER_PORT_53_UDP_ADDR: '198.18.0.1',
    });
    expect(await lookUp(sidecar.port, 'a.test')).toEqual(addresses);
  });

  test('a port in use: exit code 1, the message names address and setting', async () => {
    const { port } = await start();
    const { ended, errors } = spawnSidecar({ environment: { RESOLVER_LISTEN: `127.0.0.1:${port}` } });
    expect(await ended).toBe(1);
    expect(errors()).toMatch(new RegExp(`UDP 127\\.0\\.0\\.1:${port}: another program uses .* RESOLVER_LISTEN`));
  });

  test.runIf(process.getuid?.() === 0)(
    'a privileged port without the privilege: exit code 1, the message names the sysctl',
    async () => {
      const { ended, errors } = spawnSidecar({ environment: { RESOLVER_LISTEN: '127.0.0.1:1' }, userId: 65_532 });
      expect(await ended).toBe(1);
      expect(errors()).toContain('net.ipv4.ip_unprivileged_port_start=0');
    },
  );

  test('a wrong argument: exit code 64', async () => {
    const { ended, errors } = spawnSidecar({ args: ['serve'] });
    expect(await ended).toBe(64);
    expect(errors()).toContain('unknown argument: serve');
  });
});

test.runIf(process.getuid?.() === 0)('while no address is left to serve it is unready', async () => {
  // Nobody outside its network answers there: who is ready is in its own.
  const admin = `127.0.0.1:${await freePort()}`;
  const { child, ended } = spawnSidecar({
    environment: {
      RESOLVER_LISTEN: '[::]:5300',
      RESOLVER_ALLOW_CLIENTS: 'loopback',
      RESOLVER_ADMIN_LISTEN: admin,
      RESOLVER_MODE: 'marker',
    },
    userId: 65_532,
  });
  cleanUps.push(() => child.kill('SIGKILL'));
  const inItsNetwork = async (command: string, ...args: string[]): Promise<string> =>
    (await promisify(execFile)('nsenter', ['--net', '-t', String(child.pid), command, ...args])).stdout;
  const readStatus = `fetch('http://${admin}/readyz').then((r) => console.log(r.status), () => console.log('none'))`;
  const becomes = async (status: number): Promise<void> => {
    while ((await inItsNetwork(process.execPath, '--eval', readStatus)).trim() !== String(status)) await sleep(100);
  };
  await becomes(200);
  await inItsNetwork('ip', '-6', 'address', 'delete', '::1/128', 'dev', 'lo');
  await becomes(503);
  await inItsNetwork('ip', '-6', 'address', 'add', '::1/128', 'dev', 'lo');
  await becomes(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('answers over UDP and TCP, IPv4 and IPv6, and counts it', async () => {
  const { port, admin } = await start();
  for (const host of ['127.0.0.1', '::1']) {
    expect(await lookUp(port, 'a.test', host)).toEqual(addresses);
    const socket = await openTcp(port, host);
    socket.write(tcpQuery('a.test'));
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(decode(reply.subarray(2)).answers).toMatchObject([{ data: '192.0.2.10' }]);
  }
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  expect(metrics).toContain('alpine_resolver_queries_total{transport="tcp",type="A"} 2\n');
  expect(metrics).toContain('alpine_resolver_internal_errors_total 0\n');
});

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s with work under way: exit code 0 within 100 ms', async (signal) => {
    const slow = await startUpstream({ delayMs: 10_000 });
    cleanUps.push(slow.close);
    const { port, child, ended, output } = await start({ RESOLVER_UPSTREAM_PORT: String(slow.port) });
    const socket = await openTcp(port);
    socket.write(tcpQuery('a.test'));
    const client = createSocket('udp4');
    for (let id = 0; id < 100; id += 1) client.send(query(id, `a${id}.test`, 'A'), port, '127.0.0.1');
    while (slow.queries.length < 50) await sleep(5);
    const killedMs = performance.now();
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(performance.now() - killedMs).toBeLessThan(1000);
    // By its own log: how soon a busy machine tells us of the end is not its doing.
    const lines = output().trim().split('\n');
    const [stopping, stopped] = lines.slice(-2).map((line) => JSON.parse(line) as { time: string; event: string });
    expect([stopping?.event, stopped?.event]).toEqual(['stopping', 'stopped']);
    expect(Date.parse(stopped?.time ?? '') - Date.parse(stopping?.time ?? '')).toBeLessThan(100);
    client.close();
  });

  test('with drain-seconds it serves on for that long, unready', async () => {
    const { port, admin, child, ended } = await start({ RESOLVER_DRAIN_SECONDS: '1' });
    const startMs = performance.now();
    child.kill('SIGTERM');
    while ((await fetch(`${admin}/readyz`)).status === 200) await sleep(5);
    expect(await lookUp(port, 'a.test')).toEqual(addresses);
    expect(await ended).toBe(0);
    expect(performance.now() - startMs).toBeGreaterThan(990);
  });
});

test('whoever reads its log may go away', async () => {
  const { port, child } = await start({ RESOLVER_LOG_LEVEL: 'debug' });
  child.stdout?.destroy();
  child.stderr?.destroy();
  for (const name of ['a.test', 'b.test', 'c.test']) expect(await lookUp(port, name)).toEqual(addresses);
});

test('a changed resolv.conf is in force within two seconds', async () => {
  const path = join(folder, 'resolv.conf');
  writeFileSync(path, 'nameserver 127.0.0.1\n');
  const { port } = await start({ RESOLVER_RESOLV_CONF: path });
  await lookUp(port, 'a.glibc.internal');
  expect(upstream.queries).toContain('a A');
  writeFileSync(path, 'nameserver 127.0.0.1\nsearch changed.test\n');
  await sleep(2000);
  await lookUp(port, 'a.glibc.internal');
  expect(upstream.queries).toContain('a.changed.test A');
});

describe('overload', () => {
  test('500 clients at once are all answered', async () => {
    const { port, admin } = await start();
    const outcomes = await Promise.all(Array.from({ length: 500 }, (_, index) => lookUp(port, `h${index}.test`)));
    expect(outcomes.every((outcome) => outcome.join() === addresses.join())).toBe(true);
    expect(await (await fetch(`${admin}/metrics`)).text()).toContain('alpine_resolver_internal_errors_total 0\n');
  });

  test('a TCP client that sends one byte a second is closed, others are served meanwhile', async () => {
    const { port } = await start({ RESOLVER_TCP_IDLE_SECONDS: '2' });
    const slow = await openTcp(port);
    // A reset is an end as well: a byte may cross the close.
    const closed = new Promise((resolve) => {
      slow.on('close', resolve);
    });
    const bytes = tcpQuery('slow.test');
    const startMs = performance.now();
    let sent = 0;
    const timer = setInterval(() => slow.write(bytes.subarray(sent, (sent += 1))), 1000);
    expect(await lookUp(port, 'a.test')).toEqual(addresses);
    slow.resume();
    await closed;
    clearInterval(timer);
    expect(performance.now() - startMs).toBeLessThan(4000);
  });

  test('without file descriptors it sheds and recovers', async () => {
    const { port, admin, child } = await start({}, { openFiles: 64 });
    const sockets: Socket[] = [];
    for (let index = 0; index < 200; index += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
    const client = createSocket('udp4');
    for (let id = 0; id < 300; id += 1) client.send(query(id, `h${id}.test`, 'A'), port, '127.0.0.1');
    // A new client is served while all those connections are open.
    expect(await lookUp(port, 'during.test')).toEqual(addresses);
    expect((await fetch(`${admin}/healthz`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    client.close();
    expect(await lookUp(port, 'after.test')).toEqual(addresses);
    const tcp = await openTcp(port);
    tcp.write(tcpQuery('after.test'));
    await once(tcp, 'data');
    expect(child.exitCode).toBe(null);
    expect(await (await fetch(`${admin}/metrics`)).text()).toContain('alpine_resolver_internal_errors_total 0\n');
  });

  test("with the image's heap it bears its limits: 1000 searches in flight, silent nameservers, a full hosts file", async () => {
    const silentAddresses = ['127.0.0.21', '127.0.0.22'];
    const servers = await startUpstream({ silentAddresses });
    const hosts = join(folder, 'hosts');
    const hostsLines = Array.from(
      { length: 30_000 },
      (_, index) => `192.0.2.${index % 256} host-${index}.example.test\n`,
    );
    writeFileSync(hosts, hostsLines.join(''));
    const original = [...silentAddresses, '127.0.0.1'].map((address) => `nameserver ${address}\n`).join('');
    const image = imageNode();
    const environment = {
      ...image.environment,
      RESOLVER_ORIGINAL_RESOLV_CONF: `${original}search a.test b.test\noptions timeout:5 attempts:1\n`,
      RESOLVER_UPSTREAM_PORT: String(servers.port),
      RESOLVER_HOSTS_FILE: hosts,
    };
    const { port, admin, child } = await start(environment, image);
    const client = createSocket('udp4');
    const replies = countReplies(client);
    const inFlight = async (): Promise<number> => {
      const text = await (await fetch(`${admin}/metrics`)).text();
      return Number(/^alpine_resolver_searches_in_flight (\d+)$/m.exec(text)?.[1]);
    };
    for (let sent = 0; sent < 1200; sent += 50) {
      for (let index = sent; index < sent + 50; index += 1) {
        client.send(query(index, `h${index}.glibc.internal`, 'A'), port, '127.0.0.1');
        client.send(query(index + 2000, `h${index}.glibc.internal`, 'AAAA'), port, '127.0.0.1');
      }
      // No more at a time than the receive buffer holds.
      while ((await inFlight()) < Math.min(sent + 50, 1000)) await sleep(1);
    }
    expect(await inFlight()).toBe(1000);
    appendFileSync(hosts, '192.0.2.1 changed.test\n');
    while (replies() < 2000 && child.exitCode === null) await sleep(50);
    client.close();
    servers.close();
    expect(child.exitCode).toBe(null);
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    // The memory limit of the injected container is 128 MiB.
    expect(Number(peak)).toBeLessThan(128 * 1024);
  });
});
