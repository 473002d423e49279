/** The demo's cluster DNS: what it answers. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { decode, encode, streamDecode, streamEncode, type Answer } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { answerQuery, startClusterDns } from '../../../cli/demo/cluster-dns.ts';
import { createZone, demoNames } from '../../../cli/demo/cluster-zone.ts';
import { socketNetwork } from '../../../cli/network/sockets.ts';
import { receive } from '../../../cli/models/network.ts';

const zone = createZone('cluster.local', 'shop');
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN'];
const flagTc = 0x0200;
const flagAa = 0x0400;

function query(name: string, type: 'A' | 'AAAA' | 'TXT' = 'A'): Buffer {
  return encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ type, name }] });
}

function ask(name: string, type: 'A' | 'AAAA' | 'TXT' = 'A', limitBytes = 512) {
  const reply = answerQuery(zone, query(name, type), limitBytes);
  if (reply === undefined) throw new Error('no reply');
  const decoded = decode(reply);
  const rcode = rcodes[(decoded.flags ?? 0) & 0xf];
  return { bytes: reply.length, rcode, ...decoded };
}

const data = (answers: readonly Answer[] | undefined) =>
  answers?.map((answer) => ('data' in answer ? answer.data : ''));

describe('answers', () => {
  test('a Service: authoritative, in the letters of the question', () => {
    const reply = ask('Cart.shop.svc.cluster.local');
    expect(reply.rcode).toBe('NOERROR');
    expect(reply.flags ?? 0).toSatisfy((flags: number) => (flags & flagAa) !== 0);
    expect(reply.answers).toMatchObject([{ name: 'Cart.shop.svc.cluster.local', type: 'A', data: '10.96.14.7' }]);
  });

  test.each([
    ['cart.shop.svc.cluster.local', 'AAAA', 'NOERROR'],
    ['db.shop.svc.cluster.local', 'A', 'NOERROR'],
    ['shop.svc.cluster.local', 'A', 'NOERROR'],
    ['crat.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['ledger.corp.example', 'AAAA', 'NXDOMAIN'],
    ['partner.io', 'TXT', 'NOERROR'],
  ] as const)('%s %s: %s without an answer, with an SOA', (name, type, rcode) => {
    const reply = ask(name, type);
    expect(reply.rcode).toBe(rcode);
    expect(reply.answers).toEqual([]);
    expect(reply.authorities?.[0]?.type).toBe('SOA');
  });

  test.each([
    ['partner.io.lab.example', 'A'],
    ['reports.corp.example', 'AAAA'],
  ] as const)('%s %s fails', (name, type) => {
    const reply = ask(name, type);
    expect(reply.rcode).toBe('SERVFAIL');
    expect(reply.authorities).toEqual([]);
  });

  test('an ExternalName is an alias with the addresses behind it', () => {
    const reply = ask('payments.shop.svc.cluster.local');
    expect(data(reply.answers)).toEqual(['pay.partner.io', '192.0.2.21']);
    expect(reply.answers?.map(({ name }) => name)).toEqual(['payments.shop.svc.cluster.local', 'pay.partner.io']);
  });

  test('forty addresses: cut over UDP, whole over TCP, owners as pointers', () => {
    const cut = ask('workers.shop.svc.cluster.local');
    expect(cut.flags ?? 0).toSatisfy((flags: number) => (flags & flagTc) !== 0);
    expect(cut.bytes).toBeLessThanOrEqual(512);
    expect(cut.answers).toHaveLength(29);
    const whole = ask('workers.shop.svc.cluster.local', 'A', 0xffff);
    expect(new Set(data(whole.answers)).size).toBe(40);
    expect(whole.bytes).toBe(48 + 40 * 16);
  });

  test('what is no query has no reply', () => {
    expect(answerQuery(zone, Buffer.from([1, 2, 3]), 512)).toBeUndefined();
    expect(
      answerQuery(zone, encode({ type: 'response', id: 1, questions: [{ type: 'A', name: 'a' }] }), 512),
    ).toBeUndefined();
  });

  test('the demo names exist for any namespace and domain', () => {
    expect(demoNames('team-a')).toContain('cart.team-a.svc');
    expect(createZone('k8s.corp', 'team-a').names.map(({ name }) => name)).toContain('cart.team-a.svc.k8s.corp');
  });

  test('the search domain that is down is so for one name of the sample alone', () => {
    expect(ask('partner.io.lab.example').rcode).toBe('SERVFAIL');
    for (const name of ['cart', 'example.com', 'www', 'pay.partner.io'])
      expect(ask(`${name}.lab.example`).rcode).toBe('NXDOMAIN');
  });
});

test('serves UDP and TCP on one port, and counts', async () => {
  const server = await startClusterDns(zone, '127.0.0.1', 0);
  try {
    const to = { address: server.address, port: server.port };
    const udp = socketNetwork.openUdp(to);
    const tcp = socketNetwork.openTcp(to);
    udp.send(query('cart.shop.svc.cluster.local'), to);
    tcp.send(query('workers.shop.svc.cluster.local'));
    tcp.send(query('partner.io', 'AAAA'));
    const replies: Buffer[] = [];
    for (let i = 0; i < 3; i++) {
      const received = await receive(socketNetwork, [udp, tcp], socketNetwork.now() + 3000);
      if (received?.event.kind === 'message') replies.push(Buffer.from(received.event.bytes));
    }
    udp.close();
    tcp.close();
    expect(replies.map((reply) => decode(reply).answers?.length ?? 0).toSorted((a, b) => a - b)).toEqual([1, 1, 40]);
    expect(streamDecode(streamEncode(decode(replies[0] ?? Buffer.alloc(0)))).id).toBe(7);
    expect(server.queries).toBe(3);
  } finally {
    await server.close();
  }
});

test('a port that somebody has over UDP leaves nothing open, which would keep the program', async () => {
  const other = createSocket('udp4');
  other.bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  await expect(startClusterDns(zone, '127.0.0.1', port)).rejects.toThrow('EADDRINUSE');
  const tcp = createServer().listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  tcp.close();
  other.close();
});
