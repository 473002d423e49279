/** A proxy in front of Docker's socket that lets nothing pass but the GETs that the docs name, and notes what it refuses. */
import { rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createConnection } from 'node:net';

export interface SocketProxy {
  readonly refused: readonly string[];
  /** Requests that passed. */
  readonly passed: number;
  start(): Promise<void>;
  /** Ends every connection. */
  stop(): Promise<void>;
}

const allowed = /^\/(?:_ping|version|events|containers|networks)(?:[/?]|$)/;

export function createSocketProxy(path: string, target: string): SocketProxy {
  const refused: string[] = [];
  let passed = 0;
  let server: Server | undefined;

  function handle(asked: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = asked;
    if (method !== 'GET' || !allowed.test(url)) {
      refused.push(`${method} ${url}`);
      response.writeHead(403).end();
      return;
    }
    passed += 1;
    const onward = request({
      createConnection: () => createConnection(target),
      method,
      path: url,
      headers: asked.headers,
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.end();
  }

  return {
    refused,
    get passed() {
      return passed;
    },
    async start() {
      const made = createServer(handle);
      server = made;
      await new Promise<void>((resolve) => made.listen(path, resolve));
    },
    async stop() {
      const stopped = server;
      stopped?.closeAllConnections();
      await new Promise((resolve) => stopped?.close(resolve));
      rmSync(path, { force: true });
    },
  };
}
