/** The containers of the scripted API: what may happen to them, and what is so of their names. */
import { containerEvent, networkEvent, type DockerContainerParts } from '../support/docker-json.ts';
import type { Random } from '../support/random.ts';

export interface ScriptedContainers {
  /** What is so now: addresses by whole name, of containers that are answered for, in all forms of names. */
  truth(): ReadonlyMap<string, readonly string[]>;
  /** Names that lead back from an address; none: an address that was there once. */
  namesByAddress(): ReadonlyMap<string, readonly string[]>;
  /** Names of containers that are answered for. */
  served(): readonly string[];
  /** Names that were once, and are not. */
  gone(): readonly string[];
  running(): readonly DockerContainerParts[];
  find(id: string): DockerContainerParts | undefined;
  /** One thing happens to one of them. */
  change(): void;
  /** Id of one that nothing happens to. */
  readonly stuck: string;
}

type Emit = (...events: readonly object[]) => void;

interface Scripted {
  parts: DockerContainerParts;
  /** The container whose network it is in. */
  readonly owner: Scripted | undefined;
}

export function createScriptedContainers(count: number, random: Random, emit: Emit): ScriptedContainers {
  const containers: Scripted[] = [];
  const names = new Set<string>();
  const addresses = new Set<string>();
  let made = 0;

  function add(): Scripted {
    const number = made++;
    const scripted = scriptedOf(number, containers.at(-1));
    containers.push(scripted);
    note(scripted);
    return scripted;
  }

  function note(scripted: Scripted): void {
    for (const name of namesOf(scripted)) names.add(name);
    const address = addressOfItsOwn(scripted.parts);
    if (address !== undefined) addresses.add(address);
  }

  function change(): void {
    const scripted = random.pick(containers.slice(1));
    const set = (more: Partial<DockerContainerParts>): void => {
      scripted.parts = { ...scripted.parts, ...more };
      note(scripted);
    };
    const what = random.pick([...simple.keys(), 'rename', 'address', 'replace', 'exec']);
    const { id, name, networkMode, state } = scripted.parts;
    const next = simple.get(what);
    if (next !== undefined) {
      set({ state: { ...(what === 'start' ? {} : state), ...next.state } });
      return emit(...next.events(id));
    }
    switch (what) {
      case 'rename': {
        set({ name: name.replace(/^s\d+/, `s${made++}`) });
        return emit(containerEvent('rename', id, { oldName: `/${name}`, name: scripted.parts.name }));
      }
      case 'address':
        if (networkMode !== undefined) return undefined;
        set({ networks: { bridge: { ...scripted.parts.networks?.['bridge'], ip: addressOf(made++) } } });
        return emit(networkEvent('disconnect', 'n', id), networkEvent('connect', 'n', id));
      case 'replace': {
        containers.splice(containers.indexOf(scripted), 1);
        emit(containerEvent('die', id), networkEvent('disconnect', 'n', id), containerEvent('destroy', id));
        const born = add().parts.id;
        return emit(containerEvent('create', born), networkEvent('connect', 'n', born), containerEvent('start', born));
      }
      default:
        return emit(
          ...['exec_create: true', 'exec_start: true', 'exec_die'].map((action) => containerEvent(action, id)),
        );
    }
  }

  function truth(): Map<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    for (const scripted of containers) {
      const address = addressIn(scripted, containers);
      if (address === undefined) continue;
      for (const name of namesOf(scripted)) found.set(name, [...(found.get(name) ?? []), address].toSorted());
    }
    return found;
  }

  function namesByAddress(): Map<string, readonly string[]> {
    const found = new Map<string, readonly string[]>([...addresses].map((address) => [address, []]));
    for (const scripted of containers) {
      const address = addressIn(scripted, containers);
      if (address === undefined) continue;
      found.set(address, [...(found.get(address) ?? []), ...reverseNamesOf(scripted)].toSorted());
    }
    return found;
  }

  for (let left = count; left > 0; left--) add();
  return {
    truth,
    namesByAddress,
    served: () =>
      containers.flatMap((one) => (addressIn(one, containers) === undefined ? [] : `${one.parts.name}.docker`)),
    gone() {
      const there = truth();
      return [...names].filter((name) => !there.has(name));
    },
    running: () => containers.flatMap(({ parts }) => (parts.state?.['Running'] === false ? [] : parts)),
    find: (id) => containers.find(({ parts }) => parts.id === id)?.parts,
    change,
    stuck: containers[0]?.parts.id ?? '',
  };
}

interface SimpleChange {
  readonly state: Readonly<Record<string, unknown>>;
  readonly events: (id: string) => object[];
}

/** As Docker does it: what happens to the network has events of its own. */
const simple: ReadonlyMap<string, SimpleChange> = new Map<string, SimpleChange>([
  [
    'stop',
    {
      state: { Running: false },
      events: (id) => [
        containerEvent('kill', id),
        containerEvent('die', id),
        networkEvent('disconnect', 'n', id),
        containerEvent('stop', id),
      ],
    },
  ],
  ['start', { state: {}, events: (id) => [networkEvent('connect', 'n', id), containerEvent('start', id)] }],
  ...(
    [
      ['pause', { Paused: true }, 'pause'],
      ['unpause', { Paused: false }, 'unpause'],
      ['unhealthy', { Health: { Status: 'unhealthy' } }, 'health_status: unhealthy'],
      ['healthy', { Health: { Status: 'healthy' } }, 'health_status: healthy'],
    ] as const
  ).map(([what, state, action]) => [what, { state, events: (id: string) => [containerEvent(action, id)] }] as const),
]);

/** Of ten containers one is the task of a swarm, three are of Compose, and one is in the network of the one before it. */
function scriptedOf(number: number, before: Scripted | undefined): Scripted {
  const id = (number + 0x1000).toString(16).padStart(64, 'a');
  const kind = number % 10;
  const owner = kind === 4 && before?.owner === undefined ? before : undefined;
  const task = number.toString(36).padStart(25, 'z');
  const labels: Readonly<Record<string, string>> =
    kind === 1
      ? { 'com.docker.swarm.service.name': `s${number}`, 'com.docker.swarm.task.name': `s${number}.1.${task}` }
      : kind > 6
        ? { 'com.docker.compose.project': `project${number % 40}`, 'com.docker.compose.service': 'web' }
        : {};
  const parts: DockerContainerParts = {
    ...{ id, name: kind === 1 ? `s${number}.1.${task}` : `s${number}`, image: `app${number % 100}:1` },
    ...{ labels: { ...labels, 'com.dnsdock.alias': `a${number}.alias.test` }, hostname: `h${number}` },
    networks: owner === undefined ? { bridge: { ip: addressOf(number), aliases: [`n${number}`] } } : {},
    ...(owner !== undefined && { networkMode: `container:${owner.parts.id}` }),
  };
  return { parts, owner };
}

/** Undefined: it is not answered for. Its owner needs no name of its own. */
function addressIn({ parts, owner }: Scripted, all: readonly Scripted[]): string | undefined {
  if (!isServed(parts)) return undefined;
  if (owner === undefined) return addressOfItsOwn(parts);
  const runs = all.includes(owner) && owner.parts.state?.['Running'] !== false;
  return runs ? addressOfItsOwn(owner.parts) : undefined;
}

function addressOfItsOwn({ networks }: DockerContainerParts): string | undefined {
  return networks?.['bridge']?.ip;
}

function isServed({ state = {} }: DockerContainerParts): boolean {
  const health = state['Health'] as { Status: string } | undefined;
  return state['Running'] !== false && state['Paused'] !== true && health?.Status !== 'unhealthy';
}

/** One of each form, and the image alone. */
function namesOf(scripted: Scripted): readonly string[] {
  const { hostname, image = '', networks } = scripted.parts;
  const aliases = networks?.['bridge']?.aliases ?? [];
  return [
    ...reverseNamesOf(scripted),
    `${labelOf(image)}.docker`,
    ...[...aliases, hostname].map((name) => `${name}.docker`),
  ];
}

/** Those that lead back to it. */
function reverseNamesOf({ parts: { name, image = '', labels = {} } }: Scripted): readonly string[] {
  const [project, service] = ['project', 'service'].map((part) => labels[`com.docker.compose.${part}`]);
  return [
    ...[`${name}.docker`, `${name}.${labelOf(image)}.docker`, labels['com.dnsdock.alias'] ?? ''],
    ...(project === undefined ? [] : [`${service}.${project}.docker`]),
  ];
}

function labelOf(image: string): string {
  return image.replace(/:.*/, '');
}

function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
