/** UDP and TCP on one port that the kernel chooses. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openListenerPair } from '../../../sidecar/io/listener-pair.ts';
import { createTcpConnections } from '../../../sidecar/io/tcp-connections.ts';
import { openTcpListener } from '../../../sidecar/io/tcp-listener.ts';
import { connectTcp, recordEvents } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

/** Another program takes the first ports that UDP got, before TCP is opened there. */
async function openBehind(takenPorts: number) {
  const events = recordEvents();
  const connections = createTcpConnections({
    events,
    now: () => 0,
    maxConnections: 10,
    idleMs: 10_000,
    every: () => () => undefined,
  });
  const tried: number[] = [];
  const opening = openListenerPair(
    { host: '127.0.0.1', port: 0 },
    'RESOLVER_LISTEN',
    connections,
    events,
    async (endpoint, ...rest) => {
      tried.push(endpoint.port);
      if (tried.length <= takenPorts) {
        const other = createServer().listen(endpoint.port, endpoint.host);
        await once(other, 'listening');
        cleanUps.push(() => void other.close());
      }
      return openTcpListener(endpoint, ...rest);
    },
  );
  const pair = await opening.catch((error: Error) => error);
  cleanUps.push(() => {
    if (!(pair instanceof Error)) pair.close();
    connections.closeAll();
  });
  return { pair, tried };
}

test('port 0: where TCP cannot have the port that UDP got, the kernel chooses again', async () => {
  const { pair, tried } = await openBehind(3);
  if (pair instanceof Error) throw pair;
  expect(tried).toHaveLength(4);
  expect(pair.endpoint.port).toBe(tried[3]);
  const { socket } = await connectTcp(pair.endpoint.port);
  socket.destroy();
});

test('but not for ever', async () => {
  const { pair, tried } = await openBehind(100);
  expect(tried).toHaveLength(10);
  expect(pair).toMatchObject({ name: 'ListenError', code: 'EADDRINUSE' });
});
