/** What `_res` holds of a search list, and when glibc ends the program over it. */

/** MAXDNSRCH entries, and the bytes of `_res.defdname` with a NUL after each entry. */
const heldEntries = 6;
const heldBytes = 256;

/** `sizeof (resp->dnsrch)`, which `resolv_conf_matches` takes for that of `_res.defdname`. */
const pointerBytes = 56;

/** The part of the search list that `_res.dnsrch` has room for. One character of the entries is one byte. */
export function heldByState(search: readonly string[]): string[] {
  const held: string[] = [];
  for (const entry of search) {
    if (held.length === heldEntries || bytesOf([...held, entry]) > heldBytes) break;
    held.push(entry);
  }
  return held;
}

/**
 * V31: the assertion of `update_from_conf` (resolv/resolv_conf.c) ends the program, where a list was cut for its length
 * and what is held of it is short. `hasV31` says whether a glibc still has the fault (CVE-2026-8674).
 */
export function endsGlibc(search: readonly string[]): boolean {
  const held = heldByState(search);
  return held.length < Math.min(search.length, heldEntries) && bytesOf(held) <= pointerBytes;
}

function bytesOf(entries: readonly string[]): number {
  return entries.reduce((sum, entry) => sum + entry.length + 1, 0);
}
