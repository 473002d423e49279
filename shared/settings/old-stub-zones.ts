/**
 * `DNSMASQ_STUB`: `ZONE[,ZONE…]/SERVER[,SERVER…]`, rules separated by blanks. go-dnsmasq's library split the variable at each comma,
 * its page joined zones and servers with them: a comma is what it can be, and refused where it can be two things.
 */
import { formatServerAddress, parseServerEndpoint } from '../resolv-conf/server-address.ts';
import { domainName } from '../values/network-kinds.ts';
import { shownText } from '../values/shown-text.ts';
import type { Parsed } from '../values/value-kinds.ts';

export const oldStubZonesAccepted =
  'ZONE[,ZONE…]/SERVER[,SERVER…], rules separated by blanks; a server is IP, IPv4:port or [IPv6]:port';

/** As the text of `stub-zones`. */
export function readOldStubZones(text: string): Parsed<string> {
  if (text.length > maxCharacters) return refused(`it has ${text.length} characters, and ${maxCharacters} are read`);
  const rules: OldRule[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const readings = readingsOf(word);
    const [only] = readings;
    if (only === undefined) return refused(`"${shown(word)}" is no rule`);
    if (readings.length > 1) return refused(`"${shown(word)}" can be read as ${readings.map(quoted).join(' and as ')}`);
    rules.push(...only);
  }
  return rules.length === 0 ? refused() : { ok: true, value: newText(rules) };
}

/** Each review of the webhook reads it. */
const maxCharacters = 16_384;

interface OldRule {
  readonly zones: readonly string[];
  readonly servers: readonly string[];
}

/** As `/` and the commas in the text allow; the first two. */
function readingsOf(word: string): OldRule[][] {
  const [first = '', ...rest] = word.split('/');
  let open = [{ done: [] as OldRule[], zones: first.split(',') }].filter(({ zones }) => zones.every(isZone));
  rest.forEach((segment, index) => {
    const items = segment.split(',');
    const ends = endsOfServers(items, index === rest.length - 1);
    open = open
      .flatMap(({ done, zones }) =>
        ends.map((end) => ({ done: [...done, { zones, servers: items.slice(0, end) }], zones: items.slice(end) })),
      )
      .slice(0, maxReadings);
  });
  return rest.length === 0 ? [] : open.map(({ done }) => done);
}

const maxReadings = 2;

/** Where the servers may end and the zones of the next rule begin; the first two places. Behind the last servers is nothing. */
function endsOfServers(items: readonly string[], isLast: boolean): number[] {
  const firstOther = items.findIndex((item) => !isServer(item));
  const servers = firstOther < 0 ? items.length : firstOther;
  if (isLast) return servers === items.length ? [items.length] : [];
  const least = Math.max(1, items.findLastIndex((item) => !isZone(item)) + 1);
  const most = Math.min(servers, items.length - 1);
  return Array.from({ length: maxReadings }, (_none, index) => least + index).filter((end) => end <= most);
}

/** What has the colons or brackets of an address is a server, although a label may have any character. */
function isZone(text: string): boolean {
  return !/[:[\]]/.test(text) && domainName().parse(text).ok;
}

function isServer(text: string): boolean {
  return parseServerEndpoint(withoutBrackets(text)) !== undefined;
}

/** `[::1]` without a port. */
export function withoutBrackets(text: string): string {
  return /^\[([^\]]*)\]$/.exec(text)?.[1] ?? text;
}

/** Servers of a zone that stands twice are joined, as go-dnsmasq did. */
function newText(rules: readonly OldRule[]): string {
  const byZone = new Map<string, Set<string>>();
  for (const { zones, servers } of rules)
    for (const zone of zones) {
      const key = zone === '.' ? zone : zone.toLowerCase().replaceAll(/^\.|\.$/g, '');
      const known = byZone.get(key) ?? new Set<string>();
      for (const server of servers) known.add(canonicalServer(server));
      byZone.set(key, known);
    }
  const byServers = Map.groupBy(byZone, ([, servers]) => [...servers].join());
  return [...byServers].map(([servers, zones]) => `${zones.map(([zone]) => zone).join()}=${servers}`).join(';');
}

function canonicalServer(text: string): string {
  const server = parseServerEndpoint(withoutBrackets(text));
  return server === undefined ? text : formatServerAddress(server);
}

function quoted(rules: readonly OldRule[]): string {
  return `"${rules.map(({ zones, servers }) => `${zones.join()}/${servers.join()}`).join(' ')}"`;
}

function shown(word: string): string {
  return shownText(word, maxShownCharacters);
}

const maxShownCharacters = 80;

function refused(fault?: string): Parsed<string> {
  return { ok: false, accepted: oldStubZonesAccepted, ...(fault !== undefined && { fault }) };
}
