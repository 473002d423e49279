/** Random servers: what each of them says to each question that a case can lead to. */
import type { GlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import type {
  Forgery,
  RecordScript,
  ReplyDetails,
  ReplyScript,
  Script,
  ServerScript,
} from '../../../cli/simulation/script.ts';
import { randomLabel } from './random-names.ts';
import type { Random } from '../random.ts';

export interface ScriptLimits {
  readonly configuration: GlibcConfiguration;
  /** The names that may be asked, lower case, without a final dot. */
  readonly candidates: readonly string[];
  /** `address`: A and AAAA; else the one type that is asked for. */
  readonly types: 'address' | 'A' | 'AAAA' | 'PTR' | 'TXT' | 'SRV' | 'MX';
  /** Replies whose meaning depends on the library that reads them are left out: a raw call hands them to the program. */
  readonly isRaw: boolean;
  /**
   * V32: every question gets a whole reply. For AAAA alone under no-aaaa glibc otherwise returns what happens to be in an
   * uninitialised variable (`__res_handle_no_aaaa`).
   */
  readonly isHeard: boolean;
  /** A question counts as the same, whoever asks it first: replies may change from one query to the next. */
  readonly isRepeatable: boolean;
}

/**
 * Times of one case. `quick`: far below every deadline. `slow`: up to 0.8 of it, and then nothing is lost. `lossy`:
 * replies that never come, all others at once. `late`: for one of the names also replies after the deadline; where a
 * deadline has passed at another name before, they come too late for the sidecar and not for glibc (V10).
 */
type Pace = 'quick' | 'slow' | 'lossy' | 'late';

interface Frame extends ScriptLimits {
  readonly pace: Pace;
  /** Replies that change from one query to the next. */
  readonly hasSequences: boolean;
  /**
   * Answers that make glibc repeat the whole lookup with a larger buffer. Not together with sequences, and not with
   * losses: the repeated lookup would begin in the serial mode that the first one ended in (V12).
   */
  readonly hasLarge: boolean;
  /** The name with late replies at the pace of that name. */
  readonly lateCandidate: string;
}

/** glibc's result may depend on which half came first; it is A, by this many milliseconds. */
const siblingGapMs = 20;

/** In milliseconds: after a deadline has passed in a search, what comes comes within 0.2 s. */
const quickMs = 120;

/** 0.2 s after a deadline of one second. */
const lateMs = 1200;

export function randomScript(random: Random, limits: ScriptLimits): Script {
  const hasSequences = random.chance(0.15) && limits.isRepeatable;
  const pace = random.weighted({ quick: 62, slow: 8, lossy: limits.isHeard ? 0 : 26, late: limits.isHeard ? 0 : 4 });
  const isWhole = pace === 'quick' || pace === 'slow';
  const frame: Frame = {
    ...limits,
    pace,
    hasSequences: hasSequences && pace !== 'late',
    hasLarge: !hasSequences && isWhole,
    lateCandidate: random.pick(limits.candidates),
  };
  const addresses = [...new Set(limits.configuration.servers.map(({ address }) => address))];
  const scripted = addresses.filter((address) => address !== '127.0.0.1' && address !== '0.0.0.0');
  const agree = limits.configuration.flags.has('rotate') || random.chance(0.4);
  const first = randomServer(random, frame, 0);
  const servers = scripted.map((address, index): [string, ServerScript] => [
    address,
    agree || index === 0 ? first : randomServer(random, frame, index),
  ]);
  return { servers: Object.fromEntries(servers) };
}

function randomServer(random: Random, frame: Frame, index: number): ServerScript {
  const names: NonNullable<ServerScript['names']> = {};
  for (const [number, candidate] of frame.candidates.entries())
    // Most of the names of a search are unknown to most servers.
    if (random.chance(number === 0 ? 0.95 : 0.8))
      Object.assign(names, randomName(random, frame, candidate, `${index + 1}.${number + 1}`));
  const isDead = random.chance(0.06) && !frame.isHeard;
  const isUnreachable = random.chance(0.12) && !frame.isHeard;
  const tcp = ['refused', 'close', 'once', ...(frame.pace === 'lossy' ? ['stall' as const] : [])] as const;
  return {
    udp: isDead ? 'closed' : 'open',
    tcp: isUnreachable ? random.pick(tcp) : 'open',
    names,
  };
}

function randomName(
  random: Random,
  frame: Frame,
  candidate: string,
  number: string,
): Record<string, ReplyScript | ReplyScript[]> {
  const topic = { candidate, number, chain: randomChain(random), delayMs: randomDelay(random, frame) };
  if (frame.types !== 'address') {
    return { [`${candidate} ${frame.types}`]: randomReplies(random, frame, { ...topic, type: frame.types }) };
  }
  const chain = random.chance(0.1) ? randomChain(random) : topic.chain;
  const six = { ...topic, chain, delayMs: topic.delayMs + siblingGapMs };
  const a = randomReplies(random, frame, { ...topic, type: 'A' });
  // Often both families fare alike.
  const alike = random.chance(0.45) && !Array.isArray(a);
  const aaaa = alike ? sibling(a) : randomReplies(random, frame, { ...six, type: 'AAAA' });
  // A connection on which one half is silent is silent for both: see the pinned rule for direct glibc.
  const stalls = [a, aaaa].flat().some(({ tcp }) => tcp === 'STALL');
  const stalled = (reply: ReplyDetails): ReplyDetails => ({ ...reply, tcp: 'STALL' });
  const both = [a, aaaa].map((reply) => {
    if (!stalls) return reply;
    return Array.isArray(reply) ? reply.map(stalled) : stalled(reply);
  });
  return { [`${candidate} A`]: both[0] ?? a, [`${candidate} AAAA`]: both[1] ?? aaaa };
}

/** The same reply for the other family. */
function sibling(reply: ReplyDetails): ReplyDetails {
  if (reply.delayMs === undefined) return reply;
  const { tcp, copies: _copies, ...rest } = reply;
  return {
    ...rest,
    delayMs: reply.delayMs + siblingGapMs,
    ...(tcp === undefined
      ? {}
      : { tcp: typeof tcp === 'object' ? { ...tcp, delayMs: (tcp.delayMs ?? 0) + siblingGapMs } : tcp }),
  };
}

interface Topic {
  readonly candidate: string;
  /** Tells the data of servers and names apart. */
  readonly number: string;
  readonly type: string;
  readonly chain: string[];
  readonly delayMs: number;
}

function randomReplies(random: Random, frame: Frame, topic: Topic & { type: 'A' }): ReplyDetails | ReplyDetails[];
function randomReplies(random: Random, frame: Frame, topic: Topic): ReplyDetails | ReplyDetails[];
function randomReplies(random: Random, frame: Frame, topic: Topic): ReplyDetails | ReplyDetails[] {
  const last = randomReply(random, frame, topic);
  if (!frame.hasSequences || !random.chance(0.4)) return last;
  const count = random.between(1, 2);
  const before = Array.from({ length: count }, (): ReplyDetails => {
    const isLost = frame.pace === 'lossy' && random.chance(0.6);
    return isLost ? lost() : randomReply(random, frame, topic);
  });
  return [...before, last];
}

const replyClasses = {
  DATA: 30,
  EMPTY: 15,
  NX: 24,
  SF: 9,
  RF: 4,
  NI: 2,
  ODD: 3,
  LAME: 3,
  ALIAS: 3,
  BAD: 2,
  HEADER: 1,
  RUNT: 0.6,
};
const lossyClasses = { ...replyClasses, LOST: 14, GARBAGE: 1, DEAF: 1 };
const lateClasses = { ...lossyClasses, LATE: 25 };
/** Raw calls hand FORMERR and broken messages to the program, each library in its own way. */
const rawClasses = { DATA: 30, EMPTY: 15, NX: 24, SF: 9, RF: 4, NI: 2, LAME: 3, HEADER: 1 };

function randomReply(random: Random, frame: Frame, topic: Topic): ReplyDetails {
  const kind = random.weighted(weightsOf(frame, topic));
  const { delayMs } = topic;
  switch (kind) {
    case 'DATA':
      return dressed(random, frame, topic, data(random, frame, topic));
    case 'ALIAS':
      return dressed(random, frame, topic, { is: 'ALIAS', chain: nonEmpty(topic.chain), delayMs });
    case 'ODD':
      return dressed(random, frame, topic, { is: 'ODD', rcode: random.pick([1, 1, 6, 9, 11, 15]), delayMs });
    case 'BAD':
      return {
        ...data(random, { ...frame, hasLarge: false }, { ...topic, chain: [] }),
        is: 'BAD',
        fault: random.pick(['count', 'cut', 'length', 'pointer']),
      };
    case 'HEADER':
      return { is: 'HEADER', rcode: random.pick([2, 4, 5]), delayMs, tcp: random.pick(['SF', 'NX'] as const) };
    case 'RUNT':
      return { is: 'RUNT', length: random.pick([0, 1, 3, 4, 11]), delayMs, tcp: 'NX' };
    case 'LOST':
      return { ...lost(), ...(random.chance(0.2) ? { tcp: 'STALL' as const } : {}) };
    case 'GARBAGE':
      return { is: 'GARBAGE', delayMs, tcp: 'CLOSE' };
    case 'DEAF':
      // No reply at all, only what must not be taken for one.
      return { ...lost(), forged: randomForgeries(random, topic.type) };
    case 'LATE':
      return late(random, frame, topic);
    default:
      return dressed(random, frame, topic, { is: kind as ReplyDetails['is'], delayMs });
  }
}

function weightsOf(
  { isRaw, isHeard, pace, configuration, lateCandidate }: Frame,
  { candidate }: Topic,
): Record<string, number> {
  if (isRaw) {
    // Over TCP the refusals are accepted, as NO_RECOVERY: as those of ODD.
    const refusals = configuration.flags.has('use-vc') ? { RF: 0, NI: 0 } : {};
    return { ...rawClasses, ...refusals, LOST: pace === 'lossy' ? 14 : 0 };
  }
  if (pace === 'lossy') return lossyClasses;
  if (pace === 'late') return candidate === lateCandidate ? lateClasses : replyClasses;
  return isHeard ? { ...replyClasses, HEADER: 0, RUNT: 0 } : replyClasses;
}

function lost(): ReplyDetails {
  return { is: 'LOST', tcp: 'CLOSE' };
}

/** After the deadline, which is one second for every server: else it would be another case. */
function late(random: Random, frame: Frame, topic: Topic): ReplyDetails {
  if (frame.configuration.timeoutSeconds > 1) return lost();
  const reply = data(random, { ...frame, hasLarge: false }, topic);
  const delayMs = lateMs + (topic.type === 'AAAA' ? siblingGapMs : 0);
  return { ...reply, delayMs, tcp: { ...reply, delayMs: topic.delayMs } };
}

function data(random: Random, frame: Frame, topic: Topic): ReplyDetails {
  const { candidate, number, type, chain, delayMs } = topic;
  const owner = chain.at(-1) ?? candidate;
  if (type !== 'A' && type !== 'AAAA') {
    const count = random.pick([1, 1, 2, 3]);
    const records = Array.from({ length: count }, (_, i) => ({
      owner,
      type,
      data: dataOf(type, i, random),
      only: type,
    }));
    return { is: 'DATA', extra: records, delayMs, ...(chain.length > 0 ? { chain } : {}) };
  }
  const isLarge = frame.hasLarge && random.chance(0.08);
  const count = isLarge
    ? random.pick([17, 25, 29, 31, 40, 47, 49, 62, 63, 64, 66, 80])
    : random.pick([1, 1, 1, 2, 3, 5]);
  const [server = '', name = ''] = number.split('.');
  const addresses = Array.from({ length: count }, (_, i) => [
    `10.${server}.${name}.${i + 1}`,
    `2001:db8:${server}:${name}::${(i + 1).toString(16)}`,
  ]).flat();
  return { is: 'DATA', addresses, delayMs, ...(chain.length > 0 ? { chain } : {}) };
}

function dataOf(type: string, index: number, random: Random): string {
  switch (type) {
    case 'TXT':
      return `text-${index}`;
    case 'SRV':
      return `0 ${index} 80 ${randomLabel(random)}.test`;
    case 'MX':
      return `${index} ${randomLabel(random)}.test`;
    default:
      return `${randomLabel(random)}.test`;
  }
}

/** What may be special about any reply: bits, truncation, other records, copies, forgeries, TCP. */
function dressed(random: Random, frame: Frame, topic: Topic, plain: ReplyDetails): ReplyDetails {
  const reply: ReplyDetails = { ...plain };
  if (random.chance(0.05)) reply.aa = true;
  if (random.chance(0.04)) reply.ra = reply.is === 'LAME';
  if (random.chance(0.04)) reply.ad = true;
  if (random.chance(0.04)) reply.opt = true;
  // A second copy of a refusal is the first reply to the repeat: then AAAA would come before A.
  const isRefusal = ['SF', 'RF', 'NI', 'LAME'].includes(reply.is);
  if (random.chance(0.04) && !(isRefusal && topic.type === 'AAAA')) reply.copies = 2;
  if (random.chance(0.04)) reply.forged = randomForgeries(random, topic.type);
  if ((reply.is === 'DATA' || reply.is === 'ALIAS') && !frame.isRaw && random.chance(0.08)) {
    reply.extra = [...(reply.extra ?? []), ...randomExtra(random, topic)];
  }
  if (random.chance(0.06)) {
    reply.truncated = true;
    if (random.chance(0.4)) reply.truncatedTo = random.between(0, 1);
  }
  if (random.chance(0.1)) reply.tcp = randomTcp(random, frame, topic);
  return reply;
}

/** What comes over TCP in place of the same reply. */
function randomTcp(random: Random, frame: Frame, topic: Topic): NonNullable<ReplyDetails['tcp']> {
  const kinds = { CLOSE: 3, RESET: 2, SF: 2, RF: frame.isRaw ? 0 : 1, NX: 2, EMPTY: 2, LAME: 1, DATA: 4, AGAIN: 2 };
  const kind = random.weighted(frame.pace === 'lossy' ? { ...kinds, STALL: 3 } : { ...kinds, STALL: 0 });
  switch (kind) {
    case 'CLOSE':
    case 'RESET':
    case 'STALL':
      return kind;
    case 'AGAIN':
      return { ...data(random, { ...frame, hasLarge: false }, topic), truncated: true };
    case 'DATA':
      return data(random, frame, topic);
    default:
      return { is: kind, delayMs: topic.delayMs };
  }
}

const allForgeries: readonly Forgery[] = ['id', 'name', 'type', 'source', 'no-question', 'garbage'];

function randomForgeries(random: Random, type: string): Forgery[] {
  // The reply to another type is one to TXT.
  const forgeries = allForgeries.filter((forgery) => forgery !== 'type' || type !== 'TXT');
  return Array.from({ length: random.between(1, 2) }, () => random.pick(forgeries));
}

/** Records that are no part of the answer. */
function randomExtra(random: Random, { candidate, chain, type }: Topic): RecordScript[] {
  const owner = chain.at(-1) ?? candidate;
  const foreign = { A: '10.66.6.6', AAAA: '2001:db8:66::6' };
  const own = type === 'AAAA' ? foreign.AAAA : foreign.A;
  const kind = random.weighted({ owner: 3, type: 3, text: 2, first: 2, late: 1, after: 1 });
  switch (kind) {
    case 'owner':
      return [{ owner: `${randomLabel(random)}.test`, type, data: own }];
    case 'type':
      return [{ owner, type: type === 'A' ? 'AAAA' : 'A', data: type === 'A' ? foreign.AAAA : foreign.A }];
    case 'text':
      return [{ owner, type: 'TXT', data: 'text', first: random.chance(0.5) }];
    case 'first':
      // Ahead of the alias that leads to it: lost for glibc.
      return [{ owner, type, data: own, first: true }];
    case 'late':
      // An alias behind the data: what comes after it has another owner.
      return [{ owner, type: 'CNAME', data: randomTarget(random) }];
    case 'after': {
      // Data at such an alias counts.
      const target = randomTarget(random);
      return [
        { owner, type: 'CNAME', data: target },
        { owner: target, type, data: own },
      ];
    }
  }
}

function randomChain(random: Random): string[] {
  if (!random.chance(0.18)) return [];
  return Array.from({ length: random.pick([1, 1, 2, 3]) }, () => randomTarget(random));
}

/** Of an alias. */
function randomTarget(random: Random): string {
  const label = randomLabel(random);
  if (random.chance(0.65)) return `${label}.test`;
  return random.pick([
    `${label}_x.test`,
    `*.${label}.test`,
    `Up.${label.toUpperCase()}.Test`,
    `${label}.${randomLabel(random, 40)}.${randomLabel(random, 60)}.test`,
    `-${label}.test`,
  ]);
}

function nonEmpty(chain: string[]): string[] {
  return chain.length > 0 ? chain : ['nowhere.test'];
}

function randomDelay(random: Random, { pace, configuration }: Frame): number {
  if (pace === 'slow' && random.chance(0.6)) {
    const isSerial = configuration.flags.has('single-request') || configuration.flags.has('single-request-reopen');
    // Both halves within one deadline of at least a second.
    return random.between(300, isSerial ? 360 : 770);
  }
  return random.chance(0.25) ? random.between(1, quickMs - siblingGapMs) : 0;
}
