/** Opens the webhook's HTTP and HTTPS servers. */
import { once } from 'node:events';
import { createServer as createHttpServer, IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { boundingOptions, boundOpenRequests } from '../../shared/program/open-requests.ts';
import { formatEndpoint } from '../../shared/values/ip-address.ts';
import type { ListenAddress } from '../../shared/values/network-kinds.ts';

/** Servers on all addresses of a setting, with one handler. */
export interface Listener {
  readonly addresses: readonly AddressInfo[];
  readonly isListening: boolean;
  /** No new connections; those without a request end at once, the others when they are answered. */
  close(): Promise<void>;
}

export interface TlsListener extends Listener {
  /** From the next handshake on; open connections go on. */
  useCertificate(certificate: TlsPair): void;
}

/** Where to listen, and the variable that says so. */
export interface ListenSetting {
  readonly setting: string;
  readonly addresses: readonly ListenAddress[];
}

export interface TlsPair {
  /** Certificate chain and private key, PEM. */
  readonly chain: string;
  readonly key: string;
}

/**
 * The API server keeps an idle connection for 90 s (Go net/http DefaultTransport.IdleConnTimeout, which client-go uses).
 * A server that gives up earlier closes one that is just being used: EOF, and a pod that is not injected.
 */
const keepAliveMs = 120_000;

/** For a request to arrive: twice the `timeoutSeconds` of the webhook configuration. How long an answer takes does not count. */
const requestMs = 10_000;

/** Node.js looks for requests that are too slow every 30 s unless told otherwise. */
const slowRequestCheckMs = 1000;

const limits = {
  keepAliveTimeout: keepAliveMs,
  requestTimeout: requestMs,
  headersTimeout: requestMs,
  connectionsCheckingInterval: slowRequestCheckMs,
  ...boundingOptions(IncomingMessage),
};

/** A few API servers call, but every pod of the cluster can reach the port. */
const maxConnections = 1000;

export async function listenTls(
  where: ListenSetting,
  certificate: TlsPair,
  handler: RequestListener,
): Promise<TlsListener> {
  const options = { ...limits, ...tlsOptions(certificate) };
  const servers: HttpsServer[] = where.addresses.map(() => createHttpsServer(options));
  const listener = await listenAll(servers, where, handler);
  return {
    ...listener,
    get isListening() {
      return listener.isListening;
    },
    useCertificate: (next) => {
      for (const server of servers) server.setSecureContext(tlsOptions(next));
    },
  };
}

export function listenPlain(where: ListenSetting, handler: RequestListener): Promise<Listener> {
  return listenAll(
    where.addresses.map(() => createHttpServer(limits)),
    where,
    handler,
  );
}

/** Go, which the API server is written in, speaks 1.2 and 1.3. */
function tlsOptions({ chain, key }: TlsPair) {
  return { cert: chain, key, minVersion: 'TLSv1.2', handshakeTimeout: requestMs } as const;
}

async function listenAll(
  servers: readonly Server[],
  { setting, addresses }: ListenSetting,
  handler: RequestListener,
): Promise<Listener> {
  for (const server of servers) boundOpenRequests(server, handler);
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    await Promise.all(
      servers.map((server, index) => listen(server, addresses[index] ?? { host: '', port: 0 }, setting)),
    );
  } catch (error) {
    await close();
    throw error;
  }
  // Without a listener an error of one server would end the process.
  for (const server of servers) server.on('error', () => undefined).maxConnections = maxConnections;
  return {
    addresses: servers.map((server) => server.address() as AddressInfo),
    get isListening() {
      return servers.every((server) => server.listening);
    },
    close,
  };
}

async function listen(server: Server, { host, port }: ListenAddress, setting: string): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(host === '' ? { port } : { host, port });
  await listening.catch((cause: Error) => {
    throw new Error(
      `cannot listen on ${formatEndpoint({ host, port })}: ${cause.message}; set ${setting} to an address of this machine with a port that is free and open to this user`,
      { cause },
    );
  });
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}
