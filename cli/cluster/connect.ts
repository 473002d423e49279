/** Connects to the API server as kubectl does: by kubeconfig and context, in the name of somebody else where asked for. */
import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { isObject, objectsAt, stringAt, type Json, type JsonObject } from '../../webhook/kubernetes/json.ts';
import type { ClusterTarget } from '../terminal/cluster-target.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { readKubeConfig } from './kubeconfig.ts';
import { forwardPort } from './port-forward.ts';
import { ClusterError, type ClusterReader, type KubectlTarget, type ListSelection } from './reader.ts';

/** kubectl reads so many objects at once, too. */
const pageSize = 500;

/** A page of a large list takes seconds. */
const callTimeoutMs = 30_000;

/** No answer of an API server that these commands ask for is larger. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** A pod writes its metrics itself. A sidecar and the webhook have some ten kilobytes of them. */
const maxMetricsBytes = 4 * 1024 * 1024;

/** What the library calls the place that it finds without a kubeconfig: in a pod, and where there is none. */
const unnamedContexts = ['inClusterContext', 'loaded-context'];

export function connectCluster(target: ClusterTarget): ClusterReader {
  const kubeConfig = loadKubeConfig(target);
  const call = caller(kubeConfig);
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return {
    context: kubeConfig.getCurrentContext(),
    namespace: context?.namespace ?? 'default',
    kubectl: kubectlTarget(kubeConfig, target),
    async get(path) {
      const { status, text } = await call('GET', path);
      return status === 404 ? undefined : objectIn(checked(status, text, path));
    },
    list: (path, selection) => listPages(call, path, selection),
    async text(path) {
      const { status, text } = await call('GET', path, { maxBytes: maxMetricsBytes });
      return checked(status, text, path);
    },
    async dryRun(path, object) {
      const { status, text } = await call('POST', `${path}?dryRun=All`, { body: JSON.stringify(object) });
      return objectIn(checked(status, text, path));
    },
    forward: (namespace, pod, port) => forwardPort(kubeConfig, { namespace, pod, port }),
  };
}

/** Of the kubeconfig, without a call. */
export function contextNames(kubeconfig: string | undefined): string[] {
  const contexts = readKubeConfig(kubeconfig).getContexts();
  return contexts.map(({ name }) => name).filter((name) => !unnamedContexts.includes(name));
}

/**
 * One list, of whose objects nothing but their metadata is asked for.
 * @param pathIn with the namespace that is meant
 */
export async function listMetadata(
  target: ClusterTarget,
  pathIn: (namespace: string) => string,
): Promise<readonly JsonObject[]> {
  const kubeConfig = loadKubeConfig(target);
  const ofContext = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace;
  const path = pathIn(target.namespace ?? ofContext ?? 'default');
  const { status, text } = await caller(kubeConfig)('GET', path, { accept: metadataAlone });
  return objectsAt(objectIn(checked(status, text, path)), 'items');
}

const metadataAlone = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

function loadKubeConfig({ kubeconfig, context, as }: ClusterTarget): KubeConfig {
  const kubeConfig = readKubeConfig(kubeconfig);
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
  if (as !== undefined) impersonate(kubeConfig, as);
  return kubeConfig;
}

/** A context that has no user asks without credentials, and in the name of somebody all the same. */
function impersonate(kubeConfig: KubeConfig, as: string): void {
  const user = kubeConfig.getCurrentUser();
  if (user !== null) return void Object.assign(user, { impersonateUser: as });
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  const name = context?.user ?? '';
  kubeConfig.addUser({ name, impersonateUser: as });
  if (context !== null) Object.assign(context, { user: name });
}

function kubectlTarget(kubeConfig: KubeConfig, { context, kubeconfig }: ClusterTarget): KubectlTarget {
  const current = kubeConfig.getCurrentContext();
  const isUnnamed = context === undefined && unnamedContexts.includes(current);
  return { context: isUnnamed ? undefined : current, kubeconfig };
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

interface CallParts {
  readonly body?: string;
  /** Of the answer. */
  readonly maxBytes?: number;
  readonly accept?: string;
}

type Call = (method: 'GET' | 'POST', path: string, parts?: CallParts) => Promise<Answered>;

function caller(kubeConfig: KubeConfig): Call {
  const server = kubeConfig.getCurrentCluster()?.server ?? '';
  return async (method, path, { body, maxBytes = maxAnswerBytes, accept = 'application/json' } = {}) => {
    const options: RequestOptions = {};
    try {
      await kubeConfig.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    } catch (error) {
      throw new ClusterError('unauthorized', `no credentials for the cluster: ${credentialFault(error)}`);
    }
    const url = new URL(server.replace(/\/$/, '') + path);
    const headers = {
      ...(options.headers as OutgoingHttpHeaders | undefined),
      accept,
      ...(body && { 'content-type': 'application/json' }),
    };
    return send(url, { ...options, method, headers, signal: AbortSignal.timeout(callTimeoutMs) }, { body, maxBytes });
  };
}

/** Of a program's answer that is no JSON, the parser quotes the beginning, in which a token may stand. */
function credentialFault(error: unknown): string {
  return error instanceof SyntaxError ? 'what brings them answers with no JSON' : (error as Error).message;
}

interface Sent {
  readonly body: string | undefined;
  readonly maxBytes: number;
}

function send(url: URL, options: RequestOptions, { body, maxBytes }: Sent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const unreachable = `the cluster at ${url.host} does not answer: ${reasonOf(error)}`;
      reject(error instanceof ClusterError ? error : new ClusterError('unreachable', unreachable));
    };
    const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options, (response) => {
      readText(response, maxBytes, url.pathname).then(
        (text) => resolve({ status: response.statusCode ?? 0, text }),
        failed,
      );
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

/** Beyond the bound the connection ends, and nothing of it is kept. */
async function readText(response: IncomingMessage, maxBytes: number, path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ClusterError('failed', `${path} has more than ${maxBytes} bytes`);
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
