/** The holder of the services that are in force. */
import { expect, test } from 'vitest';
import { emptyServices, setTtl } from '../../../../sidecar/discovery/services/services.ts';
import { createServicesStore } from '../../../../sidecar/discovery/services/store.ts';

test('a change is told with what was before, and what is refused or the same is not', () => {
  const store = createServicesStore(emptyServices());
  const told: string[] = [];
  const stop = store.watch((services, before) => told.push(`${before.ttlSeconds} to ${services.ttlSeconds}`));
  expect(store.change((services) => setTtl(services, 5))).toBeUndefined();
  expect(store.change((services) => setTtl(services, -1))).toEqual({ code: 'bad-ttl' });
  store.replace(store.current);
  store.replace(emptyServices(9));
  stop();
  store.replace(emptyServices(10));
  expect(told).toEqual(['0 to 5', '5 to 9']);
  expect(store.current.ttlSeconds).toBe(10);
});
