/** The messages of a TCP stream, however it is cut. */
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createMessageServer, framed } from './framed.ts';

const messages = [Buffer.from('first'), Buffer.alloc(0), Buffer.alloc(300, 'x'), Buffer.from('last')];
const stream = Buffer.concat(messages.map(framed));

test.each([1, 2, 7, stream.length])('messages in pieces of %d bytes come whole', async (size) => {
  const taken: string[] = [];
  const { server, connections } = createMessageServer((message, connection) => {
    taken.push(message.toString());
    connection.write(framed(message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  const got: Buffer[] = [];
  client.on('data', (bytes: Buffer) => got.push(bytes));
  for (let at = 0; at < stream.length; at += size) client.write(stream.subarray(at, at + size));
  while (Buffer.concat(got).length < stream.length) await once(client, 'data');
  expect(taken).toEqual(messages.map(String));
  expect(Buffer.concat(got)).toEqual(stream);
  const [connection] = connections;
  client.destroy();
  if (connection) await once(connection, 'close');
  expect(connection).toBeDefined();
  expect(connections.size).toBe(0);
  server.close();
});
