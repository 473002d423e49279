/** Whole answers from memory: keeps what searches have found, and gives it out at once. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { answerKey } from '../cache/answer-cache.ts';
import type { AnswerCache, AnswerEntry, Denial } from '../cache/answer-cache.ts';
import { createGivenAnswers } from '../cache/given-answers.ts';
import type { GivenAnswer } from '../cache/given-answers.ts';
import { answersOfKept, lengthOfKept, rcodeOfKept, writeKept } from '../cache/kept-reply.ts';
import type { KeptReply } from '../cache/kept-reply.ts';
import { isDue } from '../decide/cache/prefetch.ts';
import { staleTtlSeconds } from '../decide/cache/stale.ts';
import { isServed } from '../decide/cache/serve.ts';
import type { ServedQuery } from '../decide/cache/serve.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { lingerMs } from '../decide/lookup/pairing.ts';
import { halfOfType, otherHalf, siblingType } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import type { Client } from '../ports/client.ts';
import { headerBytes, isAddressType, maxMessageBytes } from '../wire/iana.ts';
import type { WireName } from '../wire/name.ts';
import { newPlainQuery, readPlainQuery } from '../wire/plain-query.ts';
import type { PlainQuery } from '../wire/plain-query.ts';
import { maxUdpPayloadBytes } from '../wire/reply-header.ts';
import { rewriteTtls } from '../wire/ttl.ts';
import { answerFlags, isAnswerTo, questionOf } from './answer-entry.ts';
import type { AnswerKeeper } from './answer-keeper.ts';
import type { BareNameFallback } from './bare-name-fallback.ts';
import { createHitCounts } from './hit-counts.ts';
import type { EndedLookup } from './lookup.ts';
import type { Refresh } from './refreshes.ts';
import type { StaleAnswers } from './stale-answers.ts';

export interface AnswersDependencies {
  readonly now: () => number;
  readonly hashSeed: number;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly cache: AnswerCache;
  readonly keeper: AnswerKeeper;
  /** Asks anew for the answer to a query. */
  readonly refresh: Refresh;
  readonly stale: Pick<StaleAnswers, 'until' | 'givenAgain'>;
  readonly bareNames: Pick<BareNameFallback, 'note'>;
  /** Whether no stage in front of the answer cache can take the query. */
  readonly isFree: (hash: number, marked: boolean, at: number) => boolean;
  /** Looks whether the file that the containers see changed: an unmarked name may be another question then. */
  readonly checkPodResolvConf: () => void;
}

export interface Answers {
  /** Serves a usual query at once, in front of all other stages. False: it goes its way. */
  takeAtOnce(bytes: Uint8Array, client: Client): boolean;
  /** Serves one that no stage in front has taken. */
  take(bytes: Uint8Array, client: Client): boolean;
  keep(ended: EndedLookup): void;
  /** Nothing of before is given any more, nor what searches find that are under way. */
  forget(): void;
  configure(snapshot: ConfigurationSnapshot): void;
}

/** An answer to the query that was just read. */
interface Found {
  readonly entry: AnswerEntry;
  readonly own: KeptReply;
  readonly half: Half;
  /** What the client has of it already. */
  readonly before: GivenAnswer | undefined;
  readonly at: number;
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over what was given out
export function createAnswers(deps: AnswersDependencies, initial: ConfigurationSnapshot): Answers {
  const { now, cache, keeper, refresh, stale } = deps;
  let snapshot = initial;
  const given = createGivenAnswers();
  const counts = createHitCounts(deps.metrics);
  const plain = newPlainQuery(deps.hashSeed);

  /** What the query that was just read may be served with. */
  function find(bytes: Uint8Array, client: Client): Found | undefined {
    const question = questionOf(plain);
    const key = answerKey(plain.hash, question);
    const half = plain.dnssecOk ? 0 : halfOfType(plain.type);
    const at = now();
    const before = isAddressType(plain.type) && !plain.dnssecOk ? findGiven(key, client, half, at) : undefined;
    const entry = before?.entry ?? cache.get(key);
    const own = half === 0 ? entry?.first : entry?.second;
    if (entry === undefined || own === undefined || !isAnswerTo(entry, question, plain, bytes)) return undefined;
    return { entry, own, half, before, at };
  }

  const read = (bytes: Uint8Array, client: Client): Found | undefined =>
    cache.size > 0 && readPlainQuery(bytes, plain) ? find(bytes, client) : undefined;

  function serve(one: Found, bytes: Uint8Array, client: Client): boolean {
    const { entry, own, half, before, at } = one;
    const staleUntil = at < entry.goodUntil ? 0 : stale.until(entry);
    if (!isServed(queryOf(one, plain, client, { snapshot, staleUntil }))) return false;
    const { prefetch, rotateAnswers } = snapshot.settings;
    const isOld = staleUntil > 0;
    counts.served(client.transport, rcodeOfKept(own), isOld);
    client.reply(isOld ? writeOld(one, plain, bytes, rotateAnswers) : writeAnswer(one, plain, bytes, rotateAnswers));
    if (before !== undefined) before.ids[half] = plain.id;
    else if (entry.second !== undefined) note(entry, half, client, at);
    if (entry.denial !== undefined) noteBareName(one, entry.denial, client);
    // These read the query anew, and write over what was read of it.
    if (isOld) stale.givenAgain(entry, bytes, client);
    if (before !== undefined) return true;
    entry.served += 1;
    if (prefetch && isDue(entry, at)) entry.isRefreshed = refresh(bytes, client, 'prefetch');
    return true;
  }

  /** The answer whose other half the client got a moment ago, or this half by the same query. */
  function findGiven(key: number, client: Client, half: Half, at: number): GivenAnswer | undefined {
    const address = originOf(client);
    const own = given.fromPort(key, address, client.port, at - lingerMs);
    if (own !== undefined && (own.ids[half] < 0 || own.ids[half] === plain.id)) return own;
    if (!plain.hasOpt) return undefined;
    return given.fromAddress(key, address, half, at - snapshot.settings.pairWindowMs);
  }

  function note(entry: AnswerEntry, half: Half, client: Client, at: number): void {
    const { port } = client;
    const { hasOpt, id } = plain;
    given.note({ entry, address: originOf(client), port, flags: answerFlags(plain), hasOpt, at }, half, id);
  }

  /** A client that found nothing asks for the bare name next. */
  function noteBareName({ half, before }: Found, denial: Denial, { address }: Client): void {
    const { both, firstAlone, secondAlone } = denial;
    const flags = answerFlags(plain);
    const { type } = plain;
    const isPaired = before !== undefined && before.ids[otherHalf(half)] >= 0;
    const end = isPaired ? both : half === 0 ? firstAlone : secondAlone;
    if (end === undefined) return;
    const ended = { end, paired: isPaired };
    const name = nameBefore(plain, snapshot.marker);
    deps.bareNames.note({ address, flags }, name, type, ended);
    if (isPaired) deps.bareNames.note({ address, flags: before.flags }, name, siblingType(type) ?? type, ended);
  }

  return {
    takeAtOnce(bytes, client) {
      const one = read(bytes, client);
      if (one === undefined || !deps.isFree(plain.hash, one.entry.marked, one.at)) return false;
      const used = snapshot;
      if (!one.entry.marked) deps.checkPodResolvConf();
      if (snapshot !== used) return false;
      const { type } = plain;
      if (!serve(one, bytes, client)) return false;
      counts.asked(client.transport, type);
      return true;
    },
    take(bytes, client) {
      const one = read(bytes, client);
      return one !== undefined && serve(one, bytes, client);
    },
    keep: keeper.keep,
    forget() {
      given.clear();
      keeper.forget();
    },
    configure(next) {
      if (next !== snapshot) given.clear();
      snapshot = next;
      keeper.configure(next);
    },
  };
}

function queryOf(
  { entry, own, half, before, at }: Found,
  plain: PlainQuery,
  { transport }: Client,
  { snapshot, staleUntil }: { readonly snapshot: ConfigurationSnapshot; readonly staleUntil: number },
): ServedQuery {
  const isAddress = entry.second !== undefined;
  const isTcp = transport === 'tcp';
  const isCapped = isTcp && isAddress && !plain.hasOpt;
  const sibling = (half === 0 ? entry.second : entry.first) ?? own;
  return {
    isAddress,
    alone: entry.isAlone(half),
    lives: at < entry.goodUntil || at < staleUntil,
    wasGiven: before !== undefined,
    // Both halves have to fit: one that does not is asked for, and the server may say something else by now.
    bytes: Math.max(lengthOfKept(own, plain.nameEnd), lengthOfKept(sibling, plain.nameEnd)),
    // What is larger over loopback may have to be made smaller on its way.
    limitBytes: isTcp ? maxMessageBytes : Math.min(plain.payloadSize, maxUdpPayloadBytes),
    records: Math.max(answersOfKept(own), answersOfKept(sibling)),
    maxRecords: isCapped ? snapshot.settings.maxTcpRecordsWithoutEdns : 0,
  };
}

function writeAnswer({ entry, own, half, at }: Found, plain: PlainQuery, query: Uint8Array, rotates: boolean) {
  const { id, rd, cd, ad, dnssecOk, nameEnd } = plain;
  const ageSeconds = Math.ceil((at - entry.since(half)) / 1000);
  const turn = rotates ? entry.nextTurn(half) : 0;
  return writeKept(own, query, nameEnd, { id, rd, cd, ad: ad || dnssecOk, ageSeconds, turn });
}

/** Its lifetime is over: nobody vouches for it, and nobody shall keep it long. */
function writeOld({ entry, own, half }: Found, plain: PlainQuery, query: Uint8Array, rotates: boolean): Uint8Array {
  const { id, rd, cd, nameEnd } = plain;
  const turn = rotates ? entry.nextTurn(half) : 0;
  const bytes = writeKept(own, query, nameEnd, { id, rd, cd, ad: false, ageSeconds: 0, turn });
  rewriteTtls(bytes, () => staleTtlSeconds);
  return bytes;
}

/** `nameKey` of what stands in front of the marker. */
function nameBefore({ folded, nameEnd }: PlainQuery, marker: WireName): string {
  const length = nameEnd - headerBytes - marker.length;
  return `${Buffer.from(folded.buffer, folded.byteOffset, length).toString('latin1')}\0`;
}

/** Programs of one address are told apart by port; a TCP connection has a port of its own. */
function originOf({ transport, address }: Client): string {
  return transport === 'tcp' ? `${address} tcp` : address;
}
