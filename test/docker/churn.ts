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
  /** Lookups of each form of name. */
  readonly forms: Map<string, number>;
  readonly wrong: string[];
}

/** Containers at once. */
const population = 60;

/** How late an answer may be while Podman is busy: so long it takes itself to say what a container is. */
const lateMs = 3000;

const workers = 3;

export async function churn(options: ChurnOptions): Promise<ChurnCounts> {
  const { podman, truth, clients, seed, seconds } = options;
  const counts: ChurnCounts = { changes: 0, lookups: 0, exact: 0, forms: new Map(), wrong: [] };
  const random = createRandom(seed);
  const names = Array.from({ length: population }, (_, index) => `c${index}`);
  await inTurns(names, async (name) => {
    const NetworkMode = random.pick(['front', 'back']);
    await truth.read(
      await start(podman, name, { ...partsOf(name), ...aliasIn(NetworkMode, name), HostConfig: { NetworkMode } }),
    );
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
    const [path, body] = nextChange(random, { networks: [...networks.keys()], newName: `r${++renamed}`, id });
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
      const [form, name] = random.pick([...random.pick([...truth.all.values()]).names]);
      if (!mayAsk(client, form)) continue;
      const beganMs = performance.now();
      const found = await client.look(name);
      counts.lookups += 1;
      counts.forms.set(form, (counts.forms.get(form) ?? 0) + 1);
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

/** glibc itself asks nobody for a name with a star. */
export function mayAsk({ libc }: DockerClient, form: string): boolean {
  return form !== 'any part' || !libc.startsWith('glibc');
}

interface Looked {
  readonly client: DockerClient;
  readonly name: string;
  readonly beganMs: number;
  readonly found: readonly string[];
}

interface Changing {
  readonly id: string;
  /** None while it does not run. */
  readonly networks: readonly string[];
  readonly newName: string;
}

function nextChange(
  random: Random,
  { id, networks, newName }: Changing,
): [path: string, body?: Record<string, unknown>] {
  const what = random.pick(['power', 'power', 'rename', 'network']);
  if (what === 'rename') return [`/containers/ID/rename?name=${newName}`];
  if (networks.length === 0) return ['/containers/ID/start'];
  if (what === 'power') return ['/containers/ID/stop?t=1'];
  const other = networks.includes('front') ? 'back' : 'front';
  if (networks.length < 2)
    return [`/networks/${other}/connect`, { EndpointConfig: { Aliases: [`alias-${id.slice(0, 8)}`] } }];
  return [`/networks/${random.pick(networks)}/disconnect`, {}];
}

/** What gives a container a name of each form, and none that another one has. */
function partsOf(name: string): Record<string, unknown> {
  return {
    Hostname: `host-${name}`,
    Labels: {
      ...{ 'com.docker.compose.project': 'shop', 'com.docker.compose.service': `service-${name}` },
      'com.dnsdock.alias': `${name}.alias.example`,
    },
  };
}

function aliasIn(network: string, name: string): Record<string, unknown> {
  return { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [`alias-${name}`] } } } };
}

/** A few at once. */
async function inTurns(names: readonly string[], each: (name: string) => Promise<void>): Promise<void> {
  const left = [...names];
  const work = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await each(name);
  };
  await Promise.all(Array.from({ length: workers }, work));
}
