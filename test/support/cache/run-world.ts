/** One random world: calls, changes and pauses in turn, each answer explained by the oracle. */
import type { Random } from '../random.ts';
import { createRandom } from '../random.ts';
import { createSimulatedTime } from '../simulation/simulated-time.ts';
import type { SimulatedTime } from '../simulation/simulated-time.ts';
import { playCall } from './calls.ts';
import type { Call, CallReply, PlayedCall } from './calls.ts';
import { createChangingWorld, isTruncated, numberOf } from './changing-world.ts';
import type { ChangingWorld, Sent } from './changing-world.ts';
import { explain, explainStale, hasNothingNew, isRepeatedAlike, startPipeline, textOf } from './oracle.ts';
import type { Asked, Explained, PipelineParts } from './oracle.ts';
import { changeWorld, failWorld, randomCall, randomConfiguration } from './random-world.ts';
import type { Configured } from './random-world.ts';

export interface WorldFigures {
  calls: number;
  /** Calls that were repeated within all lifetimes. */
  repeats: number;
  /** Replies with data that was received before the call. */
  remembered: number;
  /** Pairs whose second question came late, with halves of two moments. */
  mixed: number;
  /** Calls that were answered beyond the lifetime. */
  stale: number;
  /** Searches without caches that were tried. */
  tries: number;
  upstreamQueries: number;
  answerHits: number;
  replyHits: number;
}

/** The first answer that is wrong, or that nothing explains, ends it with an error. */
export function runWorld(seed: number, rounds: number): WorldFigures {
  const random = createRandom(seed);
  const time = createSimulatedTime();
  const world = createChangingWorld();
  let configured = randomConfiguration(random);
  const parts = startPipeline(
    time,
    world.upstream(time, (place) => world.history(place).length - 1),
    configured.snapshot,
    seed,
  );
  const figures: WorldFigures = {
    calls: 0,
    repeats: 0,
    remembered: 0,
    mixed: 0,
    stale: 0,
    tries: 0,
    upstreamQueries: 0,
    answerHits: 0,
    replyHits: 0,
  };
  const checks: Checks = {
    world,
    time,
    parts,
    figures,
    leastTtl: new Map(),
    staleAt: new Map(),
    serveStaleMs: configured.snapshot.settings.serveStaleMs,
  };
  let before: readonly Call[] = [];
  changeWorld(random, world, 16);
  for (let round = 0; round < rounds; round++) {
    if (random.chance(0.5)) changeWorld(random, world, random.pick([1, 2, 5]));
    if (random.chance(0.1)) configured = reconfigure(random, checks, configured);
    const failed =
      checks.serveStaleMs > 0 && random.chance(0.4) ? before.find(({ types }) => types.length > 1) : undefined;
    if (failed !== undefined) failWorld(random, world, failed.name);
    const calls = Array.from({ length: random.pick([1, 1, 2, 4]) }, () => {
      figures.calls += 1;
      const call = randomCall(random, figures.calls);
      return failed === undefined ? call : { ...failed, address: call.address, port: call.port, id: call.id };
    });
    before = calls;
    const played = calls.map((call) => ({ call, playing: begin(random, checks, call) }));
    settle(checks, () => played.every(({ call, playing }) => isAnswered(call, playing())));
    checkAges(
      checks,
      played.map(({ playing }) => playing()),
    );
    for (const { call, playing } of played) {
      const explained = check(checks, configured, call, playing());
      if (random.chance(0.5)) repeat(checks, configured, call, explained);
    }
    time.runUntil(time.now() + random.pick([60, 300, 1100, 2000, 4900, 8000, 20_000, 45_000]));
  }
  figures.upstreamQueries = world.sent.length;
  figures.answerHits = hitsOf(parts, 'answer');
  figures.replyHits = hitsOf(parts, 'reply');
  return figures;
}

interface Checks {
  readonly world: ChangingWorld;
  readonly time: SimulatedTime;
  readonly parts: PipelineParts;
  readonly figures: WorldFigures;
  /** Of each record that was shown, the least TTL so far. */
  readonly leastTtl: Map<string, number>;
  /** When a name was last answered beyond its lifetime because nothing new came. */
  readonly staleAt: Map<string, number>;
  /** Of the configuration of the moment. */
  serveStaleMs: number;
}

function hitsOf({ metrics }: PipelineParts, cache: string): number {
  return Number(new RegExp(String.raw`cache_hits_total\{cache="${cache}"\} (\d+)`).exec(metrics())?.[1] ?? 0);
}

/** What a server said that is no longer asked is forgotten; and all of it where the reply cache is off. */
function reconfigure(random: Random, checks: Checks, before: Configured): Configured {
  const { world, parts } = checks;
  const next = randomConfiguration(random);
  checks.serveStaleMs = next.snapshot.settings.serveStaleMs;
  for (const server of before.servers)
    if (!next.servers.includes(server) || !next.snapshot.settings.replyCache) world.forget(server);
  parts.pipeline.configure(next.snapshot);
  return next;
}

/** Calls of one round begin within 30 ms. */
function begin(random: Random, { parts, time }: Checks, call: Call): () => PlayedCall {
  let played: PlayedCall = { beganMs: Infinity, replies: [] };
  time.setTimer(random.pick([0, 0, 7, 30]), () => {
    played = playCall(call, parts.pipeline, time);
  });
  return () => played;
}

function isAnswered({ types }: Call, { replies }: PlayedCall): boolean {
  return types.every((type) => replies.some(({ question }) => question === type));
}

/** All have their answers, and the time of fallbacks and repeats over TCP is over. */
function settle({ time }: Checks, isOver: () => boolean): void {
  const until = time.now() + 60_000;
  while (!isOver() && time.now() < until) time.runUntil(time.now() + 50);
  time.runUntil(time.now() + 120);
}

function check(checks: Checks, { snapshot, text }: Configured, call: Call, played: PlayedCall): Explained {
  const { world, figures } = checks;
  const fail = (what: string): never => {
    const seen = textOf(played.replies, call, world.byNumber);
    throw new Error(
      `${what}\n  ${JSON.stringify(call)}\n${text}\n  began at ${played.beganMs}\n  ${seen}\n${historyOf(checks, played)}`,
    );
  };
  if (!isAnswered(call, played)) fail('no answer');
  const explained =
    explain(call, played, world, snapshot) ??
    explainStale(call, played, world, snapshot) ??
    fail('no moments of the servers explain the answers');
  if (explained.isStale) {
    figures.stale += 1;
    const lastMs = Math.max(...played.replies.map(({ atMs }) => atMs));
    const isRecent = played.beganMs <= (checks.staleAt.get(call.name) ?? -Infinity) + recentMs;
    if (!isRecent && !hasNothingNew(call, played.beganMs, world, snapshot)) fail('an old answer in place of a new one');
    if (!isRecent) checks.staleAt.set(call.name, lastMs);
  }
  if (explained.isRepeatedAlike && !isRepeatedAlike(played.replies, world.byNumber))
    fail('a repeat was answered otherwise');
  figures.tries += explained.tries;
  if (explained.isMixed) figures.mixed += 1;
  return explained;
}

/** In the order in which they came. */
function checkAges(checks: Checks, played: readonly PlayedCall[]): void {
  const replies = played.flatMap((one) => one.replies.map((reply) => ({ reply, beganMs: one.beganMs })));
  for (const { reply, beganMs } of replies.toSorted((one, other) => one.reply.atMs - other.reply.atMs)) {
    const fault = ageFault(checks, reply, beganMs);
    if (fault !== undefined) throw new Error(`${fault}\n${historyOf(checks, { beganMs, replies: [reply] })}`);
  }
}

function historyOf({ world }: Checks, { replies }: PlayedCall): string {
  const last = world.sent
    .slice(-60)
    .map(
      ({ number, place, type, transport, version, said, receivedAt, lifetimeMs }) =>
        `  #${number} ${place} ${type} ${transport} v${version} ${said.reply.is} at ${receivedAt} for ${lifetimeMs}`,
    );
  return [...last, ...replies.map(({ question, atMs }) => `  ${question} answered at ${atMs}`)].join('\n');
}

/** What `forge` in cli/simulation/reply.ts sends. */
const forged = ['cb007142', '20010db80bad00000000000000000bad'];

/** Whether a record is older than it may be, or its TTL more than is left of it. */
function ageFault(
  { world, figures, leastTtl, serveStaleMs }: Checks,
  { message, atMs, question }: CallReply,
  beganMs: number,
): string | undefined {
  for (const { type, rdata, ttl, owner } of message.records) {
    if (forged.includes(rdata.toString('hex'))) return `${question}: a forged address`;
    const shown = numberOf(type, rdata);
    const sent = shown && world.byNumber(shown.number);
    if (shown === undefined || sent === undefined) continue;
    const ageMs = atMs - sent.receivedAt;
    const isFresh = sent.receivedAt >= beganMs - 150;
    if (!isFresh) figures.remembered += 1;
    const name = `${question}: ${owner.join('.')} of #${shown.number}`;
    const mayBeStale = serveStaleMs > 0 && ttl === 30;
    if (mayBeStale && beganMs < sent.receivedAt + sent.lifetimeMs + serveStaleMs) continue;
    if (!isFresh && beganMs >= sent.receivedAt + sent.lifetimeMs)
      return `${name} is ${ageMs} ms old, of ${sent.lifetimeMs}`;
    if (sent.isForgotten) return `${name} is of a server that is no longer asked`;
    const given = sent.said.reply.ttl ?? 5;
    // What came in the last second is given as it came.
    const left = Math.max(0, given - Math.floor(ageMs / 1000));
    if (ttl > left) return `${name} has ${ttl} s to live, of ${left}`;
    const key = `${shown.number} ${shown.index}`;
    if (isFresh) continue;
    if (ttl > (leastTtl.get(key) ?? Infinity)) return `${name} has more to live than before`;
    leastTtl.set(key, ttl);
  }
  return undefined;
}

/** How long an old answer is given without asking, and how far apart the calls of a round may be. */
const recentMs = 5000 + 100;

const usable: readonly string[] = ['DATA', 'EMPTY', 'NX', 'ALIAS'];

/** Where all that the call rests on lives on, the same call again sends nothing, and is answered from the same. */
function repeat(checks: Checks, configured: Configured, call: Call, { asked, isMixed, isStale }: Explained): void {
  const { world, time, parts, figures } = checks;
  const again: Call = {
    ...call,
    address: `11${call.address.slice(2)}`,
    id: call.id ^ 0x5555,
    port: call.port + 7,
    repeatedAfterMs: undefined,
  };
  const livesOn = asked.every((question) => {
    const { place, type, transport, version } = question;
    // Of another call, what came since is in its place.
    const sent = lastReceived(world, question);
    if (sent === undefined || sent.version !== version || sent.receivedAt > time.now()) return false;
    const others = asked.filter((one) => one.place === place && one.type !== type);
    if (sent.needsData && others.length === 0) return false;
    if (!others.every((one) => one.transport !== transport || wereAskedTogether(sent, lastReceived(world, one))))
      return false;
    if (transport === 'udp' && isTruncated(sent)) return true;
    // In its last part, an answer that is used is asked for anew.
    const lastPartMs = configured.snapshot.settings.prefetch ? sent.lifetimeMs / 5 : 0;
    return usable.includes(sent.said.reply.is) && sent.receivedAt + sent.lifetimeMs > time.now() + lastPartMs + 400;
  });
  // A second question from another port that came when the first had its answer was a lookup of its own.
  const wereApart = call.hasTwoPorts && call.gapMs > 0;
  if (!livesOn || isMixed || isStale || wereApart || !configured.snapshot.settings.replyCache) return;
  const before = world.sent.length;
  const played = playCall(again, parts.pipeline, time);
  settle(checks, () => isAnswered(again, played));
  checkAges(checks, [played]);
  check(checks, configured, again, played);
  figures.repeats += 1;
  // A search of another name may still be under way, behind an old answer.
  const sentAgain = world.sent.slice(before).filter((one) => asked.some(({ place }) => place === one.place));
  if (sentAgain.length > 0) {
    const more = sentAgain.map(({ place, type, transport }) => `${place} ${type} ${transport}`);
    throw new Error(
      `asked again within all lifetimes: ${more.join(', ')}\n  ${JSON.stringify(again)}\n${historyOf(checks, played)}`,
    );
  }
}

function lastReceived({ sent }: ChangingWorld, asked: Asked): Sent | undefined {
  const { place, type, transport, fields } = asked;
  const isOfIt = (one: Sent): boolean =>
    one.place === place && one.type === type && one.transport === transport && one.fields === fields;
  return sent.findLast((one) => isOfIt(one) && one.receivedAt < Infinity);
}

/**
 * Both halves of a pair are taken from one exchange (cache semantics §2). Where one was asked alone since, because only its lifetime was
 * over or it never came, they are not, though the server says the same.
 */
function wereAskedTogether(one: Sent, other: Sent | undefined): boolean {
  return other !== undefined && Math.abs(one.number - other.number) === 1 && Math.abs(one.sentAt - other.sentAt) < 100;
}
