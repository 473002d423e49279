/**
 * Writes the code that V8 compiles of the sidecar, while its image is built: a start then compiles nothing, nor do the first lookups.
 *
 *   node [OPTIONS] scripts/code-cache.ts BUNDLE FILE
 *
 * Runs the bundle in this process, with the same options, against a nameserver of its own, and asks what pods ask: what was called by
 * then is in the file. Nothing but Node.js itself is used, so that it runs in the image of the runtime.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileBundle } from '../sidecar/start/compiled-bundle.ts';

const [bundlePath = '', file = ''] = process.argv.splice(2);
const limitMs = 5000;
const types = { A: 1, PTR: 12, AAAA: 28 } as const;
const notFound = 3;

const port = await freePort();
const admin = `127.0.0.1:${await freePort()}`;
Object.assign(process.env, {
  RESOLVER_LISTEN: `127.0.0.1:${port}`,
  RESOLVER_ADMIN_LISTEN: admin,
  RESOLVER_MODE: 'marker',
  RESOLVER_ORIGINAL_RESOLV_CONF:
    'nameserver 127.0.0.1\nsearch shop.svc.cluster.test svc.cluster.test cluster.test internal.test\noptions ndots:5\n',
  RESOLVER_UPSTREAM_PORT: String(await serveNames()),
});
const bundle = compileBundle(bundlePath, process);
bundle.run();
const deadline = performance.now() + limitMs;
while ((await fetch(`http://${admin}/readyz`).catch(() => undefined))?.status !== 200) {
  if (performance.now() > deadline) throw new Error(`${bundlePath} does not become ready`);
  await sleep(10);
}
// The second time from memory.
for (let round = 0; round < 2; round += 1) {
  for (const name of ['cart', 'www.example.com', 'cart.shop.internal', 'api.elsewhere.example', 'nowhere'])
    await ask(`${name}.glibc.internal`, 'A', 'AAAA');
  await ask('nowhere', 'A', 'AAAA');
  await ask('cart.shop.svc.cluster.test.glibc.internal', 'A');
  await ask('1.2.0.192.in-addr.arpa', 'PTR');
}
writeFileSync(file, bundle.code());
process.exit();

/** As C libraries do: all types at once, from one port. */
async function ask(name: string, ...asked: (keyof typeof types)[]): Promise<void> {
  const socket = await open();
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const replies = asked.map(() => once(socket, 'message', { signal: AbortSignal.timeout(limitMs) }));
  for (const type of asked) {
    const header = Buffer.from([types[type], 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, encodeName(name), Buffer.from([0, types[type], 0, 1])]));
  }
  await Promise.all(replies);
  socket.close();
}

/** A nameserver: names of the cluster, and some outside, have one address of each family. */
async function serveNames(): Promise<number> {
  const socket = await open();
  const known = ['cart.shop.svc.cluster.test', 'www.example.com', 'cart.shop.internal.test', 'api.elsewhere.example'];
  socket.on('message', (query, { port: from }) => {
    const name = query.subarray(12, query.indexOf(0, 12) + 1);
    const question = query.subarray(0, 12 + name.length + 4);
    const isKnown = known.some((one) => encodeName(one).equals(name));
    const data = Buffer.alloc(question.at(-3) === types.A ? 4 : 16, 1);
    const record = [Buffer.from([0xc0, 12]), question.subarray(-4), Buffer.from([0, 0, 1, 44, 0, data.length]), data];
    const reply = Buffer.concat(isKnown ? [question, ...record] : [question]);
    reply.writeUInt16BE(0x8180 + (isKnown ? 0 : notFound), 2);
    reply.set([0, isKnown ? 1 : 0, 0, 0, 0, 0], 6);
    socket.send(reply, from, '127.0.0.1');
  });
  return socket.address().port;
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(String.fromCharCode(label.length) + label));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

async function open(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Of TCP and, as good as certain, of UDP. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
