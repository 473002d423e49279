/**
 * The scripted upstream: a program that runs inside a world's network namespace, serves port 53 of the
 * script's addresses over UDP and TCP, and notes every query in the order of arrival. Its parent drives
 * it over the IPC channel and it ends with it.
 */
import { dnsPort } from './addresses.ts';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { createMessageServer, framed, type MessageServer } from '../wire/framed.ts';
import { flagAd, flagCd, readQuestion, type Question } from '../../../cli/simulation/message.ts';
import { datagrams, overTcp, scriptedReply } from '../../../cli/simulation/reply.ts';
import type { Query, Script, ServerScript } from '../../../cli/simulation/script.ts';

export type UpstreamRequest =
  | { number: number; do: 'load'; script: Script }
  | { number: number; do: 'restart' }
  | { number: number; do: 'queries' }
  | { number: number; do: 'get'; url: string };

export interface UpstreamAnswer {
  number: number;
  queries?: Query[];
  status?: number;
  body?: string;
  error?: string;
}

const udpSockets = new Map<string, DatagramSocket>();
const tcpServers = new Map<string, MessageServer>();
let script: Script = { servers: {} };
let queries: Query[] = [];
let asked = new Map<string, { udp: number; tcp: number }>();
let startMs = performance.now();
/** A reply that is still to come when a new script is loaded belongs to the past and is not sent. */
let generation = 0;

async function load(next: Script): Promise<void> {
  for (const { connections } of tcpServers.values()) for (const connection of connections) connection.destroy();
  const wanted = Object.entries(next.servers);
  const udp = new Set(wanted.filter(([, server]) => server.udp !== 'closed').map(([a]) => a));
  const tcp = new Set(wanted.filter(([, server]) => server.tcp !== 'refused').map(([a]) => a));
  const changes: Promise<unknown>[] = [];
  for (const [address, socket] of udpSockets)
    if (!udp.has(address)) {
      udpSockets.delete(address);
      changes.push(new Promise<void>((done) => socket.close(() => done())));
    }
  for (const [address, { server }] of tcpServers)
    if (!tcp.has(address)) {
      tcpServers.delete(address);
      changes.push(new Promise((done) => server.close(done)));
    }
  for (const address of udp) if (!udpSockets.has(address)) changes.push(openUdp(address));
  for (const address of tcp) if (!tcpServers.has(address)) changes.push(openTcp(address));
  await Promise.all(changes);
  script = next;
  restart();
}

function restart(): void {
  queries = [];
  asked = new Map();
  startMs = performance.now();
  generation++;
}

async function openUdp(address: string): Promise<void> {
  const family = address.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket(family);
  udpSockets.set(address, socket);
  socket.on('message', (message, from) => {
    const server = script.servers[address];
    const question = note(address, 'udp', from.port, message);
    if (server === undefined || question === undefined) return;
    for (const packet of datagrams(server, question, count(address, question, 'udp'), performance.now() - startMs))
      later(packet.delayMs, () => {
        if (!packet.foreign) return socket.send(packet.bytes, from.port, from.address);
        const other = createSocket(family);
        other.bind(0, address, () => other.send(packet.bytes, from.port, from.address, () => other.close()));
      });
  });
  // A client that has closed its socket makes the kernel report an error on ours.
  socket.on('error', () => {});
  socket.bind(dnsPort, address);
  await once(socket, 'listening');
}

async function openTcp(address: string): Promise<void> {
  const messages = createMessageServer((message, connection) => serveTcp(address, connection, message));
  tcpServers.set(address, messages);
  messages.server.listen(dnsPort, address);
  await once(messages.server, 'listening');
}

function serveTcp(address: string, connection: Socket, message: Buffer): void {
  const server = script.servers[address];
  const question = note(address, 'tcp', connection.remotePort ?? 0, message);
  if (server === undefined || question === undefined) return;
  const reply = overTcp(server, replyOverTcp(server, address, question), question, performance.now() - startMs);
  if (reply === 'STALL') return;
  if (reply === 'CLOSE') connection.end();
  else if (reply === 'RESET') connection.resetAndDestroy();
  else
    later(reply.delayMs, () => {
      if (!connection.writable) return;
      connection.write(framed(reply.bytes));
      if (server.tcp === 'once') connection.end();
    });
}

/** The reply that was truncated over UDP, or without UDP queries the next one in turn. */
function replyOverTcp(server: ServerScript, address: string, question: Question) {
  const index = count(address, question, 'tcp');
  const udp = asked.get(key(address, question))?.udp ?? 0;
  return scriptedReply(server, question, udp > 0 ? udp - 1 : index);
}

function note(server: string, transport: 'udp' | 'tcp', sourcePort: number, message: Buffer): Question | undefined {
  const question = readQuestion(message);
  const query: Query = {
    atMs: Math.round((performance.now() - startMs) * 10) / 10,
    server,
    transport,
    sourcePort,
    id: question?.id ?? -1,
    name: question?.name ?? '',
    type: question?.type ?? '',
    ad: ((question?.flags ?? 0) & flagAd) !== 0,
    cd: ((question?.flags ?? 0) & flagCd) !== 0,
  };
  if (question?.edns !== undefined) query.edns = question.edns;
  if (question === undefined) query.fault = `no query: ${message.toString('hex')}`;
  else if (question.fault !== undefined) query.fault = question.fault;
  queries.push(query);
  return question;
}

function count(address: string, question: Question, transport: 'udp' | 'tcp'): number {
  const counts = asked.get(key(address, question)) ?? { udp: 0, tcp: 0 };
  asked.set(key(address, question), counts);
  return counts[transport]++;
}

function key(address: string, question: Question): string {
  return `${address} ${question.name.toLowerCase()} ${question.type}`;
}

function later(delayMs: number, act: () => void): void {
  const current = generation;
  if (delayMs === 0) act();
  else setTimeout(() => void (current === generation && act()), delayMs);
}

process.on('message', (request: UpstreamRequest) => {
  const answer = (more: Partial<UpstreamAnswer> = {}) => process.send?.({ number: request.number, ...more });
  switch (request.do) {
    case 'load':
      load(request.script).then(
        () => answer(),
        (error: unknown) => answer({ error: String(error) }),
      );
      return;
    case 'restart':
      restart();
      answer();
      return;
    case 'queries':
      answer({ queries });
      return;
    case 'get':
      get(request.url, { agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => answer({ status: response.statusCode ?? 0, body }));
      }).on('error', (error) => answer({ status: 0, body: error.message }));
      return;
  }
});
// The parent removes the world's folder, unless it was killed.
process.on('disconnect', () => {
  const folder = process.argv[2];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
process.send?.({ number: 0 });
