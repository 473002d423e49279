/** A stand-in for the API server, over HTTP, for tests of the webhook's client. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueAuthority, issueLeaf } from '../../../webhook/certificates/issue.ts';

/**
 * So much of the Kubernetes API as the webhook uses: objects by path, resourceVersions and conflicts, watches with field
 * selectors, the three kinds of patch that it sends. It knows no kinds. The real API server is the business of the
 * cluster tests.
 */
export interface FakeApiServer {
  /** For kubectl and its like. */
  readonly kubeconfig: string;
  /** Requests so far, as `VERB path`. */
  readonly requests: string[];
  get(path: string): ApiObject | undefined;
  list(collection: string): ApiObject[];
  /** Creates or replaces, and tells the watchers. */
  put(path: string, object: ApiObject): void;
  remove(path: string): void;
  /** Refuses every request until it is switched off. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

export interface ApiObject {
  metadata: { name: string; namespace?: string; resourceVersion?: string; [key: string]: unknown };
  [key: string]: unknown;
}

interface Watcher {
  readonly collection: string;
  readonly selectedName: string | undefined;
  readonly response: ServerResponse;
}

interface Change {
  readonly type: string;
  readonly path: string;
  readonly object: ApiObject;
  readonly version: number;
}

/** `minor` is that of the version that it tells. */
export async function startFakeApiServer({ minor = 34 } = {}): Promise<FakeApiServer> {
  const objects = new Map<string, ApiObject>();
  const watchers = new Set<Watcher>();
  const requests: string[] = [];
  let version = 100;
  let refusedWith: number | undefined;

  /** A watch begins where its list ended. */
  const history: Change[] = [];
  const tellOne = ({ collection, selectedName, response }: Watcher, { type, path, object }: Change): void => {
    if (isIn(path, collection) && (selectedName === undefined || selectedName === object.metadata.name))
      response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const tell = (type: string, path: string, object: ApiObject): void => {
    const change = { type, path, object, version };
    history.push(change);
    for (const watcher of watchers) tellOne(watcher, change);
  };
  const store = (path: string, object: ApiObject): ApiObject => {
    const type = objects.has(path) ? 'MODIFIED' : 'ADDED';
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    objects.set(path, stored);
    tell(type, path, stored);
    return stored;
  };
  const remove = (path: string): void => {
    const object = objects.get(path);
    objects.delete(path);
    version++;
    if (object)
      tell('DELETED', path, { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
  };

  const list = (collection: string): ApiObject[] =>
    [...objects].filter(([path]) => isIn(path, collection)).map(([, object]) => object);
  const create = (collection: string, body: ApiObject): [status: number, result: unknown] => {
    const path = `${collection}/${body.metadata.name}`;
    return objects.has(path) ? [409, { reason: 'AlreadyExists' }] : [201, store(path, body)];
  };
  const modify = (path: string, verb: string, body: ApiObject): [status: number, result: unknown] => {
    const found = objects.get(path);
    if (!found) return [404, { reason: 'NotFound' }];
    const expected = body.metadata?.resourceVersion ?? found.metadata.resourceVersion;
    if (expected !== found.metadata.resourceVersion) return [409, { reason: 'Conflict' }];
    return [200, store(path, verb === 'PUT' ? body : (merge(found, body) as ApiObject))];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://api');
    const path = url.pathname;
    const verb = request.method ?? 'GET';
    const isWatch = url.searchParams.get('watch') === 'true';
    requests.push(`${isWatch ? 'WATCH' : verb} ${path}`);
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (refusedWith !== undefined) return reply(refusedWith, { kind: 'Status', code: refusedWith });
    if (path === '/version') return reply(200, { major: '1', minor: `${minor}`, gitVersion: `v1.${minor}.4` });
    const selectedName = /^metadata\.name=(.+)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
    if (isWatch) {
      const watcher = { collection: path, selectedName, response };
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      watchers.add(watcher);
      const since = Number(url.searchParams.get('resourceVersion'));
      for (const missed of history) if (missed.version > since) tellOne(watcher, missed);
      request.on('close', () => watchers.delete(watcher));
      return undefined;
    }
    const found = objects.get(path);
    const body = verb === 'GET' ? undefined : ((await readJson(request)) as ApiObject);
    if (!body) {
      if (!isCollection(path)) return found ? reply(200, found) : reply(404, { reason: 'NotFound' });
      const items = list(path).filter(({ metadata }) => selectedName === undefined || metadata.name === selectedName);
      return reply(200, { metadata: { resourceVersion: String(version) }, items });
    }
    const [status, result] = verb === 'POST' ? create(path, body) : modify(path, verb, body);
    return reply(status, result);
  };

  const term = { nowMs: Date.now(), lifetimeMs: 3_600_000 };
  const authority = await issueAuthority(term);
  const leaf = await issueLeaf(authority, { names: ['127.0.0.1'], ...term });
  const server = createServer({ cert: leaf.chain, key: leaf.key }, (request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    kubeconfig: kubeconfigOf(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, authority.chain),
    requests,
    get: (path) => objects.get(path),
    list,
    put: (path, object) => void store(path, object),
    remove,
    refuse: (status) => {
      refusedWith = status;
      if (status !== undefined) for (const { response } of watchers) response.destroy();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function kubeconfigOf(server: string, authority: string): string {
  const cluster = { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') };
  return JSON.stringify({
    clusters: [{ name: 'fake', cluster }],
    users: [{ name: 'fake', user: { token: 'x' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    'current-context': 'fake',
  });
}

const plurals = /\/(namespaces|limitranges|secrets|events|mutatingwebhookconfigurations)$/;

function isCollection(path: string): boolean {
  return plurals.test(path);
}

/** `/api/v1/limitranges` holds those of all namespaces. */
function isIn(path: string, collection: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent === collection || parent.replace(/\/namespaces\/[^/]+\//, '/') === collection;
}

/** A strategic merge: entries of a list are told apart by their name. Without lists it is a merge patch. */
function merge(present: unknown, patch: unknown): unknown {
  if (Array.isArray(present) && Array.isArray(patch)) {
    const merged = [...(present as { name: string }[])];
    for (const entry of patch as { name: string }[]) {
      const index = merged.findIndex(({ name }) => name === entry.name);
      if (index < 0) merged.push(entry);
      else merged[index] = merge(merged[index], entry) as { name: string };
    }
    return merged;
  }
  if (typeof present !== 'object' || typeof patch !== 'object' || !present || !patch) return patch;
  const merged: Record<string, unknown> = { ...present };
  for (const [key, value] of Object.entries(patch)) merged[key] = merge(merged[key], value);
  return merged;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
