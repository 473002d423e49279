/**
 * From a reply plan to bytes for one client: size, EDNS, the limit of records over TCP, and the full forms that are kept
 * for clients that come back over TCP.
 */
import { clientFlags, readsAd } from '../decide/query/client-flags.ts';
import { inTurn, rcodeOf, recordsOf, secondsWaited } from '../decide/reply/reply-plan.ts';
import type { ReplyPlan, WholeReply } from '../decide/reply/reply-plan.ts';
import { ttlRule } from '../decide/reply/reply-ttl.ts';
import type { Client } from '../ports/client.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { composeReply } from '../wire/compose.ts';
import { isAddressType, maxMessageBytes, recordTypes } from '../wire/iana.ts';
import type { QueryView } from '../wire/message-view.ts';
import { passThrough } from '../wire/pass-through.ts';
import { isTruncated, replyLimit } from '../wire/reply-header.ts';
import { agedTtl, rewriteTtls } from '../wire/ttl.ts';

export interface Query {
  readonly view: QueryView;
  readonly client: Client;
}

export interface WrittenReply {
  readonly bytes: Uint8Array;
  readonly rcode: number;
  readonly truncated: boolean;
  /** The limit left records out: a second question on the connection would lift it. */
  readonly isCut: boolean;
}

export interface Sending {
  /** How many queries the TCP connection has brought so far. */
  readonly questionsOnConnection: number;
  /** A large datagram arrives. */
  readonly onLoopback: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly now: number;
}

export function writeReply(
  plan: ReplyPlan,
  query: Query,
  snapshot: ConfigurationSnapshot,
  { questionsOnConnection, onLoopback, now }: Sending,
): WrittenReply {
  const written = writeAsGiven(plan, query, snapshot, questionsOnConnection, onLoopback);
  const seconds = secondsWaited(plan, now);
  if (seconds > 0) rewriteTtls(written.bytes, (ttl) => agedTtl(ttl, seconds));
  const isLocal = plan.form === 'local' || (plan.form === 'records' && plan.isLocal === true);
  const ttlOf = isLocal ? undefined : ttlRule(snapshot.settings.ttls);
  if (ttlOf !== undefined) rewriteTtls(written.bytes, ttlOf);
  return written;
}

/** The reply without any limit, to be kept. Undefined where even TCP would have to cut it. */
export function writeWhole(plan: ReplyPlan, view: QueryView, snapshot: ConfigurationSnapshot): Uint8Array | undefined {
  if (plan.form === 'whole') {
    const bytes = passWhole(plan, { view }, snapshot, maxMessageBytes).bytes;
    return isTruncated(bytes) ? undefined : bytes;
  }
  const { bytes, truncated } = composeReply(
    {
      query: view,
      rcode: rcodeOf(plan, view.edns !== undefined),
      type: view.question?.type ?? recordTypes.A,
      ...recordsOf(plan),
      edns: view.edns !== undefined,
      ad: plan.authentic,
    },
    maxMessageBytes,
    'tcp',
  );
  return truncated ? undefined : bytes;
}

/** With the TTLs of the nameservers. */
function writeAsGiven(
  plan: ReplyPlan,
  query: Query,
  snapshot: ConfigurationSnapshot,
  questionsOnConnection: number,
  onLoopback: boolean,
): WrittenReply {
  const { view, client } = query;
  const limit = replyLimit(view, client.transport, onLoopback);
  if (plan.form === 'whole') return passWhole(plan, query, snapshot, limit);
  const rcode = rcodeOf(plan, view.edns !== undefined);
  const maxRecords = maxRecordsFor(query, snapshot, questionsOnConnection);
  const { chain, canonical, records } = recordsOf(plan);
  const isCut = maxRecords > 0 && chain.length + records.length > maxRecords;
  const ordered = isCut ? records : inTurn(plan, records);
  const input = {
    query: view,
    rcode,
    type: view.question?.type ?? recordTypes.A,
    chain,
    canonical,
    records: ordered,
    edns: view.edns !== undefined,
    ad: plan.authentic && !isCut && readsAd(clientFlags(view)),
    maxRecords,
    authority: plan.form === 'local' ? plan : undefined,
  };
  const whole = composeReply(input, limit, client.transport);
  const isOrdered = !whole.truncated || ordered === records;
  const { bytes, truncated } = isOrdered ? whole : composeReply({ ...input, records }, limit, client.transport);
  return { bytes, rcode, truncated, isCut };
}

function passWhole(
  { message, rcode }: WholeReply,
  { view }: Pick<Query, 'view'>,
  snapshot: ConfigurationSnapshot,
  limit: number,
): WrittenReply {
  const plainPointer = view.question?.type === recordTypes.PTR && view.edns === undefined && !view.ad;
  const bytes = passThrough(message, view, {
    limit,
    keepEdns: view.edns !== undefined,
    firstPtrOnly: plainPointer && snapshot.settings.ptrFirstOnly,
  });
  return { bytes, rcode, truncated: isTruncated(bytes), isCut: false };
}

/** musl 1.2.4 takes 64 records for none. glibc brings A and AAAA on one connection and takes any number. */
function maxRecordsFor({ view, client }: Query, snapshot: ConfigurationSnapshot, questions: number): number {
  const plain = client.transport === 'tcp' && view.edns === undefined && questions < 2;
  return plain && isAddressType(view.question?.type ?? 0) ? snapshot.settings.maxTcpRecordsWithoutEdns : 0;
}
