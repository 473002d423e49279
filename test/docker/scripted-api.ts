/**
 * Docker's API played by a script: shapes and events as its public documentation has them, with what Podman does not do here
 * (pauses, health, events of networks at each start), and as many changes as are asked for.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRandom } from '../support/random.ts';
import {
  containerEvent,
  dockerNetwork,
  inspectedContainer,
  listedContainer,
  networkEvent,
  type DockerContainerParts,
} from '../support/docker-json.ts';

export interface ScriptedApi {
  /** What is so now: addresses by name, of containers that are answered for. */
  truth(): ReadonlyMap<string, string>;
  /** Names that were once, and are not. */
  gone(): readonly string[];
  change(): void;
  /** Ends every connection, and listens no more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface Scripted {
  parts: DockerContainerParts;
}

export function createScriptedApi(path: string, count: number, seed: number): ScriptedApi {
  const random = createRandom(seed);
  const containers: Scripted[] = [];
  const names = new Set<string>();
  const streams = new Set<ServerResponse>();
  let server: Server | undefined;
  let made = 0;

  function add(): Scripted {
    const number = made++;
    const id = (number + 0x1000).toString(16).padStart(64, 'a');
    const name = `s${number}`;
    names.add(name);
    const scripted = {
      parts: { id, name, image: `app${number % 50}:1`, networks: { bridge: { ip: addressOf(number) } } },
    };
    containers.push(scripted);
    return scripted;
  }

  function emit(...events: readonly object[]): void {
    for (const stream of streams) for (const event of events) stream.write(`${JSON.stringify(event)}\n`);
  }

  /** As Docker does it: what happens to the network has events of its own. */
  function change(): void {
    const scripted = random.pick(containers);
    const { parts } = scripted;
    const { id, name } = parts;
    const set = (more: Partial<DockerContainerParts>): void => {
      scripted.parts = { ...parts, ...more };
    };
    switch (
      random.pick(['stop', 'start', 'pause', 'unpause', 'rename', 'address', 'replace', 'unhealthy', 'healthy', 'exec'])
    ) {
      case 'stop':
        set({ state: { Running: false } });
        return emit(
          containerEvent('kill', id),
          containerEvent('die', id),
          networkEvent('disconnect', 'n', id),
          containerEvent('stop', id),
        );
      case 'start':
        set({ state: {} });
        return emit(networkEvent('connect', 'n', id), containerEvent('start', id));
      case 'pause':
        set({ state: { ...parts.state, Paused: true } });
        return emit(containerEvent('pause', id));
      case 'unpause':
        set({ state: { ...parts.state, Paused: false } });
        return emit(containerEvent('unpause', id));
      case 'rename': {
        const next = `s${made++}`;
        names.add(next);
        set({ name: next });
        return emit(containerEvent('rename', id, { oldName: `/${name}`, name: next }));
      }
      case 'address':
        set({ networks: { bridge: { ip: addressOf(made++) } } });
        return emit(networkEvent('disconnect', 'n', id), networkEvent('connect', 'n', id));
      case 'replace': {
        containers.splice(containers.indexOf(scripted), 1);
        emit(containerEvent('die', id), networkEvent('disconnect', 'n', id), containerEvent('destroy', id));
        const next = add();
        return emit(
          containerEvent('create', next.parts.id),
          networkEvent('connect', 'n', next.parts.id),
          containerEvent('start', next.parts.id),
        );
      }
      case 'unhealthy':
        set({ state: { ...parts.state, Health: { Status: 'unhealthy' } } });
        return emit(containerEvent('health_status: unhealthy', id));
      case 'healthy':
        set({ state: { ...parts.state, Health: { Status: 'healthy' } } });
        return emit(containerEvent('health_status: healthy', id));
      case 'exec':
        return emit(
          containerEvent('exec_create: true', id),
          containerEvent('exec_start: true', id),
          containerEvent('exec_die', id),
        );
    }
  }

  const isServed = ({ state = {} }: DockerContainerParts): boolean => {
    const health = state['Health'] as { Status: string } | undefined;
    return state['Running'] !== false && state['Paused'] !== true && health?.Status !== 'unhealthy';
  };

  function answer(url: string, response: ServerResponse): void {
    if (url.startsWith('/events')) {
      response.flushHeaders();
      streams.add(response);
      response.on('close', () => streams.delete(response));
    } else if (url === '/networks') {
      response.end(
        JSON.stringify([dockerNetwork('bridge', 'bridge', [{ Subnet: '10.0.0.0/8', Gateway: '10.0.0.1' }])]),
      );
    } else if (url === '/containers/json') {
      const running = containers.filter(({ parts }) => parts.state?.['Running'] !== false);
      response.end(JSON.stringify(running.map(({ parts }) => listedContainer(parts))));
    } else {
      const found = containers.find(({ parts }) => url === `/containers/${parts.id}/json`);
      if (found === undefined) response.writeHead(404).end('{"message":"No such container"}');
      else response.end(JSON.stringify(inspectedContainer(found.parts)));
    }
  }

  for (let left = count; left > 0; left--) add();
  return {
    change,
    truth: () =>
      new Map(
        containers.flatMap(({ parts }) =>
          isServed(parts) ? [[parts.name, parts.networks?.['bridge']?.ip ?? ''] as const] : [],
        ),
      ),
    gone() {
      const there = new Set(containers.flatMap(({ parts }) => (isServed(parts) ? [parts.name] : [])));
      return [...names].filter((name) => !there.has(name));
    },
    async start() {
      const next = createServer((request, response) => answer(request.url ?? '', response));
      server = next;
      await new Promise<void>((resolve) => next.listen(path, resolve));
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
      rmSync(path, { force: true });
    },
  };
}

function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
