/** Clients of the pipeline: each reply is checked when it comes, and in the end that none is missing. */
import type { Client, Pipeline } from '../../../sidecar/ports/client.ts';
import type { ConfigurationSnapshot } from '../../../sidecar/decide/configuration/snapshot.ts';
import { isAddressType } from '../../../sidecar/wire/iana.ts';
import type { QueryView } from '../../../sidecar/wire/message-view.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import { stripSuffix } from '../../../sidecar/wire/name.ts';
import { replyLimit } from '../../../sidecar/wire/reply-header.ts';
import { checkReply } from '../check-reply.ts';
import type { Digest } from '../digest.ts';

export interface Callers {
  /** A client with a port, over TCP a connection, of its own. */
  caller(transport: 'udp' | 'tcp'): Caller;
  /** Every query over TCP got its reply, or the connection its end. */
  checkEnd(): void;
}

export interface Caller {
  ask(message: Uint8Array): void;
  /** TCP: the connection is closed by the client. */
  leave(): void;
}

interface Call {
  readonly transport: 'udp' | 'tcp';
  readonly connection: Connection;
  replies: number;
  closed: boolean;
}

interface Connection {
  left: boolean;
}

/** Every other client is reached over a network. */
function isOnLoopback(port: number): boolean {
  return port % 2 === 0;
}

export function createCallers(pipeline: Pipeline, snapshot: ConfigurationSnapshot, digest: Digest): Callers {
  const calls: Call[] = [];
  let lastPort = 40_000;

  function clientOf(call: Call, port: number, message: Uint8Array): Client {
    const base = {
      transport: call.transport,
      address: '127.0.0.1',
      port,
      onLoopback: isOnLoopback(port),
      reply(bytes: Uint8Array) {
        call.replies += 1;
        if (call.replies > 1) throw new Error('a second reply to one query');
        if (call.connection.left) throw new Error('a reply on a closed connection');
        digest.addBytes(bytes);
        check(bytes, message, call.transport, isOnLoopback(port));
      },
    };
    if (call.transport === 'udp') return base;
    return {
      ...base,
      connection: call.connection,
      close() {
        call.closed = true;
      },
    };
  }

  function check(reply: Uint8Array, message: Uint8Array, transport: 'udp' | 'tcp', onLoopback: boolean): void {
    const query = viewQuery(message);
    if (query === undefined) {
      if (reply.length !== 12) throw new Error('more than a header to less than a header');
      return;
    }
    const type = query.question?.type ?? 0;
    const marked = isMarked(query, snapshot);
    const isAddress = isAddressType(type) && (marked || query.edns?.dnssecOk !== true);
    const isComposed = isAddress || marked;
    checkReply(reply, {
      query,
      limit: replyLimit(query, transport, onLoopback),
      by: isAddress ? 'sidecar' : 'upstream',
      ...(isComposed ? { onlyType: type } : {}),
    });
  }

  return {
    caller(transport) {
      const port = (lastPort += 1);
      const connection: Connection = { left: false };
      return {
        ask(message) {
          if (connection.left) return;
          const call: Call = { transport, connection, replies: 0, closed: false };
          calls.push(call);
          pipeline.handle(message, clientOf(call, port, message));
        },
        leave() {
          if (transport === 'udp') return;
          connection.left = true;
          pipeline.clientGone(connection);
        },
      };
    },
    checkEnd() {
      const unanswered = calls.some(
        ({ transport, connection, replies, closed }) =>
          transport === 'tcp' && replies === 0 && !closed && !connection.left,
      );
      if (unanswered) throw new Error('a query over TCP without reply or end');
    },
  };
}

function isMarked({ question }: QueryView, snapshot: ConfigurationSnapshot): boolean {
  return question !== undefined && stripSuffix(question.name, snapshot.marker) !== undefined;
}
