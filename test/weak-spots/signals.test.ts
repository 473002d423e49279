/** SIGTERM in the middle of everything. */
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectTcp, query } from './client.ts';
import { using, useRig } from './rig.ts';
import { framed } from '../support/wire/framed.ts';

const rig = useRig();

test.each(['SIGTERM', 'SIGINT'] as const)('%s under load: over within 100 ms, exit code 0', async (signal) => {
  const upstream = await rig.upstream(({ name }) =>
    name.startsWith('silent') ? { silent: true } : { delayMs: 5, count: 20 },
  );
  const sidecar = await rig.sidecar(using(upstream, 'search a.test b.test\n'));
  const clients = await Promise.all(Array.from({ length: 200 }, () => connectTcp(sidecar.port)));
  const flood = createSocket('udp4');
  flood.on('error', () => undefined);
  let index = 0;
  const timer = setInterval(() => {
    for (let count = 0; count < 100; count += 1) {
      index += 1;
      const name = `${index % 2 === 0 ? 'silent' : 'load'}${index}.glibc.internal`;
      flood.send(query(index & 0xffff, name, 'A'), sidecar.port, '127.0.0.1');
    }
    for (const client of clients) client.send(framed(query(index & 0xffff, `tcp${index}.test`, 'AAAA')));
  }, 5);
  rig.after(() => {
    clearInterval(timer);
    flood.close();
    for (const { socket } of clients) socket.destroy();
  });
  await sleep(1500);
  expect((await sidecar.metrics()).get('alpine_resolver_searches_in_flight')).toBeGreaterThan(100);
  sidecar.child.kill(signal);
  expect(await sidecar.ended).toBe(0);
  // By its own log: how soon a busy machine tells us of the end is not its doing.
  const lines = sidecar.output().trim().split('\n');
  const [stopping, stopped] = lines.slice(-2).map((line) => JSON.parse(line) as { time: string; event: string });
  expect([stopping?.event, stopped?.event]).toEqual(['stopping', 'stopped']);
  expect(Date.parse(stopped?.time ?? '') - Date.parse(stopping?.time ?? '')).toBeLessThan(100);
});
