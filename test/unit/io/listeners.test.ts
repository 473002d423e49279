/** The listeners for clients, with real sockets. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { localAddresses, type Endpoint, type LocalAddress } from '../../../sidecar/io/addresses.ts';
import { ListenError } from '../../../sidecar/io/listen-error.ts';
import { openListeners, type Listeners } from '../../../sidecar/io/listeners.ts';
import { createTcpConnections } from '../../../sidecar/io/tcp-connections.ts';
import { connectTcp, frame, openTcpServer, openUdp, recordEvents, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

interface Opened {
  listeners: Listeners;
  events: ReturnType<typeof recordEvents>;
}

function open(...hosts: (string | Endpoint)[]): Promise<Opened> {
  return openWith(localAddresses, ...hosts);
}

async function openWith(readLocal: () => readonly LocalAddress[], ...hosts: (string | Endpoint)[]): Promise<Opened> {
  const events = recordEvents();
  const connections = createTcpConnections({
    events,
    now: () => 0,
    maxConnections: 10,
    idleMs: 10_000,
    every: () => () => undefined,
  });
  const endpoints = hosts.map((host) => (typeof host === 'string' ? { host, port: 0 } : host));
  const listeners = await openListeners(endpoints, connections, events, readLocal);
  cleanUps.push(() => {
    listeners.close();
    connections.closeAll();
  });
  return { listeners, events };
}

test('serves UDP and TCP on the same port of each address', async () => {
  const { listeners, events } = await open('127.0.0.1', '::1');
  events.answer = ({ text, client }) => client.reply(Buffer.from(`${client.transport} ${text}`));
  expect(listeners.endpoints.map(({ host }) => host)).toEqual(['127.0.0.1', '::1']);
  for (const { host, port } of listeners.endpoints) {
    const udp = await openUdp(host);
    udp.socket.send('query', port, host);
    const tcp = await connectTcp(port, host);
    tcp.socket.write(frame('query'));
    await until(() => udp.received.length === 1 && tcp.messages.length === 1);
    expect([udp.received[0]?.bytes.toString(), tcp.messages[0]]).toEqual(['udp query', 'tcp query']);
    udp.socket.close();
    tcp.socket.destroy();
  }
});

test('behind a wildcard the reply leaves from the address that was asked', async () => {
  const hosts = localAddresses().filter(({ family }) => family === 4);
  const port = 20_000 + Math.floor(process.pid % 10_000);
  const { listeners, events } = await open({ host: '0.0.0.0', port });
  events.answer = ({ client }) => client.reply(Buffer.from('reply'));
  expect(listeners.endpoints.map(({ host }) => host).toSorted()).toEqual(
    hosts.map(({ address }) => address).toSorted(),
  );
  for (const { host } of listeners.endpoints) {
    const client = createSocket('udp4');
    const answered = new Promise((resolve) => {
      client.on('message', (_bytes, from) => resolve(from.address));
    });
    client.send('query', port, host);
    expect(await answered).toBe(host);
    client.close();
  }
  expect(await listeners.followLocalAddresses()).toBe(false);
});

test('a UDP port in use is named, with what to do', async () => {
  const other = await openUdp();
  cleanUps.push(() => other.socket.close());
  const failure = open({ host: '127.0.0.1', port: other.port });
  await expect(failure).rejects.toThrow(
    `cannot listen on UDP 127.0.0.1:${other.port}: another program uses this address and port (EADDRINUSE); ` +
      'stop it, or set RESOLVER_LISTEN to another one',
  );
  await expect(failure).rejects.toBeInstanceOf(ListenError);
});

test('a TCP port in use is named, and the UDP socket is given back', async () => {
  const { server, port } = await openTcpServer(() => undefined);
  await expect(open({ host: '127.0.0.1', port })).rejects.toThrow(`cannot listen on TCP 127.0.0.1:${port}`);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  expect((await open({ host: '127.0.0.1', port })).listeners.endpoints).toHaveLength(1);
});

test('when one address fails, those before it are given back', async () => {
  const port = 20_000 + Math.floor((process.pid + 1) % 10_000);
  const failure = open({ host: '127.0.0.1', port }, { host: '192.0.2.1', port });
  await expect(failure).rejects.toThrow('this machine does not have the address (EADDRNOTAVAIL)');
  expect((await open({ host: '127.0.0.1', port })).listeners.endpoints).toHaveLength(1);
});

test('a privileged port names the sysctl that allows it', () => {
  const cause = Object.assign(new Error('bind'), { code: 'EACCES' });
  const { message } = new ListenError('UDP', { host: '127.0.0.1', port: 53 }, 'RESOLVER_LISTEN', cause);
  expect(message).toContain('net.ipv4.ip_unprivileged_port_start=0');
  expect(message).toContain('alpine-resolver.io/port-sysctl: set');
});

describe('an address given twice is served once', () => {
  const port = 20_000 + Math.floor((process.pid + 2) % 10_000);
  test.each([
    ['by itself and by a wildcard', '127.0.0.1', ''],
    ['after the wildcard', '0.0.0.0', '127.0.0.1'],
    ['by itself', '127.0.0.1', '127.0.0.1'],
    ['by two wildcards', '', '0.0.0.0'],
  ])('%s', async (_how, ...hosts) => {
    const { listeners } = await open(...hosts.map((host) => ({ host, port })));
    const served = listeners.endpoints.map(({ host }) => host);
    expect(served.filter((host) => host === '127.0.0.1')).toHaveLength(1);
    expect(await listeners.followLocalAddresses()).toBe(false);
    expect(listeners.endpoints.map(({ host }) => host)).toEqual(served);
  });

  test('but port 0 is another port each time', async () => {
    const { listeners } = await open('127.0.0.1', '127.0.0.1');
    const [first, second] = listeners.endpoints;
    expect(second?.port).not.toBe(first?.port);
  });
});

describe('addresses that come and go behind a wildcard', () => {
  const loopback = (address: string): LocalAddress => ({
    family: 4,
    address,
    interfaceName: 'lo',
    interfaceIndex: 0,
  });
  const hostsOf = (listeners: Listeners) => listeners.endpoints.map(({ host }) => host);

  test('one that cannot be bound is reported once and keeps none of the others away', async () => {
    const port = 20_000 + Math.floor((process.pid + 3) % 10_000);
    const other = createSocket('udp4');
    other.bind(port, '127.0.0.2');
    await once(other, 'listening');
    let local = [loopback('127.0.0.1')];
    const { listeners, events } = await openWith(() => local, { host: '', port });
    local = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map(loopback);
    expect(await listeners.followLocalAddresses()).toBe(true);
    expect(hostsOf(listeners)).toEqual(['127.0.0.1', '127.0.0.3']);
    expect(await listeners.followLocalAddresses()).toBe(false);
    expect(events.faults).toEqual([expect.objectContaining({ name: 'ListenError', code: 'EADDRINUSE' })]);
    await new Promise<void>((resolve) => {
      other.close(resolve);
    });
    expect(await listeners.followLocalAddresses()).toBe(true);
    expect(hostsOf(listeners)).toEqual(['127.0.0.1', '127.0.0.3', '127.0.0.2']);
  });

  test('one that has gone is left', async () => {
    let local = [loopback('127.0.0.1')];
    const { listeners } = await openWith(() => local, '0.0.0.0');
    local = [];
    expect(await listeners.followLocalAddresses()).toBe(true);
    expect(listeners.endpoints).toEqual([]);
  });

  test('a wildcard that stands for no address does not start', async () => {
    await expect(openWith(() => [loopback('127.0.0.1')], { host: '::', port: 53 })).rejects.toThrow(
      'cannot listen on [::]:53: this machine has no such address to serve; set RESOLVER_LISTEN to one that it has',
    );
  });
});
