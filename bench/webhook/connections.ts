/** Connections over TLS that stay, with requests whose bytes are made once: far cheaper than what answers them. */
import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { serviceName } from '../../test/support/kubernetes/webhook-process.ts';

export interface Connections {
  /** As many as can be answered; returns how many were. */
  saturate(seconds: number): Promise<number>;
  /** At a steady rate; returns the milliseconds from when each was due to its reply. */
  steadily(perSecond: number, seconds: number): Promise<number[]>;
  /** Replies without a patch so far. */
  faults(): number;
  close(): void;
}

export async function openConnections(
  port: number,
  ca: string,
  bodies: readonly string[],
  count: number,
): Promise<Connections> {
  const requests = bodies.map(requestBytes);
  let faults = 0;
  let next = 0;
  const open = await Promise.all(Array.from({ length: count }, () => openConnection(port, ca)));
  const ask = async (connection: Connection): Promise<void> => {
    const request = requests[(next += 1) % requests.length] ?? Buffer.alloc(0);
    if (!(await connection.ask(request))) faults += 1;
  };
  return {
    async saturate(seconds) {
      const endMs = performance.now() + seconds * 1000;
      let answered = 0;
      const worker = async (connection: Connection): Promise<void> => {
        while (performance.now() < endMs) {
          await ask(connection);
          answered += 1;
        }
      };
      await Promise.all(open.map(worker));
      return answered;
    },
    async steadily(perSecond, seconds) {
      const idle = [...open];
      const times: number[] = [];
      const startMs = performance.now();
      const running: Promise<void>[] = [];
      for (let number = 0; number < perSecond * seconds; number += 1) {
        const dueMs = startMs + (number * 1000) / perSecond;
        await until(dueMs);
        let connection = idle.pop();
        // All wait: the time that this one waits counts.
        for (; connection === undefined; connection = idle.pop()) await nextTurn();
        const taken = connection;
        running.push(
          ask(taken).then(() => {
            times.push(performance.now() - dueMs);
            idle.push(taken);
          }),
        );
      }
      await Promise.all(running);
      return times;
    },
    faults: () => faults,
    close() {
      for (const { socket } of open) socket.destroy();
    },
  };
}

/** Timers fire up to a millisecond late: the last stretch is spun. */
async function until(dueMs: number): Promise<void> {
  const left = dueMs - performance.now();
  if (left > 2) await sleep(left - 2);
  while (performance.now() < dueMs) await nextTurn();
}

interface Connection {
  readonly socket: TLSSocket;
  /** Whether the reply has a patch. */
  ask(request: Buffer): Promise<boolean>;
}

async function openConnection(port: number, ca: string): Promise<Connection> {
  const socket = connect({ host: '127.0.0.1', port, ca, servername: serviceName });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  let received = '';
  let end = 0;
  let answered: ((patched: boolean) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    if (end === 0) end = endOf(received);
    if (end === 0 || received.length < end) return;
    const patched = received.startsWith('HTTP/1.1 200') && received.includes('"patch"');
    received = '';
    end = 0;
    answered?.(patched);
  });
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error('the webhook closed a connection')));
  return {
    socket,
    ask: (request) =>
      new Promise((resolve, reject) => {
        answered = resolve;
        failed = reject;
        socket.write(request);
      }),
  };
}

/** Length of the whole reply, 0 while its head is not whole. */
function endOf(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  if (length === undefined) throw new Error(`a reply without length: ${text.slice(0, head)}`);
  return head + 4 + Number(length);
}

function requestBytes(body: string): Buffer {
  const head = [
    'POST /mutate?timeout=5s HTTP/1.1',
    `host: ${serviceName}:443`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    '',
  ];
  return Buffer.from(head.join('\r\n') + body);
}
