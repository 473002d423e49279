/**
 * Fills the compile cache of a program while its image is built, because the image's root is read-only later:
 *
 *   node [OPTIONS] compile-cache.ts BUNDLE FOLDER UID
 *
 * Starts the sidecar as that user (Node.js keeps a cache for each) and with the same options, asks one question, and ends it: what was compiled by then is what
 * a start needs. Nothing but Node.js itself is used, so that it runs in the image of the runtime.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [bundle = '', folder = '', user = ''] = process.argv.slice(2);
const id = Number(user);
mkdirSync(folder, { recursive: true });
chownSync(folder, id, id);

const child = spawn(process.execPath, [...process.execArgv, bundle], {
  uid: id,
  gid: id,
  env: {
    ...process.env,
    NODE_COMPILE_CACHE: folder,
    RESOLVER_LISTEN: '127.0.0.1:0',
    RESOLVER_ADMIN_LISTEN: '127.0.0.1:0',
    // Nobody answers there.
    RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\noptions attempts:1 timeout:1\n',
    RESOLVER_UPSTREAM_PORT: '1',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(child, 'exit');
let port = 0;
for await (const line of createInterface({ input: child.stdout })) {
  const { event, addresses } = JSON.parse(line) as { event: string; addresses?: string[] };
  if (event === 'listening') port = Number(addresses?.[0]?.split(':').at(-1));
  if (event === 'ready') break;
}
await ask(port);
child.kill('SIGTERM');
const [code] = (await ended) as [number | null];
if (code !== 0) throw new Error(`${bundle} ended with ${code}`);
// Node.js writes for its own user; a copy into another image belongs to another.
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  const found = join(folder, path);
  if (statSync(found).isFile()) chmodSync(found, 0o644);
}

/** A for `x.glibc.internal`. */
async function ask(to: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.connect(to, '127.0.0.1');
  await once(socket, 'connect');
  const header = Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const name = Buffer.from('\u0001x\u0005glibc\u0008internal\u0000', 'latin1');
  socket.send(Buffer.concat([header, name, Buffer.from([0, 1, 0, 1])]));
  await once(socket, 'message', { signal: AbortSignal.timeout(5000) });
  socket.close();
}
