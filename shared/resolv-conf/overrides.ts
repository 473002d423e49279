/**
 * Single settings (`nameservers`, `searches`, `ndots`, `options`) over the text of the original resolv.conf.
 */
import { maxServers, parseResolvConf } from './resolv-conf.ts';
import type { ResolvConf } from './resolv-conf.ts';
import { formatServerAddress, parseServerEndpoint } from './server-address.ts';

export interface ResolvConfOverrides {
  /** Instead of every nameserver line; a port is none that a line could have. */
  readonly nameservers?: readonly string[] | undefined;
  /** Instead of every search and domain line; empty for no search list at all. */
  readonly searches?: readonly string[] | undefined;
  readonly ndots?: number | undefined;
  /** Words of an options line, applied after those of the text. */
  readonly options?: readonly string[] | undefined;
}

/** The changed text. An empty search list is no line: read it through {@link parseOverridden}. */
export function applyOverrides(text: string, overrides: ResolvConfOverrides): string {
  const { nameservers, searches, ndots, options = [] } = overrides;
  const replaced = [
    ...(nameservers === undefined ? [] : ['nameserver']),
    ...(searches === undefined ? [] : ['search', 'domain']),
  ];
  const kept = text.split('\n').filter((line) => !replaced.some((keyword) => isLineOf(keyword, line)));
  while (kept.at(-1) === '') kept.pop();
  const words = [...options, ...(ndots === undefined ? [] : [`ndots:${ndots}`])];
  const lines = [
    ...kept,
    ...(nameservers ?? []).map((server) => `nameserver ${withoutPort(server)}`),
    ...(searches === undefined || searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...(words.length === 0 ? [] : [`options ${words.join(' ')}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Applies the overrides and reads the result by the same rules as any resolv.conf. */
export function parseOverridden(
  text: string,
  overrides: ResolvConfOverrides,
  { hostName }: { readonly hostName?: string | undefined } = {},
): ResolvConf {
  // Without a search line glibc takes the host name's domain; an empty list asks for none.
  const asksForNone = overrides.searches?.length === 0;
  const conf = parseResolvConf(applyOverrides(text, overrides), { hostName: asksForNone ? undefined : hostName });
  const servers = (overrides.nameservers ?? []).flatMap((server) => parseServerEndpoint(server) ?? []);
  return servers.some(({ port }) => port !== undefined) ? { ...conf, servers: servers.slice(0, maxServers) } : conf;
}

function withoutPort(text: string): string {
  const server = parseServerEndpoint(text);
  if (server?.port === undefined) return text;
  const { port: _port, ...address } = server;
  return formatServerAddress(address);
}

function isLineOf(keyword: string, line: string): boolean {
  return line.startsWith(`${keyword} `) || line.startsWith(`${keyword}\t`);
}
