/**
 * Stub zones: names for which other servers are asked. `ZONE[,ZONE…]=SERVER[,SERVER…][ fall-through]`, rules separated by `;` or a
 * newline; a line that begins with `#` is a comment.
 */
import { domainName } from '../values/network-kinds.ts';
import { shownText } from '../values/shown-text.ts';
import { formatServerAddress, parseServerEndpoint } from './server-address.ts';
import type { ServerAddress } from './server-address.ts';

export interface StubZoneRule {
  /** Without a dot at either end; `.` is every name. */
  readonly zones: readonly string[];
  readonly servers: readonly ServerAddress[];
  /** Where none of the servers gave a final reply, those of the configuration are asked. */
  readonly fallThrough: boolean;
}

export interface ReadStubZones {
  readonly rules: readonly StubZoneRule[];
  /** One for each thing that is wrong; what is wrong is not among the rules. */
  readonly faults: readonly string[];
}

export const stubZonesAccepted =
  'ZONE[,ZONE…]=SERVER[,SERVER…][ fall-through], rules separated by ; or a newline; a server is IP, IPv4:port or [IPv6]:port';

/** Rules that are read, and faults that are reported: a file of nonsense is reported in a few lines. */
const maxRules = 1000;
const maxFaults = 5;
const maxShownCharacters = 80;

export function parseStubZones(text: string): ReadStubZones {
  const rules: StubZoneRule[] = [];
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const part of ruleTexts(text)) {
    if (faults.length >= maxFaults) break;
    const read = readRule(part);
    const twice = read.zones.find((zone, index) => seen.has(zone.toLowerCase()) || read.zones.indexOf(zone) < index);
    for (const zone of read.zones) seen.add(zone.toLowerCase());
    if (read.fault !== undefined) faults.push(`"${shownText(part, maxShownCharacters)}": ${read.fault}`);
    else if (twice !== undefined) faults.push(`${twice} stands twice`);
    else rules.push(read);
  }
  if (rules.length <= maxRules) return { rules, faults };
  return { rules: rules.slice(0, maxRules), faults: [...faults, `more than ${maxRules} rules`] };
}

export function formatStubZones(rules: readonly StubZoneRule[]): string {
  const texts = rules.map(
    ({ zones, servers, fallThrough }) =>
      `${zones.join(',')}=${servers.map(formatServerAddress).join(',')}${fallThrough ? ' fall-through' : ''}`,
  );
  return texts.join(';');
}

function ruleTexts(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines.flatMap((line) => line.split(';').map((part) => part.trim())).filter((part) => part !== '');
}

function readRule(text: string): StubZoneRule & { readonly fault?: string } {
  const [, zonesText = '', serversText = '', word = ''] = /^([^=]*)=(.*?)(?:\s+(fall-through))?$/.exec(text) ?? [];
  const zones = zonesText.split(',').map((zone) => zone.trim());
  const servers = serversText.split(',').map((server) => server.trim());
  const badZone = zones.find((zone) => !domainName().parse(zone).ok);
  const badServer = servers.find((server) => parseServerEndpoint(server) === undefined);
  const rule: StubZoneRule = {
    zones: zones.map((zone) => (zone === '.' ? zone : zone.replaceAll(/^\.|\.$/g, ''))),
    servers: servers.flatMap((server) => parseServerEndpoint(server) ?? []),
    fallThrough: word !== '',
  };
  if (!text.includes('=')) return { ...rule, fault: 'no = in it' };
  if (badZone !== undefined) return { ...rule, fault: `"${shownText(badZone, maxShownCharacters)}" is no zone` };
  if (badServer !== undefined) return { ...rule, fault: `"${shownText(badServer, maxShownCharacters)}" is no server` };
  return rule;
}
