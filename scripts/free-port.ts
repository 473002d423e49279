/** Finds a port for a server of a test, and for the sidecar that runs while its image is built. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 on which nobody serves, for UDP and TCP. It lies below the ports that the kernel gives to clients:
 * one of those may be taken between this test and the use of what it found.
 */
export async function freePort(): Promise<number> {
  const [firstOfKernel = ''] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/);
  const end = Math.max(lowest + minChoice, Number(firstOfKernel));
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (end - lowest));
    if ((await isFreeForUdp(port)) && (await isFreeForTcp(port))) return port;
  }
}

/** Below it there are ports of well-known services. */
const lowest = 12_000;

/** Ports to choose among, where the kernel gives these to clients too. */
const minChoice = 1000;

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const bound = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  socket.bind({ port, address: '127.0.0.1', exclusive: true });
  const free = await bound;
  socket.close();
  await once(socket, 'close');
  return free;
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  const free = await listening;
  if (free) {
    server.close();
    await once(server, 'close');
  }
  return free;
}
