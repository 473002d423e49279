/** What bounds every server: the kernel, the runtime, and the least that a forwarder in this runtime does. */
import { join } from 'node:path';
import { compiled } from '../../test/support/load/programs.ts';
import type { Server } from './server.ts';

const folder = join(import.meta.dirname, '..');
const nodeVersion = `Node.js ${process.version}`;

export const echoInNode = 'echo in Node.js';
export const echoInC = 'echo in C';
export const forwarderFresh = 'Node.js forwarder, fresh sockets';
export const forwarderPooled = 'Node.js forwarder, pool';

/** They answer nothing: what came goes back. */
export async function echoes(): Promise<readonly Server[]> {
  const program = await compiled(join(folder, 'native/echo.c'));
  return [
    {
      name: echoInNode,
      kind: 'floor',
      version: nodeVersion,
      asked: 'plain',
      command: async ({ port }) => ({ command: [process.execPath, join(folder, 'node/echo.mjs'), ...here(port)] }),
    },
    {
      name: echoInC,
      kind: 'floor',
      version: 'gcc -O2',
      asked: 'plain',
      command: async ({ port }) => ({ command: [program, ...here(port)] }),
    },
  ];
}

/** They ask upstream, and do nothing else. */
export const forwarders: readonly Server[] = [
  forwarder(forwarderFresh, 'forward-fresh.mjs'),
  forwarder(forwarderPooled, 'forward-pool.mjs'),
];

function forwarder(name: string, file: string): Server {
  return {
    name,
    kind: 'floor',
    version: nodeVersion,
    asked: 'plain',
    command: async ({ port, upstreamPort }) => ({
      command: [process.execPath, join(folder, 'node', file), ...here(port), String(upstreamPort)],
    }),
  };
}

function here(port: number): string[] {
  return ['127.0.0.1', String(port)];
}
