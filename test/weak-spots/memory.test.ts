/** Memory under floods: bounded by the container's limit, with the heap that the image gives, and given back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { encode, RECURSION_DESIRED } from 'dns-packet';
import { expect, test } from 'vitest';
import { connectTcp, lookUp, query, type TcpClient } from './client.ts';
import { flood } from './flood.ts';
import { memoryLimitMebibytes, using, useRig, type Metrics, type RunningSidecar } from './rig.ts';
import { framed } from '../support/wire/framed.ts';
import { addressOf, typeA, typeAaaa } from './upstream.ts';

const rig = useRig();

/** Alive, within its limit, without a fault of its own, and at work. */
async function expectHealthy(sidecar: RunningSidecar): Promise<Metrics> {
  expect(sidecar.child.exitCode).toBe(null);
  const { A, AAAA } = await lookUp(sidecar.port, 'after.test');
  expect([A.addresses, AAAA.addresses]).toEqual([
    [addressOf('after.test', typeA)],
    [addressOf('after.test', typeAaaa)],
  ]);
  const { peak } = sidecar.memory();
  console.log(`${expect.getState().currentTestName}: at most ${Math.round(peak)} MiB`);
  expect(peak).toBeLessThan(memoryLimitMebibytes);
  const metrics = await sidecar.metrics();
  expect(metrics.get('alpine_resolver_internal_errors_total')).toBe(0);
  return metrics;
}

const isAfter = (name: string): boolean => name.startsWith('after.');

test('distinct names that do not exist', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { rcode: 3 }));
  const sidecar = await rig.sidecar(using(upstream, 'search a.test b.test\n'));
  const { replies } = await flood(sidecar, 30_000, (index) => query(index & 0xffff, `n${index}.glibc.internal`, 'A'));
  expect(replies).toBeGreaterThan(20_000);
  await expectHealthy(sidecar);
});

test('distinct names that fail: each failure is remembered for a while', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { rcode: 2 }));
  const sidecar = await rig.sidecar(using(upstream, 'search a.test\noptions attempts:1\n'));
  const { replies } = await flood(sidecar, 20_000, (index) => query(index & 0xffff, `n${index}.glibc.internal`, 'A'));
  expect(replies).toBeGreaterThan(10_000);
  await expectHealthy(sidecar);
});

test('distinct names that nobody answers: more than fit in flight are dropped', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { silent: true }));
  const sidecar = await rig.sidecar(using(upstream, 'search a.test b.test\noptions timeout:3 attempts:1\n'));
  await flood(sidecar, 20_000, (index) => query(index & 0xffff, `n${index}.glibc.internal`, 'A'));
  const metrics = await sidecar.metrics();
  expect(metrics.get('alpine_resolver_dropped_total', { reason: 'searches-full' })).toBeGreaterThan(10_000);
  while ((await sidecar.metrics()).get('alpine_resolver_searches_in_flight') > 0) await sleep(200);
  await expectHealthy(sidecar);
});

test('half-open pairs: an A question without its AAAA, from thousands of ports', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { silent: true }));
  const sidecar = await rig.sidecar(using(upstream, 'options timeout:3 attempts:1\n'));
  await flood(sidecar, 20_000, (index) => query(1, `half${index % 7}.glibc.internal`, 'A'), { ports: 2000 });
  while ((await sidecar.metrics()).get('alpine_resolver_searches_in_flight') > 0) await sleep(200);
  await expectHealthy(sidecar);
});

test('half of a pair answered with much, the other half silent', async () => {
  const upstream = await rig.upstream(({ name, type }) => {
    if (isAfter(name)) return {};
    return type === typeAaaa ? { silent: true } : { count: 1500 };
  });
  const sidecar = await rig.sidecar(using(upstream, 'options timeout:2 attempts:1\n'));
  await flood(sidecar, 4000, (index) =>
    query(index & 0xffff, `pair${index >> 1}.test`, index % 2 === 0 ? 'A' : 'AAAA'),
  );
  while ((await sidecar.metrics()).get('alpine_resolver_searches_in_flight') > 0) await sleep(200);
  await expectHealthy(sidecar);
});

test('distinct names with truncated answers: the full ones are kept for those who come back over TCP', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { count: 1500 }));
  const sidecar = await rig.sidecar(using(upstream));
  const { replies } = await flood(sidecar, 5000, (index) => query(index & 0xffff, `large${index}.test`, 'A'));
  expect(replies).toBeGreaterThan(3000);
  await expectHealthy(sidecar);
});

test('queries of 60 KB', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { silent: true }));
  const sidecar = await rig.sidecar(using(upstream, 'options timeout:3 attempts:1\n'));
  const padded = (index: number): Buffer =>
    encode({
      type: 'query',
      id: index & 0xffff,
      flags: RECURSION_DESIRED,
      questions: [{ name: `padded${index}.test`, type: 'A' }],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [{ code: 12, data: Buffer.alloc(60_000) }],
        },
      ],
    });
  await flood(sidecar, 3000, padded);
  const metrics = await sidecar.metrics();
  expect(metrics.get('alpine_resolver_searches_in_flight')).toBeGreaterThan(200);
  while ((await sidecar.metrics()).get('alpine_resolver_searches_in_flight') > 0) await sleep(200);
  await expectHealthy(sidecar);
});

test('distinct TCP connections: thousands, of which few are kept', async () => {
  const upstream = await rig.upstream();
  const sidecar = await rig.sidecar(using(upstream));
  let answered = 0;
  const clients: TcpClient[] = [];
  for (let index = 0; index < 3000; index += 1) {
    const client = await connectTcp(sidecar.port);
    clients.push(client);
    if ((await client.ask(`tcp${index}.test`)) !== undefined) answered += 1;
    if (index % 500 === 499) {
      expect((await sidecar.metrics()).get('alpine_resolver_tcp_connections')).toBeLessThanOrEqual(256);
    }
  }
  expect(answered).toBe(3000);
  const metrics = await expectHealthy(sidecar);
  expect(metrics.get('alpine_resolver_dropped_total', { reason: 'connections-full' })).toBeGreaterThan(2500);
  for (const { socket } of clients) socket.destroy();
});

test('TCP connections with the beginning of a long message each', async () => {
  const upstream = await rig.upstream();
  const sidecar = await rig.sidecar(using(upstream));
  const begun = Buffer.concat([Buffer.of(0xff, 0xff), Buffer.alloc(60_000)]);
  const clients = await Promise.all(
    Array.from({ length: 250 }, async () => {
      const client = await connectTcp(sidecar.port);
      client.send(begun);
      return client;
    }),
  );
  const waiting = clients.slice(0, 1);
  await sleep(1000);
  for (const { socket } of clients) socket.destroy();
  expect(waiting).toHaveLength(1);
  await expectHealthy(sidecar);
});

test('one TCP connection that never stops to ask', async () => {
  const upstream = await rig.upstream(({ name }) => (isAfter(name) ? {} : { delayMs: 50 }));
  const sidecar = await rig.sidecar(using(upstream));
  const client = await connectTcp(sidecar.port);
  const chunk = Buffer.concat(Array.from({ length: 500 }, (_, index) => framed(query(index, `c${index}.test`, 'A'))));
  const startMs = performance.now();
  while (performance.now() - startMs < 5000) {
    if (client.socket.writableLength < 1024 * 1024) client.send(chunk);
    await sleep(1);
  }
  client.socket.destroy();
  await expectHealthy(sidecar);
});
