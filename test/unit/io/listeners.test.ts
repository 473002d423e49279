import { createSocket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { localAddresses } from '../../../sidecar/io/addresses.ts';
import { ListenError } from '../../../sidecar/io/listen-error.ts';
import { openListeners, type Listeners } from '../../../sidecar/io/listeners.ts';
import { createTcpConnections } from '../../../sidecar/io/tcp-connections.ts';
import { connectTcp, frame, openTcpServer, openUdp, recordEvents, until } from './network.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function open(...hosts: (string | { host: string; port: number })[]): Promise<{
  listeners: Listeners;
  events: ReturnType<typeof recordEvents>;
}> {
  const events = recordEvents();
  const connections = createTcpConnections({
    events,
    now: () => 0,
    maxConnections: 10,
    idleMs: 10_000,
    every: () => () => undefined,
  });
  const endpoints = hosts.map((host) => (typeof host === 'string' ? { host, port: 0 } : host));
  const listeners = await openListeners(endpoints, connections, events);
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
  expect(message).toContain('net.ipv4.ip_unprivileged_port_start=53');
});
