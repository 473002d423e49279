/** Whole answers from memory: keeps what searches have found, and gives it out at once. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { AnswerCache, AnswerEntry, AnswerHalf, Denial } from '../cache/answer-cache.ts';
import { createGivenAnswers } from '../cache/given-answers.ts';
import type { GivenAnswer } from '../cache/given-answers.ts';
import { writeKept } from '../cache/kept-reply.ts';
import { isDue } from '../decide/cache/prefetch.ts';
import { isServed } from '../decide/cache/serve.ts';
import type { ServedQuery } from '../decide/cache/serve.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { lingerMs } from '../decide/lookup/pairing.ts';
import { halfOfType, otherHalf, siblingType } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import type { Client } from '../ports/client.ts';
import { isAddressType, maxMessageBytes } from '../wire/iana.ts';
import { rcodeName, typeName } from '../wire/mnemonics.ts';
import { newPlainQuery, readPlainQuery } from '../wire/plain-query.ts';
import { maxUdpPayloadBytes } from '../wire/reply-header.ts';
import { answerFlags, isSameName, keyOfQuestion } from './answer-entry.ts';
import { createAnswerKeeper } from './answer-keeper.ts';
import type { BareNameFallback } from './bare-name-fallback.ts';
import type { EndedLookup } from './lookup.ts';
import { createRefreshes } from './refreshes.ts';
import type { RefreshDependencies } from './refreshes.ts';

export interface AnswersDependencies extends Omit<RefreshDependencies, 'replace'> {
  readonly now: () => number;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly cache: AnswerCache;
  /** Where the addresses of a new answer begin to turn. */
  readonly randomId: () => number;
  readonly bareNames: Pick<BareNameFallback, 'note'>;
  /** Whether no stage in front of the answer cache can take the query. */
  readonly isFree: (hash: number, marked: boolean) => boolean;
  /** Looks whether the file that the containers see changed: an unmarked name may be another question then. */
  readonly checkPodResolvConf: () => void;
}

export interface Answers {
  /** Serves a usual query at once, in front of all other stages. False: it goes its way. */
  takeAtOnce(bytes: Uint8Array, client: Client): boolean;
  /** Serves one that no stage in front has taken. */
  take(bytes: Uint8Array, client: Client): boolean;
  keep(ended: EndedLookup): void;
  configure(snapshot: ConfigurationSnapshot): void;
}

/** An answer to the query that was just read. */
interface Found {
  readonly key: string;
  readonly entry: AnswerEntry;
  readonly own: AnswerHalf;
  readonly half: Half;
  /** What the client has of it already. */
  readonly before: GivenAnswer | undefined;
  readonly at: number;
}

// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over what was given out
export function createAnswers(deps: AnswersDependencies, initial: ConfigurationSnapshot): Answers {
  const { now, cache, metrics } = deps;
  let snapshot = initial;
  const given = createGivenAnswers();
  const plain = newPlainQuery();
  const keeper = createAnswerKeeper(deps, initial);
  const refresh = createRefreshes({ ...deps, replace: keeper.replace });

  /** What the query that was just read may be served with. */
  function find(bytes: Uint8Array, client: Client): Found | undefined {
    const key = keyOfQuestion(plain);
    const half = plain.dnssecOk ? 0 : halfOfType(plain.type);
    const at = now();
    const before = isAddressType(plain.type) && !plain.dnssecOk ? findGiven(key, client, half, at) : undefined;
    const entry = before?.entry ?? cache.get(key);
    const own = half === 0 ? entry?.first : entry?.second;
    if (entry === undefined || own === undefined || !isSameName(entry, plain, bytes)) return undefined;
    return { key, entry, own, half, before, at };
  }

  const read = (bytes: Uint8Array, client: Client): Found | undefined =>
    cache.size > 0 && readPlainQuery(bytes, plain) ? find(bytes, client) : undefined;

  function serve(found: Found, bytes: Uint8Array, client: Client): boolean {
    const { key, entry, own, half, before, at } = found;
    if (!isServed(queryOf(found, client))) return false;
    reply(own, client, at);
    if (before !== undefined) before.ids[half] = plain.id;
    else if (entry.second !== undefined) given.note(client.port, newGiven(key, entry, client, half, at));
    const { prefetch } = snapshot.settings;
    if (before === undefined) entry.served += 1;
    if (entry.denial !== undefined) noteBareName(found, entry.denial, client);
    // It reads the query anew, and writes over what was read of it.
    if (prefetch && before === undefined && isDue(entry, at)) entry.isRefreshed = refresh(bytes, client, 'prefetch');
    return true;
  }

  function queryOf({ entry, own, before, at }: Found, { transport }: Client): ServedQuery {
    const isAddress = entry.second !== undefined;
    const isTcp = transport === 'tcp';
    const isCapped = isTcp && isAddress && !plain.hasOpt;
    return {
      isAddress,
      alone: own.alone,
      lives: at < entry.goodUntil,
      wasGiven: before !== undefined,
      bytes: own.bytes.length,
      // What is larger over loopback may have to be made smaller on its way.
      limitBytes: isTcp ? maxMessageBytes : Math.min(plain.payloadSize, maxUdpPayloadBytes),
      records: own.records,
      maxRecords: isCapped ? snapshot.settings.maxTcpRecordsWithoutEdns : 0,
    };
  }

  /** The answer whose other half the client got a moment ago, or this half by the same query. */
  function findGiven(key: string, client: Client, half: Half, at: number) {
    const address = originOf(client);
    const own = given.fromPort(key, address, client.port, at - lingerMs);
    if (own !== undefined && (own.ids[half] === undefined || own.ids[half] === plain.id)) return own;
    if (!plain.hasOpt) return undefined;
    return given.fromAddress(key, address, half, at - snapshot.settings.pairWindowMs);
  }

  function newGiven(key: string, entry: AnswerEntry, client: Client, half: Half, at: number) {
    const ids: [number | undefined, number | undefined] = [undefined, undefined];
    ids[half] = plain.id;
    return { key, entry, address: originOf(client), flags: answerFlags(plain), hasOpt: plain.hasOpt, at, ids };
  }

  function reply(own: AnswerHalf, client: Client, at: number): void {
    const { id, rd, cd, ad, dnssecOk } = plain;
    const ageSeconds = Math.ceil((at - own.since) / 1000);
    const moment = { id, rd, cd, ad: ad || dnssecOk, ageSeconds, turns: snapshot.settings.rotateAnswers };
    const { transport } = client;
    metrics.inc('alpine_resolver_replies_total', { transport, rcode: rcodeName(own.rcode) });
    metrics.inc('alpine_resolver_cache_hits_total', { cache: 'answer' });
    client.reply(writeKept(own, moment));
  }

  /** A client that found nothing asks for the bare name next. */
  function noteBareName({ half, before }: Found, { name, both, alone }: Denial, { address }: Client): void {
    const flags = answerFlags(plain);
    const { type } = plain;
    const isPaired = before?.ids[otherHalf(half)] !== undefined;
    const end = isPaired ? both : alone[half];
    if (end === undefined) return;
    const ended = { end, paired: isPaired };
    deps.bareNames.note({ address, flags }, name, type, ended);
    if (isPaired)
      deps.bareNames.note({ address, flags: before?.flags ?? flags }, name, siblingType(type) ?? type, ended);
  }

  return {
    takeAtOnce(bytes, client) {
      const found = read(bytes, client);
      if (found === undefined || !deps.isFree(plain.hash, found.entry.marked)) return false;
      const used = snapshot;
      if (!found.entry.marked) deps.checkPodResolvConf();
      if (snapshot !== used) return false;
      const { type } = plain;
      if (!serve(found, bytes, client)) return false;
      metrics.inc('alpine_resolver_queries_total', { transport: client.transport, type: typeName(type) });
      return true;
    },
    take(bytes, client) {
      const found = read(bytes, client);
      return found !== undefined && serve(found, bytes, client);
    },
    keep: keeper.keep,
    configure(next) {
      snapshot = next;
      keeper.configure(next);
    },
  };
}

/** Programs of one address are told apart by port; a TCP connection has a port of its own. */
function originOf({ transport, address }: Client): string {
  return transport === 'tcp' ? `${address} tcp` : address;
}
