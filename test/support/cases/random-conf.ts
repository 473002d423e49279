/** A random resolv.conf: every keyword and option that glibc knows, in every order that an administrator may write. */
import { serverAddresses, serverAddressesV6, spareServers } from '../worlds/addresses.ts';
import { randomSearchEntry } from './random-names.ts';
import type { Random } from '../random.ts';

export interface RandomConf {
  readonly text: string;
  readonly hostName: string | undefined;
  /** The file has what only glibc 2.41 understands. */
  readonly needs241: boolean;
}

const flags = [
  'edns0',
  'single-request',
  'single-request-reopen',
  'no-tld-query',
  'no_tld_query',
  'use-vc',
  'trust-ad',
  'no-aaaa',
] as const;

/** Options of 2.41: elsewhere they are unknown. */
const flags241 = ['strict-error'] as const;

const flagProbability = 0.05;

export function randomConf(random: Random): RandomConf {
  const needs241 = random.chance(0.1);
  const { lines: searchLines, hostName } = randomSearch(random);
  const options = randomOptions(random, needs241);
  // Which server is asked first under rotate is chance: then all of them must be of one kind.
  const hasDeadServers = !options.some((line) => line.includes('rotate'));
  const lines = shuffleLightly(random, [
    ...randomServers(random, hasDeadServers).map((server) => `nameserver${blank(random)}${server}`),
    ...searchLines,
    ...options,
  ]);
  if (random.chance(0.1)) lines.splice(random.between(0, lines.length), 0, random.pick(['# comment', '; comment', '']));
  if (random.chance(0.03)) lines.unshift(' nameserver 192.0.2.5', ' search hidden.test');
  const end = random.chance(0.004) ? '\r\n' : '\n';
  return { text: lines.map((line) => line + end).join(''), hostName, needs241 };
}

function randomServers(random: Random, hasDeadServers: boolean): string[] {
  if (random.chance(0.01)) return [];
  const count = Number(random.weighted({ 1: 50, 2: 35, 3: 15 }));
  const servers: string[] = [];
  for (let i = 0; i < count; i++)
    servers.push((random.chance(0.1) ? serverAddressesV6[i] : serverAddresses[i]) ?? serverAddresses[0]);
  if (random.chance(0.02)) servers.push(servers[0] ?? serverAddresses[0]);
  if (random.chance(0.03))
    servers.splice(random.between(0, count), 0, random.pick(['nonsense', '192.0.2.1:53', '300.1.1.1']));
  if (random.chance(0.03)) servers.push(...spareServers);
  if (hasDeadServers && random.chance(0.01)) servers.unshift('0.0.0.0');
  if (hasDeadServers && random.chance(0.01)) servers.splice(random.between(0, servers.length), 0, '127.0.0.1');
  return servers;
}

function randomSearch(random: Random): { lines: string[]; hostName: string | undefined } {
  const count = Number(random.weighted({ 0: 12, 1: 25, 2: 35, 3: 18, 4: 6, 8: 2, 14: 1 }));
  const entries = Array.from({ length: count }, () => randomSearchEntry(random));
  if (count > 1 && random.chance(0.03)) entries[1] = entries[0] ?? '';
  const hostName = random.chance(0.06) ? `pod.${randomSearchEntry(random).replace(/^\.|\.$/g, '')}` : undefined;
  const usable =
    hostName !== undefined && /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(hostName) && hostName.length < 60
      ? hostName
      : undefined;
  if (count === 0) return { lines: random.chance(0.1) ? ['search'] : [], hostName: usable };
  const list = `search${blank(random)}${entries.join(random.chance(0.1) ? ' \t' : ' ')}`;
  const other = `${random.pick(['search', 'domain'])} ${randomSearchEntry(random)}`;
  const lines = random.weighted({ list: 80, domain: 8, both: 5, replaced: 5, comment: 2 });
  switch (lines) {
    case 'list':
      return { lines: [list], hostName: usable };
    case 'domain':
      return { lines: [`domain ${entries.join(' ')}`], hostName: usable };
    case 'both':
      return { lines: [list, other], hostName: usable };
    case 'replaced':
      return { lines: [other, list], hostName: usable };
    case 'comment':
      return { lines: [`${list} # ${randomSearchEntry(random)}`], hostName: usable };
  }
}

function randomOptions(random: Random, needs241: boolean): string[] {
  const words = [`timeout:${random.weighted({ 1: 88, 2: 8, 0: 2, '-1': 1 })}`];
  const attempts = random.weighted({ 1: 40, 2: 34, none: 12, 3: 8, 0: 1, 9: 1 });
  if (attempts !== 'none') words.push(`attempts:${attempts}`);
  const ndots = random.weighted({ 1: 20, none: 25, 2: 18, 3: 8, 5: 14, 0: 5, 15: 2, 20: 2, '-1': 1, x: 1 });
  if (ndots !== 'none') words.push(`ndots:${ndots}`);
  if (random.chance(0.05)) words.push('rotate');
  for (const flag of flags) if (random.chance(flagProbability)) words.push(flag);
  if (needs241) {
    for (const flag of flags241) if (random.chance(0.8)) words.push(flag);
    if (random.chance(0.3)) words.push(`-${random.pick([...flags, ...flags241])}`);
  }
  if (random.chance(0.1)) words.push(random.pick(['debug', 'inet6']));
  if (random.chance(0.05)) words.unshift(`ndots:${random.between(0, 4)}`);
  const shuffled = words.map((word) => ({ word, key: random.unit() })).toSorted((a, b) => a.key - b.key);
  const order = shuffled.map(({ word }) => word);
  if (!random.chance(0.15)) return [`options${blank(random)}${order.join(' ')}`];
  const cut = random.between(1, order.length);
  return [order.slice(0, cut), order.slice(cut)].map((part) => `options ${part.join(' ')}`);
}

function blank(random: Random): string {
  return random.chance(0.05) ? '\t' : ' ';
}

/** The order of different keywords says nothing; that of equal ones does. */
function shuffleLightly(random: Random, lines: string[]): string[] {
  if (random.chance(0.8)) return lines;
  return lines.toReversed();
}
