import { expect, test } from 'vitest';
import { chooseResolvConfText } from '../../../../sidecar/decide/configuration/resolv-conf-source.ts';

const withServer = 'nameserver 192.0.2.1\n';
const withoutServer = 'search a.test\n';
const original = 'nameserver 192.0.2.2\n';
const useless = 'search b.test\n';

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
  ['', original, true, undefined],
  ['\n \n', original, true, undefined],
  ['', undefined, false, { source: 'file', text: '' }],
  [undefined, original, false, { source: 'original', text: original }],
  [undefined, original, true, undefined],
  [undefined, useless, false, { source: 'none', text: '' }],
  [undefined, undefined, false, { source: 'none', text: '' }],
  [undefined, undefined, true, undefined],
])('file %o, original %o, in use already %o: %o', (file, text, hasPrevious, chosen) => {
  expect(chooseResolvConfText({ file, original: text, hasPrevious })).toEqual(chosen);
});
