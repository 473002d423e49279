/** State of one glibc lookup: of the whole search, and of the exchange for the candidate whose turn it is. */
import type { GlibcConfiguration } from './glibc-configuration.ts';
import { number16, type Header } from './message.ts';
import type { Endpoint, Network, UdpSocket } from './network.ts';
import {
  questionType,
  replyStep,
  type ReplyUse,
  type Timeline,
  type TimelineStep,
  type Transport,
} from './timeline.ts';

/** What lasts for all candidates of one lookup. */
export interface GlibcState {
  readonly configuration: GlibcConfiguration;
  readonly network: Network;
  /** Once a half was lost, the rest of the search asks A and AAAA one after the other. */
  serial: 'no' | 'same-socket' | 'new-socket';
  /** `rotate`: where the next candidate begins. */
  firstServer: number;
  queries: number;
  readonly timeline: Timeline | undefined;
  /** Of the candidate whose turn it is. */
  steps: TimelineStep[];
}

/** One candidate's questions under way. */
export interface Exchange {
  readonly state: GlibcState;
  readonly questions: readonly Uint8Array[];
  /** Connected sockets by server; they stay open while other servers are asked. */
  readonly sockets: Map<number, UdpSocket>;
  lastRcode: number;
  /** `gotsomewhere`: a datagram came or a timer ran out. */
  heard: boolean;
  tcpCode: string;
}

export interface GlibcReply {
  readonly bytes: Uint8Array;
  readonly header: Header;
}

export function sameId(a: Uint8Array, b: Uint8Array): boolean {
  return number16(a, 0) === number16(b, 0);
}

export function rcodeOf(message: Uint8Array): number {
  return (message[3] ?? 0) & 0x0f;
}

export function serverAt(state: GlibcState, index: number): Endpoint {
  const server = state.configuration.servers[index];
  if (server === undefined) throw new RangeError(`no server ${index}`);
  return server;
}

export function socketOf(exchange: Exchange, index: number): UdpSocket {
  const known = exchange.sockets.get(index);
  if (known !== undefined) return known;
  const socket = exchange.state.network.openUdp(serverAt(exchange.state, index));
  exchange.sockets.set(index, socket);
  return socket;
}

/** `__res_iclose`: a failure at one server closes the sockets of all. */
export function closeAll(exchange: Exchange): void {
  for (const socket of exchange.sockets.values()) socket.close();
  exchange.sockets.clear();
}

export function noteQuery({ state }: Exchange, question: Uint8Array, index: number, transport: Transport): void {
  const step = { atMs: state.network.now(), server: serverAt(state, index), transport };
  state.steps.push({ kind: 'query', ...step, type: questionType(question) });
}

export function noteReply(
  { state, questions }: Exchange,
  bytes: Uint8Array,
  index: number,
  transport: Transport,
  use: ReplyUse,
): void {
  const step = { atMs: state.network.now(), server: serverAt(state, index), transport, use };
  state.steps.push(...replyStep(bytes, questions, step));
}

export function noteFailure({ state }: Exchange, code: string, index: number, transport: Transport): void {
  state.steps.push({ kind: 'failure', atMs: state.network.now(), server: serverAt(state, index), transport, code });
}

export function noteSilence({ state }: Exchange, waitedMs: number, index: number): void {
  state.steps.push({ kind: 'silence', atMs: state.network.now(), server: serverAt(state, index), waitedMs });
}
