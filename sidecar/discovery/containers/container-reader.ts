/** Reads containers from the API of Docker, with what has to be known of its networks for that. */
import type { ServiceNetwork } from '../services/service.ts';
import { machineNetworks } from './container-networks.ts';
import { readContainer, type ReadContainer } from './container.ts';
import { DockerAnswerError, DockerStatusError, type DockerApi } from './docker-api.ts';
import { member, textOf, type Json } from './json.ts';

export interface ContainerReader {
  /** Undefined: there is no such container. One that the API itself cannot read stays as it is. */
  inspect(id: string): Promise<ReadContainer | undefined>;
  /** Lists all containers that run, and reads each; those of which something was said by hand are looked for besides. */
  readAll(): Promise<AllContainers>;
  /** Of each container what changes where its names or addresses do. */
  list(): Promise<ContainerList>;
  readNetworks(): Promise<readonly ServiceNetwork[]>;
  /** Of the machine; containers are read with them from then on. */
  networks: readonly ServiceNetwork[];
  /**
   * Ids of the containers that are otherwise than at the last comparison, or at the last reading of all; and of those that do not
   * run though something was said of them, because nothing else would show that they were removed.
   */
  compare(list: ContainerList): readonly string[];
}

export type ContainerList = ReadonlyMap<string, string>;

export interface AllContainers {
  readonly running: readonly ReadContainer[];
  /** Ids: there are no such containers any more. */
  readonly gone: readonly string[];
}

export interface ContainerReaderDependencies {
  readonly api: DockerApi;
  readonly healthRequired: boolean;
  /** A name that would take answers from others. */
  readonly isOthers: (name: string) => boolean;
  /** Calls `run` once, after so many milliseconds, unless what it returns is called before. */
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Milliseconds of the wall clock of a time as Docker writes it; not a number: none. */
  readonly readTime: (text: string) => number;
  /** As it is known. */
  readonly known: (id: string) => Pick<ReadContainer, 'service' | 'unnamed'>;
  /** Ids of the containers of which something was said by hand. */
  readonly saidOf: () => Iterable<string>;
  /** The API cannot read this container now; or has read it, or there is none. */
  readonly unreadable: (id: string) => void;
  readonly readable: (id: string) => void;
  /** It could not the last time, and the container is looked at again besides. */
  readonly isUnreadable: (id: string) => boolean;
}

/** Containers that are looked at at once. */
export const maxLooks = 8;

/** Podman takes this long where sixty containers change at once. */
const longestLookMs = 3000;

export function createContainerReader(deps: ContainerReaderDependencies): ContainerReader {
  const { api, healthRequired, isOthers } = deps;
  let listed: ContainerList = new Map();
  const reader: ContainerReader = {
    networks: [],
    async inspect(id) {
      const path = `/containers/${encodeURIComponent(id)}/json` as const;
      try {
        const inspected = await api.get(path);
        if (textOf(member(inspected, 'Id')) === '') throw new DockerAnswerError(`${path}: the answer has no Id`);
        deps.readable(id);
        return readInspected(inspected);
      } catch (error) {
        if (error instanceof DockerStatusError && error.status === 404) {
          deps.readable(id);
          return undefined;
        }
        // Where the API is gone, the stream of events or the next list says so.
        return asItWas(id, (error as Error).message);
      }
    },
    async readAll() {
      reader.networks = await reader.readNetworks();
      const list = (listed = await reader.list());
      const ids = [...list.keys(), ...unlisted(list)];
      const running: ReadContainer[] = [];
      const gone: string[] = [];
      const read = async (): Promise<void> => {
        for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
          const inspected = await inspectInTime(id);
          if (inspected === undefined) gone.push(id);
          else if (list.has(id)) running.push(inspected);
        }
      };
      await Promise.all(Array.from({ length: maxLooks }, read));
      return { running, gone };
    },
    list: async () => digests(await getList('/containers/json')),
    compare(list) {
      const ids = [...new Set([...list.keys(), ...listed.keys()])].filter((id) => list.get(id) !== listed.get(id));
      listed = list;
      return [...ids, ...unlisted(list)];
    },
    readNetworks: async () => machineNetworks(await getList('/networks')),
  };

  /** Docker may never say what one container is, and all wait for the last one. */
  async function inspectInTime(id: string): Promise<ReadContainer | undefined> {
    if (deps.isUnreadable(id)) return asItWas(id, 'not read yet');
    const late = Promise.withResolvers<ReadContainer>();
    const stopTimer = deps.setTimer(longestLookMs, () => late.resolve(asItWas(id, 'no answer in time')));
    return Promise.race([reader.inspect(id), late.promise]).finally(stopTimer);
  }

  function asItWas(id: string, detail: string): ReadContainer {
    deps.unreadable(id);
    return { id, container: '', ...deps.known(id), oddities: [{ reason: 'unreadable', detail }] };
  }

  /** What is no list would be the end of all containers. */
  async function getList(path: '/containers/json' | '/networks'): Promise<readonly Json[]> {
    const answer = await api.get(path);
    if (!Array.isArray(answer)) throw new DockerAnswerError(`${path}: the answer is no list`);
    return answer;
  }

  function unlisted(list: ContainerList): readonly string[] {
    return [...deps.saidOf()].filter((id) => !list.has(id));
  }

  function readInspected(inspected: Json): ReadContainer {
    const started = deps.readTime(textOf(member(inspected, 'State', 'StartedAt')));
    const startedMs = Number.isNaN(started) ? 0 : started;
    return readContainer(inspected, { startedMs, healthRequired, isOthers, machineNetworks: reader.networks });
  }

  return reader;
}

function digests(list: readonly Json[]): ContainerList {
  return new Map(
    list.flatMap((container) => {
      const id = textOf(member(container, 'Id'));
      // Of the text that says since when, the part that says how it is.
      const [health] = /\(\D*\)/.exec(textOf(member(container, 'Status'))) ?? [];
      const parts = [...['Names', 'State', 'NetworkSettings'].map((name) => member(container, name)), health];
      return id === '' ? [] : [[id, JSON.stringify(parts)]];
    }),
  );
}
