/** Many clients at once, slow clients, clients that do not read. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectTcp, lookUp, query } from './client.ts';
import { memoryLimitMebibytes, using, useRig } from './rig.ts';
import { framed } from '../support/wire/framed.ts';
import { addressOf, typeA, typeAaaa } from './upstream.ts';

const rig = useRig();

test('500 clients at once: each gets the answer to its own question, once', async () => {
  const upstream = await rig.upstream(() => ({ delayMs: 300 }));
  const sidecar = await rig.sidecar(using(upstream));
  const found = await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      const name = `client${index}.test`;
      const { A, AAAA } = await lookUp(sidecar.port, name);
      return [A.addresses, AAAA.addresses];
    }),
  );
  const wanted = found.map((_, index) => {
    const name = `client${index}.test`;
    return [[addressOf(name, typeA)], [addressOf(name, typeAaaa)]];
  });
  expect(found).toEqual(wanted);
  const metrics = await sidecar.metrics();
  expect(metrics.get('alpine_resolver_internal_errors_total')).toBe(0);
  expect(metrics.get('alpine_resolver_searches_in_flight')).toBe(0);
});

test('500 clients at once with one name share few searches and all get its addresses', async () => {
  const upstream = await rig.upstream(() => ({ delayMs: 300 }));
  const sidecar = await rig.sidecar(using(upstream));
  const found = await Promise.all(Array.from({ length: 500 }, () => lookUp(sidecar.port, 'one.test')));
  for (const { A, AAAA } of found) {
    expect(A.addresses).toEqual([addressOf('one.test', typeA)]);
    expect(AAAA.addresses).toEqual([addressOf('one.test', typeAaaa)]);
  }
  // Those that came while the first was under way joined it; those behind it, in the slowest case, the next ones.
  expect(upstream.queries.length).toBeLessThan(100);
});

test('100 connections that send one byte a second are closed and disturb nobody', async () => {
  const upstream = await rig.upstream();
  const sidecar = await rig.sidecar({ ...using(upstream), RESOLVER_TCP_IDLE_SECONDS: '3' });
  const bytes = framed(query(7, 'slow.test', 'A'));
  const startMs = performance.now();
  const clients = await Promise.all(Array.from({ length: 100 }, () => connectTcp(sidecar.port)));
  let sent = 0;
  const timer = setInterval(() => {
    for (const client of clients) client.send(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, 1000);
  rig.after(() => clearInterval(timer));
  let looked = 0;
  let slowestMs = 0;
  while (clients.some(({ socket }) => !socket.destroyed)) {
    const { A, repeats } = await lookUp(sidecar.port, `other${looked}.test`);
    expect(A.addresses).toEqual([addressOf(`other${looked}.test`, typeA)]);
    expect(repeats).toBe(0);
    slowestMs = Math.max(slowestMs, A.afterMs);
    looked += 1;
    await sleep(20);
  }
  // A byte is no sign of life: idle time, the period of the check, and what the machine takes.
  expect(performance.now() - startMs).toBeLessThan(3000 + 500 + 1500);
  expect(slowestMs).toBeLessThan(1000);
  expect((await sidecar.metrics()).get('alpine_resolver_dropped_total', { reason: 'connection-idle' })).toBe(100);
});

test('large answers to connections that never read them are bounded in memory and time', async () => {
  const upstream = await rig.upstream(({ transport }) => (transport === 'udp' ? { truncated: true } : { count: 2000 }));
  const sidecar = await rig.sidecar({ ...using(upstream), RESOLVER_TCP_IDLE_SECONDS: '3' });
  const clients = await Promise.all(Array.from({ length: 60 }, () => connectTcp(sidecar.port)));
  // A second question on a connection lifts the cap of 63 records: each reply has 32 KB.
  for (const [index, { socket, send }] of clients.entries()) {
    socket.pause();
    for (let id = 0; id < 10; id += 1) send(framed(query(id, `big${index}-${id}.test`, 'A')));
  }
  while ((await sidecar.metrics()).get('alpine_resolver_tcp_connections') > 0) await sleep(200);
  const metrics = await sidecar.metrics();
  expect(metrics.get('alpine_resolver_replies_total', { transport: 'tcp', rcode: 'NOERROR' })).toBeGreaterThan(500);
  expect(metrics.get('alpine_resolver_internal_errors_total')).toBe(0);
  expect(sidecar.memory().peak).toBeLessThan(memoryLimitMebibytes);
  expect((await lookUp(sidecar.port, 'after.test')).A.addresses.length).toBeGreaterThan(0);
});
