/** Whole answers from memory: keeps what searches have found, and gives it out at once. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { AnswerCache, AnswerEntry, AnswerHalf } from '../cache/answer-cache.ts';
import { createGivenAnswers } from '../cache/given-answers.ts';
import { writeKept } from '../cache/kept-reply.ts';
import { decideServing } from '../decide/cache/serve.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { lingerMs } from '../decide/lookup/pairing.ts';
import { halfOfType, siblingType } from '../decide/search/pair.ts';
import type { Half } from '../decide/search/pair.ts';
import type { Client } from '../ports/client.ts';
import { maxMessageBytes } from '../wire/iana.ts';
import { rcodeName, typeName } from '../wire/mnemonics.ts';
import { newPlainQuery, readPlainQuery } from '../wire/plain-query.ts';
import { maxUdpPayloadBytes } from '../wire/reply-header.ts';
import { answerFlags, entryOf, isSameName, keyOfQuestion, mayReplace } from './answer-entry.ts';
import type { BareNameFallback } from './bare-name-fallback.ts';
import type { EndedLookup } from './lookup.ts';

export interface AnswersDependencies {
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

export function createAnswers(deps: AnswersDependencies, initial: ConfigurationSnapshot): Answers {
  const { now, cache, metrics } = deps;
  let snapshot = initial;
  const given = createGivenAnswers();
  const plain = newPlainQuery();

  function find(bytes: Uint8Array): { key: string; entry: AnswerEntry } | undefined {
    const key = keyOfQuestion(plain);
    const entry = cache.get(key);
    return entry !== undefined && isSameName(entry.name, bytes, plain.nameEnd) ? { key, entry } : undefined;
  }

  function serve(bytes: Uint8Array, client: Client): boolean {
    const found = find(bytes);
    if (found === undefined) return false;
    const isAddress = found.entry.halves[1] !== undefined;
    const half = isAddress ? halfOfType(plain.type) : 0;
    const at = now();
    const before = isAddress ? findGiven(found.key, client, half, at) : undefined;
    const entry = before?.entry ?? found.entry;
    const own = entry.halves[half];
    if (own === undefined) return false;
    const serving = decideServing({
      isAddress,
      alone: own.alone,
      lives: at < entry.goodUntil,
      given: before === undefined ? 'nothing' : before.ids[half] === undefined ? 'the other half' : 'this half',
      bytes: own.reply.bytes.length,
      limitBytes: limitOf(client),
      records: own.reply.records,
      maxRecords: client.transport === 'tcp' && isAddress && !plain.hasOpt ? snapshot.settings.maxTcpRecordsWithoutEdns : 0,
    });
    if (serving === 'search') return false;
    reply(entry, own, client, at);
    if (before !== undefined) before.ids[half] = plain.id;
    else if (isAddress) given.note(client.port, newGiven(found.key, entry, client, half, at));
    if (entry.marked) noteBareName(entry, own, client, before);
    return true;
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

  function reply(entry: AnswerEntry, { reply: kept, rcode }: AnswerHalf, client: Client, at: number): void {
    const { id, rd, cd, ad, dnssecOk } = plain;
    const ageSeconds = Math.ceil((at - entry.since) / 1000);
    const moment = { id, rd, cd, ad: ad || dnssecOk, ageSeconds, turns: snapshot.settings.rotateAnswers };
    const { transport } = client;
    metrics.inc('alpine_resolver_replies_total', { transport, rcode: rcodeName(rcode) });
    metrics.inc('alpine_resolver_cache_hits_total', { cache: 'answer' });
    client.reply(writeKept(kept, moment));
  }

  /** A client that found nothing asks for the bare name next. */
  function noteBareName(
    { bareName, searchedName }: AnswerEntry,
    { bareNameAlone }: AnswerHalf,
    { address }: Client,
    before: { readonly flags: number } | undefined,
  ): void {
    const flags = answerFlags(plain);
    if (before === undefined) {
      if (bareNameAlone === undefined) return;
      deps.bareNames.note({ address, flags }, searchedName, plain.type, { end: bareNameAlone, paired: false });
      return;
    }
    if (bareName === undefined) return;
    const ended = { end: bareName, paired: true };
    deps.bareNames.note({ address, flags }, searchedName, plain.type, ended);
    const sibling = siblingType(plain.type) ?? plain.type;
    deps.bareNames.note({ address, flags: before.flags }, searchedName, sibling, ended);
  }

  /** What is larger over loopback may have to be made smaller on its way. */
  function limitOf({ transport }: Client): number {
    return transport === 'tcp' ? maxMessageBytes : Math.min(plain.payloadSize, maxUdpPayloadBytes);
  }

  return {
    takeAtOnce(bytes, client) {
      if (cache.size === 0 || !readPlainQuery(bytes, plain)) return false;
      const found = find(bytes);
      if (found === undefined || !deps.isFree(plain.hash, found.entry.marked)) return false;
      const used = snapshot;
      if (!found.entry.marked) deps.checkPodResolvConf();
      if (snapshot !== used || !serve(bytes, client)) return false;
      metrics.inc('alpine_resolver_queries_total', { transport: client.transport, type: typeName(plain.type) });
      return true;
    },
    take: (bytes, client) => cache.size > 0 && readPlainQuery(bytes, plain) && serve(bytes, client),
    keep(ended) {
      const { context, end, basis, halves } = ended;
      if (end === undefined || basis === undefined || context.snapshot !== snapshot) return;
      const [query] = halves[0].queries.length > 0 ? halves[0].queries : halves[1].queries;
      if (!snapshot.settings.answerCache || query === undefined || !readPlainQuery(query.view.bytes, plain)) return;
      const key = keyOfQuestion(plain);
      const at = now();
      if (!mayReplace(cache.peek(key), end, query.view, at)) return;
      const entry = entryOf(ended, basis, end, at, deps.randomId);
      if (entry !== undefined) cache.keep(key, entry);
    },
    configure(next) {
      if (next !== snapshot) cache.clear();
      snapshot = next;
    },
  };
}

/** Programs of one address are told apart by port; a TCP connection has a port of its own. */
function originOf({ transport, address }: Client): string {
  return transport === 'tcp' ? `${address} tcp` : address;
}
