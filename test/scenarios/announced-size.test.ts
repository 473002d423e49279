/** How much a reply over UDP holds: what the client announces, and where it is. */
import { describe, expect, test } from 'vitest';
import type { ReplyScript } from '../../cli/simulation/script.ts';
import { createRawClient, encodeQuery } from '../support/simulation/raw-client.ts';
import type { RawQuery, RawReply } from '../support/simulation/raw-client.ts';

const server = '192.0.2.1';
const conf = `nameserver ${server}\nsearch s1.test\noptions ndots:1 timeout:2 attempts:2\n`;

const addresses = (count: number): ReplyScript => ({
  is: 'DATA',
  addresses: Array.from({ length: count }, (_, index) => `10.9.${index >> 8}.${index & 255}`),
});
const texts = (owner: string, count: number): ReplyScript => ({
  is: 'DATA',
  extra: Array.from({ length: count }, (_, index) => ({ owner, type: 'TXT', data: `${index}`.padStart(250, 'x') })),
});
const services = (owner: string, count: number): ReplyScript => ({
  is: 'DATA',
  // Priority, weight, port and the target: a label of its own under a name that others share.
  extra: Array.from({ length: count }, (_, index) => ({ owner, type: 'SRV', data: `0 5 80 s${index}.web.test` })),
});

const zone = {
  'web.s1.test': addresses(74),
  'a-longer-name-of-the-web': addresses(74),
  'huge.s1.test': addresses(400),
  huge: texts('huge', 260),
  'texts.s1.test': texts('texts.s1.test', 30),
  texts: texts('texts', 30),
  '_http._tcp.web.test': services('_http._tcp.web.test', 40),
};

async function ask(query: RawQuery): Promise<RawReply> {
  const client = createRawClient({ script: { servers: { [server]: { names: zone } } }, resolvConf: conf });
  const replies = client.ask(query);
  await client.pass(500);
  expect(replies).toHaveLength(1);
  return replies[0] as RawReply;
}

const count = ({ message }: RawReply, type: string) =>
  message.answers?.filter((answer) => answer.type === type).length ?? 0;

describe('a client on loopback gets as much as it announces', () => {
  test.each([
    ['74 A records, searched', 'web.glibc.internal', 'A', 4096, 74],
    ['74 A records', 'a-longer-name-of-the-web', 'A', 4096, 74],
    ['400 A records, searched', 'huge.glibc.internal', 'A', 65_535, 400],
    ['30 TXT records, searched', 'texts.glibc.internal', 'TXT', 8192, 30],
    ['30 TXT records', 'texts', 'TXT', 8192, 30],
    ['40 SRV records', '_http._tcp.web.test', 'SRV', 8192, 40],
  ])('%s', async (_, name, type, edns, expected) => {
    const reply = await ask({ name, type, edns });
    expect(reply.message.flag_tc).toBe(false);
    expect(count(reply, type)).toBe(expected);
    expect(reply.bytes.length).toBeGreaterThan(1232);
    expect(reply.message.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
  });

  test('and no more than a datagram holds', async () => {
    const reply = await ask({ name: 'huge', type: 'TXT', edns: 65_535 });
    expect(reply.message.flag_tc).toBe(true);
    expect(reply.bytes.length).toBeGreaterThan(65_000);
    expect(reply.bytes.length).toBeLessThanOrEqual(65_507);
  });

  test('without an announcement 512 bytes', async () => {
    const reply = await ask({ name: 'web.glibc.internal' });
    expect(reply.message.flag_tc).toBe(true);
    expect(reply.bytes.length).toBeLessThanOrEqual(512);
  });
});

test.each([
  ['web.glibc.internal', 'A'],
  ['a-longer-name-of-the-web', 'A'],
  ['texts', 'TXT'],
  ['_http._tcp.web.test', 'SRV'],
])('over a network 1232 bytes are the most: %s %s', async (name, type) => {
  const reply = await ask({ name, type, edns: 8192, from: '192.0.2.77' });
  expect(reply.message.flag_tc).toBe(true);
  expect(reply.bytes.length).toBeLessThanOrEqual(1232);
  expect(reply.bytes.length).toBeGreaterThan(900);
  expect(reply.message.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
});

test('what the kernel does not take is cut and says so; over TCP it is complete, without another search', async () => {
  const sidecar = createRawClient({ script: { servers: { [server]: { names: zone } } }, resolvConf: conf });
  const sent: Uint8Array[] = [];
  const query = { name: 'huge.glibc.internal', edns: 65_535, id: 9 };
  sidecar.pipeline.handle(encodeQuery(query), {
    transport: 'udp',
    address: '127.0.0.1',
    port: 40_000,
    onLoopback: true,
    // Nothing larger than an Ethernet frame gets through.
    reply: (bytes, smaller) => void sent.push(bytes.length > 1500 && smaller !== undefined ? smaller() : bytes),
  });
  await sidecar.pass(100);
  expect(sent.map((bytes) => [bytes.length <= 1232, (bytes[2] ?? 0) & 0x02])).toEqual([[true, 0x02]]);
  const asked = sidecar.upstreamQueries();
  const connection = sidecar.connect();
  sidecar.ask({ ...query, connection });
  await sidecar.pass(100);
  expect(connection.replies.map((reply) => count(reply, 'A'))).toEqual([400]);
  expect(sidecar.upstreamQueries()).toEqual(asked);
});
