/** The admin listener: health, metrics and traces over HTTP. */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { boundingOptions, boundOpenRequests } from '../../shared/program/open-requests.ts';
import { expositionContentType } from '../../shared/report/metrics.ts';
import { tracePath } from '../../shared/report/trace-record.ts';
import type { Endpoint } from './addresses.ts';
import { ListenError } from './listen-error.ts';
import { socketAddresses, type SocketAddress } from './socket-addresses.ts';
import type { TraceEndpoint } from './trace-endpoint.ts';

/** HTTP for probes and metrics. Neither probe depends on the upstream nameservers. */
export interface AdminServer {
  readonly endpoints: readonly Endpoint[];
  close(): void;
}

export interface AdminState {
  /** Listeners are bound and the configuration is read; ends with SIGTERM. */
  isReady(): boolean;
  /** Prometheus text. */
  metrics(): string;
  /** Answers by itself. */
  readonly trace: TraceEndpoint;
}

/** A request is a few hundred bytes. */
const limits = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};

/** Binds all addresses or none. At most `maxConnections` are open at once. Rejects with a `ListenError`. */
export async function openAdminServer(
  wanted: readonly Endpoint[],
  maxConnections: number,
  state: AdminState,
): Promise<AdminServer> {
  // The queries of the pod do not wait until it is loaded.
  const { createServer, IncomingMessage } = await import('node:http');
  const bounded = { ...limits, ...boundingOptions(IncomingMessage) };
  const makeRoom = boundConnections(maxConnections);
  const bound = new Map<Server, Endpoint>();
  function close(): void {
    for (const server of bound.keys()) {
      server.close();
      server.closeAllConnections();
    }
  }
  try {
    for (const socketAddress of socketAddresses(wanted)) {
      const server = createServer(bounded);
      boundOpenRequests(server, (request, response) => answer(request, response, state));
      server.on('connection', makeRoom);
      await listen(server, socketAddress);
      bound.set(server, { host: socketAddress.host, port: (server.address() as AddressInfo).port });
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    endpoints: [...bound.values()],
    close,
  };
}

async function listen(server: Server, { host, port, ipv6Only }: SocketAddress): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(host === '' ? { port } : { host, port, ipv6Only });
  await listening.catch((cause: Error) => {
    throw new ListenError('TCP', { host, port }, 'RESOLVER_ADMIN_LISTEN', cause);
  });
  server.on('error', () => undefined);
}

/**
 * The oldest goes when there is one too many. Were the newest refused, whoever keeps so many open would keep the
 * kubelet's probes out, and have the container restarted.
 */
function boundConnections(maxConnections: number): (socket: Socket) => void {
  const open = new Set<Socket>();
  return (socket) => {
    const [oldest] = open;
    if (oldest !== undefined && open.size >= maxConnections) {
      open.delete(oldest);
      oldest.destroy();
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  };
}

function answer(request: IncomingMessage, response: ServerResponse, state: AdminState): void {
  if (pathOf(request) === tracePath) return void state.trace(request, response);
  request.resume();
  const { status, type, body } = respond(request, state);
  // RFC 9110 §15.5.6: a 405 says what is allowed.
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

interface Response {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function respond(request: IncomingMessage, state: AdminState): Response {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'only GET and HEAD\n');
  switch (pathOf(request)) {
    case '/healthz':
      return text(200, 'ok\n');
    case '/readyz':
      return state.isReady() ? text(200, 'ready\n') : text(503, 'not ready\n');
    case '/metrics':
      return { status: 200, type: expositionContentType, body: state.metrics() };
    default:
      return text(404, 'not found; there are /healthz, /readyz and /metrics\n');
  }
}

function text(status: number, body: string): Response {
  return { status, type: 'text/plain; charset=utf-8', body };
}
