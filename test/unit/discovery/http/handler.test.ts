/** Changes one after the other, each in the state file before it is in force. */
import { expect, test } from 'vitest';
import type { ServiceRoute } from '../../../../sidecar/discovery/api/respond.ts';
import { createHandler, type HandlerOptions } from '../../../../sidecar/discovery/http/handler.ts';
import { hide, lose, patch, type Services } from '../../../../sidecar/discovery/services/services.ts';
import { createServicesStore } from '../../../../sidecar/discovery/services/store.ts';
import { database, done, someServices, web } from '../api/requests.ts';

function start(keep: HandlerOptions['keep'] = () => Promise.resolve()) {
  const store = createServicesStore(someServices());
  const faults: Error[] = [];
  const kept: Services[] = [];
  const handle = createHandler({
    ...{ store, namesOf: () => [], needsIfMatch: false, nowMs: () => 5 },
    async keep(services) {
      kept.push(services);
      await keep(services);
    },
    notKept: (error) => void faults.push(error),
  });
  const send = async (method: string, id: string, body: unknown): Promise<number> => {
    const route: ServiceRoute = { to: 'service', id };
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    return (await handle({ method, target: '', headers: {}, body: bytes }, route)).status;
  };
  return { store, faults, kept, send };
}

const nas = { Name: 'nas', IPs: ['10.0.0.7'] };

test('a change is kept before it is in force, and reads are answered meanwhile', async () => {
  let release = (): void => undefined;
  const { store, send, kept } = start(() => new Promise((resolve) => (release = resolve)));
  const put = send('PUT', 'nas', nas);
  await new Promise(setImmediate);
  expect([kept.length, kept[0]?.manual.has('nas'), store.current.manual.has('nas')]).toEqual([1, true, false]);
  expect(await send('GET', 'nas', undefined)).toBe(404);
  release();
  expect(await put).toBe(200);
  expect(store.current.manual.has('nas')).toBe(true);
});

test('each change sees what the one before has done, also where that failed', async () => {
  let count = 0;
  const { store, send, faults } = start(() => (++count === 2 ? Promise.reject(new Error('full')) : Promise.resolve()));
  const statuses = await Promise.all([
    send('PUT', 'nas', nas),
    send('PATCH', 'nas', { TTL: 1 }),
    send('PATCH', 'nas', { Image: 'box' }),
    send('DELETE', 'nas', undefined),
    send('PATCH', 'nas', { TTL: 2 }),
  ]);
  expect(statuses).toEqual([200, 507, 200, 200, 404]);
  expect([faults.map(({ message }) => message), store.current.manual.has('nas')]).toEqual([['full'], false]);
});

test('a container that goes while it is kept takes what was said of it along, out of the file, too', async () => {
  const { store, send, kept } = start(() => {
    store.replace(lose(store.current, web));
    return Promise.resolve();
  });
  expect(await send('PATCH', web, { TTL: 1 })).toBe(404);
  expect([store.current.discovered.has(web), store.current.overrides.size]).toEqual([false, 0]);
  expect(kept.map(({ overrides }) => overrides.size)).toEqual([1, 0]);
});

test('what was said of a container leaves the file when that is removed, and not while it does not serve', async () => {
  const { store, send, kept, faults } = start();
  for (const id of [web, database]) expect(await send('PATCH', id, { TTL: 1 })).toBe(200);
  kept.length = 0;
  for (const id of [web, database]) store.replace(hide(store.current, id));
  await new Promise(setImmediate);
  expect(kept).toEqual([]);
  for (const id of [web, database]) store.replace(lose(store.current, id));
  await new Promise(setImmediate);
  // Both at once.
  expect([kept.map(({ overrides }) => overrides.size), faults]).toEqual([[0], []]);
});

test('that it cannot be written is told, and the next change writes all of it', async () => {
  let isFull = true;
  const { store, send, kept, faults } = start(() => (isFull ? Promise.reject(new Error('full')) : Promise.resolve()));
  store.replace(done(patch(store.current, web, { ttlSeconds: 1 })));
  store.replace(lose(store.current, web));
  store.replace(done(patch(store.current, database, { ttlSeconds: 1 })));
  await new Promise(setImmediate);
  expect(faults.map(({ message }) => message)).toContain('full');
  isFull = false;
  expect(await send('PUT', 'nas', nas)).toBe(200);
  expect([...(kept.at(-1)?.overrides.keys() ?? [])]).toEqual([database]);
});

test('what is refused, and what is read, is not written', async () => {
  const { send, kept } = start();
  expect([await send('PUT', 'nas', {}), await send('PUT', web, nas), await send('GET', web, undefined)]).toEqual([
    400, 409, 200,
  ]);
  expect(kept).toEqual([]);
});
