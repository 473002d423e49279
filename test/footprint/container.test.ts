/**
 * The sidecar with the least that its container is given, and with all pages of Node.js charged to it, as on a node where no other container
 * runs from the same image.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sidecarAmounts } from '../../shared/settings/sidecar-amounts.ts';
import { parseQuantity, unit } from '../../shared/values/quantity.ts';
import { runLoad, type Load } from '../support/load/load.ts';
import { startLoadUpstream } from '../support/load/upstream.ts';
import { dataZone, type Zone } from '../support/load/zone.ts';
import { copyOutOfMemory, createMemoryGroup } from '../support/machine/memory-group.ts';
import { stageSidecar } from '../support/machine/staged-sidecar.ts';
import { codeUnused, pattern, startMeasured } from './measured-sidecar.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mebibyte = 1024 * 1024;
const bytesOf = (quantity: string): number => Number((parseQuantity(quantity) ?? 0n) / unit);

const probe = createMemoryGroup(`alpine-resolver-probe-${process.pid}`, 64 * mebibyte);
probe?.remove();

interface Case {
  readonly name: string;
  readonly zone: Zone;
  readonly load: Omit<Load, 'port' | 'pattern'>;
}

const names = { names: 1_000_000, order: 'sequential' } as const;
const cases: readonly Case[] = [
  { name: 'new names only', zone: dataZone(300), load: { ...names, open: 200, seconds: 15 } },
  {
    name: 'silent servers, with as many searches as there may be',
    zone: [{ name: '*', kind: 'silent', ttl: 0 }],
    load: { ...names, open: 1000, timeout: 200, seconds: 15 },
  },
];

test.runIf(probe !== undefined).each(cases)('lives within its limit: $name', { timeout: 120_000 }, async (given) => {
  const limitBytes = bytesOf(sidecarAmounts.memory.minLimit);
  const group = createMemoryGroup(`alpine-resolver-${process.pid}`, limitBytes);
  if (group === undefined) throw new Error('no memory group');
  const node = join(folder, 'node');
  copyOutOfMemory(process.execPath, node);
  const upstream = await startLoadUpstream({ zone: given.zone, folder });
  const program = await stageSidecar(folder);
  const { child, ended, port, output } = await startMeasured(upstream.port, program, { node, within: group.enter });
  try {
    const start = group.use();
    await runLoad({ port, pattern, ...given.load });
    const { anonymousBytes, mappedBytes } = group.use();
    const inMebibytes = [start.anonymousBytes, start.mappedBytes, anonymousBytes, mappedBytes, group.peakBytes()].map(
      (bytes) => Math.round(bytes / mebibyte),
    );
    console.log(`MiB: own and mapped at the start, the same under load, most of all: ${inMebibytes.join(' ')}`);
    expect({ exitCode: child.exitCode, killed: group.killed() }).toEqual({ exitCode: null, killed: 0 });
    // It still answers: its pages are not read from the disk again and again.
    const { replies } = await runLoad({ port, pattern, names: 10, first: 2_000_000, open: 1, seconds: 4 });
    expect(replies).toBeGreaterThan(0);
    expect(output()).not.toContain(codeUnused);
  } finally {
    child.kill('SIGKILL');
    await ended;
    upstream.close();
    group.remove();
  }
});
