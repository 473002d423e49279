/**
 * The sockets with which one candidate is asked: sends its queries, and turns what arrives into events for `decide/search/servers`.
 */
import type { IgnoredReplyReason } from '../../shared/report/reasons.ts';
import type { ReplyClass } from '../decide/search/candidate-outcome.ts';
import type { ServerAddress } from '../../shared/resolv-conf/server-address.ts';
import { isOwn } from '../decide/configuration/upstream-fault.ts';
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import type { SearchServer } from '../decide/configuration/search-configuration.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { TcpExchange, UdpExchange, UpstreamPort } from '../ports/upstream.ts';
import type { LingeringSockets } from './lingering-sockets.ts';
import type { SilentServers } from './silent-servers.ts';
import { readReply } from './upstream-reply.ts';
import type { AcceptedReply } from './upstream-reply.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import type { ClassifiedReply } from '../wire/classify-reply.ts';
import { headerBytes } from '../wire/iana.ts';
import type { WireName } from '../wire/name.ts';
import { buildQuery } from '../wire/query.ts';
import type { QueryFields } from '../wire/query.ts';

export interface CandidateSocketsDependencies {
  /** An unpredictable 16-bit query ID. */
  readonly randomId: () => number;
  readonly now: () => number;
  readonly upstream: UpstreamPort;
  readonly silentServers: SilentServers;
  readonly lingering: LingeringSockets;
  /** Whether the server of this key leads back to this process. */
  readonly isLooping: (key: string) => boolean;
  readonly observe: UpstreamObserver;
  /** Replies that wait for something, if only for their own rest, came to so many bytes more, or less. */
  readonly hold: (bytes: number) => void;
}

/** What is counted, by server address. */
export interface UpstreamObserver {
  query(server: string, transport: 'udp' | 'tcp'): void;
  reply(server: string, replyClass: ReplyClass | 'LOST'): void;
  ignored(reason: IgnoredReplyReason): void;
  /** A reply of the server was taken from memory. */
  recalled(server: string): void;
}

export interface CandidateQuestions {
  readonly name: WireName;
  readonly typeOf: (half: Half) => number;
  /** Of the queries, as they are now. */
  readonly queryFields: () => Omit<QueryFields, 'id' | 'name' | 'type'>;
  /** The records of any type are read: the name may be searched. Else only those of address lookups are. */
  readonly readAnswers: boolean;
}

export interface CandidateSocketsEvents {
  /** Something arrived at a socket that is waited for. */
  arrived(event: TurnEvent): void;
  /** Whether replies of this server over UDP are waited for now; others are kept for when they are. */
  isAwaited(server: number): boolean;
}

/** `server`: index into the configured ones. */
export interface CandidateSockets {
  /** Returns what is known at once: no way to the server, or what it said before it was asked again. */
  sendUdp(half: Half, server: number): TurnEvent[];
  /** Opens a connection in place of an earlier one, and asks there. */
  connectTcp(server: number, asked: readonly Half[]): TurnEvent[];
  /** Asks over the connection of the moment. */
  writeTcp(half: Half): TurnEvent[];
  /** Whether questions to this server, over the transport of the moment, never left: no socket could be opened for them. */
  isUnsent(server: number): boolean;
  /** The query IDs stay: questions that are asked again are the same ones. */
  closeUdp(): void;
  /** Nothing is raised afterwards. */
  end(): void;
}

/** Socket buffers hold what arrives while another server is waited for; more than this is dropped, in datagrams. */
const keptDatagrams = 8;

interface UdpSocket {
  readonly half: Half;
  readonly server: number;
  readonly exchange: UdpExchange;
  readonly kept: Datagram[];
  failed: boolean;
  /** When the timeout of its last question ends, however long that was waited for. */
  openUntil: number;
  /** Closes it, after it was left open for a silent server. */
  endLingering: (() => void) | undefined;
}

interface Datagram {
  readonly bytes: Uint8Array;
  readonly reply: ClassifiedReply;
}

interface TcpSocket {
  readonly server: number;
  readonly ids: Map<number, Half>;
  readonly exchange: TcpExchange;
}

export function openCandidateSockets(
  deps: CandidateSocketsDependencies,
  snapshot: ConfigurationSnapshot,
  servers: readonly SearchServer[],
  questions: CandidateQuestions,
  events: CandidateSocketsEvents,
): CandidateSockets {
  const udp = new Map<string, UdpSocket>();
  const udpIds = new Map<string, number>();
  let tcp: TcpSocket | undefined;
  /** Of the replies, until the candidate is decided. */
  let heldBytes = 0;

  function queryFor(half: Half, id: number): Uint8Array {
    return buildQuery({ ...questions.queryFields(), id, name: questions.name, type: questions.typeOf(half) });
  }

  /** Undefined: there is none, or it is, or leads to, this process. */
  function reachable(server: number): ServerAddress | undefined {
    const { address, key = '' } = servers[server] ?? {};
    if (address === undefined || isOwn(address, snapshot) || deps.isLooping(key)) return undefined;
    return address;
  }

  function serverName(server: number): string {
    return servers[server]?.name ?? '';
  }

  function openUdp(half: Half, server: number, address: ServerAddress, id: number): UdpSocket {
    const socket: UdpSocket = {
      half,
      server,
      kept: [],
      failed: false,
      openUntil: 0,
      endLingering: undefined,
      exchange: deps.upstream.openUdp(address, {
        message: (bytes) => onDatagram(socket, id, bytes),
        failed: () => {
          socket.failed = true;
          heard(socket, false);
          if (socket.endLingering !== undefined) socket.endLingering();
          else if (isAwaited(socket)) events.arrived({ type: 'dead' });
        },
      }),
    };
    return socket;
  }

  function isAwaited(socket: UdpSocket): boolean {
    return udp.get(`${socket.half} ${socket.server}`) === socket && events.isAwaited(socket.server);
  }

  function onDatagram(socket: UdpSocket, id: number, bytes: Uint8Array): void {
    const question = { id, name: questions.name, type: questions.typeOf(socket.half), class: 1 };
    const datagram: Datagram = { bytes, reply: classifyReply(bytes, question, 'udp') };
    const isAcceptable = datagram.reply.accept === true;
    heard(socket, isAcceptable);
    if (socket.endLingering !== undefined) return isAcceptable ? socket.endLingering() : undefined;
    if (isAwaited(socket)) return events.arrived(datagramEvent(socket, datagram));
    if (socket.kept.length >= keptDatagrams) return;
    socket.kept.push(datagram);
    hold(bytes);
  }

  function heard({ server }: UdpSocket, acceptable: boolean): void {
    deps.silentServers.happened(servers[server]?.key ?? '', { type: 'heard', acceptable });
  }

  function datagramEvent({ half, server }: UdpSocket, { bytes, reply }: Datagram): TurnEvent {
    if (reply.accept === true) return accepted(half, server, reply, bytes);
    const rcode = bytes[3] === undefined ? undefined : bytes[3] & 0x0f;
    if (reply.accept !== false) {
      deps.observe.ignored('too-short');
      return reply.accept === 'empty' ? { type: 'dead' } : { type: 'undersized', rcode };
    }
    deps.observe.ignored(reply.reason === 'id' ? 'wrong-id' : 'wrong-question');
    return { type: 'foreign', rcode: rcode ?? 0 };
  }

  function onTcpMessage({ ids, server }: TcpSocket, bytes: Uint8Array): void {
    if (bytes.length < headerBytes) return events.arrived({ type: 'tcp-failed', reason: 'error' });
    const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    const half = ids.get(id);
    if (half === undefined) return;
    const question = { id, name: questions.name, type: questions.typeOf(half), class: 1 };
    const reply = classifyReply(bytes, question, 'tcp', true);
    if (reply.accept === true) events.arrived(accepted(half, server, reply, bytes));
  }

  function accepted(half: Half, server: number, taken: AcceptedReply, message: Uint8Array): TurnEvent {
    hold(message);
    const reply = readReply(taken, message, questions, half);
    deps.observe.reply(serverName(server), reply.class);
    return { type: 'reply', half, reply };
  }

  function hold(message: Uint8Array): void {
    heldBytes += message.length;
    deps.hold(message.length);
  }

  function writeTcp(half: Half): TurnEvent[] {
    if (tcp === undefined) return [];
    let id = deps.randomId();
    while (tcp.ids.has(id)) id = deps.randomId();
    tcp.ids.set(id, half);
    deps.observe.query(serverName(tcp.server), 'tcp');
    tcp.exchange.send(queryFor(half, id));
    return [];
  }

  function closeUdp(): void {
    for (const socket of udp.values()) leave(socket);
    udp.clear();
  }

  /** A reply of a silent server ends its silence, however late: its sockets stay open for the whole timeout. */
  function leave(socket: UdpSocket): void {
    const { exchange, server, failed, openUntil } = socket;
    const close = (): void => exchange.close();
    const isHoped = deps.silentServers.isSilent(servers[server]?.key ?? '') && !failed && exchange.isWaiting !== true;
    if (!isHoped) return close();
    const { maxLingeringSockets } = snapshot.settings;
    socket.endLingering = deps.lingering.keep(close, openUntil - deps.now(), maxLingeringSockets);
  }

  function closeTcp(): void {
    tcp?.exchange.close();
    tcp = undefined;
  }

  return {
    sendUdp(half, server) {
      const key = `${half} ${server}`;
      const address = reachable(server);
      const opened = udp.get(key);
      if (address === undefined || opened?.failed === true) return [{ type: 'dead' }];
      const id = udpIds.get(key) ?? deps.randomId();
      udpIds.set(key, id);
      const socket = opened ?? openUdp(half, server, address, id);
      udp.set(key, socket);
      socket.openUntil = deps.now() + (servers[server]?.timeoutMs ?? 0);
      deps.observe.query(serverName(server), 'udp');
      socket.exchange.send(queryFor(half, id));
      return socket.kept.splice(0).map((datagram) => datagramEvent(socket, datagram));
    },
    connectTcp(server, asked) {
      closeTcp();
      const address = reachable(server);
      if (address === undefined) return [{ type: 'tcp-failed', reason: 'refused' }];
      const connection: TcpSocket = {
        server,
        ids: new Map(),
        exchange: deps.upstream.openTcp(address, {
          message: (bytes) => {
            if (tcp === connection) onTcpMessage(connection, bytes);
          },
          failed: (reason) => {
            if (tcp === connection) events.arrived({ type: 'tcp-failed', reason });
          },
          kept: deps.hold,
        }),
      };
      tcp = connection;
      for (const half of asked) writeTcp(half);
      return [];
    },
    writeTcp,
    isUnsent(server) {
      if (tcp !== undefined) return tcp.exchange.isWaiting === true;
      for (const socket of udp.values()) {
        if (socket.server === server && socket.exchange.isWaiting === true) return true;
      }
      return false;
    },
    closeUdp,
    end() {
      closeUdp();
      closeTcp();
      deps.hold(-heldBytes);
      heldBytes = 0;
    },
  };
}
