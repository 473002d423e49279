/** A service of which little is said. */
import { expect, test } from 'vitest';
import { serviceOf } from '../../../../sidecar/discovery/services/service.ts';

test('what is left out is empty', () => {
  expect(serviceOf({ id: 'a', source: 'manual', startedMs: 1 })).toEqual({
    ...{ id: 'a', source: 'manual', startedMs: 1, name: '', image: '', aliases: [], namespace: 'own' },
    ...{ container: undefined, compose: undefined, hostname: undefined, networks: [], addresses: undefined },
    ...{
      prefix: undefined,
      preferredNetwork: undefined,
      ports: [],
      ttlSeconds: undefined,
      tags: [],
      region: undefined,
    },
  });
});
