/**
 * From a reply plan to bytes for one client: size, EDNS, the TCP cap, and the full forms that are kept for clients that
 * come back over TCP.
 */
import type { ReplyPlan } from './decide/reply-plan.ts';
import type { Client, ConfigurationSnapshot } from './ports.ts';
import { composeReply } from './wire/compose.ts';
import { isAddressType, maxMessageBytes, recordTypes } from './wire/iana.ts';
import type { QueryView } from './wire/message-view.ts';
import { passThrough } from './wire/pass-through.ts';

/** Without EDNS a UDP message holds 512 bytes (RFC 1035 §4.2.1). */
const plainUdpBytes = 512;

/** The largest UDP reply, whatever a client offers: DNS flag day 2020. */
const largestUdpBytes = 1232;

export interface Asker {
  readonly view: QueryView;
  readonly client: Client;
}

export interface WrittenReply {
  readonly bytes: Uint8Array;
  readonly rcode: number;
  readonly truncated: boolean;
}

/** `questionsOnConnection`: how many queries the TCP connection has brought so far. */
export function writeReply(
  plan: ReplyPlan,
  asker: Asker,
  snapshot: ConfigurationSnapshot,
  questionsOnConnection: number,
): WrittenReply {
  const { view, client } = asker;
  const { edns } = view;
  const tcp = client.transport === 'tcp';
  const limit = tcp ? maxMessageBytes : udpLimit(edns?.payloadSize);
  const type = view.question?.type ?? recordTypes.A;
  const trusted = snapshot.resolvConf.trustAd;
  const ad = plan.authentic && trusted && (view.ad || edns?.dnssecOk === true);
  const firstOnly = snapshot.settings.ptrFirstOnly && type === recordTypes.PTR && edns === undefined && !view.ad;
  if (plan.whole !== undefined) {
    const bytes = passThrough(plan.whole, view, {
      limit,
      ad: trusted,
      keepEdns: edns !== undefined,
      firstPtrOnly: firstOnly,
    });
    return { bytes, rcode: plan.rcode, truncated: ((bytes[2] ?? 0) & 0x02) !== 0 };
  }
  const rcode = edns === undefined ? plan.rcode : plan.rcodeWithEdns;
  const cap = snapshot.settings.tcpAnswerCapWithoutEdns;
  // glibc brings A and AAAA on one connection and takes any number; musl 1.2.4 opens one for each.
  const capped = tcp && cap > 0 && edns === undefined && questionsOnConnection < 2 && isAddressType(type);
  const { bytes, truncated } = composeReply(
    {
      query: view,
      rcode,
      type,
      chain: plan.chain,
      records: firstOnly ? plan.records.slice(0, 1) : plan.records,
      edns: edns !== undefined,
      ad,
      ...(capped ? { answerCap: cap } : {}),
    },
    limit,
    client.transport,
  );
  return { bytes, rcode, truncated };
}

function udpLimit(payloadSize: number | undefined): number {
  if (payloadSize === undefined) return plainUdpBytes;
  return Math.max(plainUdpBytes, Math.min(payloadSize, largestUdpBytes));
}
