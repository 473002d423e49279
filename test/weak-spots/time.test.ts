/** Replies that come too late, clocks that jump, a process that stands still. */
import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { unpackedPackages } from '../support/machine/debian.ts';
import { lookUp } from './client.ts';
import { using, useRig } from './rig.ts';
import { addressOf, typeA } from './upstream.ts';

const rig = useRig();

describe('a server that replies after the deadline', () => {
  test('is heard at the next try: same port, same ID', async () => {
    const upstream = await rig.upstream(() => ({ delayMs: 1400 }));
    const sidecar = await rig.sidecar(using(upstream, 'options timeout:1 attempts:2\n'));
    const { A } = await lookUp(sidecar.port, 'late.test');
    expect(A.addresses).toEqual([addressOf('late.test', typeA)]);
    expect(A.afterMs).toBeGreaterThan(1350);
    const sent = upstream.queries.filter(({ type }) => type === typeA).map(({ id, port }) => `${id} ${port}`);
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
  });

  test('is not heard when the search is over, and takes part in no other', async () => {
    // The reply to the first lookup comes while the second one, of the same name, waits for its own.
    const upstream = await rig.upstream(({ atMs }) =>
      atMs - startedMs < 1500 ? { delayMs: 2600, rcode: 3 } : { delayMs: 800 },
    );
    const sidecar = await rig.sidecar(using(upstream, 'options timeout:2 attempts:1\n'));
    const startedMs = performance.now();
    const first = await lookUp(sidecar.port, 'late.test');
    expect([first.A.rcode, first.AAAA.rcode]).toEqual(['SERVFAIL', 'SERVFAIL']);
    expect(first.A.afterMs).toBeGreaterThan(1950);
    // A failure is repeated for a second to the one who got it.
    const second = await lookUp(sidecar.port, 'LATE.test');
    expect(second.A.addresses).toEqual([addressOf('late.test', typeA)]);
    const sockets = upstream.queries.map(({ id, port }) => `${id} ${port}`);
    expect(new Set(sockets).size).toBe(sockets.length);
    expect((await sidecar.metrics()).get('alpine_resolver_internal_errors_total')).toBe(0);
  });

  test('does not win over the server that is being waited for', async () => {
    const late = await rig.upstream(() => ({ delayMs: 1300 }), { address: '127.0.0.11' });
    const next = await rig.upstream(() => ({ delayMs: 700, rcode: 3 }), { address: '127.0.0.12', port: late.port });
    const sidecar = await rig.sidecar({
      ...using(late),
      RESOLVER_ORIGINAL_RESOLV_CONF: `nameserver ${late.address}\nnameserver ${next.address}\noptions timeout:1\n`,
    });
    const { A } = await lookUp(sidecar.port, 'late.test');
    expect(A.rcode).toBe('NXDOMAIN');
    expect(A.afterMs).toBeGreaterThan(1650);
  });
});

describe('clocks', () => {
  let library: string | undefined;
  beforeAll(async () => {
    const { folder } = await unpackedPackages('bookworm', ['libfaketime']);
    [library] = globSync(join(folder, 'usr/lib/*/faketime/libfaketime.so.1'));
  });

  test('a wall clock that jumps by years moves no deadline', async () => {
    expect(library !== undefined && existsSync(library)).toBe(true);
    const folder = rig.folder();
    const offset = join(folder, 'offset');
    writeFileSync(offset, '+0');
    const upstream = await rig.upstream(({ name }) => (name.startsWith('silent') ? { silent: true } : {}));
    const sidecar = await rig.sidecar({
      ...using(upstream, 'options timeout:1 attempts:3\n'),
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    const jumps = (async () => {
      for (const jump of ['+10y', '-20y', '+3650d', '-1d', '+0']) {
        await sleep(500);
        writeFileSync(offset, jump);
      }
    })();
    const [silent, first] = await Promise.all([
      lookUp(sidecar.port, 'silent.test'),
      lookUp(sidecar.port, 'first.test'),
      jumps,
    ]);
    expect(silent.A.rcode).toBe('SERVFAIL');
    // Three times one second for the one server.
    expect(silent.A.afterMs).toBeGreaterThan(2950);
    expect(silent.A.afterMs).toBeLessThan(4500);
    expect(first.A.addresses).toEqual([addressOf('first.test', typeA)]);
    // The log shows that the process did see it: years apart.
    writeFileSync(offset, '+10y');
    sidecar.child.kill('SIGTERM');
    expect(await sidecar.ended).toBe(0);
    const times = [...sidecar.output().matchAll(/"time":"(\d{4})-/g)].map(([, year]) => Number(year));
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(9);
  });

  test('a process that stands still for seconds takes the replies that wait for it', async () => {
    const upstream = await rig.upstream(() => ({ delayMs: 200 }));
    const sidecar = await rig.sidecar(using(upstream, 'options timeout:1 attempts:1\n'));
    const looking = lookUp(sidecar.port, 'still.test');
    while (upstream.queries.length < 2) await sleep(5);
    sidecar.child.kill('SIGSTOP');
    await sleep(3000);
    sidecar.child.kill('SIGCONT');
    // Its deadline of a second is over; the replies have been in its sockets for long.
    const { A } = await looking;
    expect(A.addresses).toEqual([addressOf('still.test', typeA)]);
  });

  test('a process that stands still while a pair arrives pairs it', async () => {
    const upstream = await rig.upstream(({ type }) => (type === typeA ? { rcode: 3 } : {}));
    const sidecar = await rig.sidecar(using(upstream));
    sidecar.child.kill('SIGSTOP');
    const looking = Promise.all(Array.from({ length: 20 }, (_, index) => lookUp(sidecar.port, `pair${index}.test`)));
    await sleep(1000);
    sidecar.child.kill('SIGCONT');
    // NXDOMAIN for A beside data for AAAA: only of a pair it is an empty reply.
    for (const { A, AAAA } of await looking) {
      expect(A.rcode).toBe('NOERROR');
      expect(AAAA.addresses).toHaveLength(1);
    }
  });
});
