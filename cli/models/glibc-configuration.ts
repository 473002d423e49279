/** /etc/resolv.conf as glibc's `res_vinit_1` and `res_setoptions` read it (resolv/res_init.c). */
import { parseServerAddress } from './address.ts';
import type { Endpoint } from './network.ts';

export interface GlibcConfiguration {
  readonly servers: readonly Endpoint[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly flags: ReadonlySet<GlibcFlag>;
}

export type GlibcFlag =
  | 'rotate'
  | 'edns0'
  | 'single-request-reopen'
  | 'single-request'
  | 'no-tld-query'
  | 'no-reload'
  | 'use-vc'
  | 'trust-ad'
  | 'no-aaaa'
  | 'strict-error';

const maxServers = 3; // MAXNS
const maxNdots = 15; // RES_MAXNDOTS
const maxTimeoutSeconds = 30; // RES_MAXRETRANS
const maxAttempts = 5; // RES_MAXRETRY

/** glibc takes the first that the option's text begins with. */
const flagNames: readonly [string, GlibcFlag][] = [
  ['rotate', 'rotate'],
  ['edns0', 'edns0'],
  ['single-request-reopen', 'single-request-reopen'],
  ['single-request', 'single-request'],
  ['no_tld_query', 'no-tld-query'],
  ['no-tld-query', 'no-tld-query'],
  ['no-reload', 'no-reload'],
  ['use-vc', 'use-vc'],
  ['trust-ad', 'trust-ad'],
  ['no-aaaa', 'no-aaaa'],
  ['strict-error', 'strict-error'],
];

/** `port` is where the servers listen: the file cannot say it. */
export function readGlibcConfiguration(text: string, hostName: string, port: number): GlibcConfiguration {
  const draft: Draft = {
    servers: [],
    search: undefined,
    options: { ndots: 1, timeoutSeconds: 5, attempts: 2, flags: new Set<GlibcFlag>() },
  };
  for (const line of text.split('\n')) {
    const [, keyword = '', rest = ''] = /^(\w+)[ \t](.*)$/s.exec(line) ?? [];
    const words = rest.split(/[ \t]+/).filter((word) => word !== '');
    takeLine(draft, keyword, words, port);
  }
  const { servers, search, options } = draft;
  if (servers.length === 0) servers.push({ address: '127.0.0.1', port });
  return { servers, search: search ?? domainOf(hostName), ...options };
}

interface Draft {
  readonly servers: Endpoint[];
  search: string[] | undefined;
  readonly options: Options;
}

/** A keyword with nothing behind it changes nothing. */
function takeLine(draft: Draft, keyword: string, words: string[], port: number): void {
  const [first] = words;
  if (first === undefined) return;
  if (keyword === 'search') draft.search = words;
  else if (keyword === 'domain') draft.search = [first];
  else if (keyword === 'options') for (const word of words) setOption(draft.options, word);
  else if (keyword === 'nameserver' && draft.servers.length < maxServers) {
    const address = parseServerAddress(first);
    if (address !== undefined) draft.servers.push({ address, port });
  }
}

interface Options {
  ndots: number;
  timeoutSeconds: number;
  attempts: number;
  flags: Set<GlibcFlag>;
}

function setOption(options: Options, word: string): void {
  const [, name, value = ''] = /^(ndots|timeout|attempts):(.*)$/.exec(word) ?? [];
  const number = Number.parseInt(value, 10) || 0;
  // `ndots` is a bit field of four bits: -1 acts as 15.
  if (name === 'ndots') options.ndots = Math.min(number, maxNdots) & 0xf;
  else if (name === 'timeout') options.timeoutSeconds = Math.min(number, maxTimeoutSeconds);
  else if (name === 'attempts') options.attempts = Math.min(number, maxAttempts);
  else {
    const clear = word.startsWith('-');
    const text = clear ? word.slice(1) : word;
    const flag = flagNames.find(([prefix]) => text.startsWith(prefix))?.[1];
    if (flag !== undefined && clear) options.flags.delete(flag);
    else if (flag !== undefined) options.flags.add(flag);
  }
}

function domainOf(hostName: string): string[] {
  const dot = hostName.indexOf('.');
  return dot < 0 || dot === hostName.length - 1 ? [] : [hostName.slice(dot + 1)];
}
