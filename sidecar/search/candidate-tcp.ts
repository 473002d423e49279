/** One candidate asked over TCP: one connection at a time, with both questions on it. */
import type { TurnEvent } from '../decide/search/exchange.ts';
import type { Half } from '../decide/search/pair.ts';
import type { TcpExchange } from '../ports/upstream.ts';
import { readUint16 } from '../wire/bytes.ts';
import { classifyReply } from '../wire/classify-reply.ts';
import { headerBytes } from '../wire/iana.ts';
import type { AskedServers } from './asked-servers.ts';
import type { CandidateSocketsDependencies, CandidateSocketsEvents } from './candidate-seams.ts';

interface Connection {
  readonly server: number;
  readonly ids: Map<number, Half>;
  readonly exchange: TcpExchange;
}

export class CandidateTcp {
  readonly #deps: CandidateSocketsDependencies;
  readonly #servers: AskedServers;
  readonly #events: CandidateSocketsEvents;
  #connection: Connection | undefined;

  constructor(deps: CandidateSocketsDependencies, servers: AskedServers, events: CandidateSocketsEvents) {
    this.#deps = deps;
    this.#servers = servers;
    this.#events = events;
  }

  /** In place of an earlier connection. */
  connect(server: number, asked: readonly Half[]): TurnEvent[] {
    this.close();
    const address = this.#servers.addressOf(server);
    if (address === undefined) return [{ type: 'tcp-failed', reason: 'refused' }];
    const connection: Connection = {
      server,
      ids: new Map(),
      exchange: this.#deps.upstream.openTcp(address, {
        message: (bytes) => {
          if (this.#connection === connection) this.#onMessage(connection, bytes);
        },
        failed: (reason) => {
          if (this.#connection === connection) this.#events.arrived({ type: 'tcp-failed', reason });
        },
        kept: this.#deps.hold,
      }),
    };
    this.#connection = connection;
    for (const half of asked) this.write(half);
    return [];
  }

  write(half: Half): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const { ids, server, exchange } = connection;
    let id = this.#deps.randomId();
    while (ids.has(id)) id = this.#deps.randomId();
    ids.set(id, half);
    this.#deps.observe.query(this.#servers.nameOf(server), 'tcp');
    exchange.send(this.#servers.query(half, id));
  }

  /** Undefined: there is no connection. */
  isUnsent(): boolean | undefined {
    return this.#connection && this.#connection.exchange.isWaiting === true;
  }

  close(): void {
    this.#connection?.exchange.close();
    this.#connection = undefined;
  }

  #onMessage({ ids, server }: Connection, bytes: Uint8Array): void {
    if (bytes.length < headerBytes) return this.#events.arrived({ type: 'tcp-failed', reason: 'error' });
    const id = readUint16(bytes, 0);
    const half = ids.get(id);
    if (half === undefined) return;
    const reply = classifyReply(bytes, this.#servers.expected(half, id), 'tcp', true);
    if (reply.accept !== true) return;
    this.#events.arrived(this.#servers.reply(half, server, reply, bytes, this.#deps.now()));
  }
}
