/** The resolv.conf that the containers of an injected pod see, written down a second time. */
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';

export type Mode = 'marker' | 'plain';

export const marker = 'glibc.internal';

/** With `keep-searches` the original domains stand behind the marker, as many as fit. */
export function rewrittenFile(original: string, mode: Mode, sidecar: string, keepSearches = false): string {
  const { flags, search: domains } = readGlibcConfiguration(original, '', 53);
  const trustAd = flags.has('trust-ad') ? ' trust-ad' : '';
  const search = mode === 'marker' ? `${searchLine(keepSearches ? domains : [])}\n` : '';
  const ndots = mode === 'marker' ? 15 : 0;
  return `nameserver ${sidecar}\n${search}options ndots:${ndots} timeout:10 attempts:5${trustAd}\n`;
}

/** musl drops a line of more, glibc's limit of entries is the kubelet's. */
const maxLine = 254;
const maxDomains = 32;

function searchLine(domains: readonly string[]): string {
  let words = ['search', marker];
  // Root, empty labels and odd bytes break the lookups of some musl, or are read in another way.
  for (const domain of domains.filter((name) => /^[\w-]+(?:\.[\w-]+)*\.?$/.test(name))) {
    const longer = [...words, domain];
    if (longer.join(' ').length <= maxLine && longer.length <= maxDomains + 1) words = longer;
  }
  return words.join(' ');
}
