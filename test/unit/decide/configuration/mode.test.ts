/** Which mode a pod's resolv.conf leads to. */
import { expect, test } from 'vitest';
import { chooseMode } from '../../../../sidecar/decide/configuration/mode.ts';

test.each([
  ['nameserver 127.0.0.1\nsearch glibc.internal\noptions ndots:15\n', 'marker'],
  ['search GLIBC.Internal.\n', 'marker'],
  ['search .glibc.internal\r\n', 'marker'],
  ['domain glibc.internal\n', 'marker'],
  ['search a.test glibc.internal\n', 'marker'],
  ['search glibc.internal\nsearch a.test\n', 'as-is'],
  ['search ns.svc.cluster.local svc.cluster.local cluster.local\n', 'as-is'],
  ['search xglibc.internal glibc.internal.x\n', 'as-is'],
  ['search .\n', 'as-is'],
  ['search glib.cinternal\n', 'as-is'],
  ['search glibcinternal\n', 'as-is'],
  ['nameserver 127.0.0.1\noptions ndots:0\n', 'plain'],
  ['search\n# search glibc.internal\n', 'plain'],
  ['', 'plain'],
  [undefined, 'plain'],
])('auto, file %o: %s', (text, mode) => {
  expect(chooseMode('auto', text, 'glibc.internal')).toBe(mode);
});

test.each(['marker', 'plain', 'as-is'] as const)('%s, when set, does not depend on the file', (setting) => {
  expect(chooseMode(setting, 'search glibc.internal\n', 'glibc.internal')).toBe(setting);
  expect(chooseMode(setting, 'search a.test\n', 'glibc.internal')).toBe(setting);
  expect(chooseMode(setting, undefined, 'glibc.internal')).toBe(setting);
});
