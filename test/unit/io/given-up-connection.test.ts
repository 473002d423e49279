/** A connection that is given up because the tables are full. */
import { expect, test } from 'vitest';
import { createTcpConnections } from '../../../sidecar/io/tcp-connections.ts';
import { openTcpListener } from '../../../sidecar/io/tcp-listener.ts';
import { connectTcp, frame, recordEvents, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

test('brings no further query and no warning, and what was answered before is sent', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  cleanUps.push(() => process.off('warning', note));
  const events = recordEvents();
  const connections = createTcpConnections({
    events,
    now: () => 0,
    maxConnections: 10,
    idleMs: 10_000,
    every: () => () => undefined,
  });
  const listener = await openTcpListener({ host: '127.0.0.1', port: 0 }, connections, events);
  const client = await connectTcp(listener.endpoint.port);
  cleanUps.push(() => {
    listener.close();
    connections.closeAll();
    client.socket.destroy();
  });
  // Of 30 queries the first is answered, the next twenty are under way, and with the one behind them all are dropped.
  events.answer = ({ text, client: { reply } }) => {
    if (text === 'query 0') reply(Buffer.from('reply'));
    if (text === 'query 21') for (const query of events.queries) query.client.close?.();
  };
  client.socket.write(Buffer.concat(Array.from({ length: 30 }, (_, index) => frame(`query ${index}`))));
  await until(() => client.messages.length === 1);
  await client.closed;
  client.socket.destroy();
  await until(() => connections.size === 0);
  expect(client.messages).toEqual(['reply']);
  expect(events.queries).toHaveLength(22);
  expect(warnings).toEqual([]);
  expect(events.faults).toEqual([]);
});
