/** The listeners of the HTTP API: requests from sockets to values, and responses back. No rule of the API is here. */
import { once } from 'node:events';
import { createServer, IncomingMessage, STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { boundingOptions, boundOpenRequests } from '../../../shared/program/open-requests.ts';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import type { ListenAddress } from '../../../shared/values/network-kinds.ts';
import { admitRequest, type AdmissionRules } from '../api/admit.ts';
import { limitConnections } from './connections.ts';
import type { EventStreams } from './event-streams.ts';
import type { Handler } from './handler.ts';
import type { AnswerLookup } from '../api/lookup.ts';
import { refusal, type ApiRequest, type ApiResponse } from '../api/message.ts';
import { pageResponse } from './page.ts';
import { maxBodyBytes, tooLarge } from '../api/read-json.ts';
import type { Route } from '../api/routes.ts';
import { securityHeaders } from './security-headers.ts';
import type { TlsFiles } from './tls-files.ts';

export interface ApiServerOptions {
  readonly listen: readonly ListenAddress[];
  /** Undefined: plain HTTP. */
  readonly tls: TlsFiles | undefined;
  readonly rules: AdmissionRules;
  readonly handle: Handler;
  readonly lookup: AnswerLookup;
  readonly streams: EventStreams;
  /** In place of the usual ones. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /** After each answer. */
  answered(method: string, status: number): void;
  faulted(error: Error): void;
}

export interface ApiServer {
  readonly endpoints: readonly ListenAddress[];
  close(): void;
}

const maxPassedOverBytes = 1024 * 1024;

export type ServerLimits = typeof usualLimits;

const usualLimits = {
  /** A stream of events holds its connection; all others are short. */
  maxConnections: 128,
  maxHeaderSize: 16_384,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};

/** Binds all addresses or none. */
export async function openApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { listen, tls } = options;
  const { maxConnections, ...others } = { ...usualLimits, ...options.limits };
  const limits = { ...others, ...boundingOptions(IncomingMessage) };
  const servers: (Server | TlsServer)[] = [];
  const close = (): void => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => void serve(request, response, options);
  try {
    for (const address of listen) {
      const server =
        tls === undefined ? createServer(limits) : tls.serve(createTlsServer({ ...limits, ...tls.current }));
      servers.push(server);
      boundOpenRequests(server, answer, limitConnections(server, maxConnections));
      server.on('clientError', refuseUnread);
      await bind(server, address);
      server.on('error', options.faulted);
    }
  } catch (error) {
    close();
    throw error;
  }
  const endpoints = servers.map((server, index) => ({
    host: listen[index]?.host ?? '',
    port: (server.address() as AddressInfo).port,
  }));
  return { endpoints, close };
}

async function bind(server: Server | TlsServer, { host, port }: ListenAddress): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(host === '' ? { port } : { host, port });
  await listening.catch((cause: NodeJS.ErrnoException) => {
    const where = formatEndpoint({ host, port });
    throw new Error(`cannot listen on ${where} (${cause.code}); set RESOLVER_API_LISTEN to another address`, { cause });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: ApiServerOptions): Promise<void> {
  const head = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: request.headers as ApiRequest['headers'],
  };
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const admitted = admitRequest(head, options.rules);
  const isStream = 'route' in admitted && admitted.route.to === 'events';
  if (isStream && options.streams.open(response)) return options.answered(head.method, 200);
  const told = await responseTo(request, head, admitted, options).catch((error: Error) => {
    // A client that went before its request was whole is no fault.
    if (!request.destroyed) options.faulted(error);
    return refusal('fault', 'a fault of the program; its log has it');
  });
  options.answered(head.method, told.status);
  send(response, told, head.method);
  if (!request.complete) passOver(request);
}

async function responseTo(
  request: IncomingMessage,
  head: Omit<ApiRequest, 'body'>,
  admitted: ReturnType<typeof admitRequest>,
  options: ApiServerOptions,
): Promise<ApiResponse> {
  if ('refused' in admitted) return admitted.refused;
  const { route } = admitted;
  switch (route.to) {
    case 'page':
      return pageResponse(route.path);
    case 'events':
      return refusal('too-many-streams', 'as many pages as there may be follow the events already');
    case 'lookup':
      return options.lookup(route.query);
    default:
      return withBody(request, head, route, options);
  }
}

async function withBody(
  request: IncomingMessage,
  head: Omit<ApiRequest, 'body'>,
  route: Exclude<Route, { to: 'page' | 'events' | 'lookup' }>,
  { handle }: ApiServerOptions,
): Promise<ApiResponse> {
  if (Number(head.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge;
  const body = await readBody(request);
  return body === undefined ? tooLarge : handle({ ...head, body }, route);
}

/** Undefined: it is too large, and the rest of it is still to come. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('close', () => reject(new Error('the client went before its request was whole')));
  });
}

/** Nobody wants the rest of the body; whoever is still sending would not read the answer before. */
function passOver(request: IncomingMessage): void {
  let left = maxPassedOverBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
}

/** What is no request that can be read has its answer written by hand. */
function refuseUnread({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return;
  const { status, headers, body } =
    code === 'HPE_HEADER_OVERFLOW' ? headersTooLarge : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : unreadable;
  const all = { ...securityHeaders, ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  // Whoever keeps it half open would keep others out.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}

const unreadable = refusal('bad-request', 'this is no HTTP request');
const headersTooLarge = refusal(
  'headers-too-large',
  `the headers of a request may have ${usualLimits.maxHeaderSize} bytes`,
);
const tooSlow = refusal('too-slow', `a request comes within ${usualLimits.requestTimeout / 1000} seconds`);

function send(response: ServerResponse, { status, headers, body }: ApiResponse, method: string): void {
  if (response.destroyed) return;
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(method === 'HEAD' ? undefined : body);
}
