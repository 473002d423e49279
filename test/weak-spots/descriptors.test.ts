/** File descriptors running out: the sidecar sheds and recovers, it does not die, and says nothing wrong. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectTcp, lookUp, query } from './client.ts';
import { using, useRig, type RunningSidecar } from './rig.ts';
import { addressOf, typeA } from './upstream.ts';

const rig = useRig();

const limit = 64;

/** Sockets that are opened in advance once a question was asked. */
const stock = 8;

function openDescriptors({ child }: RunningSidecar): number {
  return readdirSync(`/proc/${child.pid}/fd`).length;
}

/** From outside, whatever the sidecar itself reckoned with at its start. */
function limitDescriptors({ child }: RunningSidecar, count: number): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--nofile=${count}:`]);
}

/** Connections that say nothing and stay. */
function openConnections(port: number, count: number): Socket[] {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    return socket;
  });
  rig.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

test(`with ${limit} descriptors: connections, searches and probes all at once`, async () => {
  const upstream = await rig.upstream(({ name }) => (name.startsWith('silent') ? { silent: true } : { delayMs: 20 }));
  const sidecar = await rig.sidecar(using(upstream, 'options timeout:2 attempts:1\n'), { openFiles: limit });
  const idle = openDescriptors(sidecar);
  const sockets = [...openConnections(sidecar.port, 300), ...openConnections(Number(new URL(sidecar.admin).port), 100)];
  const flood = createSocket('udp4');
  rig.after(() => flood.close());
  for (let id = 0; id < 500; id += 1) flood.send(query(id, `silent${id}.test`, 'A'), sidecar.port, '127.0.0.1');
  await sleep(500);
  // Those who ask as C libraries do are answered in the end: what was shed is asked again.
  const during = await Promise.all(
    Array.from({ length: 20 }, (_, index) => lookUp(sidecar.port, `during${index}.test`, { repeatMs: 1000 })),
  );
  for (const [index, { A }] of during.entries()) {
    expect(A.addresses).toEqual([addressOf(`during${index}.test`, typeA)]);
  }
  for (const socket of sockets) socket.destroy();
  await sleep(3000);
  expect(sidecar.child.exitCode).toBe(null);
  const after = await lookUp(sidecar.port, 'after.test');
  expect(after.A.addresses).toEqual([addressOf('after.test', typeA)]);
  expect(after.repeats).toBe(0);
  const tcp = await connectTcp(sidecar.port);
  expect((await tcp.ask('tcp.test'))?.addresses).toEqual([addressOf('tcp.test', typeA)]);
  tcp.socket.destroy();
  const metrics = await sidecar.metrics();
  expect(metrics.get('alpine_resolver_internal_errors_total')).toBe(0);
  expect(metrics.get('alpine_resolver_searches_in_flight')).toBe(0);
  await sleep(200);
  // Nothing is left open but this connection for the metrics.
  expect(openDescriptors(sidecar)).toBeLessThanOrEqual(idle + 2 + stock);
});

test('with no descriptor left at all: queries wait, files stay as they were, and it goes on when there are some', async () => {
  const path = join(rig.folder(), 'resolv.conf');
  const upstream = await rig.upstream();
  writeFileSync(path, `nameserver ${upstream.address}\nsearch a.test\n`);
  const sidecar = await rig.sidecar({ ...using(upstream), RESOLVER_RESOLV_CONF: path });
  // What is open stays so; nothing more can be opened: neither a socket, nor a connection, nor the file.
  limitDescriptors(sidecar, 3);
  const sockets = openConnections(sidecar.port, 10);
  sockets.push(...openConnections(Number(new URL(sidecar.admin).port), 10));
  writeFileSync(`${path}.new`, `nameserver ${upstream.address}\nsearch b.test\n`);
  renameSync(`${path}.new`, path);
  const looking = lookUp(sidecar.port, 'during.glibc.internal', { repeatMs: 1000 });
  await sleep(2500);
  expect(sidecar.child.exitCode).toBe(null);
  limitDescriptors(sidecar, limit);
  for (const socket of sockets) socket.destroy();
  const { A, repeats } = await looking;
  expect(repeats).toBeGreaterThan(0);
  expect(['during.a.test', 'during.b.test'].map((name) => addressOf(name, typeA))).toContain(A.addresses[0]);
  // And the file is read now.
  await sleep(2500);
  const after = await lookUp(sidecar.port, 'after.glibc.internal');
  expect(after.A.addresses).toEqual([addressOf('after.b.test', typeA)]);
  expect((await sidecar.metrics()).get('alpine_resolver_internal_errors_total')).toBe(0);
});

test('a thousand connections that come and go leave nothing open', async () => {
  const upstream = await rig.upstream();
  const sidecar = await rig.sidecar(using(upstream), { openFiles: limit });
  const idle = openDescriptors(sidecar);
  for (let round = 0; round < 20; round += 1) {
    const sockets = openConnections(sidecar.port, 50);
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
    for (const [index, socket] of sockets.entries()) {
      if (index % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
  await sleep(500);
  expect((await lookUp(sidecar.port, 'after.test')).repeats).toBe(0);
  await sleep(200);
  expect(openDescriptors(sidecar)).toBeLessThanOrEqual(idle + 1 + stock);
});
