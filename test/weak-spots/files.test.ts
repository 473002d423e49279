/** A resolv.conf that is replaced in the middle of a search. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { lookUp } from './client.ts';
import { using, useRig } from './rig.ts';
import { addressOf, typeA } from './upstream.ts';

const rig = useRig();

/** As the kubelet and most programs do. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

test.each([
  ['replaced', replace],
  ['written in place', (path: string, text: string) => writeFileSync(path, text)],
])('a search keeps the servers and the search list that it began with: %s', async (_, change) => {
  const path = join(rig.folder(), 'resolv.conf');
  const old = await rig.upstream(({ name }) => (name.endsWith('.b.test') ? {} : { rcode: 3, delayMs: 2500 }), {
    address: '127.0.0.11',
  });
  const next = await rig.upstream(() => ({}), { address: '127.0.0.12', port: old.port });
  writeFileSync(path, `nameserver ${old.address}\nsearch a.test b.test\n`);
  const sidecar = await rig.sidecar({ ...using(old), RESOLVER_RESOLV_CONF: path });
  const looking = lookUp(sidecar.port, 'web.glibc.internal');
  await sleep(300);
  change(path, `nameserver ${next.address}\nsearch c.test\n`);
  // Meanwhile the new file is in force for others.
  await sleep(1700);
  const other = await lookUp(sidecar.port, 'other.glibc.internal');
  expect(other.A.addresses).toEqual([addressOf('other.c.test', typeA)]);
  expect((await looking).A.addresses).toEqual([addressOf('web.b.test', typeA)]);
  const names = (queries: typeof old.queries): string[] => [...new Set(queries.map(({ name }) => name))];
  expect(names(old.queries)).toEqual(['web.a.test', 'web.b.test']);
  expect(names(next.queries)).toEqual(['other.c.test']);
});

test('while it is empty, gone or nonsense, the last good one stays', async () => {
  const path = join(rig.folder(), 'resolv.conf');
  const upstream = await rig.upstream();
  writeFileSync(path, `nameserver ${upstream.address}\nsearch a.test\n`);
  const sidecar = await rig.sidecar({ ...using(upstream), RESOLVER_RESOLV_CONF: path });
  for (const [index, text] of ['', '\n\n', `nameserver ${upstream.address}\nsearch a.test\n`].entries()) {
    replace(path, text);
    await sleep(1300);
    const { A } = await lookUp(sidecar.port, `web${index}.glibc.internal`);
    expect(A.addresses).toEqual([addressOf(`web${index}.a.test`, typeA)]);
  }
  renameSync(path, `${path}.gone`);
  await sleep(1300);
  const { A } = await lookUp(sidecar.port, 'gone.glibc.internal');
  expect(A.addresses).toEqual([addressOf('gone.a.test', typeA)]);
});

test('ten replacements a second, with lookups all the time', async () => {
  const path = join(rig.folder(), 'resolv.conf');
  const one = await rig.upstream(() => ({ delayMs: 30 }), { address: '127.0.0.11' });
  const two = await rig.upstream(() => ({ delayMs: 30 }), { address: '127.0.0.12', port: one.port });
  const write = (index: number): void =>
    replace(path, `nameserver ${[one, two][index % 2]?.address}\nsearch s${index}.test\n`);
  write(0);
  const sidecar = await rig.sidecar({ ...using(one), RESOLVER_RESOLV_CONF: path });
  const replacements = 40;
  const progress = { written: 0 };
  const timer = setInterval(() => {
    if (progress.written < replacements) write((progress.written += 1));
  }, 100);
  rig.after(() => clearInterval(timer));
  let count = 0;
  while (progress.written < replacements) {
    const { A, AAAA } = await lookUp(sidecar.port, `web${count}.glibc.internal`);
    // Both halves of one configuration: one of those that were there.
    const suffixes = Array.from({ length: replacements + 1 }, (_, index) => `web${count}.s${index}.test`);
    expect(suffixes.map((name) => addressOf(name, typeA))).toContain(A.addresses[0]);
    expect(AAAA.addresses).toHaveLength(1);
    count += 1;
  }
  expect(count).toBeGreaterThan(20);
  expect((await sidecar.metrics()).get('alpine_resolver_internal_errors_total')).toBe(0);
});
