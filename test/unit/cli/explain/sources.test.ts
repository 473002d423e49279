/** What is told of the file that is read. */
import { expect, test } from 'vitest';
import { resolverSource } from '../../../../cli/explain/sources.ts';

test.each([
  ['nameserver 192.0.2.1\nsearch a.b\n', 'nameserver 192.0.2.1\nsearch a.b\n'],
  ['# CANARY\n\nnameserver 192.0.2.1\noptions ndots:2', 'nameserver 192.0.2.1\noptions ndots:2\n# 1 other line\n'],
  ['TOKEN=CANARY\n password: CANARY\nsearchCANARY\n', '# 3 other lines\n'],
  ['domain a.b\nsortlist 192.0.2.0\n', 'domain a.b\nsortlist 192.0.2.0\n'],
])('of %j the lines of resolv.conf alone', (original, told) => {
  const { explained } = resolverSource(
    { title: 'a file', original, hostName: 'pod', remarks: [] },
    { nameservers: [], port: 53 },
  );
  expect(explained.resolvConf).toBe(told);
});
