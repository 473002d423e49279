/** Query IDs, from the kernel's generator and without it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createIdSource, createRotation, drawSeed } from '../../../sidecar/io/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'random-'));
afterAll(() => rmSync(folder, { recursive: true }));

const short = join(folder, 'short');
writeFileSync(short, Buffer.alloc(100));

/** Of 2000 numbers below 65,536 that are drawn at random about 1970 are different. */
test.each([
  ['the generator of the kernel', undefined],
  ['no such file', join(folder, 'missing')],
  ['a file that ends too early', short],
])('IDs do not repeat: %s', (_what, path) => {
  const next = createIdSource(path);
  const drawn = new Set(Array.from({ length: 2000 }, next));
  expect(drawn.size).toBeGreaterThan(1900);
});

test('a block is read as it is in the file', () => {
  const path = join(folder, 'known');
  writeFileSync(path, Buffer.from(Uint16Array.from({ length: 512 }, (_, index) => index * 3).buffer));
  const next = createIdSource(path);
  expect(Array.from({ length: 512 }, next)).toEqual(Array.from({ length: 512 }, (_, index) => index * 3));
});

test('a seed is two IDs', () => {
  const ids = [0xffff, 0x1234];
  expect(drawSeed(() => ids.shift() ?? 0) >>> 0).toBe(0xffff_1234);
});

test('two processes have different seeds', () => {
  const source = new URL('../../../sidecar/io/random.ts', import.meta.url).href;
  const script = `import { createIdSource, drawSeed } from '${source}'; console.log(drawSeed(createIdSource()))`;
  const seeds = [1, 2].map(() =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })),
  );
  expect(seeds.every(Number.isInteger)).toBe(true);
  expect(seeds[0]).not.toBe(seeds[1]);
});

test('the rotation counts on from its first number', () => {
  const next = createRotation(() => 7);
  expect([next(3), next(3), next(3), next(2)]).toEqual([2, 0, 1, 1]);
});
