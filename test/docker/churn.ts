/** Containers that change as fast as it goes, and clients that look them up meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../support/random.ts';
import type { DockerClient } from './clients.ts';
import { start, type Podman } from './podman.ts';
import { seenFrom, type Truth } from './truth.ts';

export interface ChurnOptions {
  readonly podman: Podman;
  readonly truth: Truth;
  readonly clients: readonly DockerClient[];
  readonly seed: number;
  readonly seconds: number;
}

export interface ChurnCounts {
  changes: number;
  lookups: number;
  /** Lookups of names that nothing was done to for so long that the answer is known. */
  exact: number;
  readonly wrong: string[];
}

/** Containers at once. */
const population = 60;

/** How late an answer may be while Podman is busy: so long it takes itself to say what a container is. */
const lateMs = 3000;

const workers = 3;

export async function churn(options: ChurnOptions): Promise<ChurnCounts> {
  const { podman, truth, clients, seed, seconds } = options;
  const counts: ChurnCounts = { changes: 0, lookups: 0, exact: 0, wrong: [] };
  const random = createRandom(seed);
  const names = Array.from({ length: population }, (_, index) => `c${index}`);
  await inTurns(names, async (name) => {
    const NetworkMode = random.pick(['front', 'back']);
    await truth.read(await start(podman, name, { HostConfig: { NetworkMode } }));
  });
  const endMs = performance.now() + seconds * 1000;
  const busy = new Set<string>();
  let renamed = 0;

  async function change(): Promise<void> {
    const free = [...truth.all.values()].filter(({ id }) => !busy.has(id));
    const container = random.pick(free);
    const { id, networks } = container;
    busy.add(id);
    truth.touch(id);
    const [path, body] = nextChange(random, networks.size > 0, [...networks.keys()], `r${++renamed}`);
    // What Podman itself refuses, in the state in which the container is by then, changes nothing.
    await podman.call('POST', path.replace('ID', id), body && { ...body, Container: id }).catch(() => undefined);
    await truth.read(id);
    busy.delete(id);
    counts.changes += 1;
  }

  async function changeOn(): Promise<void> {
    while (performance.now() < endMs) await change();
  }

  async function lookOn(client: DockerClient): Promise<void> {
    while (performance.now() < endMs) {
      const name = random.pick([...truth.all.values()]).name;
      const beganMs = performance.now();
      const found = await client.look(`${name}.docker`);
      counts.lookups += 1;
      judge({ client, name, beganMs, found });
      await sleep(5);
    }
  }

  function judge({ client, name, beganMs, found }: Looked): void {
    const fail = (why: string): void => void counts.wrong.push(`${client.name} ${name}: ${found.join(' ')}, ${why}`);
    const isStill = truth.isStill(name, beganMs - lateMs);
    if (isStill) {
      counts.exact += 1;
      const networks = truth.byName(name)?.networks ?? new Map<string, string[]>();
      const expected = networks.size === 0 ? ['NONAME'] : seenFrom(networks, client.network);
      if (found.join(' ') !== expected.join(' ')) fail(`and it is ${expected.join(' ')}`);
      return;
    }
    if (found[0] === 'NONAME') return;
    const known = truth.addressesSince(name, beganMs - lateMs);
    const strange = found.filter((address) => !known.has(address));
    // An address that it has by now, which nobody has asked for yet, is none of the past.
    if (strange.length > 0) suspects.push({ name, strange, fail });
  }

  const suspects: { name: string; strange: string[]; fail: (why: string) => void }[] = [];
  await Promise.all([...Array.from({ length: workers }, changeOn), ...clients.map(lookOn)]);
  for (const { name, strange, fail } of suspects) {
    const ever = truth.addressesSince(name, 0);
    if (strange.some((address) => !ever.has(address))) fail('which it never had');
  }
  return counts;
}

interface Looked {
  readonly client: DockerClient;
  readonly name: string;
  readonly beganMs: number;
  readonly found: readonly string[];
}

function nextChange(
  random: Random,
  runs: boolean,
  networks: readonly string[],
  newName: string,
): [path: string, body?: Record<string, unknown>] {
  const what = random.pick(['power', 'power', 'rename', 'network']);
  if (what === 'rename') return [`/containers/ID/rename?name=${newName}`];
  if (what === 'power' || !runs) return runs ? ['/containers/ID/stop?t=1'] : ['/containers/ID/start'];
  const other = networks.includes('front') ? 'back' : 'front';
  if (networks.length < 2) return [`/networks/${other}/connect`, {}];
  return [`/networks/${random.pick(networks)}/disconnect`, {}];
}

/** A few at once. */
async function inTurns(names: readonly string[], each: (name: string) => Promise<void>): Promise<void> {
  const left = [...names];
  const work = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await each(name);
  };
  await Promise.all(Array.from({ length: workers }, work));
}
