/** Random configurations, servers, changes and calls for the oracle of the caches. */
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import { parseHosts } from '../../../sidecar/decide/hosts/hosts-table.ts';
import type { ConfigurationSnapshot } from '../../../sidecar/decide/configuration/snapshot.ts';
import type { Random } from '../random.ts';
import { snapshots, usualSettings } from '../simulation/configurations.ts';
import type { Call } from './calls.ts';
import { placeOf, tooMany } from './changing-world.ts';
import type { ChangingWorld, NameState, QuestionType, Said } from './changing-world.ts';

const servers = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const names = ['foo', 'bar', 'a.b'];
const domains = ['s1.test', 's2.test', 'test'];
const options = [
  'single-request',
  'single-request-reopen',
  'use-vc',
  'edns0',
  'no-aaaa',
  'strict-error',
  'no-tld-query',
  'trust-ad',
  'rotate',
];

export interface Configured {
  readonly snapshot: ConfigurationSnapshot;
  /** For people. */
  readonly text: string;
  readonly servers: readonly string[];
}

/** The hosts file, now and then, has a name in one family. */
const hostsLines = ['192.0.2.77 bar\n', '2001:db8::77 foo\n192.0.2.78 local\n'];

export function randomConfiguration(random: Random): Configured {
  const used = servers.slice(random.between(0, 1)).slice(0, random.pick([1, 1, 2, 2, 3]));
  const search = domains.slice(random.between(0, 1)).slice(0, random.pick([1, 2, 2, 3]));
  const words = [`ndots:${random.pick([1, 1, 2, 5])}`, 'timeout:1', `attempts:${random.pick([1, 1, 2])}`];
  if (random.chance(0.4)) words.push(random.pick(options));
  const text = [
    ...used.map((server) => `nameserver ${server}`),
    `search ${search.join(' ')}`,
    `options ${words.join(' ')}`,
  ].join('\n');
  const [replyCache, answerCache] = random.pick([
    [true, true],
    [true, true],
    [true, true],
    [true, false],
    [false, true],
  ] as const);
  const base = snapshots['marker'];
  if (base === undefined) throw new Error('no such configuration');
  const snapshot: ConfigurationSnapshot = {
    ...base,
    resolvConf: parseResolvConf(`${text}\n`, { hostName: 'pod' }),
    mode: random.chance(0.8) ? 'marker' : 'plain',
    trustAdInPodFile: text.includes('trust-ad'),
    hosts: parseHosts(random.chance(0.2) ? random.pick(hostsLines) : ''),
    settings: {
      ...usualSettings,
      serverMemory: false,
      maxCacheBytes: 1024 * 1024,
      replyCache,
      answerCache,
      keepSurvivingHalf: random.chance(0.1),
      maxSearchAhead: random.pick([0, 6]),
      prefetch: random.chance(0.8),
      serveStaleMs: random.pick([0, 20_000]),
    },
  };
  const { mode, settings } = snapshot;
  return { snapshot, text: `${text}\n${mode} ${JSON.stringify(settings)}`, servers: used };
}

/** Changes what is said of one name, or of many. */
export function changeWorld(random: Random, world: ChangingWorld, count: number): void {
  for (let changed = 0; changed < count; changed++) {
    const name = random.pick(names);
    const candidate = random.pick([...domains.map((domain) => `${name}.${domain}`), name]);
    const state = randomState(random);
    const agree = random.chance(0.6);
    for (const server of servers) {
      if (agree || random.chance(0.5)) world.change(placeOf(server, candidate), agree ? state : randomState(random));
    }
  }
}

/** From now on no server says anything useful of the name, wherever it is searched for. */
export function failWorld(random: Random, world: ChangingWorld, name: string): void {
  const failing = (): Said => ({ reply: { is: random.pick(['SF', 'SF', 'RF', 'LOST']) }, count: 0, isAliased: false });
  for (const candidate of [...domains.map((domain) => `${name}.${domain}`), name])
    for (const server of servers)
      world.change(placeOf(server, candidate), { A: failing(), AAAA: failing(), TXT: failing() });
}

function randomState(random: Random): NameState {
  const said = randomSaid(random);
  const isAlike = said.reply.is !== 'DATA' && random.chance(0.6);
  const other = isAlike ? said : randomSaid(random);
  // Aliases are of the name, not of a type.
  const aaaa = said.reply.is === 'DATA' && other.reply.is === 'DATA' ? { ...other, isAliased: said.isAliased } : other;
  return { A: said, AAAA: aaaa, TXT: randomSaid(random) };
}

const classes = { DATA: 46, EMPTY: 15, NX: 22, ALIAS: 4, SF: 4, RF: 2, NI: 1, LOST: 1, ODD: 2, LAME: 1, BAD: 1 };
const ttls = [0, 1, 2, 5, 5, 20, 60, 60, 7200, 0x8000_0005];

function randomSaid(random: Random): Said {
  const is = random.weighted(classes);
  const reply: ReplyDetails = { is, ttl: random.pick(ttls), soa: randomSoa(random) };
  if (is === 'ODD') reply.rcode = random.pick([1, 9]);
  if (random.chance(0.05)) reply.delayMs = random.between(1, 4);
  if (random.chance(0.04)) reply.forged = [random.pick(['id', 'name', 'no-question', 'garbage'] as const)];
  if (random.chance(0.05)) reply.ad = true;
  if (random.chance(0.08) && ['DATA', 'EMPTY', 'NX'].includes(is)) {
    reply.truncated = true;
    if (random.chance(0.4)) reply.tcp = randomTcp(random);
  }
  const count = is === 'DATA' || is === 'BAD' ? random.pick([1, 1, 2, 3]) : 0;
  const isLarge = is === 'DATA' && random.chance(0.04);
  return {
    reply,
    count: isLarge ? tooMany : count,
    isAliased: is === 'ALIAS' || (is === 'DATA' && reply.truncated !== true && random.chance(0.25)),
  };
}

function randomSoa(random: Random): NonNullable<ReplyDetails['soa']> {
  if (random.chance(0.2)) return false;
  return { owner: random.pick(['', '', 'test', 's1.test', 'other.test']), minimum: random.pick(ttls) };
}

function randomTcp(random: Random): NonNullable<ReplyDetails['tcp']> {
  const kind = random.weighted({ CLOSE: 2, RESET: 1, SF: 2, NX: 3, DATA: 3 });
  if (kind === 'CLOSE' || kind === 'RESET') return kind;
  return { is: kind, ttl: random.pick(ttls), soa: randomSoa(random) };
}

export function randomCall(random: Random, number: number): Call {
  const marked = random.chance(0.7);
  const edns = random.chance(0.3) ? 1232 : undefined;
  const dnssecOk = edns !== undefined && random.chance(0.2);
  const kinds: readonly (readonly QuestionType[])[] = [['A', 'AAAA'], ['AAAA', 'A'], ['A'], ['AAAA'], ['TXT']];
  const kind = Number(random.weighted({ 0: 50, 1: 8, 2: 18, 3: 12, 4: 12 }));
  // What asks for signatures is passed on, each question on its own.
  const types = dnssecOk && !marked ? (kinds[kind] ?? ['A']).slice(0, 1) : (kinds[kind] ?? ['A']);
  const transport = random.chance(0.1) ? 'tcp' : 'udp';
  const name = random.pick([
    ...names,
    ...names,
    ...names.flatMap((one) => domains.map((domain) => `${one}.${domain}`)),
  ]);
  return {
    name: random.chance(0.15) ? mixCase(random, name) : name,
    marked,
    types,
    gapMs: random.pick([0, 0, 0, 1, 3]),
    address: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
    port: random.between(1024, 65_000),
    hasTwoPorts: edns !== undefined && transport === 'udp' && random.chance(0.5),
    id: random.between(0, 0xffff),
    edns,
    dnssecOk,
    ad: random.chance(0.1),
    cd: random.chance(0.1),
    transport,
    repeatedAfterMs: transport === 'udp' && random.chance(0.1) ? random.pick([5, 10, 30]) : undefined,
    // What asks for signatures is a lookup of its own under every name.
    fallsBack: !dnssecOk && random.chance(0.7),
  };
}

function mixCase(random: Random, text: string): string {
  return text
    .split('')
    .map((letter) => (random.chance(0.4) ? letter.toUpperCase() : letter))
    .join('');
}
