/** Which text is the original configuration. */
import { expect, test } from 'vitest';
import { chooseResolvConfText } from '../../../../sidecar/decide/configuration/resolv-conf-source.ts';

const withServer = 'nameserver 192.0.2.1\n';
const withoutServer = 'search a.test\n';
const original = 'nameserver 192.0.2.2\n';
const useless = 'search b.test\n';
const inUse = { source: 'file', text: 'nameserver 192.0.2.3\n' } as const;

test.each([
  // file, original, in use already → what counts
  [withServer, original, false, { source: 'file', text: withServer }],
  [withServer, original, true, { source: 'file', text: withServer }],
  [withServer, undefined, false, { source: 'file', text: withServer }],
  [withoutServer, original, false, { source: 'original', text: original }],
  [withoutServer, original, true, { source: 'original', text: original }],
  [withoutServer, useless, true, { source: 'file', text: withoutServer }],
  [withoutServer, undefined, false, { source: 'file', text: withoutServer }],
  ['', original, false, { source: 'original', text: original }],
  ['', original, true, inUse],
  ['\n \n', original, true, inUse],
  ['', undefined, false, { source: 'file', text: '' }],
  [undefined, original, false, { source: 'original', text: original }],
  [undefined, original, true, inUse],
  [undefined, useless, false, { source: 'none', text: '' }],
  [undefined, undefined, false, { source: 'none', text: '' }],
  [undefined, undefined, true, inUse],
])('file %o, original %o, in use already %o: %o', (file, text, hasPrevious, chosen) => {
  const previous = hasPrevious ? inUse : undefined;
  expect(chooseResolvConfText({ file, original: text, previous })).toEqual(chosen);
});
