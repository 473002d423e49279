/**
 * Writes the code that V8 compiles of the sidecar, while its image is built: a start then compiles nothing, nor do the first lookups.
 *
 *   node [OPTIONS] scripts/code-cache.ts BUNDLE FILE
 *
 * Runs the bundle in this process, with the same options, against a nameserver of its own, and asks what pods ask: what was called by
 * then is in the file. Fails where an answer is not the right one. Nothing but Node.js itself is used, so that it runs in the image of the runtime.
 */
import { createSocket, type Socket } from 'node:dgram';
import { on, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileBundle } from '../sidecar/start/compiled-bundle.ts';
import { freePort } from './free-port.ts';

const [bundlePath = '', file = ''] = process.argv.splice(2);
const limitMs = 5000;
const types = { A: 1, PTR: 12, AAAA: 28 } as const;
const noError = 0;
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
// The bundle catches what nobody else does, and goes on.
await compile().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
process.exit();

async function compile(): Promise<void> {
  const deadline = performance.now() + limitMs;
  while ((await fetch(`http://${admin}/readyz`).catch(() => undefined))?.status !== 200) {
    if (performance.now() > deadline) throw new Error(`${bundlePath} does not become ready`);
    await sleep(10);
  }
  // The second time from memory.
  for (let round = 0; round < 2; round += 1) {
    for (const name of ['cart', 'www.example.com', 'cart.shop', 'api.elsewhere.example'])
      await ask(`${name}.glibc.internal`, noError, 'A', 'AAAA');
    await ask('nowhere.glibc.internal', notFound, 'A', 'AAAA');
    await ask('nowhere', notFound, 'A', 'AAAA');
    await ask('cart.shop.svc.cluster.test.glibc.internal', noError, 'A');
    await ask('1.2.0.192.in-addr.arpa', notFound, 'PTR');
  }
  writeFileSync(file, bundle.code());
}

/** As C libraries do: all types at once, from one port. Code of a program that answers otherwise is not worth keeping. */
async function ask(name: string, expected: number, ...asked: (keyof typeof types)[]): Promise<void> {
  const socket = await open();
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const replies = on(socket, 'message', { signal: AbortSignal.timeout(limitMs) }) as AsyncIterable<[Buffer]>;
  for (const type of asked) {
    const header = Buffer.from([0, types[type], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, encodeName(name), Buffer.from([0, types[type], 0, 1])]));
  }
  const waiting = new Set<number>(asked.map((type) => types[type]));
  for await (const [reply] of replies) {
    const [id, rcode, answers] = [reply.readUInt16BE(0), reply.readUInt8(3) & 15, reply.readUInt16BE(6)];
    const isExpected = rcode === expected && answers > 0 === (expected === noError);
    if (!waiting.delete(id) || !isExpected)
      throw new Error(`${name}: a reply with ID ${id}, RCODE ${rcode} and ${answers} answers`);
    if (waiting.size === 0) break;
  }
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
    reply.writeUInt16BE(0x8180 + (isKnown ? noError : notFound), 2);
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
