/** The packages that a bundle may hold, and their licences. */
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { bundles, foreignPackages } from '../../../scripts/build.ts';
import { licenceTexts, packagesIn } from '../../../scripts/build/packages.ts';

const root = join(import.meta.dirname, '../../..');

const metafile = {
  inputs: Object.fromEntries(
    [
      'sidecar/main.ts',
      'node_modules/dns-packet/index.js',
      'node_modules/dns-packet/types.js',
      'node_modules/@leichtgewicht/ip-codec/index.cjs',
      'node_modules/express/node_modules/@scope/a/lib/b.js',
    ].map((path) => [path, { bytes: 1, imports: [] }]),
  ),
  outputs: {},
} satisfies Metafile;

test('packages are known by the folders of their files', () => {
  expect(packagesIn(metafile)).toEqual([
    { name: '@leichtgewicht/ip-codec', folder: 'node_modules/@leichtgewicht/ip-codec' },
    { name: 'dns-packet', folder: 'node_modules/dns-packet' },
    { name: '@scope/a', folder: 'node_modules/express/node_modules/@scope/a' },
  ]);
});

test('what may not be in a bundle is named', () => {
  const [sidecar, , webhook] = bundles;
  expect(sidecar && foreignPackages(sidecar, metafile)).toEqual(['@scope/a']);
  expect(webhook && foreignPackages(webhook, metafile)).toEqual([]);
});

test('the licences of bundled packages go along', () => {
  const text = licenceTexts(packagesIn(metafile).slice(0, 2), root);
  expect(text).toMatch(/^dns-packet \d+\.\d+\.\d+: MIT$/m);
  expect(text.match(/Permission is hereby granted/g)).toHaveLength(2);
});
