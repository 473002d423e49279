/** Random worlds for tests that compare resolvers: a resolv.conf, a script, a call. */
import type { ReplyDetails, Script, ServerScript } from '../../cli/simulation/script.ts';
import { serverAddresses } from '../support/worlds/world.ts';

export interface RandomCase {
  readonly seed: number;
  readonly resolvConf: string;
  readonly script: Script;
  readonly family: 'u' | '4' | '6';
  readonly name: string;
}

export interface CaseLimits {
  /** Options that may stand in the file. */
  readonly options: readonly string[];
  /** Time between the replies of one server and the next, for resolvers that take the fastest. */
  readonly serverGapMs: number;
}

const searchEntries = ['s1.test', 's2.test', 'S3.Test', '.', '.s4.test', 's5.test.'];
const searchWeights = [8, 8, 4, 1, 1, 1];
const askedNames = ['foo', 'a.b', 'a.b.c', 'foo.', 'a.b.', 'under_score', 'MiXed.Case'];

/** The same seed gives the same case. */
export function randomCase(seed: number, limits: CaseLimits): RandomCase {
  const random = createRandom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const chance = (probability: number) => random() < probability;

  const servers = serverAddresses.slice(0, 1 + Math.floor(random() * 3));
  const search = Array.from({ length: Math.floor(random() * 4) }, () => weighted(random, searchEntries, searchWeights));
  const options = limits.options.filter(() => chance(0.12));
  const lines = [
    ...servers.map((server) => `nameserver ${server}`),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    `options ndots:${Math.floor(random() * 4)} timeout:1 attempts:${pick([1, 1, 2])} ${options.join(' ')}`,
  ];
  const name = pick(askedNames);
  const bare = name.replace(/\.$/, '');
  const candidates = new Set([bare, ...search.map((entry) => candidateName(bare, entry))]);
  const script: Script = { servers: {} };
  for (const [index, server] of servers.entries()) {
    const names: NonNullable<ServerScript['names']> = {};
    for (const [number, candidate] of [...candidates].entries())
      for (const type of ['A', 'AAAA'])
        names[`${candidate.toLowerCase()} ${type}`] = randomReply(random, index, number, index * limits.serverGapMs);
    script.servers[server] = {
      names,
      udp: chance(0.08) ? 'closed' : 'open',
      tcp: chance(0.15) ? pick(['refused', 'close']) : 'open',
      otherwise: { is: 'NX', delayMs: index * limits.serverGapMs },
    };
  }
  const family = pick(['u', 'u', 'u', '4', '6'] as const);
  return { seed, resolvConf: `${lines.join('\n')}\n`, script, family, name };
}

const replies = [
  'DATA',
  'TRUNCATED',
  'CHAIN',
  'ALIAS',
  'EMPTY',
  'NX',
  'SF',
  'RF',
  'NI',
  'ODD',
  'LAME',
  'LOST',
] as const;
const replyWeights = [22, 5, 4, 3, 14, 26, 10, 4, 2, 3, 3, 4];

function randomReply(random: () => number, server: number, candidate: number, delayMs: number): ReplyDetails {
  const kind = weighted(random, replies, replyWeights);
  const last = `${server + 1}.${candidate + 1}`;
  const addresses = [`10.9.${last}`, `2001:db8:9::${last.replace('.', ':')}`];
  switch (kind) {
    case 'DATA':
      return { is: 'DATA', addresses, delayMs };
    case 'TRUNCATED': {
      const many = Array.from({ length: 40 }, (_, i) => [`10.8.${server + 1}.${i + 1}`, `2001:db8:8::${i + 1}`]);
      return { is: 'DATA', addresses: many.flat(), delayMs };
    }
    case 'CHAIN':
      return {
        is: 'DATA',
        addresses,
        chain: ['Alias.test', weighted(random, ['end.test', 'e_nd.test'], [3, 1])],
        delayMs,
      };
    case 'ALIAS':
      return { is: 'ALIAS', chain: ['nowhere.test'], delayMs };
    case 'ODD':
      return { is: 'ODD', rcode: weighted(random, [1, 9], [1, 1]), delayMs };
    case 'LOST':
      // Over TCP silence would be for ever: glibc sets no time limit there.
      return { is: 'LOST', tcp: 'CLOSE', delayMs };
    default:
      return { is: kind, delayMs };
  }
}

function candidateName(name: string, entry: string): string {
  const domain = entry.replace(/^\./, '').replace(/\.$/, '');
  return domain === '' ? name : `${name}.${domain}`;
}

function weighted<Value>(random: () => number, values: readonly Value[], weights: readonly number[]): Value {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  return values[Math.max(index, 0)] as Value;
}

/** mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
