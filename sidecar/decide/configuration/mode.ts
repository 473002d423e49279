/**
 * How queries without the search marker are read. A name under the marker is a search request in every
 * mode.
 */
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';

export type Mode = 'marker' | 'plain' | 'as-is';

/**
 * `auto` looks at the file that the containers see: with the marker in its search list, unmarked names are meant as
 * they are; without any search list the client leaves the search to us; with another list it searches by itself.
 * `undefined` stands for a file that cannot be read.
 */
export function chooseMode(setting: 'auto' | Mode, podResolvConfText: string | undefined, marker: string): Mode {
  if (setting !== 'auto') return setting;
  const { hasSearch, search } = parseResolvConf(podResolvConfText ?? '');
  if (!hasSearch) return 'plain';
  return search.some((entry) => isMarkerEntry(entry, marker)) ? 'marker' : 'as-is';
}

export function isMarkerEntry(entry: string, marker: string): boolean {
  return bareEntry(entry).toLowerCase() === bareEntry(marker).toLowerCase();
}

/** An entry of a search list as the libraries append it: CR and a dot at either end make no difference to musl or glibc. */
export function bareEntry(entry: string): string {
  return entry.replace(/^\.|\.?\r?$/g, '');
}
