/** /etc/resolv.conf as musl's `__get_resolv_conf` reads it (src/network/resolvconf.c). */
import { parseServerAddress } from './address.ts';
import type { Endpoint } from './network.ts';

export interface MuslConfiguration {
  readonly servers: readonly Endpoint[];
  /** Text behind the last `search` or `domain`, split at white space. */
  readonly search: readonly string[];
  readonly ndots: number;
  /** For one candidate, all servers and repeats together. */
  readonly timeoutSeconds: number;
  readonly attempts: number;
}

const maxServers = 3; // MAXNS
const maxLineBytes = 255; // with its newline; the buffer of 256 holds a zero byte too
const maxNdots = 15;
const maxTimeoutSeconds = 60;
const maxAttempts = 10;

/** `port` is where the servers listen: the file cannot say it. */
export function readMuslConfiguration(text: string, port: number): MuslConfiguration {
  const draft: Draft = { servers: [], search: [], ndots: 1, timeoutSeconds: 5, attempts: 2 };
  // A line keeps its newline, which counts as the white space behind a keyword.
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (Buffer.byteLength(line) > maxLineBytes) continue;
    const [, keyword, rest = ''] = /^(options|nameserver|search|domain)\s(.*)$/s.exec(line) ?? [];
    const words = rest.trim().split(/\s+/);
    if (keyword === 'search' || keyword === 'domain') draft.search = words[0] === '' ? [] : words;
    else if (keyword === 'nameserver') takeServer(draft.servers, words[0] ?? '', port);
    else if (keyword === 'options') takeNumbers(draft, line);
  }
  if (draft.servers.length === 0) draft.servers.push({ address: '127.0.0.1', port });
  return draft;
}

interface Draft {
  readonly servers: Endpoint[];
  search: string[];
  ndots: number;
  timeoutSeconds: number;
  attempts: number;
}

function takeServer(servers: Endpoint[], text: string, port: number): void {
  if (servers.length >= maxServers) return;
  const address = parseServerAddress(text);
  if (address !== undefined) servers.push({ address, port });
}

function takeNumbers(draft: Draft, line: string): void {
  draft.ndots = numberBehind('ndots:', line, maxNdots) ?? draft.ndots;
  draft.timeoutSeconds = numberBehind('timeout:', line, maxTimeoutSeconds) ?? draft.timeoutSeconds;
  draft.attempts = numberBehind('attempts:', line, maxAttempts) ?? draft.attempts;
}

/** musl looks for the text anywhere in the line and takes its first place. */
function numberBehind(text: string, line: string, max: number): number | undefined {
  const at = line.indexOf(text);
  const digits = at < 0 ? null : /^\d+/.exec(line.slice(at + text.length));
  return digits === null ? undefined : Math.min(Number(digits[0]), max);
}
