/** The HTTP API on real sockets over services of a test: what the unit tests of its edge and the browser's use. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import { createLog } from '../../../shared/report/log.ts';
import type { LookUp } from '../../../sidecar/discovery/api/lookup.ts';
import { pagePaths } from '../../../sidecar/discovery/api/routes.ts';
import { createApi, type ApiSettings } from '../../../sidecar/discovery/http/api.ts';
import type { ServerLimits } from '../../../sidecar/discovery/http/api-server.ts';
import { emptyServices, type Services } from '../../../sidecar/discovery/services/services.ts';
import { responseFaults } from './openapi.ts';
import { createServicesStore, type ServicesStore } from '../../../sidecar/discovery/services/store.ts';

export const token = 'a-token-of-a-test-0123456789';

export interface ApiWorld {
  readonly folder: string;
  readonly base: string;
  readonly store: ServicesStore;
  /** Log lines, as objects. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Statuses of all answers. */
  readonly statuses: readonly number[];
  /** With the token. */
  ask(path: string, options?: AskOptions): Promise<Response>;
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiWorldOptions {
  readonly services?: Services;
  readonly settings?: (folder: string) => Partial<ApiSettings>;
  readonly lookUp?: LookUp;
  readonly limits?: Partial<ServerLimits>;
  /** Lies there before the start. */
  readonly folder?: string;
}

export async function startApi(stack: AsyncDisposableStack, options: ApiWorldOptions = {}): Promise<ApiWorld> {
  const folder = options.folder ?? makeFolder(stack);
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  const log: Record<string, unknown>[] = [];
  const statuses: number[] = [];
  const store = createServicesStore(options.services ?? emptyServices());
  const api = createApi({
    settings: {
      apiListen: [{ host: '127.0.0.1', port: 0 }],
      apiTokenFile: join(folder, 'token'),
      ...{ apiTlsCertFile: undefined, apiTlsKeyFile: undefined, apiStateFile: undefined },
      ...{ apiHosts: ['Api.Test.'], apiIfMatch: 'optional', servicesTtlSeconds: 0 },
      ...options.settings?.(folder),
    },
    store,
    namesOf: ({ name, image }) => [{ Name: [name, image, 'docker'].filter(Boolean).join('.'), From: 'image' }],
    lookUp: options.lookUp ?? (() => Promise.reject(new Error('nothing is looked up here'))),
    log: createLog({
      level: 'info',
      now: () => 0,
      write: (line) => void log.push(JSON.parse(line) as (typeof log)[0]),
    }),
    wallNow: () => 0,
    ...(options.limits && { limits: options.limits }),
    metrics: { requested: (status) => void statuses.push(status), stateWritten() {} },
  });
  stack.defer(() => api.stop?.());
  await api.start();
  const [endpoint] = api.endpoints;
  if (endpoint === undefined) throw new Error('it does not listen');
  const base = `http://${formatEndpoint(endpoint)}`;
  return { folder, base, store, log, statuses, ask: (path, asked) => ask(base, path, asked) };
}

export function makeFolder(stack: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Each answer is held against the published description. */
async function ask(
  base: string,
  path: string,
  { method = 'GET', body, headers = {} }: AskOptions = {},
): Promise<Response> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...json, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type') ?? '';
  const isPage = (pagePaths as readonly string[]).includes(path);
  if (method === 'HEAD' || isPage || type === 'text/event-stream') return response;
  const faults = responseFaults(method, path, { status: response.status, type, text: await response.clone().text() });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return response;
}
