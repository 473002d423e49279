/**
 * glibc's `__res_context_send` (resolv/res_send.c): the questions of one candidate to one server after
 * the other, over UDP (`send_dg`) and, from the first truncated reply on, over TCP (`send_vc`).
 */
import { askOverTcp } from './glibc-tcp.ts';
import { askOverUdp } from './glibc-udp.ts';
import { closeAll, type Exchange, type GlibcReply, type GlibcState } from './glibc-state.ts';

export type GlibcExchange = GlibcReplies | GlibcFailure;

/** One or both replies, in the order of arrival. */
export interface GlibcReplies {
  readonly kind: 'replies';
  readonly replies: readonly GlibcReply[];
}

export interface GlibcFailure {
  readonly kind: 'failure';
  /** errno is ECONNREFUSED: it ends the whole search. */
  readonly refused: boolean;
  /** What the first reply buffer holds: rcode of the datagram that was written there last. */
  readonly lastRcode: number;
}

const rcodeNone = 0;

export async function exchangeAsGlibc(questions: readonly Uint8Array[], state: GlibcState): Promise<GlibcExchange> {
  const exchange: Exchange = {
    state,
    questions,
    sockets: new Map(),
    lastRcode: rcodeNone,
    heard: false,
    tcpCode: '',
  };
  try {
    return await askServers(exchange);
  } finally {
    closeAll(exchange);
  }
}

/** Server by server, attempt by attempt. */
async function askServers(exchange: Exchange): Promise<GlibcExchange> {
  const { state } = exchange;
  const { servers, attempts, flags } = state.configuration;
  const start = flags.has('rotate') ? state.firstServer++ : 0;
  let overTcp = flags.has('use-vc');
  for (let attempt = 1; attempt <= attempts; attempt++)
    for (let step = 0; step < servers.length; step++) {
      const index = (start + step) % servers.length;
      const overUdp = overTcp ? 'truncated' : await askOverUdp(exchange, index);
      if (overUdp === 'next-server') continue;
      if (overUdp !== 'truncated') return { kind: 'replies', replies: overUdp };
      overTcp = true;
      attempt = attempts;
      const replies = await askOverTcp(exchange, index);
      if (replies !== undefined) return { kind: 'replies', replies };
    }
  const refused = overTcp ? exchange.tcpCode === 'ECONNREFUSED' : !exchange.heard;
  return { kind: 'failure', refused, lastRcode: exchange.lastRcode };
}
