/** One connection with many requests and no reader, at both listeners. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { maxOpenRequests } from '../../../../shared/program/open-requests.ts';
import type { Certificate } from '../../../../webhook/certificates/certificate.ts';
import { issueAuthority } from '../../../../webhook/certificates/issue.ts';
import { bareApp } from '../../../../webhook/http/app.ts';
import { listenPlain, listenTls, type ListenSetting } from '../../../../webhook/http/listener.ts';
import { cleanUpsOfTests } from '../../../support/clean-ups.ts';

const cleanUps = cleanUpsOfTests();
const where: ListenSetting = { setting: 'TEST', addresses: [{ host: '127.0.0.1', port: 0 }] };
const request = 'POST /mutate HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}';
let certificate: Certificate;
let waiting: ServerResponse[];

beforeAll(async () => {
  certificate = await issueAuthority({ nowMs: Date.now(), lifetimeMs: 3_600_000 });
});
beforeEach(() => {
  waiting = [];
});

async function open(scheme: string): Promise<Socket> {
  const app = bareApp().use((_request, response) => void waiting.push(response));
  const listener = await (scheme === 'https' ? listenTls(where, certificate, app) : listenPlain(where, app));
  const port = listener.addresses[0]?.port ?? 0;
  const socket =
    scheme === 'https'
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connect(port, '127.0.0.1');
  cleanUps.push(
    () => socket.destroy(),
    () => listener.close(),
  );
  await once(socket, scheme === 'https' ? 'secureConnect' : 'connect');
  return socket.on('error', () => undefined);
}

test.each(['https', 'http'])('%s: with more requests than there may be the connection is ended', async (scheme) => {
  const socket = await open(scheme);
  socket.write(request.repeat(1000));
  socket.resume();
  await once(socket, 'close');
  expect(waiting).toHaveLength(maxOpenRequests);
});

test.each(['https', 'http'])('%s: as many as there may be are answered in their order', async (scheme) => {
  const socket = await open(scheme);
  socket.write(request.repeat(maxOpenRequests));
  let told = '';
  for (let number = 0; number < maxOpenRequests; number += 1) {
    while (waiting.length <= number) await new Promise(setImmediate);
    waiting[number]?.end(`answer ${number};`);
    while (!told.includes(`answer ${number};`)) told += String(await once(socket, 'data'));
  }
  expect(told.match(/answer \d+/g)).toEqual(Array.from({ length: maxOpenRequests }, (_, number) => `answer ${number}`));
});
