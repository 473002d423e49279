/** Sends replies to clients, and counts them, truncations and what gets no reply. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Counter, Metrics } from '../../shared/report/metrics.ts';
import type { DropReason } from '../../shared/report/reasons.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import type { Client } from '../ports/client.ts';
import { rcodeName } from '../wire/mnemonics.ts';
import { maxUdpPayloadBytes } from '../wire/reply-header.ts';
import { writeReply } from './reply-writer.ts';
import type { Query, WrittenReply } from './reply-writer.ts';

export interface ReplySender {
  /** A query has arrived over the client's TCP connection, if it has one: how many decides how large a reply may be. */
  arrived(client: Client): void;
  /** Returns whether the client may come back over TCP: the reply is truncated, or may become so on its way. */
  send(plan: ReplyPlan, query: Query, used: ConfigurationSnapshot): boolean;
  /** A reply that is there already: an error without a question that could be read, or one that was sent before. */
  sendWritten(bytes: Uint8Array, rcode: number, client: Client): void;
  /** No reply; over TCP the connection is closed. */
  drop(reason: DropReason, client: Client): void;
  /** Nothing is sent on the connection any more. */
  gone(connection: object): void;
}

export interface ReplySenderDependencies {
  readonly metrics: Metrics<SidecarMetrics>;
  /** On the monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
}

export function createReplySender({ metrics, now, afterRead }: ReplySenderDependencies): ReplySender {
  const questionCounts = new WeakMap<object, number>();
  const closed = new WeakSet<object>();

  /** By rcode. */
  const replies = { udp: new Map<number, Counter>(), tcp: new Map<number, Counter>() };

  function counted(transport: Client['transport'], rcode: number): Counter {
    const known = replies[transport].get(rcode);
    if (known !== undefined) return known;
    const counter = metrics.counter('alpine_resolver_replies_total', { transport, rcode: rcodeName(rcode) });
    replies[transport].set(rcode, counter);
    return counter;
  }

  function deliver(written: WrittenReply, client: Client, smaller?: () => Uint8Array): void {
    if (client.connection !== undefined && closed.has(client.connection)) return;
    counted(client.transport, written.rcode).inc();
    client.reply(countTruncated(written).bytes, smaller);
  }

  function write(plan: ReplyPlan, query: Query, used: ConfigurationSnapshot, onLoopback: boolean): WrittenReply {
    const { connection } = query.client;
    const questionsOnConnection = connection === undefined ? 0 : (questionCounts.get(connection) ?? 1);
    return writeReply(plan, query, used, { questionsOnConnection, onLoopback, now: now() });
  }

  /** It may not arrive as it is. */
  function deliverLarge(written: WrittenReply, plan: ReplyPlan, query: Query, used: ConfigurationSnapshot): void {
    deliver(written, query.client, () => countTruncated(write(plan, query, used, false)).bytes);
  }

  /** glibc writes A and AAAA at once: the second question may wait in the bytes that are being read. */
  function deliverLater(plan: ReplyPlan, query: Query, used: ConfigurationSnapshot): void {
    afterRead(() => deliver(write(plan, query, used, query.client.onLoopback === true), query.client));
  }

  function countTruncated(written: WrittenReply): WrittenReply {
    if (written.truncated) metrics.inc('alpine_resolver_truncated_replies_total');
    return written;
  }

  return {
    arrived({ connection }) {
      if (connection !== undefined) questionCounts.set(connection, (questionCounts.get(connection) ?? 0) + 1);
    },
    send(plan, query, used) {
      const { client } = query;
      const written = write(plan, query, used, client.onLoopback === true);
      const isLarge = client.transport === 'udp' && written.bytes.length > maxUdpPayloadBytes;
      if (written.isCut) deliverLater(plan, query, used);
      else if (isLarge) deliverLarge(written, plan, query, used);
      else deliver(written, client);
      return written.truncated || isLarge;
    },
    sendWritten(bytes, rcode, client) {
      counted(client.transport, rcode).inc();
      client.reply(bytes);
    },
    drop(reason, client) {
      metrics.inc('alpine_resolver_dropped_total', { reason });
      if (client.transport === 'tcp') client.close?.();
    },
    gone: (connection) => void closed.add(connection),
  };
}
