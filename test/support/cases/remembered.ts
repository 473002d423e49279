/** Random cases with the caches on: what the servers' replies may be used for, and what of the caches is switched off. */
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';
import type { LookupSettings } from '../../../sidecar/decide/configuration/snapshot.ts';
import { createRandom, seedOf, type Random } from '../random.ts';

export const mechanisms = ['answer-cache', 'reply-cache', 'search-ahead', 'prefetch'] as const;
export type Mechanism = (typeof mechanisms)[number];

const switches: Readonly<Record<Mechanism, Readonly<Record<string, string>>>> = {
  'answer-cache': { RESOLVER_ANSWER_CACHE: 'false' },
  'reply-cache': { RESOLVER_REPLY_CACHE: 'false' },
  'search-ahead': { RESOLVER_MAX_SEARCH_AHEAD: '0' },
  prefetch: { RESOLVER_PREFETCH: 'false' },
};

/** Of a sidecar that remembers all that it may, but for these. */
export function rememberingEnvironment(off: readonly Mechanism[]): Record<string, string> {
  return Object.assign(
    { RESOLVER_MAX_CACHE_BYTES: String(1024 * 1024), RESOLVER_MAX_SEARCH_AHEAD: '6' },
    ...off.map((name) => switches[name]),
  ) as Record<string, string>;
}

/** The same for a pipeline in simulated time. Silent servers are forgotten, as glibc forgets them. */
export function rememberingSettings(off: readonly Mechanism[]): Partial<LookupSettings> {
  return {
    serverMemory: false,
    maxCacheBytes: 1024 * 1024,
    answerCache: !off.includes('answer-cache'),
    replyCache: !off.includes('reply-cache'),
    maxSearchAhead: off.includes('search-ahead') ? 0 : 6,
    prefetch: !off.includes('prefetch'),
  };
}

/** What an injected sidecar is started with where cases are played with the caches. Silent servers are forgotten, as glibc forgets them. */
export const withCaches: Readonly<Record<string, string>> = {
  ...rememberingEnvironment([]),
  RESOLVER_SERVER_MEMORY: 'false',
};

/** The cases of a suite that are played with caches, too. */
export interface RememberedCases {
  /** Which they are, for people. */
  readonly text: string;
  readonly seed: number;
  isOne(id: string): boolean;
}

const dayMs = 86_400_000;

/** A third, each day another one, or that of a seed; or `all`. */
export function rememberedCases(choice = String(Math.floor(Date.now() / dayMs))): RememberedCases {
  if (choice === 'all') return { text: 'all cases with caches, too', seed: 0, isOne: () => true };
  const seed = Number(choice);
  if (!Number.isInteger(seed) || seed < 0)
    throw new Error(`with caches: a seed or "all", not ${JSON.stringify(choice)}`);
  return {
    text: `a third of the cases with caches, too: that of seed ${seed}`,
    seed,
    isOne: (id) => seedOfText(seed, id) % 3 === 0,
  };
}

/** For what a text names, a seed of its own. */
export function seedOfText(seed: number, text: string): number {
  return Array.from(text).reduce((mixed, letter) => seedOf(mixed, letter.codePointAt(0) ?? 0), seed);
}

/** In the text of the metrics. */
export function hitsIn(metrics: string): number {
  const counts = metrics.matchAll(/^alpine_resolver_cache_hits_total\{[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * The same servers, whose replies have lifetimes: most may be remembered for longer than a case lasts, some for a second or not at
 * all, and some denials have no SOA. No C library looks at any of it.
 */
export function withLifetimes(script: Script, seed: number): Script {
  const random = createRandom(seedOf(seed, 1));
  const servers = Object.entries(script.servers).map(([address, server]): [string, ServerScript] => {
    const names = Object.entries(server.names ?? {}).map(([name, reply]): [string, ReplyScript | ReplyScript[]] => [
      name,
      Array.isArray(reply) ? reply.map((one) => lasting(random, one)) : lasting(random, reply),
    ]);
    return [
      address,
      { ...server, names: Object.fromEntries(names), otherwise: lasting(random, server.otherwise ?? 'NX') },
    ];
  });
  return { servers: Object.fromEntries(servers) };
}

function lasting(random: Random, reply: ReplyScript): ReplyDetails {
  const details = typeof reply === 'string' ? { is: reply } : reply;
  const ttl = random.pick([0, 1, 60, 60, 300]);
  const soa = random.chance(0.15) ? false : { owner: '', minimum: random.pick([0, 1, 30, 300]) };
  const { tcp } = details;
  return { ...details, ttl, soa, ...(typeof tcp === 'object' ? { tcp: lasting(random, tcp) } : {}) };
}
