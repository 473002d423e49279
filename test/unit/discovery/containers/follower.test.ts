/** Follows a scripted API: what is served after each thing that may happen to it. */
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../../shared/report/log.ts';
import { discoveryMetrics } from '../../../../shared/report/discovery-metric-table.ts';
import { createMetrics } from '../../../../shared/report/metrics.ts';
import {
  DockerAnswerError,
  DockerStatusError,
  type EventHandlers,
} from '../../../../sidecar/discovery/containers/docker-api.ts';
import { createFollower } from '../../../../sidecar/discovery/containers/follower.ts';
import type { Json } from '../../../../sidecar/discovery/containers/json.ts';
import { addressesOf } from '../../../../sidecar/discovery/services/service.ts';
import { effectiveServices, emptyServices, patch, restore } from '../../../../sidecar/discovery/services/services.ts';
import { createServicesStore } from '../../../../sidecar/discovery/services/store.ts';
import {
  containerEvent,
  dockerNetwork,
  inspectedContainer,
  listedContainer,
  networkEvent,
  type DockerContainerParts,
} from '../../../support/docker-json.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];

const bridge = dockerNetwork('bridge', 'bridge', [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }]);

function createWorld(...first: DockerContainerParts[]) {
  const containers = new Map(first.map((parts) => [parts.id, parts]));
  const faults = new Map<string, Error>();
  const asked: string[] = [];
  const timers: { atMs: number; run: () => void }[] = [];
  const logged: Record<string, unknown>[] = [];
  const streams = new Set<EventHandlers>();
  let nowMs = 0;
  const world = {
    ...{ containers, faults, asked, logged, networks: [bridge] as object[] },
    /** In place of the answer. */
    odd: new Map<string, Json>(),
    /** Called before each answer, as whatever happens meanwhile. */
    meanwhile: undefined as ((path: string) => void) | undefined,
    get streams() {
      return streams.size;
    },
    emit(event: Json): void {
      for (const stream of streams) stream.event(event);
    },
    breakOff(): void {
      for (const stream of streams) stream.ended(new Error('gone'));
    },
    /** Everything that has been begun has come to its end. */
    async settle(): Promise<void> {
      for (let left = 200; left > 0; left--) await Promise.resolve();
    },
    async pass(milliseconds: number): Promise<void> {
      nowMs += milliseconds;
      for (const due of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(due), 1);
        due.run();
        await world.settle();
      }
    },
    waits: (): number[] => timers.map(({ atMs }) => atMs - nowMs).toSorted((left, right) => left - right),
    served: (): string[] =>
      effectiveServices(store.current).map((service) => `${service.container} ${addressesOf(service).join(' ')}`),
  };
  const store = createServicesStore(emptyServices());

  function answer(path: string): Json {
    asked.push(path);
    const fault = faults.get(path) ?? faults.get('all');
    if (fault !== undefined) throw fault;
    if (path === '/events') return undefined;
    if (world.odd.has(path)) return world.odd.get(path);
    if (path === '/networks') return world.networks;
    if (path === '/containers/json')
      return [...containers.values()].filter(({ state }) => state?.['Running'] !== false).map(listedContainer);
    const parts = containers.get(path.split('/')[2] ?? '');
    if (parts === undefined) throw new DockerStatusError(path, 404, 'no such container');
    return inspectedContainer(parts);
  }

  const follower = createFollower({
    api: {
      async get(path) {
        let answered: Json;
        try {
          answered = answer(path);
        } finally {
          await Promise.resolve();
          world.meanwhile?.(path);
          await Promise.resolve();
        }
        return answered;
      },
      async events(handlers) {
        answer('/events');
        await Promise.resolve();
        streams.add(handlers);
        return { close: () => void streams.delete(handlers) };
      },
    },
    store,
    healthRequired: false,
    isOthers: () => false,
    setTimer(afterMs, run) {
      const timer = { atMs: nowMs + afterMs, run };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
    readTime: Date.parse,
    log: createLog({
      level: 'info',
      now: () => 0,
      write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>),
    }),
    metrics: createMetrics(discoveryMetrics),
  });
  return { ...world, world, store, follower };
}

const web: DockerContainerParts = { id: a, name: 'web', networks: { bridge: { ip: '172.17.0.2' } } };
const db: DockerContainerParts = { id: b, name: 'db', networks: { bridge: { ip: '172.17.0.3' } } };

async function started(...containers: DockerContainerParts[]) {
  const made = createWorld(...containers);
  made.follower.start();
  await made.settle();
  return made;
}

test('at the start all containers are listed, behind the beginning of the events', async () => {
  const { asked, served, follower, logged } = await started(web, db);
  expect(asked.slice(0, 3)).toEqual(['/events', '/networks', '/containers/json']);
  expect(served()).toEqual(['web 172.17.0.2', 'db 172.17.0.3']);
  expect(follower.hasSynchronised).toBe(true);
  expect(logged).toMatchObject([{ event: 'docker-synchronised', containers: 2, services: 2 }]);
});

describe('an event has its container looked at', () => {
  test.each<[string, object, (containers: Map<string, DockerContainerParts>) => void, string[]]>([
    ['a start', containerEvent('start', b), (all) => all.set(b, db), ['web 172.17.0.2', 'db 172.17.0.3']],
    ['a stop', containerEvent('die', a), (all) => all.set(a, { ...web, state: { Running: false } }), []],
    ['a removal', containerEvent('destroy', a), (all) => all.delete(a), []],
    ['a pause', containerEvent('pause', a), (all) => all.set(a, { ...web, state: { Paused: true } }), []],
    ['a rename', containerEvent('rename', a), (all) => all.set(a, { ...web, name: 'new' }), ['new 172.17.0.2']],
    ['a kill that it survives', containerEvent('kill', a), () => undefined, ['web 172.17.0.2']],
    [
      'another network',
      networkEvent('connect', 'n', a),
      (all) => all.set(a, { ...web, networks: { bridge: { ip: '172.17.0.2' }, front: { ip: '10.1.0.2' } } }),
      ['web 172.17.0.2 10.1.0.2'],
    ],
    ['another of which nothing is known', containerEvent('die', c), () => undefined, ['web 172.17.0.2']],
  ])('%s', async (_what, event, happen, expected) => {
    const { containers, world, served } = await started(web);
    happen(containers);
    world.emit(event);
    await world.settle();
    expect(served()).toEqual(expected);
  });

  test('again where another one came meanwhile', async () => {
    const { containers, world, served, asked } = await started(web);
    asked.length = 0;
    containers.delete(a);
    world.meanwhile = () => {
      // The look has its answer, and now the container is back.
      world.meanwhile = undefined;
      containers.set(a, { ...web, name: 'back' });
      world.emit(containerEvent('start', a));
    };
    world.emit(containerEvent('die', a));
    await world.settle();
    expect([served(), asked.length]).toEqual([['back 172.17.0.2'], 2]);
  });

  test('while all are being listed, behind that', async () => {
    const made = createWorld(web, db);
    made.world.meanwhile = (path) => {
      if (path !== `/containers/${a}/json`) return;
      made.world.meanwhile = undefined;
      made.containers.delete(a);
      made.world.emit(containerEvent('destroy', a));
    };
    made.follower.start();
    await made.settle();
    expect(made.served()).toEqual(['db 172.17.0.3']);
  });
});

describe('a gap', () => {
  test('leaves what was known, and ends with a look at all', async () => {
    const { containers, world, served, logged, waits } = await started(web, db);
    world.faults.set('all', new Error('connect ENOENT'));
    world.breakOff();
    expect(served()).toEqual(['web 172.17.0.2', 'db 172.17.0.3']);
    expect(waits()).toEqual([100]);
    for (const expected of [200, 400, 800]) {
      await world.pass(expected / 2);
      expect(waits()).toEqual([expected]);
    }
    containers.delete(a);
    world.faults.clear();
    await world.pass(800);
    expect(served()).toEqual(['db 172.17.0.3']);
    expect(logged.map(({ event }) => event)).toEqual(['docker-synchronised', 'docker-lost', 'docker-synchronised']);
    expect(logged[1]).toMatchObject({ services: 2, error: { message: 'gone' } });
    expect(world.streams).toBe(1);
  });

  test('an API that is not there at the start is waited for', async () => {
    const made = createWorld(web);
    made.faults.set('all', new Error('connect ENOENT'));
    made.follower.start();
    await made.settle();
    expect([made.follower.hasSynchronised, made.served()]).toEqual([false, []]);
    made.faults.clear();
    await made.world.pass(100);
    expect([made.follower.hasSynchronised, made.served()]).toEqual([true, ['web 172.17.0.2']]);
  });

  test.each(['/containers/json', '/networks'] as const)('what %s answers is no list', async (path) => {
    const { world, served, waits } = await started(web, db);
    world.odd.set(path, { message: 'sign in first' });
    world.breakOff();
    await world.pass(100);
    expect([served(), waits()]).toEqual([['web 172.17.0.2', 'db 172.17.0.3'], [200]]);
    world.odd.clear();
    await world.pass(200);
    expect([served(), waits()]).toEqual([['web 172.17.0.2', 'db 172.17.0.3'], [30_000]]);
  });

  test('is told by the list, however single containers are read', async () => {
    const { world, served, waits } = await started(web);
    world.faults.set('all', new Error('read ECONNRESET'));
    world.emit(containerEvent('rename', a));
    await world.settle();
    expect([served(), waits(), world.streams]).toEqual([['web 172.17.0.2'], [100, 30_000], 1]);
    await world.pass(30_000);
    expect([served(), world.streams]).toEqual([['web 172.17.0.2'], 0]);
  });

  test('what was said by hand of a container outlives it, and goes with the container', async () => {
    const { world, store, containers, served } = await started(web, db);
    for (const id of [a, b]) store.change((services) => patch(services, id, { addresses: ['192.0.2.9'] }));
    containers.delete(b);
    world.breakOff();
    await world.pass(100);
    expect(served()).toEqual(['web 192.0.2.9']);
    expect([...store.current.overrides.keys()]).toEqual([a]);
  });
});

describe('what was said by hand of a container', () => {
  const stopped = { ...web, state: { Running: false } };
  const said = new Map([[a, { addresses: ['192.0.2.9'] }]]);

  async function saidOf() {
    const made = await started(web);
    made.store.change((services) => patch(services, a, { addresses: ['192.0.2.9'] }));
    return made;
  }

  test('is in force again when it is started again', async () => {
    const { world, containers, served } = await saidOf();
    for (const [action, parts, expected] of [
      ['die', stopped, []],
      ['start', web, ['web 192.0.2.9']],
      ['pause', { ...web, state: { Paused: true } }, []],
      ['unpause', web, ['web 192.0.2.9']],
    ] as const) {
      containers.set(a, parts);
      world.emit(containerEvent(action, a));
      await world.settle();
      expect(served()).toEqual(expected);
    }
  });

  test('waits through a gap while it does not run', async () => {
    const { world, containers, served, logged } = await saidOf();
    containers.set(a, stopped);
    world.breakOff();
    await world.pass(100);
    expect([served(), logged.at(-1)]).toMatchObject([[], { event: 'docker-synchronised', containers: 0 }]);
    containers.set(a, web);
    world.emit(containerEvent('start', a));
    await world.settle();
    expect(served()).toEqual(['web 192.0.2.9']);
  });

  test.each<[string, DockerContainerParts[], string[]]>([
    ['that does not run waits', [stopped], [a]],
    ['that is gone is dropped', [db], []],
  ])('before a restart of the sidecar, and %s', async (_what, containers, expected) => {
    const made = createWorld(...containers);
    made.store.change((services) => restore(services, { manual: new Map(), overrides: said, ttlSeconds: undefined }));
    made.follower.start();
    await made.settle();
    expect([...made.store.current.overrides.keys()]).toEqual(expected);
  });

  test.each<[string, (world: Awaited<ReturnType<typeof saidOf>>['world']) => unknown]>([
    ['is told by an event', (world) => world.emit(containerEvent('destroy', a))],
    ['no event has told', (world) => world.pass(30_000)],
  ])('goes when it is removed after it was stopped, which %s', async (_what, remove) => {
    const { world, containers, store } = await saidOf();
    containers.set(a, stopped);
    await world.pass(30_000);
    expect([store.current.discovered.size, store.current.overrides.size]).toEqual([0, 1]);
    containers.delete(a);
    await remove(world);
    await world.settle();
    expect(store.current.overrides.size).toBe(0);
  });
});

test('an event that never came is made up for within half a minute', async () => {
  const { containers, world, served } = await started(web);
  containers.set(b, db);
  containers.set(a, { ...web, name: 'new' });
  await world.pass(30_000);
  expect(served()).toEqual(['new 172.17.0.2', 'db 172.17.0.3']);
  containers.delete(a);
  await world.pass(30_000);
  expect(served()).toEqual(['db 172.17.0.3']);
});

test('health that no event has told is made up for, too, and that time passes is no change', async () => {
  const { containers, world, asked } = await started({ ...web, status: 'Up 2 minutes (healthy)' });
  const looks = (): number => asked.filter((path) => path.includes(a)).length;
  containers.set(a, { ...web, status: 'Up 3 minutes (healthy)' });
  await world.pass(30_000);
  expect(looks()).toBe(1);
  containers.set(a, { ...web, status: 'Up 3 minutes (unhealthy)' });
  await world.pass(30_000);
  expect(looks()).toBe(2);
});

describe('one odd container', () => {
  test.each<[string, Error]>([
    ['is read with an error', new DockerStatusError(`/containers/${a}/json`, 500, 'driver failed')],
    ['is one request too many', new DockerStatusError(`/containers/${a}/json`, 429, 'slow down')],
    ['is read too late, or as no JSON', new DockerAnswerError('no answer in time')],
    ['is asked for over a connection that breaks', new Error('read ECONNRESET')],
  ])('that %s stays as it was, stops nothing, and is looked at again', async (_what, fault) => {
    const { world, containers, served, logged, waits } = await started(web, db);
    const path = `/containers/${a}/json`;
    world.faults.set(path, fault);
    containers.set(b, { ...db, name: 'new' });
    world.emit(containerEvent('rename', a));
    world.emit(containerEvent('rename', b));
    await world.settle();
    world.emit(containerEvent('rename', a));
    await world.settle();
    // One wait, beside that for the next comparison.
    expect(waits()).toEqual([100, 30_000]);
    expect(served()).toEqual(['web 172.17.0.2', 'new 172.17.0.3']);
    expect(logged.at(-1)).toMatchObject({ event: 'container-odd', reason: 'unreadable', id: a });
    await world.pass(100);
    expect([world.streams, waits()]).toEqual([1, [200, 29_900]]);
    world.faults.clear();
    containers.set(a, { ...web, name: 'web2' });
    await world.pass(200);
    expect(served()).toEqual(['web2 172.17.0.2', 'new 172.17.0.3']);
    // The next fault is the first one again.
    world.faults.set(path, fault);
    world.emit(containerEvent('rename', a));
    await world.settle();
    expect(waits()).toEqual([100, 29_700]);
  });

  test('that answers without an id is none that is hidden', async () => {
    const { world, containers, served, waits } = await started(web);
    containers.set(a, { ...web, id: '' });
    world.emit(containerEvent('rename', a));
    await world.settle();
    expect([served(), waits()]).toEqual([['web 172.17.0.2'], [100, 30_000]]);
  });

  test('of which the API never says anything is gone on without', async () => {
    const made = createWorld(web, db);
    const path = `/containers/${a}/json`;
    made.world.odd.set(path, new Promise<never>(() => undefined));
    made.follower.start();
    await made.settle();
    expect([made.follower.hasSynchronised, made.served(), made.waits()]).toEqual([false, [], [3000]]);
    await made.world.pass(3000);
    expect([made.follower.hasSynchronised, made.served(), made.waits()]).toEqual([
      true,
      ['db 172.17.0.3'],
      [100, 30_000],
    ]);
    made.world.odd.clear();
    await made.world.pass(100);
    expect(made.served()).toEqual(['web 172.17.0.2', 'db 172.17.0.3']);
  });

  test('of which it is known that the API says nothing is not waited for again', async () => {
    const made = await started(web, db);
    const path = `/containers/${a}/json`;
    made.world.faults.set(path, new DockerAnswerError('no answer in time'));
    made.world.emit(containerEvent('rename', a));
    await made.settle();
    made.containers.set(b, { ...db, name: 'new' });
    made.world.faults.clear();
    made.world.odd.set(path, new Promise<never>(() => undefined));
    made.world.breakOff();
    await made.world.pass(100);
    expect([made.served(), made.world.streams]).toEqual([['web 172.17.0.2', 'new 172.17.0.3'], 1]);
    expect(made.logged.at(-1)).toMatchObject({ event: 'docker-synchronised' });
  });

  test('that the API cannot read stops no synchronisation', async () => {
    const made = createWorld(web, db);
    made.faults.set(`/containers/${a}/json`, new DockerAnswerError('no answer in time'));
    made.follower.start();
    await made.settle();
    expect([made.follower.hasSynchronised, made.served()]).toEqual([true, ['db 172.17.0.3']]);
    made.faults.clear();
    await made.world.pass(100);
    expect(made.served()).toEqual(['web 172.17.0.2', 'db 172.17.0.3']);
  });

  test('is told once', async () => {
    const odd: DockerContainerParts = { id: c, name: 'odd', networks: {}, labels: { 'com.dnsdock.ttl': 'x' } };
    const { world, served, logged } = await started(web, odd);
    world.emit(containerEvent('start', c));
    world.breakOff();
    await world.pass(100);
    expect(served()).toEqual(['web 172.17.0.2']);
    const told = logged.filter(({ event }) => event === 'container-odd');
    expect(told.map(({ reason, container }) => [reason, container])).toEqual([
      ['bad-value', 'odd'],
      ['no-address', 'odd'],
    ]);
  });

  test('of which thousands of labels are wrong fills no log', async () => {
    const wrong = Array.from({ length: 2000 }, (_, index) => [
      `io.alpine-resolver.port.p${index}${'x'.repeat(500)}`,
      '?',
    ]);
    const { served, logged } = await started({ ...web, labels: Object.fromEntries(wrong) });
    expect([served(), logged.filter(({ event }) => event === 'container-odd').length]).toEqual([
      ['web 172.17.0.2'],
      32,
    ]);
    expect(Math.max(...logged.map((line) => JSON.stringify(line).length))).toBeLessThan(500);
  });

  test('in the network of the machine moves with its bridges', async () => {
    const { world, served } = await started({ id: c, name: 'agent', networkMode: 'host' });
    expect(served()).toEqual(['agent 172.17.0.1']);
    world.networks.push(dockerNetwork('front', 'bridge', [{ Subnet: '10.1.0.0/16', Gateway: '10.1.0.1' }]));
    world.emit(networkEvent('create', 'front'));
    await world.settle();
    expect(served()).toEqual(['agent 172.17.0.1 10.1.0.1']);
  });
});

test('when it is stopped nothing happens any more', async () => {
  const { world, follower, containers, served, waits } = await started(web);
  follower.stop();
  containers.clear();
  world.emit(containerEvent('destroy', a));
  await world.pass(60_000);
  expect([served(), waits(), world.streams]).toEqual([['web 172.17.0.2'], [], 0]);
});
