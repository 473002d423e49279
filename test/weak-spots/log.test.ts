/** Whoever reads the log may stand still: the sidecar goes on, with the heap that the image gives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { lookUp, query } from './client.ts';
import { flood } from './flood.ts';
import { memoryLimitMebibytes, using, useRig } from './rig.ts';
import { addressOf, typeA } from './upstream.ts';

const rig = useRig();

test('a reader of the log that stands still', async () => {
  const upstream = await rig.upstream(({ name }) => (name.startsWith('after.') ? {} : { rcode: 3 }));
  const sidecar = await rig.sidecar({
    ...using(upstream, 'search a.test b.test c.test\n'),
    RESOLVER_LOG_LEVEL: 'debug',
  });
  sidecar.child.stdout?.pause();
  const label = 'x'.repeat(60);
  await flood(sidecar, 25_000, (index) =>
    query(index & 0xffff, `n${index}.${label}.${label}.${label}.glibc.internal`, 'TXT'),
  );
  expect(sidecar.child.exitCode).toBe(null);
  expect(sidecar.memory().peak).toBeLessThan(memoryLimitMebibytes);
  expect((await lookUp(sidecar.port, 'after.test')).A.addresses).toEqual([addressOf('after.test', typeA)]);

  sidecar.child.stdout?.resume();
  const untilMs = performance.now() + 10_000;
  while (!sidecar.output().includes('"log-lines-dropped","count"') && performance.now() < untilMs) await sleep(20);
  const [, count] = /"log-lines-dropped","count":(\d+)/.exec(sidecar.output()) ?? [];
  expect(Number(count)).toBeGreaterThan(1000);
});
