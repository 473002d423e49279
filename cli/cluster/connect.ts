/** Connects to the API server as kubectl does: by kubeconfig and context, in the name of somebody else where asked for. */
import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { isObject, objectsAt, stringAt, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { ClusterTarget } from '../terminal/cluster-target.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { forwardPort } from './port-forward.ts';
import { ClusterError, type ClusterReader, type ListSelection } from './reader.ts';

/** kubectl reads so many objects at once, too. */
const pageSize = 500;

/** A page of a large list takes seconds. */
const callTimeoutMs = 30_000;

/** No answer of an API server that these commands ask for is larger. */
const maxAnswerBytes = 256 * 1024 * 1024;

export function connectCluster(target: ClusterTarget): ClusterReader {
  const kubeConfig = loadKubeConfig(target);
  const call = caller(kubeConfig);
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return {
    context: kubeConfig.getCurrentContext(),
    namespace: context?.namespace ?? 'default',
    async get(path) {
      const { status, text } = await call('GET', path);
      return status === 404 ? undefined : objectIn(checked(status, text, path));
    },
    list: (path, selection) => listPages(call, path, selection),
    async text(path) {
      const { status, text } = await call('GET', path);
      return checked(status, text, path);
    },
    async dryRun(path, object) {
      const { status, text } = await call('POST', `${path}?dryRun=All`, JSON.stringify(object));
      return objectIn(checked(status, text, path));
    },
    forward: (namespace, pod, port) => forwardPort(kubeConfig, { namespace, pod, port }),
  };
}

function loadKubeConfig({ kubeconfig, context, as }: ClusterTarget): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    if (kubeconfig === undefined) kubeConfig.loadFromDefault();
    else kubeConfig.loadFromFile(kubeconfig);
  } catch (error) {
    throw new UsageError(`the kubeconfig cannot be read: ${(error as Error).message}`);
  }
  const names = kubeConfig.getContexts().map(({ name }) => name);
  if (context !== undefined) {
    if (!names.includes(context))
      throw new UsageError(`--context ${context}: the kubeconfig has ${names.join(', ') || 'none'}`);
    kubeConfig.setCurrentContext(context);
  }
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null || !URL.canParse(cluster.server))
    throw new UsageError('the kubeconfig names no cluster: --kubeconfig FILE and --context NAME say which');
  // kubectl speaks plain HTTP to `kubectl proxy`, too; the library does only where no certificate is asked for.
  if (cluster.server.startsWith('http:')) Object.assign(cluster, { skipTLSVerify: true });
  const user = kubeConfig.getCurrentUser();
  if (as !== undefined && user !== null) Object.assign(user, { impersonateUser: as });
  return kubeConfig;
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

type Call = (method: 'GET' | 'POST', path: string, body?: string) => Promise<Answered>;

function caller(kubeConfig: KubeConfig): Call {
  const server = kubeConfig.getCurrentCluster()?.server ?? '';
  return async (method, path, body) => {
    const options: RequestOptions = {};
    try {
      await kubeConfig.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    } catch (error) {
      throw new ClusterError('unauthorized', `no credentials for the cluster: ${(error as Error).message}`);
    }
    const url = new URL(server.replace(/\/$/, '') + path);
    const headers = {
      ...(options.headers as OutgoingHttpHeaders | undefined),
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
    };
    return send(url, { ...options, method, headers, signal: AbortSignal.timeout(callTimeoutMs) }, body);
  };
}

function send(url: URL, options: RequestOptions, body: string | undefined): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new ClusterError('unreachable', `the cluster at ${url.host} does not answer: ${reasonOf(error)}`));
    const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), failed);
    });
    request.on('error', failed);
    request.end(body);
  });
}

/** Where several addresses were tried, the message is empty. */
function reasonOf(error: Error & { code?: string; errors?: readonly Error[] }): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `nothing in ${callTimeoutMs / 1000} s`;
  return error.message || error.errors?.[0]?.message || error.code || error.name;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function checked(status: number, text: string, path: string): string {
  if (status >= 200 && status < 300) return text;
  const said = messageOf(text) ?? `HTTP ${status} for ${path}`;
  if (status === 401) throw new ClusterError('unauthorized', `the cluster does not know who asks: ${said}`);
  if (status === 403) throw new ClusterError('forbidden', said);
  throw new ClusterError('failed', said);
}

/** Of a Status object. */
function messageOf(text: string): string | undefined {
  try {
    return stringAt(JSON.parse(text) as Json, 'message');
  } catch {
    return undefined;
  }
}

function objectIn(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    if (isObject(value)) return value;
  } catch {
    // It is said below.
  }
  throw new ClusterError('failed', 'the answer of the cluster is no JSON object');
}

async function* listPages(call: Call, path: string, selection: ListSelection = {}): AsyncGenerator<JsonObject> {
  let next: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(pageSize) });
    for (const [name, value] of Object.entries({ ...selection, continue: next }))
      if (value !== undefined && value !== '') query.set(name, value);
    const { status, text } = await call('GET', `${path}?${query.toString()}`);
    const page = objectIn(checked(status, text, path));
    yield* objectsAt(page, 'items');
    next = stringAt(page, 'metadata', 'continue');
  } while (next !== undefined && next !== '');
}
