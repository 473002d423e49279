/** The resolver configuration that the containers of an injected pod see. */
import { sidecar } from '../../../shared/values/names.ts';
import { dnsLimits, isPlainSearch } from './dns-config.ts';
import type { JsonObject } from '../../kubernetes/json.ts';

/**
 * The resolver configuration that the containers see. One nameserver: musl would ask a second one at the same time.
 *
 * With `ndots:15`, the most there is, every C library appends the marker first. Plain mode has no search list, for which
 * glibc takes the host name's domain; `ndots:0` puts it behind the name as it is. A search that meets a silent server
 * takes long: musl gives up after `timeout` in all and repeats `attempts` times within it, glibc after both multiplied.
 */
export interface ClientConfiguration {
  readonly searches: readonly string[];
  readonly options: readonly (readonly [name: string, value?: string])[];
}

export const clientNameserver = '127.0.0.1';

export interface ClientNeeds {
  readonly plain: boolean;
  readonly trustAd: boolean;
  /** Search domains for programs that read the file themselves; those that fit stand behind the marker. */
  readonly keptSearches: readonly string[];
}

/** musl reads lines of at most 254 bytes and drops longer ones whole (resolvconf.c). */
const maxLineLength = 254;

export function clientConfiguration({ plain, trustAd, keptSearches }: ClientNeeds): ClientConfiguration {
  return {
    searches: plain ? [] : searchesThatFit(keptSearches),
    options: [
      ['ndots', plain ? '0' : '15'],
      ['timeout', '10'],
      ['attempts', '5'],
      ...(trustAd ? ([['trust-ad']] as const) : []),
    ],
  };
}

/** In their order, without what some musl reads in another way than glibc: the root, empty labels, other bytes. */
function searchesThatFit(domains: readonly string[]): string[] {
  const searches: string[] = [sidecar.searchMarker];
  for (const domain of new Set(domains)) {
    if (!isPlainSearch(domain) || searches.includes(domain)) continue;
    if (searches.length === dnsLimits.searches) break;
    if (searchLine([...searches, domain]).length <= maxLineLength) searches.push(domain);
  }
  return searches;
}

function searchLine(searches: readonly string[]): string {
  return `search ${searches.join(' ')}`;
}

/** As fields of the pod. */
export function dnsConfigOf({ searches, options }: ClientConfiguration): JsonObject {
  return {
    nameservers: [clientNameserver],
    ...(searches.length > 0 && { searches: [...searches] }),
    options: options.map(([name, value]) => ({ name, ...(value !== undefined && { value }) })),
  };
}

/** As resolv.conf text. */
export function formatClient({ searches, options }: ClientConfiguration): string {
  const search = searches.length > 0 ? `${searchLine(searches)}\n` : '';
  const words = options.map(([name, value]) => (value === undefined ? name : `${name}:${value}`));
  return `${search}nameserver ${clientNameserver}\noptions ${words.join(' ')}\n`;
}
