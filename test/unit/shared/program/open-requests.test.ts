/** One HTTP connection with many requests and no reader. */
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { boundingOptions, boundOpenRequests, maxOpenRequests } from '../../../../shared/program/open-requests.ts';
import { cleanUpsOfTests } from '../../../support/clean-ups.ts';
import { until } from '../../io/network.ts';

const cleanUps = cleanUpsOfTests();
const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
let server: Server;
/** In the order of their requests. */
let waiting: ServerResponse[];
let counts: number[];
/** Requests that were made into objects. */
let taken: number;
const take = (): void => void (taken += 1);

beforeEach(async () => {
  [waiting, counts, taken] = [[], [], 0];
  server = createServer(boundingOptions(IncomingMessage));
  boundOpenRequests(
    server,
    (_request, response) => void waiting.push(response),
    (_socket, open) => void counts.push(open),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  channel('http.server.request.start').subscribe(take);
});
afterEach(() => {
  channel('http.server.request.start').unsubscribe(take);
  server.close();
  server.closeAllConnections();
});

async function send(text: string) {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  cleanUps.push(() => socket.destroy());
  const ofServer = once(server, 'connection');
  socket.on('error', () => undefined).write(text);
  const [peer] = (await ofServer) as [typeof socket];
  return { socket, peer };
}

test.each([
  ['as most are', request],
  ['with an expectation that nobody knows', request.replace('host', 'expect: x\r\nhost')],
])('with more than there may be it is ended, and what is behind them is not taken apart: %s', async (_what, one) => {
  const { peer } = await send(one.repeat(1000));
  await once(peer, 'close');
  expect([waiting.length, taken]).toEqual([maxOpenRequests, maxOpenRequests + 1]);
});

test('as many as there may be are answered, and as many again', async () => {
  const { socket, peer } = await send(request.repeat(maxOpenRequests));
  for (const round of [1, 2]) {
    await until(() => waiting.length === maxOpenRequests);
    for (const response of waiting.splice(0)) response.end(`of round ${round}`);
    let told = '';
    while (told.split(`of round ${round}`).length <= maxOpenRequests) told += String(await once(socket, 'data'));
    if (round === 1) socket.write(request.repeat(maxOpenRequests));
  }
  expect(peer.destroyed).toBe(false);
});

test('it is told how many are open, with each that comes and goes', async () => {
  await send(request.repeat(2));
  await until(() => counts.length === 2);
  waiting[0]?.end();
  await until(() => counts.length === 3);
  waiting[1]?.end();
  await until(() => counts.length === 4);
  expect(counts).toEqual([1, 2, 1, 0]);
});

test('a request without a host is refused and the last of its connection', async () => {
  const { socket } = await send('GET / HTTP/1.1\r\n\r\n');
  let told = '';
  for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) told += chunk;
  expect(told).toMatch(/^HTTP\/1.1 400 [^]*connection: close\r\n/);
  expect(waiting).toEqual([]);
});

test('HTTP/1.0 has no need of a host', async () => {
  await send('GET / HTTP/1.0\r\n\r\n');
  await until(() => waiting.length === 1);
  expect(waiting).toHaveLength(1);
});

test('another protocol and CONNECT are as with any server that has none', async () => {
  await send(request.replace('host', 'connection: upgrade\r\nupgrade: x\r\nhost'));
  await until(() => waiting.length === 1);
  const { peer } = await send('CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n');
  await once(peer, 'close');
  expect(waiting).toHaveLength(1);
});
