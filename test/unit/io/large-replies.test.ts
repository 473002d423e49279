/** Over TCP a large reply goes out as it is: a copy of each would be as much memory again under a flood of them. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { serveTcpConnection } from '../../../sidecar/io/tcp-connection.ts';
import { connectTcp, frame, openTcpServer, recordEvents, until } from './network.ts';
import { cleanUpsOfTests } from '../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();

test.each([
  ['is not copied', 50_000, true],
  ['that is small leaves with its length in one buffer', 500, false],
])('a reply %s', async (_what, size, isWrittenItself) => {
  const reply = new Uint8Array(size).fill(0x61);
  const events = recordEvents();
  events.answer = ({ client }) => client.reply(reply);
  const written: unknown[] = [];
  const { server, port } = await openTcpServer((socket: Socket) => {
    const write = socket.write.bind(socket);
    Object.assign(socket, {
      write: (bytes: Uint8Array) => {
        written.push(bytes);
        return write(bytes);
      },
    });
    serveTcpConnection(socket, { events, now: () => 0, idleMs: 10_000, crowded: () => undefined });
  });
  const client = await connectTcp(port);
  cleanUps.push(() => {
    client.socket.destroy();
    server.close();
  });
  client.socket.write(Buffer.concat([frame('one'), frame('two')]));
  await until(() => client.messages.length === 2);
  expect(client.messages).toEqual(['a'.repeat(size), 'a'.repeat(size)]);
  expect(written.includes(reply)).toBe(isWrittenItself);
  expect(written).toHaveLength(isWrittenItself ? 4 : 2);
});
