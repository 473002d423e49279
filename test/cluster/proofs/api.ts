/** Requests to the API server without a kubectl for each: what has to be quick, or many at a time. */
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { Kubectl } from '../kubectl.ts';
import { clusterCacheFolder } from '../../support/machine/paths.ts';
import { until } from '../../support/machine/steps.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly elapsedMs: number;
}

export interface Api {
  post(path: string, body: object): Promise<ApiAnswer>;
  get(path: string): Promise<ApiAnswer>;
}

/** `kubectl proxy` signs the requests; it listens on a socket file, because it may run in another network namespace. */
export async function withApi<Result>(kubectl: Kubectl, work: (api: Api) => Promise<Result>): Promise<Result> {
  const socketPath = join(clusterCacheFolder, 'api.socket');
  await rm(socketPath, { force: true });
  const proxy = kubectl.start(['proxy', `--unix-socket=${socketPath}`]);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const send = (method: string, path: string, body?: object) => exchange({ socketPath, agent, method, path }, body);
  try {
    await until('kubectl proxy', 10_000, async () =>
      (await send('GET', '/readyz')).status === 200 ? true : undefined,
    );
    return await work({ post: (path, body) => send('POST', path, body), get: (path) => send('GET', path) });
  } finally {
    agent.destroy();
    proxy.kill();
    await rm(socketPath, { force: true });
  }
}

function exchange(
  options: { socketPath: string; agent: Agent; method: string; path: string },
  body: object | undefined,
): Promise<ApiAnswer> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, headers: { 'content-type': 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text,
          elapsedMs: performance.now() - startedMs,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
