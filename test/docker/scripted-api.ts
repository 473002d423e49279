/**
 * Docker's API played by a script: shapes and events as its public documentation has them, with what Podman does not do here
 * (pauses, health, events of networks at each start, tasks of a swarm), as many changes as are asked for, and answers that are
 * none.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { dockerNetwork, inspectedContainer, listedContainer } from '../support/docker-json.ts';
import { createRandom, type Random } from '../support/random.ts';
import { createScriptedContainers, type ScriptedContainers } from './scripted-containers.ts';

export interface ScriptedApi {
  readonly containers: ScriptedContainers;
  /** Which faults there are from now on: none, those of single answers, or also streams of events that break off. */
  fail(faults: 'none' | 'answers' | 'all'): void;
  /** Faults there were. */
  readonly failures: number;
  change(): void;
  /** Ends every connection, and listens no more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Of a hundred answers so many are none. */
const faultPercent = 4;

export function createScriptedApi(path: string, count: number, seed: number): ScriptedApi {
  const random = createRandom(seed);
  const containers = createScriptedContainers(count, random, emit);
  const streams = new Set<ServerResponse>();
  let faults: Parameters<ScriptedApi['fail']>[0] = 'none';
  let failures = 0;
  let server: Server | undefined;

  function emit(...events: readonly object[]): void {
    for (const event of events) {
      const line = `${JSON.stringify(event)}\n`;
      for (const stream of streams) {
        if (faults !== 'all' || !random.oneIn(streamEvents)) stream.write(line);
        // In the middle of a line, as when the other side is killed.
        else stream.end(line.slice(0, line.length / 2), () => stream.destroy());
      }
    }
  }

  function answer(url: string, response: ServerResponse): void {
    const isFault = faults !== 'none' && random.chance(faultPercent / 100);
    const isStuck = faults !== 'none' && url === `/containers/${containers.stuck}/json`;
    failures += Number(isFault || isStuck);
    if (isStuck) return;
    if (isFault) return void random.pick(answerFaults)(response, random);
    if (url.startsWith('/events')) {
      response.flushHeaders();
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    const [status, body] = bodyOf(url);
    response.writeHead(status).end(JSON.stringify(body));
  }

  function bodyOf(url: string): [status: number, body: unknown] {
    if (url === '/networks')
      return [200, [dockerNetwork('bridge', 'bridge', [{ Subnet: '10.0.0.0/8', Gateway: '10.0.0.1' }])]];
    if (url === '/containers/json') return [200, containers.running().map(listedContainer)];
    const parts = containers.find(url.split('/')[2] ?? '');
    return parts === undefined ? [404, { message: 'No such container' }] : [200, inspectedContainer(parts)];
  }

  return {
    containers,
    change: () => containers.change(),
    fail(next) {
      faults = next;
    },
    get failures() {
      return failures;
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

/** Of so many events one is the last of its stream. */
const streamEvents = 3000;

/** An answer that is none; a stream of events that begins so ends at once. */
const answerFaults: readonly ((response: ServerResponse, random: Random) => unknown)[] = [
  (response) => response.writeHead(500).end('{"message":"driver failed: context deadline exceeded"}'),
  (response) => response.writeHead(429, { 'retry-after': '1' }).end('<html>Too Many Requests</html>'),
  (response) => response.writeHead(503).end(),
  (response, random) => response.end(random.pick(['', 'null', '{}', '[]', '{"Id":7}', '{"Id":"', '<html>'])),
  (response) => response.writeHead(200, { 'content-length': 4000 }).write('{"Id":"', () => response.destroy()),
  (response) => response.destroy(),
];
