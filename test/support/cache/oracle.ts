/**
 * What a call may be answered (cache semantics §1, §8): what a sidecar without caches would answer, if each server stood, for each
 * name, at a moment of its own within the lifetime of what it said then, both types of the name at the same. The moments are tried
 * one after the other, as the searches without caches come to ask for them.
 */
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import type { ConfigurationSnapshot } from '../../../sidecar/decide/configuration/snapshot.ts';
import { createPipeline } from '../../../sidecar/pipeline.ts';
import type { Pipeline } from '../../../sidecar/ports/client.ts';
import type { UpstreamPort } from '../../../sidecar/ports/upstream.ts';
import { createSimulatedTime } from '../simulation/simulated-time.ts';
import type { SimulatedTime } from '../simulation/simulated-time.ts';
import { playCall } from './calls.ts';
import type { Call, CallReply, PlayedCall } from './calls.ts';
import { isTruncated, numberOf } from './changing-world.ts';
import type { ChangingWorld, QuestionType, Sent } from './changing-world.ts';

export interface Explained {
  /** What the search without caches asked, at the moments at which its answers are those that were given. */
  readonly asked: readonly Asked[];
  /** How many searches were tried. */
  readonly tries: number;
  /** Without caches the same query again got the same reply. */
  readonly isRepeatedAlike: boolean;
  /** The types of a name stood at moments of their own: the second question came when the first had its answer from memory. */
  readonly isMixed: boolean;
  /** Its lifetime was over (cache semantics §4). */
  readonly isStale: boolean;
}

export interface Asked {
  readonly place: string;
  readonly type: QuestionType;
  readonly transport: 'udp' | 'tcp';
  readonly fields: string;
  readonly version: number;
}

export interface PipelineParts {
  readonly pipeline: Pipeline;
  metrics(): string;
}

export function startPipeline(
  time: SimulatedTime,
  upstream: UpstreamPort,
  snapshot: ConfigurationSnapshot,
  seed: number,
): PipelineParts {
  const metrics = createMetrics(sidecarMetrics);
  let ids = seed;
  const pipeline = createPipeline(
    {
      now: time.now,
      setTimer: time.setTimer,
      afterRead: (run) => void time.setTimer(0, run),
      randomId: () => (ids = (Math.imul(ids, 0x41a7) + 0x3039) >>> 0) >>> 16,
      hashSeed: 0,
      nextRotation: () => 0,
      upstream,
      metrics,
      log: createLog({ level: 'error', write: () => {}, now: () => 0 }),
      checkPodResolvConf: () => {},
    },
    snapshot,
  );
  return { pipeline, metrics: metrics.exposition };
}

/** More moments than this are more than a test can look at. */
const maxTries = 4000;
const maxEvents = 20_000;

/** Undefined: no such moments explain the answers. */
export function explain(
  call: Call,
  played: PlayedCall,
  world: ChangingWorld,
  snapshot: ConfigurationSnapshot,
): Explained | undefined {
  // From another port the second question joins the first where that took longer than a moment, or came from memory.
  const calls = call.hasTwoPorts && call.gapMs > 0 ? [call, { ...call, gapMs: 0 }] : [call];
  for (const one of calls) {
    const joint = explainBy(one, played, world, { keyOf: (place) => place, snapshot, extraMs: 0 });
    if (joint !== undefined) return { ...joint, isMixed: false, isStale: false };
  }
  if (call.types.length === 1 || call.gapMs === 0) return undefined;
  for (const one of [...calls, ...asOfOnePort(call, snapshot)]) {
    const apart = explainBy(one, played, world, { keyOf: (...parts) => parts.join(' '), snapshot, extraMs: 0 });
    if (apart !== undefined) return { ...apart, isMixed: true, isStale: false };
  }
  return explainEach(call, played, world, snapshot);
}

/**
 * Of two questions with OPT the second belongs to the first, though that has its answer, if it was from memory: as from one port, where
 * without caches data that came at once was given before.
 */
function asOfOnePort(call: Call, { settings }: ConfigurationSnapshot): Call[] {
  const belongs = call.hasTwoPorts && call.edns !== undefined && call.gapMs < settings.pairWindowMs;
  return belongs ? [{ ...call, hasTwoPorts: false }] : [];
}

/** Of the first question data from memory was given, of which nothing shows in the reply to the second. */
function explainEach(
  call: Call,
  { beganMs, replies }: PlayedCall,
  world: ChangingWorld,
  snapshot: ConfigurationSnapshot,
): Explained | undefined {
  if (replies.length !== call.types.length) return undefined;
  const all = call.types.map((type) => {
    const own = replies.filter(({ question, message }) => question === type && holdsData(message));
    return explainBy({ ...call, types: [type] }, { beganMs, replies: own }, world, {
      keyOf: (place) => place,
      snapshot,
      extraMs: 0,
    });
  });
  const found = all.filter((one) => one !== undefined);
  if (found.length < all.length) return undefined;
  const tries = found.reduce((sum, one) => sum + one.tries, 0);
  return { asked: found.flatMap(({ asked }) => asked), tries, isRepeatedAlike: true, isMixed: true, isStale: false };
}

/**
 * An answer whose lifetime is over: it says so itself (a TTL of 30, no AD), and is one of a search without caches within the lifetimes
 * and what is added to them.
 */
export function explainStale(
  call: Call,
  played: PlayedCall,
  world: ChangingWorld,
  snapshot: ConfigurationSnapshot,
): Explained | undefined {
  const { serveStaleMs } = snapshot.settings;
  const replies = played.replies.filter(({ question }) => !question.includes('bare name'));
  const records = replies.flatMap(({ message }) => message.records.filter(({ section }) => section === 'answer'));
  const isMarkedSo =
    records.length > 0 &&
    records.every(({ ttl }) => ttl === staleTtl) &&
    replies.every(({ message }) => (message.flags & ad) === 0);
  if (serveStaleMs === 0 || !isMarkedSo) return undefined;
  const without = { ...call, ad: false };
  const found = explainBy(without, played, world, { keyOf: (place) => place, snapshot, extraMs: serveStaleMs });
  return found && { ...found, isMixed: false, isStale: true };
}

/** Whether a search of this moment fails, or has no end within the time after which an old answer is given. */
export function hasNothingNew(
  call: Call,
  beganMs: number,
  world: ChangingWorld,
  snapshot: ConfigurationSnapshot,
): boolean {
  const { text, lastMs } = play(call, beganMs, world, withoutMemory(snapshot), { keyOf: (place) => place, chosen: [] });
  return lastMs >= staleAfterMs || / [0-9a-f]{3}2 /.test(text);
}

const ad = 0x20;
const staleTtl = 30;
const staleAfterMs = 1800;

function holdsData({ records }: CallReply['message']): boolean {
  return records.some(({ section, type }) => section === 'answer' && type !== 5);
}

/** What has the same key stands at the same moment. */
type KeyOf = (place: string, type: QuestionType, transport: 'udp' | 'tcp') => string;

interface Within {
  readonly keyOf: KeyOf;
  readonly snapshot: ConfigurationSnapshot;
  /** What is added to lifetimes, in milliseconds. */
  readonly extraMs: number;
}

function explainBy(
  call: Call,
  played: PlayedCall,
  world: ChangingWorld,
  { keyOf, snapshot, extraMs }: Within,
): Omit<Explained, 'isMixed' | 'isStale'> | undefined {
  const expected = textOf(played.replies, call, (number) => world.byNumber(number));
  const withoutCaches = withoutMemory(snapshot);
  let chosen: Choice[] = [];
  for (let tries = 1; tries <= maxTries; tries++) {
    const replay = play(call, played.beganMs, world, withoutCaches, { keyOf, chosen, extraMs });
    if (!replay.isImpossible && replay.text === expected) {
      const { asked, isAlike } = replay;
      return { asked, tries, isRepeatedAlike: isAlike };
    }
    const next = nextChoices(replay.choices);
    if (next === undefined) return undefined;
    chosen = next;
  }
  throw new Error(`more than ${maxTries} ways to explain ${call.name}`);
}

function withoutMemory(snapshot: ConfigurationSnapshot): ConfigurationSnapshot {
  const { settings } = snapshot;
  const nothing = { maxCacheBytes: 0, replyCache: false, answerCache: false, serveStaleMs: 0 };
  return { ...snapshot, settings: { ...settings, ...nothing } };
}

interface Choice {
  readonly key: string;
  readonly versions: readonly number[];
  readonly index: number;
}

/** The last one that has another way goes that way; what follows it is open again. */
function nextChoices(choices: readonly Choice[]): Choice[] | undefined {
  const last = choices.findLastIndex(({ versions, index }) => index + 1 < versions.length);
  if (last < 0) return undefined;
  return choices
    .slice(0, last + 1)
    .map((choice, at) => (at === last ? { ...choice, index: choice.index + 1 } : choice));
}

interface Replay {
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly asked: readonly Asked[];
  readonly isAlike: boolean;
  /** It would have used what nobody remembers any more. */
  readonly isImpossible: boolean;
  /** When the last reply came, in milliseconds since it began. */
  readonly lastMs: number;
}

/** The same call, alone, without caches, in a world that stands still. */
function play(
  call: Call,
  beganMs: number,
  world: ChangingWorld,
  snapshot: ConfigurationSnapshot,
  {
    keyOf,
    chosen,
    extraMs = 0,
  }: { readonly keyOf: KeyOf; readonly chosen: readonly Choice[]; readonly extraMs?: number },
): Replay {
  const time = createSimulatedTime();
  const choices: Choice[] = [];
  const asked: Asked[] = [];
  let isImpossible = false;
  const still = world.copy();
  const upstream = still.upstream(time, (place, type, transport, fields) => {
    const version = choose(keyOf(place, type, transport), place);
    const one = { place, type, transport, fields, version };
    if (version !== newest(world, place) && !isRemembered(world, one, beganMs - extraMs, beganMs)) isImpossible = true;
    asked.push(one);
    return version;
  });

  function choose(key: string, place: string): number {
    const before = choices.find((choice) => choice.key === key);
    if (before !== undefined) return before.versions[before.index] ?? 0;
    const choice = chosen[choices.length] ?? {
      key,
      versions: versionsOf(world, place, beganMs - extraMs, beganMs),
      index: 0,
    };
    choices.push(choice);
    return choice.versions[choice.index] ?? 0;
  }

  const { pipeline } = startPipeline(time, upstream, snapshot, 1);
  const { replies } = playCall(call, pipeline, time);
  time.runAll(maxEvents);
  const isAlike = isRepeatedAlike(replies, still.byNumber);
  return {
    text: textOf(replies, call, still.byNumber),
    choices,
    asked,
    isAlike,
    isImpossible,
    lastMs: Math.max(0, ...replies.map(({ atMs }) => atMs)),
  };
}

function newest(world: ChangingWorld, place: string): number {
  return world.history(place).length - 1;
}

/** The newest first, then those of which something is remembered. */
function versionsOf(world: ChangingWorld, place: string, atMs: number, beganMs: number): number[] {
  const remembered = world.sent
    .filter((one) => one.place === place && isAlive(one, atMs, beganMs))
    .map(({ version }) => version);
  const older = [...new Set(remembered)].filter((version) => version !== newest(world, place));
  return [newest(world, place), ...older.toSorted((a, b) => b - a)];
}

/** It came before `beganMs`, and its lifetime lasted to `atMs` or longer. */
function isAlive({ receivedAt, lifetimeMs, isForgotten }: Sent, atMs: number, beganMs: number): boolean {
  return !isForgotten && receivedAt <= beganMs && lifetimeMs > 0 && atMs < receivedAt + lifetimeMs;
}

/** Where one type was truncated both are asked over TCP, whatever is said of the other: what is remembered of that counts. */
function isRemembered(
  world: ChangingWorld,
  { place, type, transport, version }: Asked,
  atMs: number,
  beganMs: number,
): boolean {
  return world.sent.some((one) => {
    if (one.place !== place || one.version !== version || one.transport !== transport) return false;
    const isEnough = transport === 'udp' && isTruncated(one) && !one.isForgotten;
    return isEnough || (one.type === type && isAlive(one, atMs, beganMs));
  });
}

/** All that a program sees of the replies, but for TTLs, the order of addresses, and how often it was told. */
export function textOf(
  replies: readonly CallReply[],
  call: Call,
  sentAs: (number: number) => Sent | undefined,
): string {
  const questions = [...new Set(replies.map(({ question }) => question))]
    .filter((one) => !one.endsWith('again'))
    .toSorted();
  const lines = questions.map((question) => {
    const reply = replies.find((one) => one.question === question);
    return `${question}: ${reply === undefined ? '-' : textOfReply(reply, sentAs)}`;
  });
  return [`${call.name} ${call.types.join('+')}`, ...lines].join('\n');
}

function textOfReply(
  { message: { flags, questions, records } }: CallReply,
  sentAs: (number: number) => Sent | undefined,
): string {
  const texts = records.map(({ section, owner, type, rdata, target }) => {
    const shown = numberOf(type, rdata);
    const sent = shown && sentAs(shown.number);
    const data =
      sent === undefined
        ? (target?.join('.') ?? rdata.toString('hex'))
        : `${sent.place} v${sent.version} ${shown?.index}`;
    return `${section} ${owner.join('.')} ${type} ${data}`;
  });
  const isAddress = (text: string): boolean => / (1|28) [^ ]+ [^ ]+ v\d+ \d+$/.test(text);
  const inOrder = [...texts.filter((text) => !isAddress(text)), ...texts.filter(isAddress).toSorted()];
  const question = questions.map(({ name, type }) => `${name.join('.')} ${type}`).join();
  return [`${flags.toString(16)} ${question}`, ...inOrder].join('\n    ');
}

/** The same query again gets the same reply, TTLs and order aside. */
export function isRepeatedAlike(replies: readonly CallReply[], sentAs: (number: number) => Sent | undefined): boolean {
  const again = replies.find(({ question }) => question.endsWith(' again'));
  const first = replies.find(({ question }) => `${question} again` === again?.question);
  return again === undefined || first === undefined || textOfReply(again, sentAs) === textOfReply(first, sentAs);
}
