/** The models' network played from a script of nameservers, in simulated time. */
import { put, type Endpoint, type Inbox, type Network } from '../models/network.ts';
import { flagAd, flagCd, readQuestion, type Question } from './message.ts';
import { datagrams, overTcp, scriptedReply } from './reply.ts';
import type { Script } from './script.ts';

export interface AskedQuestion {
  readonly atMs: number;
  readonly server: string;
  readonly transport: 'udp' | 'tcp';
  readonly name: string;
  readonly type: string;
  readonly id: number;
  /** What it has beyond a plain query: "AD CD EDNS=1232 DO". */
  readonly extras: string;
  /** Numbers the sockets in the order in which they were opened: as the source port tells them apart. */
  readonly socket: number;
}

export interface SimulatedNetwork extends Network {
  readonly asked: readonly AskedQuestion[];
  /** Runs until the promise is settled, stepping from one timer to the next. */
  run<Value>(promise: Promise<Value>): Promise<Value>;
}

function extrasOf({ flags, edns, dnssecOk }: Question): string {
  const extras = [
    (flags & flagAd) !== 0 && 'AD',
    (flags & flagCd) !== 0 && 'CD',
    edns !== undefined && `EDNS=${edns}`,
    dnssecOk === true && 'DO',
  ];
  return extras.filter((extra) => extra !== false).join(' ');
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Whether a query over UDP, the `number`th of its name and type at the server, or its reply is lost. */
export type LosesQuery = (server: string, question: Question, number: number) => boolean;

/** @param losesQuery beside what the script says */
// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over its state
export function createSimulatedNetwork(script: Script, losesQuery: LosesQuery = () => false): SimulatedNetwork {
  let nowMs = 0;
  let ids = 0;
  let sockets = 0;
  const timers = new Set<Timer>();
  const asked: AskedQuestion[] = [];
  const counts = new Map<string, number>();

  const setTimer = (delayMs: number, run: () => void) => {
    const timer = { atMs: nowMs + delayMs, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const note = (
    server: string,
    transport: 'udp' | 'tcp',
    message: Uint8Array,
    socket: number,
  ): Question | undefined => {
    const question = readQuestion(Buffer.from(message));
    if (question === undefined) return undefined;
    const { name, type, id } = question;
    asked.push({ atMs: nowMs, server, transport, name, type, id, extras: extrasOf(question), socket });
    const key = `${transport} ${server} ${name} ${type}`;
    counts.set(key, (counts.get(key) ?? -1) + 1);
    return question;
  };
  const countOf = (transport: string, server: string, { name, type }: Question) =>
    counts.get(`${transport} ${server} ${name} ${type}`);

  const sendUdp = (inbox: Inbox, message: Uint8Array, to: Endpoint, connected: boolean, socket: number) => {
    const server = script.servers[to.address];
    if (server === undefined || server.udp === 'closed') {
      if (connected) setTimer(0, () => put(inbox, { kind: 'failed', code: 'ECONNREFUSED' }));
      return;
    }
    const question = note(to.address, 'udp', message, socket);
    if (question === undefined) return;
    const number = countOf('udp', to.address, question) ?? 0;
    if (losesQuery(to.address, question, number)) return;
    for (const packet of datagrams(server, question, number, nowMs))
      if (!packet.foreign || !connected)
        setTimer(packet.delayMs, () =>
          put(inbox, {
            kind: 'message',
            bytes: packet.bytes,
            from: packet.foreign ? { ...to, port: to.port + 1 } : to,
          }),
        );
  };
  /** Connections that the server has closed. */
  const hungUp = new Set<Inbox>();
  const sendTcp = (inbox: Inbox, message: Uint8Array, to: Endpoint, socket: number) => {
    const server = script.servers[to.address];
    const fail = (code: string) => setTimer(0, () => put(inbox, { kind: 'failed', code }));
    if (hungUp.has(inbox)) return fail('EOF');
    if (server === undefined || server.tcp === 'refused') return fail('ECONNREFUSED');
    const question = note(to.address, 'tcp', message, socket);
    if (question === undefined) return fail('EOF');
    const udpCount = countOf('udp', to.address, question);
    const count = udpCount ?? countOf('tcp', to.address, question) ?? 0;
    const reply = overTcp(server, scriptedReply(server, question, count), question, nowMs);
    if (reply === 'STALL') return undefined;
    if (reply === 'CLOSE') return fail('EOF');
    if (reply === 'RESET') return fail('ECONNRESET');
    return setTimer(reply.delayMs, () => {
      if (hungUp.has(inbox)) return;
      put(inbox, { kind: 'message', bytes: reply.bytes, from: to });
      if (server.tcp !== 'once') return;
      hungUp.add(inbox);
      put(inbox, { kind: 'failed', code: 'EOF' });
    });
  };
  const openInbox = (): Inbox => ({ arrived: [], wake: undefined });

  return {
    asked,
    now: () => nowMs,
    setTimer,
    randomId: () => (ids += 2),
    openUdp(connectedTo) {
      const inbox = openInbox();
      const socket = (sockets += 1);
      return Object.assign(inbox, {
        send: (message: Uint8Array, to: Endpoint) =>
          sendUdp(inbox, message, connectedTo ?? to, connectedTo !== undefined, socket),
        close() {},
      });
    },
    openTcp(server) {
      const inbox = openInbox();
      const socket = (sockets += 1);
      return Object.assign(inbox, {
        send: (message: Uint8Array) => void sendTcp(inbox, message, server, socket),
        close() {},
      });
    },
    async run(promise) {
      let settled = false;
      const over = () => {
        settled = true;
      };
      promise.then(over, over);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return promise;
        const [next] = [...timers].toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined) throw new Error('the model waits for nothing');
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
    },
  };
}
