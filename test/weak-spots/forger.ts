/**
 * The nameserver 192.0.2.1 of a world whose replies others forge, and the client that asks the sidecar there. A program:
 * commands come as lines of JSON on stdin, results go out on stdout.
 *
 * A name that begins with `flood` gets forgeries by the ten thousand before its true reply, and late ones once the client
 * has its answer; one that begins with `extra` a true reply with records beside the chain of the question, in all sections.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { framed } from '../support/wire/framed.ts';

export type ForgerCommand =
  | { readonly number: number; readonly do: 'ask'; readonly query: string; readonly transport: 'udp' | 'tcp' }
  | { readonly number: number; readonly do: 'sent' };

export interface ForgerResult {
  readonly number: number;
  /** Hexadecimal; none within ten seconds. */
  readonly reply?: string;
  /** Forgeries by kind. */
  readonly sent?: Readonly<Record<string, number>>;
}

const server = '192.0.2.1';
const otherServer = '192.0.2.2';
const sidecar = '127.0.0.1';

/** Forgeries at a time, with a millisecond between: no more than the socket buffer of the sidecar holds. */
const burst = 48;

const goodA = Buffer.from([192, 0, 2, 80]);
const goodAaaa = Buffer.from('20010db8000000000000000000000080', 'hex');
const evilA = Buffer.from([203, 0, 113, 66]);
const evilAaaa = Buffer.from('20010db80bad00000000000000000bad', 'hex');
const evilName = Buffer.from('046576696c047465737400', 'hex');

const sent: Record<string, number> = {};

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  /** The question section. */
  readonly bytes: Buffer;
}

function readQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let offset = 12;
  for (let length = message[offset] ?? 0; length > 0; length = message[offset] ?? 0) {
    labels.push(message.toString('latin1', offset + 1, offset + 1 + length));
    offset += length + 1;
  }
  const bytes = Buffer.from(message.subarray(12, offset + 5));
  return { id: message.readUInt16BE(0), name: labels.join('.'), type: message.readUInt16BE(offset + 1), bytes };
}

const pointerToQuestion = Buffer.from([0xc0, 12]);

function record(owner: Buffer, type: number, rdata: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(60, 4);
  fixed.writeUInt16BE(rdata.length, 8);
  return Buffer.concat([owner, fixed, rdata]);
}

function message(id: number, question: Buffer, sections: readonly (readonly Buffer[])[], qdcount = 1): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(qdcount, 4);
  for (const [index, records] of sections.entries()) header.writeUInt16BE(records.length, 6 + 2 * index);
  return Buffer.concat([header, question, ...sections.flat()]);
}

function trueReply({ id, name, type, bytes }: Question): Buffer {
  const rdata: Readonly<Record<number, Buffer>> = {
    1: goodA,
    28: goodAaaa,
    16: Buffer.from('04676f6f64', 'hex'),
    33: Buffer.from('00010002003504676f6f64047465737400', 'hex'),
  };
  const data = rdata[type];
  const answers = data === undefined ? [] : [record(pointerToQuestion, type, data)];
  if (!name.startsWith('extra') || data === undefined) return message(id, bytes, [answers, [], []]);
  const evil = [
    record(evilName, 1, evilA),
    record(evilName, 28, evilAaaa),
    record(evilName, 5, evilName),
    record(evilName, 16, Buffer.from('046576696c', 'hex')),
    record(evilName, 33, Buffer.concat([Buffer.from('000100020035', 'hex'), evilName])),
  ];
  // Of the question's own name, but of a type that was not asked for; and aliases that lead nowhere from here.
  const foreign = [
    ...(type === 1 ? [] : [record(pointerToQuestion, 1, evilA)]),
    ...(type === 28 ? [] : [record(pointerToQuestion, 28, evilAaaa)]),
  ];
  const withoutAlias = evil.filter((_, index) => index !== 2);
  return message(id, bytes, [[...withoutAlias, ...foreign, ...answers, ...withoutAlias], evil, [...evil, ...foreign]]);
}

/** An answer with what must never be seen. */
function evilReply(id: number, question: Buffer, type: number, qdcount = 1): Buffer {
  const answer = record(pointerToQuestion, type, type === 28 ? evilAaaa : evilA);
  return message(id, question, [[answer], [], []], qdcount);
}

function changed(bytes: Buffer, offset: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  copy[offset] = change(copy[offset] ?? 0);
  return copy;
}

async function openUdp(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}

const [right, wrongAddress, wrongPort] = await Promise.all([
  openUdp(server, 53),
  openUdp(otherServer, 53),
  openUdp(server, 5353),
]);

/** What the client has an answer to: first label and type, which are the same in its query and in the sidecar's. */
const answered = new Set<string>();

function key({ name, type }: Question): string {
  return `${name.split('.', 1)[0]} ${type}`;
}

right.on('message', (bytes, from) => {
  const question = readQuestion(bytes);
  const answer = (): void => right.send(trueReply(question), from.port, from.address);
  if (!question.name.startsWith('flood')) return answer();
  void forge(question, from)
    .then(() => answerUntilKnown(question, answer))
    .then(() => forgeLate(question, from));
});

/**
 * Floods at one socket fill its buffer, and the kernel then drops the true reply, too. A reply with the right ID and
 * question from the right place is the true one to any resolver, so late forgeries begin only when it has arrived.
 */
async function answerUntilKnown(question: Question, answer: () => void): Promise<void> {
  for (const giveUpAt = Date.now() + 10_000; !answered.has(key(question)) && Date.now() < giveUpAt; await sleep(5)) {
    answer();
  }
}

/** Everything that a guesser may try, at the socket that waits and at others. */
async function forge({ id, type, bytes }: Question, from: RemoteInfo): Promise<void> {
  const end = bytes.length;
  const questions: readonly (readonly [kind: string, reply: Buffer])[] = [
    [
      'other name',
      evilReply(
        id,
        changed(bytes, 1, (byte) => byte ^ 1),
        type,
      ),
    ],
    ['longer name', evilReply(id, Buffer.concat([Buffer.from([1, 0x61]), bytes]), type)],
    ['name cut', evilReply(id, Buffer.concat([Buffer.of(0), bytes.subarray(end - 4)]), type)],
    [
      'other type',
      evilReply(
        id,
        changed(bytes, end - 3, (byte) => byte ^ 29),
        type,
      ),
    ],
    [
      'other class',
      evilReply(
        id,
        changed(bytes, end - 1, () => 3),
        type,
      ),
    ],
    ['no question', evilReply(id, Buffer.alloc(0), type, 0)],
    ['two questions', evilReply(id, Buffer.concat([bytes, bytes]), type, 2)],
    ['question count 2', evilReply(id, bytes, type, 2)],
    ['question cut off', message(id, bytes, [[], [], []]).subarray(0, 12 + end - 2)],
  ];
  const good = evilReply(id, bytes, type);
  let guess = id;
  // Every other ID, and between them all the rest, so that each is tried again and again.
  for (let round = 0; guess !== ((id - 1) & 0xffff); round += 1) {
    for (let count = 0; count < burst && guess !== ((id - 1) & 0xffff); count += 1) {
      guess = (guess + 1) & 0xffff;
      send(right, evilReply(guess, bytes, type), from.port, 'other ID');
    }
    const [kind, reply] = questions[round % questions.length] ?? ['', Buffer.alloc(0)];
    send(right, reply, from.port, kind);
    send(wrongAddress, good, from.port, 'other address');
    send(wrongPort, good, from.port, 'other source port');
    for (const port of [from.port + 1, from.port - 1, 1024 + ((round * 997) % 64_000)]) {
      if (port !== from.port) send(right, good, port, 'other port');
    }
    await sleep(1);
  }
}

async function forgeLate({ id, type, bytes }: Question, from: RemoteInfo): Promise<void> {
  for (let count = 0; count < 20; count += 1) {
    send(right, evilReply(id, bytes, type), from.port, 'late');
    await sleep(5);
  }
}

function send(socket: Socket, bytes: Buffer, port: number, kind: string): void {
  sent[kind] = (sent[kind] ?? 0) + 1;
  socket.send(bytes, port, server, () => undefined);
}

/** The sidecar's reply, in hexadecimal. */
async function ask(query: Buffer, transport: 'udp' | 'tcp'): Promise<string | undefined> {
  if (transport === 'udp') {
    const socket = createSocket('udp4');
    // Connected, it takes nothing from the forger, who may hit its port.
    socket.connect(53, sidecar);
    await once(socket, 'connect');
    const reply = once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
    socket.send(query);
    const [bytes] = (await reply.catch(() => [undefined])) as [Buffer | undefined];
    socket.close();
    return bytes?.toString('hex');
  }
  const socket = connect(53, sidecar);
  socket.write(framed(query));
  const [bytes] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer];
  socket.destroy();
  return bytes.subarray(2).toString('hex');
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line) as ForgerCommand;
  const answer = (result: Omit<ForgerResult, 'number'>): void => {
    process.stdout.write(`${JSON.stringify({ number: command.number, ...result })}\n`);
  };
  if (command.do === 'sent') return answer({ sent });
  const query = Buffer.from(command.query, 'hex');
  void ask(query, command.transport).then((reply) => {
    answered.add(key(readQuestion(query)));
    answer(reply === undefined ? {} : { reply });
  });
});
process.stdout.write(`${JSON.stringify({ number: 0 })}\n`);
