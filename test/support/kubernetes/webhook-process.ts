/** Starts the built webhook for tests from outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { imageNodeArguments } from '../machine/image-environment.ts';

/** The built webhook as a process of its own, started as its image does, on free ports of the loopback. */
export interface WebhookProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly adminPort: number;
  /** Parsed log lines so far. */
  readonly log: readonly Record<string, unknown>[];
  readonly stderr: () => string;
  stop(): Promise<void>;
}

const bundle = join(import.meta.dirname, '../../../dist/webhook.cjs');

/** The name that the API server verifies. */
export const serviceName = 'alpine-resolver.alpine-resolver.svc';

export function spawnWebhook(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [...imageNodeArguments('webhook'), bundle], {
    env: {
      WEBHOOK_CLUSTER: 'none',
      WEBHOOK_LISTEN: '127.0.0.1:0',
      WEBHOOK_ADMIN_LISTEN: '127.0.0.1:0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function startWebhook(environment: Record<string, string>): Promise<WebhookProcess> {
  const child = spawnWebhook(environment);
  const log: Record<string, unknown>[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    log.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  const portOf = async (role: string): Promise<number> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const line = log.find(({ event, role: found }) => event === 'listening' && found === role);
      if (line) return Number(/:(\d+)$/.exec((line['addresses'] as string[])[0] ?? '')?.[1]);
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`the webhook does not listen: ${stderr}${JSON.stringify(log.slice(-5))}`);
      await sleep(10);
    }
  };
  return {
    child,
    log,
    stderr: () => stderr,
    port: await portOf('webhook'),
    adminPort: await portOf('admin'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Call {
  readonly port: number;
  readonly ca: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

/** As the API server calls: HTTP/1.1 over TLS, the service name verified against the CA. */
export function call({
  port,
  ca,
  path = '/mutate?timeout=5s',
  method = 'POST',
  headers,
  body,
  agent,
}: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        ca,
        servername: serviceName,
        agent: agent ?? new Agent(),
        headers: { 'content-type': 'application/json', ...headers },
      },
      (response) => collect(response, resolve, reject),
    );
    // The server may answer and hang up before it has read all of a body that is too large.
    request.on('error', reject);
    request.end(body);
  });
}

export function callAdmin(port: number, path: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, agent: false }, (response) => collect(response, resolve, reject))
      .on('error', reject)
      .end();
  });
}

function collect(response: IncomingMessage, resolve: (reply: Reply) => void, reject: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', reject);
  response.on('end', () =>
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
  );
}

/** The certificate that the server shows, without verifying it. */
export async function shownCertificate(port: number): Promise<DetailedPeerCertificate> {
  const socket = connect({ host: '127.0.0.1', port, servername: serviceName, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate(true);
  socket.destroy();
  return certificate;
}

/** The CA that a self-signed webhook sends along. */
export async function shownAuthority(port: number): Promise<string> {
  const { issuerCertificate } = await shownCertificate(port);
  return new X509Certificate(issuerCertificate.raw).toString();
}
